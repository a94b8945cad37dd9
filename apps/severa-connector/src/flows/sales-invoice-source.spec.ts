import { describe, expect, it } from '@jest/globals';

import type { LinkSettings } from '#lib/contracts';
import { element } from '#lib/upstream';

import type { Calls, PairKeys, Reading, SourcePage } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { monthsFrom } from './sales-invoice-rows.js';
import { readInvoices } from './sales-invoice-source.js';
import { lastLockedDay } from './sales-invoice-surroundings.js';
import { READY, SENT, settingsWith } from './sales-invoice.spec-support.js';
import type { SalesInvoice } from './sales-invoice.js';

const money = (amount: number, currencyCode = 'EUR', others: object[] = []): object => ({
  amount,
  currencyCode,
  multiCurrencyInfo: others,
});

const HEADER = {
  guid: 'i1',
  number: 10234,
  referenceNumber: '102340',
  date: '2026-03-05',
  dueDate: '2026-03-19T00:00:00',
  entryDate: '2026-03-05',
  paymentTerm: 14,
  overdueInterest: 8.0,
  isCreditNote: false,
  currency: { code: 'EUR' },
  currencyRate: 1.0,
  totalExcludingTax: money(1250),
  totalTax: money(318.75),
  customer: { guid: 'c1', name: 'Esimerkki Oy', number: 1001 },
  billingCustomer: { guid: 'c2', name: 'Maksaja Oy', number: 1002 },
  projects: [{ guid: 'p1' }],
  receiverCustomerName: 'Maksaja Oy',
  receiverVatNumber: 'FI12345671',
  receiverAddress: { addressline: 'Katu 1', postalCode: '00100', city: 'Helsinki', country: 'Suomi' },
  ourReference: 'Maija',
  freeText1: { plainText: 'Kiitos' },
  status: { guid: READY },
  lastUpdatedDateTime: '2026-03-05T11:42:17Z',
};

const HOURS_ROW = {
  guid: 'r1',
  rowType: 'Hours',
  code: ['KONS'],
  description: 'Konsultointi',
  quantity: 10.0,
  measurementUnit: 'h',
  unitPrice: money(100),
  vatRate: 25.5,
  costCenter: { number: '100', name: 'Myynti' },
  salesAccount: { number: '3000' },
  sortOrder: 2,
};

const FEE_ROW = {
  ...HOURS_ROW,
  guid: 'r2',
  rowType: 'ProjectFees',
  code: ['LIC-1'],
  quantity: 1,
  unitPrice: money(250),
  costCenter: null,
  recurringSalesAccount: { number: '3010' },
  sortOrder: 1,
};

const PROJECTS = [
  { guid: 'p1', number: 2001, name: 'Verkkosivut', businessUnit: { guid: 'b1', code: 'ETE', name: 'Etelä' } },
  { guid: 'p2', number: 2002, name: 'Ylläpito', businessUnit: { guid: 'b1', code: 'ETE', name: 'Etelä' } },
];

/** What both systems answer with, by path; Netvisor's by the resource. */
type Answers = Readonly<Record<string, unknown>>;

const USUAL: Answers = {
  'localization/countries': [
    { code2: 'FI', name: 'Suomi', englishName: 'Finland', isInEU: true },
    { code2: 'SE', name: 'Ruotsi', englishName: 'Sweden', isInEU: true },
  ],
  invoices: [HEADER],
  'invoices/i1/invoicerows': [HOURS_ROW, FEE_ROW],
  'invoices/i1/invoicesettings': { isReverseCharged: false },
  projects: PROJECTS,
  'accountingperiodlist.nv': element('Root', []),
};

interface Outside {
  readonly answers?: Answers;
  readonly settings?: LinkSettings;
  readonly since?: Date | null;
  readonly pairs?: Readonly<Record<string, PairKeys>>;
}

async function reading({ answers = {}, settings = settingsWith(), since = null, pairs = {} }: Outside = {}) {
  const asked: string[] = [];
  const answerTo = (name: string): unknown => {
    asked.push(name);
    const answer = { ...USUAL, ...answers }[name];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const calls: Calls = {
    netvisor: async ({ resource }) => Promise.resolve(answerTo(resource) as Awaited<ReturnType<Calls['netvisor']>>),
    severa: async ({ path }) => Promise.resolve(answerTo(path.join('/'))),
    async *severaPages({ path, query = [] }) {
      const changed = query.some(([name]) => name === 'changedSince') ? '?changed' : '';
      for (const one of (answerTo(path.join('/') + changed) ?? []) as readonly unknown[])
        yield await Promise.resolve([one]);
    },
  };
  const whole: Reading = {
    settings,
    calls,
    since,
    now: new Date('2026-03-06T08:00:00Z'),
    pairs: (flow, keys) => Promise.resolve(new Map(keys.flatMap((key) => pairOf(pairs[`${flow}/${key}`], key)))),
    pairsInNetvisor: () => Promise.resolve(new Map()),
  };
  const pages: SourcePage[] = [];
  for await (const page of readInvoices(whole)) pages.push(page);
  const records = pages.flatMap((page) => page.records);
  return { asked, pages, records, invoices: records.map(({ content }) => content as unknown as SalesInvoice) };
}

const pairOf = (pair: PairKeys | undefined, key: string): [string, PairKeys][] => (pair ? [[key, pair]] : []);

async function onlyInvoice(outside: Outside = {}): Promise<SalesInvoice> {
  const [invoice] = (await reading(outside)).invoices;
  if (!invoice) throw new Error('no invoice was read');
  return invoice;
}

describe('reading invoices from Severa', () => {
  it('leaves out those of other companies in the same Severa, counts them, and takes back what was offered of them', async () => {
    const [ours, others] = ['11111111-0000-4000-8000-00000000000a', '11111111-0000-4000-8000-00000000000b'];
    const invoices = [
      { ...HEADER, invoiceNumberBusinessUnitGuid: ours },
      { ...HEADER, guid: 'i2', invoiceNumberBusinessUnitGuid: others },
      { ...HEADER, guid: 'i3', invoiceNumberBusinessUnitGuid: null },
    ];
    const rest = { 'invoices/i3/invoicerows': [HOURS_ROW], 'invoices/i3/invoicesettings': {} };
    const answers = { invoices, ...rest };
    const { pages, records } = await reading({ answers, settings: settingsWith({ billingUnit: ours }) });
    expect(records.map(({ key, content }) => [key, content['unitUnknown']])).toEqual([
      ['i1', undefined],
      ['i3', true],
    ]);
    expect(pages.flatMap(({ gone = [] }) => gone)).toEqual(['i2']);
    expect(pages.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0)).toBe(1);
    const unasked = { 'invoices/i2/invoicerows': [HOURS_ROW], 'invoices/i2/invoicesettings': {} };
    expect((await reading({ answers: { ...answers, ...unasked } })).records.map(({ key }) => key)).toEqual([
      'i1',
      'i2',
      'i3',
    ]);
  });

  it('keeps of each what is sent and what decides', async () => {
    const { records } = await reading();
    expect(records[0]).toMatchObject({ key: 'i1', number: '10234', name: 'Maksaja Oy' });
    expect(records[0]?.content).toEqual({
      number: '10234',
      referenceNumber: '102340',
      date: '2026-03-05',
      entryDate: null,
      dueDate: '2026-03-19',
      paymentTermDays: '14',
      overdueInterest: '8',
      credit: false,
      currency: 'EUR',
      currencyRate: '1',
      net: '1250',
      tax: '318.75',
      customer: { number: '1002', name: 'Maksaja Oy', netvisorKey: null, registered: false },
      receiver: {
        name: 'Maksaja Oy',
        vatNumber: 'FI12345671',
        street: 'Katu 1',
        postalCode: '00100',
        city: 'Helsinki',
        country: 'Suomi',
        countryCode: 'FI',
      },
      ourReference: 'Maija',
      yourReference: null,
      orderNumber: null,
      textBefore: 'Kiitos',
      textAfter: null,
      reverseCharge: false,
      zeroCategory: null,
      lockedUntil: null,
      updated: '2026-03-05T11:42:17Z',
      rows: [
        expect.objectContaining({ kind: 'ProjectFees', codes: ['LIC-1'], unitPrice: '250', recurringAccount: '3010' }),
        expect.objectContaining({ kind: 'Hours', codes: ['KONS'], quantity: '10', percent: '25.5', sold: 'services' }),
      ],
    });
  });

  it('asks for nothing that the company’s settings do not need', async () => {
    const { asked } = await reading();
    expect(asked.toSorted()).toEqual([
      'accountingperiodlist.nv',
      'invoices',
      'invoices/i1/invoicerows',
      'invoices/i1/invoicesettings',
      'localization/countries',
    ]);
  });

  it('asks for what stands around them once, and not at all when there are none', async () => {
    const invoices = ['i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7'].map((guid) => ({ ...HEADER, guid }));
    const { asked, records } = await reading({ answers: { invoices } });
    expect(records).toHaveLength(7);
    expect(asked.filter((name) => name === 'localization/countries')).toHaveLength(1);
    expect((await reading({ answers: { invoices: [] } })).asked).toEqual(['invoices']);
  });

  it.each([
    ['is left out when it is gone by now', '404', ['i2']],
    ['is there with Severa’s words, and stops no other', '400', ['i1', 'i2']],
  ])('an invoice whose rows are refused %s', async (_, status, expected) => {
    const refusal = { cause: 'severa-refused', category: 'InvalidRequest', status, words: 'Broken row.' };
    const { records, invoices } = await reading({
      answers: {
        invoices: [HEADER, { ...HEADER, guid: 'i2' }],
        'invoices/i1/invoicerows': new CallRefused('severa', refusal),
        'invoices/i2/invoicerows': [HOURS_ROW, FEE_ROW],
        'invoices/i2/invoicesettings': {},
      },
    });
    expect(records.map(({ key }) => key)).toEqual(expected);
    expect(invoices.map(({ unread }) => unread)).toEqual(status === '404' ? [undefined] : ['Broken row.', undefined]);
  });

  it('takes along no identity code of a private person', async () => {
    const invoices = [{ ...HEADER, receiverVatNumber: '010101-123N' }];
    expect((await onlyInvoice({ answers: { invoices } })).receiver.vatNumber).toBeNull();
  });

  it('reads nothing before the ready status is chosen', async () => {
    expect((await reading({ settings: settingsWith({ readyStatus: null }) })).asked).toEqual([]);
  });

  it('names the customer that pays by the key that the register has for it', async () => {
    const pair = { severaKey: 'c2', netvisorKey: '77', number: '1002' };
    const known = await onlyInvoice({ pairs: { 'customers-to-netvisor/c2': pair } });
    expect(known.customer).toMatchObject({ netvisorKey: '77', registered: true });
    const due = await onlyInvoice({ pairs: { 'customers-to-netvisor/c2': { ...pair, netvisorKey: null } } });
    expect(due.customer).toMatchObject({ netvisorKey: null, registered: true });
  });

  it('falls back to the invoice’s own customer where nobody else pays', async () => {
    const invoices = [{ ...HEADER, billingCustomer: null }];
    expect((await onlyInvoice({ answers: { invoices } })).customer).toMatchObject({
      number: '1001',
      name: 'Esimerkki Oy',
    });
  });

  it('takes sums in the invoice’s currency, in which Severa gives them beside its own', async () => {
    const both = (own: number, other: number): object => money(own, 'EUR', [{ amount: other, currencyCode: 'SEK' }]);
    const invoice = await onlyInvoice({
      answers: {
        invoices: [
          { ...HEADER, currency: { code: 'SEK' }, totalExcludingTax: both(90, 1000), totalTax: both(22.95, 255) },
        ],
        'invoices/i1/invoicerows': [
          { ...HOURS_ROW, unitPrice: both(9, 100) },
          { ...FEE_ROW, unitPrice: money(9) },
        ],
      },
    });
    expect(invoice).toMatchObject({ currency: 'SEK', net: '1000', tax: '255' });
    expect(invoice.rows.map(({ unitPrice, priceCurrency }) => `${unitPrice} ${priceCurrency}`)).toEqual([
      '9 EUR',
      '100 SEK',
    ]);
  });

  it('asks why there is no tax only for a customer with such a row, and once', async () => {
    const untaxed = [{ ...HOURS_ROW, vatRate: 0 }];
    const path = 'customers/c2/customercountrysettings';
    const answers = {
      invoices: [HEADER, { ...HEADER, guid: 'i2' }],
      'invoices/i1/invoicerows': untaxed,
      'invoices/i2/invoicerows': untaxed,
      [path]: [{ zeroVatCategoryCodeEn16931: 'Z' }, { zeroVatCategoryCodeEn16931: null }],
    };
    const { asked, invoices } = await reading({ answers });
    expect(invoices.map(({ zeroCategory }) => zeroCategory)).toEqual(['Z', 'Z']);
    expect(asked.filter((name) => name === path)).toHaveLength(1);
    const torn = { ...answers, [path]: [{ zeroVatCategoryCodeEn16931: 'Z' }, { zeroVatCategoryCodeEn16931: 'E' }] };
    expect((await onlyInvoice({ answers: torn })).zeroCategory).toBeNull();
  });

  it.each([
    [[{ productType: 'Materials' }], 'goods'],
    [[{ productType: 'FixedFees' }, { productType: 'Subcontracting' }], 'services'],
    [[{ productType: 'Materials' }, { productType: 'FixedFees' }], null],
    [[], null],
  ])('tells goods from services by what the row bills: %j', async (items, sold) => {
    const fees = items.map((item) => ({ ...item, invoiceRowGuid: 'r2' }));
    const answers = { 'invoices/i1/invoicerows': [{ ...FEE_ROW, vatRate: 0 }], 'invoices/i1/projectfees': fees };
    expect((await onlyInvoice({ answers })).rows[0]?.sold).toBe(sold);
  });

  it('marks what lies in a period that Netvisor has locked, by the later of its days', async () => {
    const locked = {
      'accountingperiodlist.nv': element('Root', [element('X', [element('AccountingPeriodLockDate', '31.3.2026')])]),
    };
    expect((await onlyInvoice({ answers: locked })).lockedUntil).toBe('2026-03-31');
    const last = { ...locked, invoices: [{ ...HEADER, entryDate: '2026-03-31' }] };
    expect((await onlyInvoice({ answers: last })).lockedUntil).toBe('2026-03-31');
    const later = { ...locked, invoices: [{ ...HEADER, entryDate: '2026-04-01' }] };
    expect(await onlyInvoice({ answers: later })).toMatchObject({ lockedUntil: null, entryDate: '2026-04-01' });
  });

  it('does without the periods where Netvisor does not show them', async () => {
    const hidden = new CallRefused('netvisor', {
      cause: 'netvisor-access',
      category: 'SERVICE_ACCESS_ERROR',
      status: null,
      words: '',
    });
    expect((await onlyInvoice({ answers: { 'accountingperiodlist.nv': hidden } })).lockedUntil).toBeNull();
  });

  it('tells which invoices were taken back since the last reading, and not those that were sent', async () => {
    const statuses = [{ guid: 'draft' }, { guid: SENT }, { guid: READY }, { guid: 'paid', isSent: true }];
    const answers = { 'invoices?changed': statuses.map((status, at) => ({ guid: `g${at}`, status })) };
    const { pages } = await reading({ answers, since: new Date('2026-03-05T00:00:00Z') });
    expect(pages.flatMap(({ gone }) => gone ?? [])).toEqual(['g0']);
    expect((await reading({ answers })).asked).not.toContain('invoices?changed');
  });
});

const DIMENSIONS = { project: 'Projekti', businessUnit: 'Yksikkö', user: 'Tekijä' };

describe('what the rows are of', () => {
  const settings = settingsWith({ dimensions: DIMENSIONS });
  const hours = (row: string, project: string, name: string): object => ({
    invoiceRowGuid: row,
    project: { guid: project },
    user: { name },
    invoiceRowComment: name === 'Maija' ? 'Etänä' : null,
  });
  const rows = { 'invoices/i1/invoicerows': [HOURS_ROW] };

  it('comes from the hours that they bill', async () => {
    const answers = { ...rows, 'invoices/i1/workhours': [hours('r1', 'p1', 'Maija'), hours('r1', 'p1', 'Maija')] };
    expect((await onlyInvoice({ answers, settings })).rows[0]).toMatchObject({
      projects: ['2001 Verkkosivut'],
      businessUnits: ['ETE Etelä'],
      costCenters: ['100 Myynti'],
      users: ['Maija'],
      comment: 'Etänä',
    });
  });

  it('is several where the row groups several', async () => {
    const answers = { ...rows, 'invoices/i1/workhours': [hours('r1', 'p1', 'Maija'), hours('r1', 'p2', 'Matti')] };
    expect((await onlyInvoice({ answers, settings })).rows[0]).toMatchObject({
      projects: ['2001 Verkkosivut', '2002 Ylläpito'],
      businessUnits: ['ETE Etelä'],
      users: ['Maija', 'Matti'],
    });
  });

  it('is the invoice’s own project where nothing else says, and it has but one', async () => {
    expect((await onlyInvoice({ answers: rows, settings })).rows[0]?.projects).toEqual(['2001 Verkkosivut']);
    const two = { ...rows, invoices: [{ ...HEADER, projects: [{ guid: 'p1' }, { guid: 'p2' }] }] };
    expect((await onlyInvoice({ answers: two, settings })).rows[0]?.projects).toEqual([]);
  });

  it('has the name that the dimension was moved by, so that a rename makes no second item', async () => {
    const pairs = { 'dimensions/p1': { severaKey: 'p1', netvisorKey: '2001 Vanha nimi', number: '2001' } };
    expect((await onlyInvoice({ answers: rows, settings, pairs })).rows[0]?.projects).toEqual(['2001 Vanha nimi']);
  });

  it('of a credit note comes from what was credited', async () => {
    const answers = {
      ...rows,
      invoices: [{ ...HEADER, isCreditNote: true }],
      'invoices/i1/reimbursedworkhours': [hours('r1', 'p2', 'Matti')],
    };
    const invoice = await onlyInvoice({ answers, settings });
    expect(invoice.credit).toBe(true);
    expect(invoice.rows[0]).toMatchObject({ projects: ['2002 Ylläpito'], users: ['Matti'] });
  });
});

describe('the months that a recurring fee is for', () => {
  const settings = settingsWith({ accrual: true });
  const fee = (more: object = {}): object => ({
    invoiceRowGuid: 'r2',
    recurrenceRuleGuid: 'rule',
    displayPeriodStartDate: '2026-11-15',
    eventDate: '2026-12-01',
    ...more,
  });
  const periodOf = async (fees: readonly object[], rule: unknown, chosen = settings): Promise<unknown> => {
    const answers = {
      'invoices/i1/invoicerows': [FEE_ROW],
      'invoices/i1/projectfees': fees,
      'projectrecurringfeerules/rule': rule,
    };
    return (await onlyInvoice({ answers, settings: chosen })).rows[0]?.period;
  };

  it('are so many as its rule bills at once', async () => {
    expect(await periodOf([fee()], { frequency: 12 })).toEqual({ from: '2026-11', until: '2027-10' });
    expect(await periodOf([fee({ displayPeriodStartDate: null })], { frequency: 1 })).toEqual({
      from: '2026-12',
      until: '2026-12',
    });
  });

  it.each([
    ['the rule is gone', [fee()], undefined],
    ['the rule does not say', [fee()], { frequency: null }],
    ['the fee has no day', [fee({ displayPeriodStartDate: null, eventDate: null })], { frequency: 1 }],
    ['the row groups it with what does not recur', [fee(), fee({ recurrenceRuleGuid: null })], { frequency: 1 }],
    ['the row groups two periods', [fee(), fee({ displayPeriodStartDate: '2027-01-01' })], { frequency: 1 }],
  ])('are unclear when %s', async (_, fees, rule) => {
    expect(await periodOf(fees, rule)).toBe('unclear');
  });

  it('are none of what does not recur, nor where the company does not accrue', async () => {
    expect(await periodOf([fee({ recurrenceRuleGuid: null })], {})).toBeNull();
    expect(await periodOf([fee()], { frequency: 12 }, settingsWith())).toBeNull();
  });

  it.each([
    ['2026-01-31', 1, '2026-01', '2026-01'],
    ['2026-12-01', 3, '2026-12', '2027-02'],
    ['2026-01-01', 24, '2026-01', '2027-12'],
  ])('from %s for %i are %s to %s', (day, months, from, until) => {
    expect(monthsFrom(day, months)).toEqual({ from, until });
  });
});

describe('the last locked day', () => {
  it.each<[readonly (readonly [string, string])[], string | null]>([
    [[], null],
    [[['AccountingPeriodLockDate', '']], null],
    [[['AccountingPeriodLockDate', '2026-01-31']], '2026-01-31'],
    [
      [
        ['accountingperiodlockdate', '28.2.2026'],
        ['VatPeriodLockDate', '31.1.2026'],
      ],
      '2026-02-28',
    ],
    [
      [
        ['PurchaseLockDate', '31.12.2026'],
        ['VatPeriodLockDate', '2026-01-31'],
      ],
      '2026-01-31',
    ],
  ])('of %j is %s', (locks, day) => {
    const root = element('Root', [
      element(
        'List',
        locks.map(([name, text]) => element(name, text)),
      ),
    ]);
    expect(lastLockedDay(root)).toBe(day);
  });
});
