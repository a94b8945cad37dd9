import { describe, expect, it } from '@jest/globals';

import { child, children, type NetvisorElement, type SeveraRequest, textAt } from '#lib/upstream';

import type { Calls, Incoming, Situation, Step } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { callsOf, readAll, settingsOf, type World } from './reading.spec-support.js';
import { travelExpenses } from './travel-expenses.js';
import type { TravelLine, TravelReport } from './travel-report.js';

const SETTINGS = {
  travelExpenses: {
    mode: 'automatic',
    dimensions: { project: 'Projektit', businessUnit: null },
    types: { HOTELLI: 'Majoituskulut', KM: 'car', PVR: 'domesticfull' },
  },
};

const LINE: TravelLine = {
  guid: 'l-1',
  class: 'other',
  code: 'HOTELLI',
  name: 'Hotelli',
  quantity: '2',
  unitCost: '150.005',
  currency: 'EUR',
  vatPercent: '13.5',
  description: 'Hotelli Oulussa',
  day: '2026-11-18',
  from: null,
  until: null,
  reimbursed: true,
  project: '1001 Verkkosivut',
  businessUnit: 'Y1 Palvelut',
  attachments: 0,
};
const DRIVE: TravelLine = { ...LINE, guid: 'l-2', class: 'mileage', code: 'KM', quantity: '120', unitCost: '0.55' };
const DAILY: TravelLine = {
  ...LINE,
  guid: 'l-3',
  class: 'allowance',
  code: 'PVR',
  quantity: '1',
  unitCost: '53',
  from: '2026-11-18 06:30:00',
  until: '2026-11-18 21:00:00',
};
const REPORT: TravelReport = { number: '12', title: 'Oulun matka', employee: '1407', lines: [LINE] };

const situationOf = (report: TravelReport, more: Partial<Situation> = {}): Situation => ({
  key: 'r-1',
  source: report,
  known: null,
  unsure: null,
  settings: settingsOf(SETTINGS),
  today: '2026-11-20',
  ...more,
});

const inserted = (key: string | null): Incoming => ({
  system: 'netvisor',
  reply: {
    as: 'ok',
    root: { name: 'Root', attributes: {}, children: [], text: '' },
    inserted: key,
    transactionId: 't',
  },
});

/** Severa's files: by the line, and by the file. */
const filesOf = (files: Readonly<Record<string, readonly object[]>>, bytes: Readonly<Record<string, Buffer>> = {}) =>
  callsOf({
    severa: (path) => {
      const [first, key = '', last] = path.split('/');
      return first === 'projecttravelexpenses' && last === 'files' ? files[key] : bytes[key];
    },
  });

async function prepared(step: Step, calls: Calls = filesOf({})) {
  if (step.do !== 'write' || !('prepare' in step.call)) throw new Error(`nothing to prepare: ${step.do}`);
  return step.call.prepare(calls);
}

async function bodyOf(report: TravelReport, calls?: Calls): Promise<NetvisorElement> {
  const made = await prepared(travelExpenses.next(situationOf(report)), calls);
  if ('do' in made || made.system !== 'netvisor' || !made.request.body) throw new Error('no body');
  return made.request.body;
}

const plain = ({ name, text, children: inner }: NetvisorElement): unknown =>
  inner.length === 0 ? `${name}=${text}` : [name, ...inner.map(plain)];

describe('a travel report', () => {
  it('goes to Netvisor by the kinds of its lines', async () => {
    const body = await bodyOf({ ...REPORT, lines: [LINE, DRIVE, DAILY, { ...DRIVE, guid: 'l-4', reimbursed: false }] });
    expect([textAt(body, 'header'), textAt(body, 'description')]).toEqual(['Oulun matka', 'Severa 12']);
    const end = (status: string) => [
      'employeeidentifier=1407',
      'linedescription=Hotelli Oulussa',
      `linestatus=${status}`,
      ['dimension', 'dimensionname=Projektit', 'dimensionitem=1001 Verkkosivut'],
    ];
    expect(
      ['customlines', 'travellines', 'dailycompensationlines'].map((name) => plain(child(body, name) ?? body)),
    ).toEqual([
      [
        'customlines',
        [
          'customline',
          'ratio=Majoituskulut',
          'amount=2,00',
          'customlineunitprice=150,005',
          'vatpercentage=13,50',
          'begindate=2026-11-18',
          'enddate=2026-11-18',
          ...end('confirmed'),
        ],
      ],
      [
        'travellines',
        ...['confirmed', 'paid'].map((status) => [
          'travelline',
          'traveltype=car',
          'passengeramount=0',
          'kilometeramount=120,00',
          'unitprice=0,55',
          'traveldate=2026-11-18',
          'routedescription=Hotelli Oulussa',
          ...end(status),
        ]),
      ],
      [
        'dailycompensationlines',
        [
          'dailycompensationline',
          'compensationtype=domesticfull',
          'amount=1,00',
          'unitprice=53,00',
          'timeofdeparture=2026-11-18 06:30:00',
          'returntime=2026-11-18 21:00:00',
          ...end('confirmed'),
        ],
      ],
    ]);
  });

  it.each([
    ['of nobody we know', { employee: null }, 'employee-number-missing', undefined],
    ['of a number that begins with 0', { employee: '07' }, 'employee-number-leading-zero', '07'],
    ['with an unknown type', { lines: [{ ...LINE, code: 'X' }] }, 'travel-type-unmapped', 'X Hotelli'],
    ['with a type without a code', { lines: [{ ...LINE, code: null }] }, 'travel-type-unmapped', 'Hotelli'],
    [
      'with a journey of no kind',
      { lines: [{ ...DRIVE, code: 'HOTELLI' }] },
      'travel-type-unmapped',
      'HOTELLI Hotelli',
    ],
    ['with an allowance of no kind', { lines: [{ ...DAILY, code: 'KM' }] }, 'travel-type-unmapped', 'KM Hotelli'],
    [
      'with a line without a price',
      { lines: [{ ...LINE, unitCost: null }] },
      'travel-line-incomplete',
      'HOTELLI Hotelli',
    ],
    ['with a line without a day', { lines: [{ ...LINE, day: null }] }, 'travel-line-incomplete', 'HOTELLI Hotelli'],
    ['with an allowance without times', { lines: [{ ...DAILY, until: null }] }, 'travel-times-missing', 'PVR Hotelli'],
    ['in another currency', { lines: [{ ...LINE, currency: 'SEK' }] }, 'travel-currency', 'HOTELLI Hotelli'],
  ] as const)('%s is rejected', (_, more, cause, message) => {
    const step = travelExpenses.next(situationOf({ ...REPORT, ...more }));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause, ...(message && { message }) }] });
  });

  it('is made once: never again by itself', () => {
    const situation = situationOf(REPORT);
    const step = travelExpenses.next(situation);
    expect(step).toMatchObject({ do: 'write', operation: 'create', repeatable: false });
    expect(travelExpenses.next({ ...situation, unsure: 'create' })).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'repeat-unsafe', field: '12' }],
    });
    for (const key of ['77', null]) {
      const known = travelExpenses.learn(situation, step as Step & { do: 'write' }, inserted(key));
      expect(known.key).toBe(key ?? '?');
      expect(travelExpenses.next({ ...situation, known })).toEqual({ do: 'done' });
    }
  });

  it('that was changed after its transfer is told, but for what a project is called', () => {
    const situation = situationOf(REPORT);
    const known = travelExpenses.learn(
      situation,
      travelExpenses.next(situation) as Step & { do: 'write' },
      inserted('7'),
    );
    const renamed = situationOf({ ...REPORT, title: 'Matka', lines: [{ ...LINE, project: '1001 Uusi' }] }, { known });
    expect(travelExpenses.next(renamed)).toEqual({ do: 'done' });
    const dearer = situationOf({ ...REPORT, lines: [{ ...LINE, unitCost: '151' }] }, { known });
    expect(travelExpenses.next(dearer)).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'changed-after-transfer' }],
    });
    expect(travelExpenses.next({ ...dearer, known: { key: 'by-hand:r-1' } })).toEqual({ do: 'done' });
  });
});

describe('the receipts of a report', () => {
  const report = { ...REPORT, lines: [{ ...LINE, attachments: 3 }, DRIVE] };
  const file = (fileGuid: string, more: object = {}): object => ({
    fileGuid,
    name: `${fileGuid}.pdf`,
    contentType: 'application/pdf',
    size: 3,
    ...more,
  });

  it('go along with their line, but for what is for Severa only', async () => {
    const calls = filesOf(
      { 'l-1': [file('a'), file('b', { isInternal: true }), file('c')], 'l-2': [file('d')] },
      { a: Buffer.from('AAA'), c: Buffer.from('CCC') },
    );
    const body = await bodyOf(report, calls);
    const attachments = child(body, 'customlines', 'customline', 'tripexpenseattachments');
    const found = attachments ? children(attachments, 'tripexpenseattachment') : [];
    expect(found.map((one) => ['mimetype', 'filename', 'documentdata'].map((name) => textAt(one, name)))).toEqual([
      ['application/pdf', 'a.pdf', 'QUFB'],
      ['application/pdf', 'c.pdf', 'Q0ND'],
    ]);
    expect(child(body, 'travellines', 'travelline', 'tripexpenseattachments')).toBeUndefined();
  });

  it.each([
    ['a name is too long', [file('a', { name: 'x'.repeat(101) })], {}, 'attachment-name-too-long'],
    [
      'they are too large by their list',
      [file('a', { size: 3_000_000 }), file('b', { size: 2_000_000 })],
      {},
      'attachments-too-large',
    ],
    [
      'they are too large',
      [file('a', { size: null }), file('b', { size: null })],
      { a: Buffer.alloc(3_000_000), b: Buffer.alloc(2_000_000) },
      'attachments-too-large',
    ],
    ['one is listed, and is not there', [file('a')], {}, 'attachment-missing'],
  ])('keep it back where %s', async (_, listed, bytes, cause) => {
    const made = await prepared(travelExpenses.next(situationOf(report)), filesOf({ 'l-1': listed }, bytes));
    expect(made).toMatchObject({ do: 'reject', objections: [{ cause }] });
  });
});

describe('the reading of travel reports', () => {
  const expense = (guid: string, more: object = {}): object => ({
    guid,
    travelExpense: { guid: 't-1', code: 'HOTELLI', name: 'Hotelli', expenseClass: 'OtherTravelExpense' },
    quantity: 1,
    unitCost: { amount: 150.5, currencyCode: 'EUR' },
    purchaseVatRate: 13.5,
    description: 'Hotelli',
    eventDate: '2026-11-18',
    travelReimbursementRequired: true,
    project: { guid: 'p-1' },
    user: { guid: 'u-1', code: ' 1407 ' },
    attachmentCount: 2,
    ...more,
  });
  const reports = [
    { guid: 'r-1', number: 12, title: 'Oulu', date: '2026-11-18T00:00:00', user: { name: 'Maija' } },
    { guid: 'r-2', number: 13, title: 'Nolla', date: '2026-11-18T00:00:00' },
    { guid: 'r-3', number: 14, title: 'Vanha', date: '2026-09-30T00:00:00' },
    { guid: 'r-4', number: 15, title: 'Myöhään', date: '2026-09-30T00:00:00', approvalDate: '2026-11-02T00:00:00Z' },
  ];
  const lines: Readonly<Record<string, readonly object[]>> = {
    'r-1': [
      expense('b'),
      expense('a', {
        travelExpense: { guid: 't-2', code: 'KM', expenseClass: 'Mileage' },
        unitCost: { amount: 6, currencyCode: 'SEK', multiCurrencyInfo: [{ amount: 0.55, currencyCode: 'EUR' }] },
        travelStartTime: '2026-11-18T04:30:00Z',
        travelEndTime: '2026-11-18T19:00:00Z',
        travelReimbursementRequired: false,
        project: null,
      }),
    ],
    'r-2': [expense('c', { travelReimbursementRequired: false }), expense('d', { unitCost: { amount: 0 } })],
    'r-3': [expense('e')],
    'r-4': [expense('f')],
  };
  const severa = (path: string, { query }: SeveraRequest): unknown => {
    const [first, key = ''] = path.split('/');
    if (first === 'travelreimbursementstatuses') {
      return [
        { guid: 's-1', isApproved: false },
        { guid: 's-2', isApproved: true },
      ];
    }
    if (first === 'projects') {
      return [
        { guid: 'p-1', number: 1001, name: 'Sivut', businessUnit: { guid: 'b-1', code: 'Y1', name: 'Palvelut' } },
      ];
    }
    if (path !== 'travelreimbursements') return lines[key];
    return query?.some(([name, value]) => name === 'travelReimbursementStatusGuids' && value === 's-2') ? reports : [];
  };
  const world: World = { settings: SETTINGS, severa };

  it('is of approved ones with something to pay, of this month and the one before', async () => {
    const { records } = await readAll(travelExpenses, world);
    expect(records.map(({ key, number, name }) => [key, number, name])).toEqual([
      ['r-1', '12', 'Maija'],
      ['r-4', '15', 'Myöhään'],
    ]);
  });

  it('is of whatever was changed since', async () => {
    const { records, asked } = await readAll(travelExpenses, { ...world, since: new Date('2026-11-19T00:00:00Z') });
    expect(records.map(({ key }) => key)).toEqual(['r-1', 'r-3', 'r-4']);
    expect(asked).toContain(
      'travelreimbursements travelReimbursementStatusGuids=s-2 rowCount=100 changedSince=2026-11-19T00:00:00.000Z',
    );
  });

  it('has what is sent, in an order that stays', async () => {
    const { records } = await readAll(travelExpenses, { ...world, pairs: { dimensions: { 'b-1': 'Palvelut' } } });
    const common = { vatPercent: '13.5', description: 'Hotelli', day: '2026-11-18', quantity: '1', attachments: 2 };
    expect(records[0]?.content).toEqual({
      number: '12',
      title: 'Oulu',
      employee: '1407',
      lines: [
        {
          ...common,
          guid: 'a',
          class: 'mileage',
          code: 'KM',
          name: null,
          unitCost: '0.55',
          currency: 'EUR',
          from: '2026-11-18 06:30:00',
          until: '2026-11-18 21:00:00',
          reimbursed: false,
          project: null,
          businessUnit: null,
        },
        {
          ...common,
          guid: 'b',
          class: 'other',
          code: 'HOTELLI',
          name: 'Hotelli',
          unitCost: '150.5',
          currency: 'EUR',
          from: null,
          until: null,
          reimbursed: true,
          project: '1001 Sivut',
          businessUnit: 'Palvelut',
        },
      ],
    });
  });

  it('has each line once, though a list that grows gave it twice', async () => {
    const grown = (path: string, request: SeveraRequest): unknown =>
      path === 'travelreimbursements/r-4/projecttravelexpenses'
        ? [expense('f'), expense('g'), expense('f')]
        : severa(path, request);
    const { records } = await readAll(travelExpenses, { ...world, severa: grown });
    expect(records.find(({ key }) => key === 'r-4')?.content['lines']).toHaveLength(2);
  });

  it.each([
    ['leaves out a report that is gone by now', '404', ['r-1']],
    ['keeps a report whose lines are refused, and no other with it', '400', ['r-1', 'r-4']],
  ])('%s', async (_, status, expected) => {
    const refusal = { cause: 'severa-refused', category: null, status, words: 'Broken line.' };
    const refusing = (path: string, request: SeveraRequest): unknown => {
      if (path === 'travelreimbursements/r-4/projecttravelexpenses') throw new CallRefused('severa', refusal);
      return severa(path, request);
    };
    const { records } = await readAll(travelExpenses, { ...world, severa: refusing });
    expect(records.map(({ key }) => key)).toEqual(expected);
    const [, second] = records;
    if (!second) return;
    expect(travelExpenses.next(situationOf(second.content as unknown as TravelReport))).toEqual({
      do: 'reject',
      objections: [{ cause: 'severa-refused', message: 'Broken line.' }],
    });
  });

  it('is of nothing where no status means approved', async () => {
    expect((await readAll(travelExpenses, { ...world, severa: () => [] })).records).toEqual([]);
  });
});
