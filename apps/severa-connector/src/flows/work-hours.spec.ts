import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { children, element, type NetvisorElement, type SeveraRequest, textAt } from '#lib/upstream';

import type { Incoming, Known, Situation, SourceRecord, Step } from '../engine/flow.js';
import { readAll, settingsOf, type World } from './reading.spec-support.js';
import type { WorkDay, WorkEntry } from './work-day.js';
import { workHours } from './work-hours.js';

const SETTINGS = {
  workHours: {
    mode: 'automatic',
    projectHeader: 'Projektit',
    recordTypes: { DEV: '11', LOMA: '20' },
    overtimeTypes: { YT50: '31' },
  },
};

const ENTRY: WorkEntry = {
  kind: 'work',
  code: 'DEV',
  name: 'Kehitys',
  hours: '7.5',
  approved: true,
  description: 'Verkkosivut',
  project: '1001 Verkkosivut',
};
const DAY: WorkDay = { date: '2026-11-19', employee: '1407', entries: [ENTRY] };

const situationOf = (day: WorkDay, more: Partial<Situation> = {}): Situation => ({
  key: 'u-1 2026-11-19',
  source: day,
  known: null,
  unsure: null,
  settings: settingsOf(SETTINGS),
  today: '2026-11-20',
  ...more,
});

const OK: Incoming = {
  system: 'netvisor',
  reply: {
    as: 'ok',
    root: { name: 'Root', attributes: {}, children: [], text: '' },
    inserted: null,
    transactionId: 't',
  },
};

function bodyOf(step: Step): NetvisorElement {
  if (step.do !== 'write' || !('request' in step.call) || step.call.system !== 'netvisor') throw new Error(step.do);
  if (!step.call.request.body) throw new Error('no body');
  return step.call.request.body;
}

const written = ({ name, attributes, children: inner, text }: NetvisorElement): string =>
  `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}="${value}"`)].join(' ')}>` +
  `${text}${inner.map(written).join('')}</${name}>`;

describe("an employee's day", () => {
  it('goes to Netvisor as one message, which replaces the day', () => {
    const step = workHours.next(situationOf(DAY));
    expect(step).toMatchObject({ do: 'write', operation: 'create', repeatable: true });
    expect(written(bodyOf(step))).toBe(
      '<workday><date format="ansi" method="replace">2026-11-19</date>' +
        '<employeeidentifier type="number">1407</employeeidentifier>' +
        '<workdayhour><hours>7,50</hours><collectorratio type="number">11</collectorratio>' +
        '<acceptancestatus>accepted</acceptancestatus><description>Verkkosivut</description>' +
        '<dimension><dimensionname>Projektit</dimensionname><dimensionitem>1001 Verkkosivut</dimensionitem></dimension>' +
        '</workdayhour></workday>',
    );
  });

  it.each([
    ['approved hours', { approved: true }, ['accepted', '11', 'Verkkosivut', true]],
    ['hours that are not', { approved: false }, ['confirmed', '11', 'Verkkosivut', true]],
    ['overtime', { kind: 'overtime', code: 'YT50' }, ['accepted', '31', 'Verkkosivut', true]],
    ['an absence', { kind: 'absence', code: 'LOMA', project: null }, ['confirmed', '20', 'Verkkosivut', false]],
    ['hours without words', { description: ' ' }, ['accepted', '11', 'Kehitys', true]],
    ['words that Netvisor has no sign for', { description: 'Łoma 🌞\n – ok' }, ['accepted', '11', 'oma - ok', true]],
  ] as const)('has %s as they are called there', (_, more, expected) => {
    const [hour] = children(
      bodyOf(workHours.next(situationOf({ ...DAY, entries: [{ ...ENTRY, ...more }] }))),
      'workdayhour',
    );
    if (!hour) throw new Error('no hour');
    const of = (name: string) => textAt(hour, name);
    expect([of('acceptancestatus'), of('collectorratio'), of('description'), of('dimension') !== undefined]).toEqual(
      expected,
    );
  });

  it.each([
    ['has no employee number', { employee: null }, 'employee-number-missing'],
    ['has one that begins with 0', { employee: '0123' }, 'employee-number-leading-zero'],
    ['has a work type without a record type', { entries: [{ ...ENTRY, code: 'X' }] }, 'record-type-unmapped'],
    ['has a work type without a code', { entries: [{ ...ENTRY, code: null }] }, 'record-type-unmapped'],
    ['has a code that only objects have', { entries: [{ ...ENTRY, code: 'constructor' }] }, 'record-type-unmapped'],
    [
      'has overtime that only ordinary hours have a record type for',
      { entries: [{ ...ENTRY, kind: 'overtime' }] },
      'record-type-unmapped',
    ],
    [
      'has an absence of unknown length',
      { entries: [{ ...ENTRY, kind: 'absence', code: 'LOMA', hours: null }] },
      'absence-hours-unknown',
    ],
  ] as const)('that %s is rejected', (_, more, cause) => {
    const step = workHours.next(situationOf({ ...DAY, ...more }));
    expect(step).toMatchObject({ do: 'reject', objections: [{ cause }] });
  });

  it('names each unmapped kind once', () => {
    const entries = [
      { ...ENTRY, code: 'X', name: 'Muu' },
      { ...ENTRY, code: 'X', name: 'Muu' },
      { ...ENTRY, code: 'Y' },
    ];
    expect(workHours.next(situationOf({ ...DAY, entries }))).toEqual({
      do: 'reject',
      objections: [
        { cause: 'record-type-unmapped', field: 'work', message: 'X Muu' },
        { cause: 'record-type-unmapped', field: 'work', message: 'Y Kehitys' },
      ],
    });
  });

  it("that another user has too is rejected: one would replace the other's", () => {
    expect(workHours.next(situationOf(DAY, { rival: 'Toinen Tekijä' }))).toMatchObject({
      do: 'reject',
      objections: [{ cause: 'employee-number-shared', message: 'Toinen Tekijä' }],
    });
  });

  it('whose answer was lost is sent again as it is', () => {
    const first = workHours.next(situationOf(DAY)) as Step & { readonly do: 'write' };
    const again = workHours.next(situationOf(DAY, { known: first.known ?? null, unsure: 'create' }));
    expect(again).toEqual(first);
  });

  it.each([
    ['may have arrived', 'create', undefined, 'repeat-unsafe'],
    ['has moved', null, 'hash', 'changed-after-transfer'],
  ] as const)('that %s under another employee number is left to a person: it would be paid twice', (...given) => {
    const [, unsure, sent, cause] = given;
    const known = { key: sent ? '1407 2026-11-19' : null, tried: '1407 2026-11-19', ...(sent && { sent }) };
    const step = workHours.next(situationOf({ ...DAY, employee: '1408' }, { known, unsure }));
    expect(step).toEqual({ do: 'reject', objections: [{ cause, field: '1407 2026-11-19' }] });
    // By a person's word, what was not there may go.
    if (!sent) expect(workHours.next(situationOf({ ...DAY, employee: '1408' }, { known })).do).toBe('write');
  });

  it('that a person has marked as done is sent when it changes, under whatever number', () => {
    expect(workHours.next(situationOf(DAY, { known: { key: 'by-hand:u-1 2026-11-19' } })).do).toBe('write');
  });

  it('is sent again when anything of it changes, and never otherwise', () => {
    const entry = fc.record({
      kind: fc.constantFrom('work' as const),
      code: fc.constantFrom('DEV', 'LOMA'),
      name: fc.constant('n'),
      hours: fc.constantFrom('1', '7.5', '0.33'),
      approved: fc.boolean(),
      description: fc.constantFrom('a', 'b'),
      project: fc.constantFrom(null, '1 A'),
    });
    const day = fc.record({ date: fc.constant('2026-11-19'), employee: fc.constant('7'), entries: fc.array(entry) });
    fc.assert(
      fc.property(day, day, (before, after) => {
        const situation = situationOf(before);
        const step = workHours.next(situation) as Step & { readonly do: 'write' };
        const known: Known = workHours.learn(situation, step, OK);
        expect(known.key).toBe('7 2026-11-19');
        expect(workHours.next({ ...situation, known })).toEqual({ do: 'done' });
        const next = workHours.next(situationOf(after, { known }));
        const same = JSON.stringify(bodyOf(step)) === JSON.stringify(bodyOf(workHours.next(situationOf(after))));
        expect(next.do).toBe(same ? 'done' : 'write');
      }),
    );
  });
});

const USER = { guid: 'u-1', code: '1407', name: 'Meikäläinen Maija' };
const OTHER = { guid: 'u-2', code: '1408', name: 'Toinen Tekijä' };
const PROJECT = { guid: 'p-1', number: 1001, name: 'Verkkosivut' };
const hour = (guid: string, eventDate: string, more: object = {}): object => ({
  guid,
  eventDate,
  quantity: 2.5,
  isApproved: true,
  description: 'työ',
  user: USER,
  workType: { guid: 'w-1', code: 'DEV', name: 'Kehitys' },
  project: PROJECT,
  ...more,
});
const absence = (guid: string, startDateTime: string, endDateTime: string | null, more: object = {}): object => ({
  guid,
  name: 'Kesäloma',
  activityType: { guid: 't-1', name: 'Loma', category: 'Absences' },
  ownerUser: USER,
  startDateTime,
  endDateTime,
  isAllDay: true,
  hasHours: false,
  ...more,
});

const param = ({ query }: SeveraRequest, name: string): string | undefined =>
  query?.find(([given]) => given === name)?.[1];

/** Severa with these hours and absences, which honours the filters that are given. */
function severaWith(hours: readonly object[], absences: readonly object[] = [], deleted: readonly object[] = []) {
  return (path: string, request: SeveraRequest): unknown => {
    const [from = '', until = '9999'] = [param(request, 'eventDateStart'), param(request, 'eventDateEnd')];
    const since = param(request, 'changedSince');
    const within = (value: object): boolean => {
      const { eventDate, changed = '' } = value as { eventDate: string; changed?: string };
      return eventDate >= from && eventDate <= until && (since === undefined || changed >= since);
    };
    if (path === 'workhours') return hours.filter(within);
    if (path === 'deletedworkhours') return deleted;
    if (path === 'activities') return since === undefined ? absences : [];
    if (path === 'activitytypes') return [{ guid: 't-1', code: 'LOMA' }];
    if (path === 'overtimes') return [{ guid: 'o-1', code: 'YT50' }];
    if (path === 'users/u-1') return { workContract: { dailyHours: 7.5, workWeek: ['Thursday', 'Friday', 'Monday'] } };
    return [];
  };
}

/** Netvisor's record types, each with its unit: 1 is hours, 2 is days. */
const recordTypes = (units: Readonly<Record<string, string>>): NetvisorElement =>
  element('Root', [
    element(
      'RecordTypes',
      Object.entries(units).map(([number, unit]) =>
        element('RecordType', [element('RatioNumber', number), element('UnitType', unit)]),
      ),
    ),
  ]);

const worldOf = (more: Partial<World>): World => ({
  settings: SETTINGS,
  netvisor: () => recordTypes({ 11: '1', 20: '1', 31: '1' }),
  ...more,
});
const daysOf = (records: readonly SourceRecord[]): unknown => records.map(({ key, number }) => [key, number]);

describe('the reading of hours', () => {
  it('puts the hours of an employee and day together, all of them, in an order that stays', async () => {
    const hours = [
      hour('b', '2026-11-19', { overtime: { guid: 'o-1', name: 'Ylityö 50' } }),
      hour('a', '2026-11-19'),
      hour('c', '2026-11-19', { user: OTHER, project: null }),
      hour('d', '2026-11-18', { quantity: 0 }),
      hour('e', '2026-11-20', { quantity: null }),
    ];
    const read = (given: readonly object[]) => readAll(workHours, worldOf({ severa: severaWith(given) }));
    const { records } = await read(hours);
    expect(daysOf(records)).toEqual([
      ['u-1 2026-11-19', '1407 2026-11-19'],
      ['u-2 2026-11-19', '1408 2026-11-19'],
    ]);
    const common = { hours: '2.5', approved: true, description: 'työ' };
    expect(records[0]).toMatchObject({ name: 'Meikäläinen Maija' });
    expect(records[0]?.content).toEqual({
      date: '2026-11-19',
      employee: '1407',
      entries: [
        { ...common, kind: 'work', code: 'DEV', name: 'Kehitys', project: '1001 Verkkosivut' },
        { ...common, kind: 'overtime', code: 'YT50', name: 'Ylityö 50', project: '1001 Verkkosivut' },
      ],
    });
    expect(new Map((await read(hours.toReversed())).records.map(({ key, content }) => [key, content]))).toEqual(
      new Map(records.map(({ key, content }) => [key, content])),
    );
  });

  it('says which of a day’s record types count days, and asks for them once', async () => {
    const absent = absence('a', '2026-11-12T00:00:00', '2026-11-12T23:59:59');
    const severa = severaWith([hour('b', '2026-11-12'), hour('c', '2026-11-19')], [absent]);
    const netvisor = () => recordTypes({ 11: '1', 20: '2' });
    const { records, asked } = await readAll(workHours, worldOf({ severa, netvisor }));
    expect(records.map(({ content }) => content['inDays'])).toEqual([['20'], undefined]);
    expect(asked.filter((one) => one.startsWith('getrecordtypelist.nv'))).toHaveLength(1);
    expect(workHours.next(situationOf(records[0]?.content as unknown as WorkDay))).toEqual({
      do: 'reject',
      objections: [{ cause: 'record-type-in-days', field: 'absence', message: '20 LOMA Loma' }],
    });
  });

  it('names projects as the dimensions flow has moved them', async () => {
    const pairs = { dimensions: { 'p-1': '1001 Vanha nimi' } };
    const { records } = await readAll(workHours, worldOf({ pairs, severa: severaWith([hour('a', '2026-11-19')]) }));
    expect(records[0]?.content['entries']).toMatchObject([{ project: '1001 Vanha nimi' }]);
  });

  it('takes a day once all of its hours are approved, where only approved ones are wanted', async () => {
    const severa = severaWith([
      hour('a', '2026-11-18'),
      hour('b', '2026-11-19'),
      hour('c', '2026-11-19', { isApproved: null }),
    ]);
    const pairs = { 'work-hours': { 'u-1 2026-11-19': '1407 2026-11-19' } };
    const { records, gone } = await readAll(workHours, worldOf({ severa, pairs }));
    expect(daysOf(records)).toEqual([['u-1 2026-11-18', '1407 2026-11-18']]);
    expect(gone).toEqual([]);
    const settings = { workHours: { ...SETTINGS.workHours, onlyApproved: false } };
    expect((await readAll(workHours, worldOf({ severa, settings }))).records).toHaveLength(2);
  });

  it('is of this month and the one before, and of older days that were changed since', async () => {
    const hours = [
      hour('a', '2026-10-01'),
      hour('b', '2026-09-30'),
      hour('c', '2026-03-02', { changed: '2026-11-19' }),
      hour('d', '2026-03-02'),
      hour('e', '2026-11-21'),
    ];
    const keys = async (since: Date | null) =>
      (await readAll(workHours, worldOf({ severa: severaWith(hours), since }))).records.map(({ key }) => key);
    expect(await keys(null)).toEqual(['u-1 2026-10-01']);
    expect(await keys(new Date('2026-11-18T00:00:00Z'))).toEqual(['u-1 2026-10-01', 'u-1 2026-03-02']);
    const { records } = await readAll(workHours, worldOf({ severa: severaWith(hours), since: new Date('2026-11-18') }));
    expect(records[1]?.content['entries']).toHaveLength(2);
  });

  it('tells days that have moved and have nothing left', async () => {
    const pairs = {
      'work-hours': {
        'u-1 2026-11-19': '1407 2026-11-19',
        'u-1 2026-11-18': '1407 2026-11-18',
        'u-1 2026-03-02': '1407 2026-03-02',
        'u-1 2026-03-03': '1407 2026-03-03',
      },
    };
    const severa = severaWith([hour('a', '2026-11-18')], [], [{ eventDate: '2026-03-02', user: { guid: 'u-1' } }]);
    const since = new Date('2026-11-18T00:00:00Z');
    expect((await readAll(workHours, worldOf({ severa, pairs, since }))).gone).toEqual([
      'u-1 2026-11-19',
      'u-1 2026-03-02',
    ]);
  });
});

describe('a day whose only hour was deleted', () => {
  it('is gone, though its employee has no other hours', async () => {
    const pairs = { 'work-hours': { 'u-1 2026-11-18': '1407 2026-11-18' } };
    const severa = severaWith([], [], [{ eventDate: '2026-11-18', user: { guid: 'u-1' } }]);
    const { gone } = await readAll(workHours, worldOf({ severa, pairs, since: new Date('2026-11-18T00:00:00Z') }));
    expect(gone).toEqual(['u-1 2026-11-18']);
  });
});

describe('a list of hours that grows while it is read', () => {
  it('gives no hour twice', async () => {
    const twice = [hour('a', '2026-11-19'), hour('b', '2026-11-19'), hour('b', '2026-11-19')];
    const { records } = await readAll(workHours, worldOf({ severa: severaWith(twice) }));
    expect(records[0]?.content['entries']).toHaveLength(2);
  });
});

describe('the reading of absences', () => {
  const read = async (...absences: readonly object[]): Promise<readonly (readonly [string, unknown])[]> => {
    const { records } = await readAll(workHours, worldOf({ severa: severaWith([], absences) }));
    return records.map(({ content }) => {
      const { date, entries } = content as unknown as WorkDay;
      return [date, entries.map(({ kind, code, hours }) => [kind, code, hours].join(' '))];
    });
  };
  // The nineteenth is a Thursday; the working week of this user is Thursday, Friday and Monday.
  it.each([
    ['one whole day', absence('a', '2026-11-12T00:00:00', '2026-11-12T23:59:59'), [['2026-11-12', '7.5']]],
    [
      'whole days, but for days that are not worked',
      absence('a', '2026-11-12T00:00:00', '2026-11-16T00:00:00'),
      [
        ['2026-11-12', '7.5'],
        ['2026-11-13', '7.5'],
      ],
    ],
    [
      'some hours',
      absence('a', '2026-11-12T08:00:00+02:00', '2026-11-12T10:15:00+02:00', { isAllDay: false }),
      [['2026-11-12', '2.25']],
    ],
    [
      'an evening that ends at midnight',
      absence('a', '2026-11-12T20:00:00Z', '2026-11-12T22:00:00Z', { isAllDay: false }),
      [['2026-11-12', '2']],
    ],
    ['one that has entries of hours', absence('a', '2026-11-12T00:00:00', null, { hasHours: true }), []],
    ['one without a time', absence('a', 'soon', null), []],
  ])('finds %s', async (_, given, expected) => {
    expect(await read(given)).toEqual(expected.map(([date, hours]) => [date, [`absence LOMA ${hours}`]]));
  });

  it('does not guess the hours of a whole day', async () => {
    const given = absence('a', '2026-11-12T00:00:00', null, { ownerUser: OTHER });
    expect(await read(given)).toEqual([['2026-11-12', ['absence LOMA ']]]);
  });
});
