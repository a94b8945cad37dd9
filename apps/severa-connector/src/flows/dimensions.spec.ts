import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { linkSettingsBody, type LinkSettings } from '#lib/contracts';
import { element, type NetvisorElement, type NetvisorRequest, type SeveraRequest, textAt } from '#lib/upstream';

import type { Calls, Incoming, Known, Outgoing, Reading, Situation, SourceRecord, Step } from '../engine/flow.js';
import type { DimensionSource } from './dimension-source.js';
import { dimensions } from './dimensions.js';
import { readIndex } from './register-reading.spec-support.js';

const settingsOf = (chosen: unknown): LinkSettings => linkSettingsBody.parse({ dimensions: chosen });
const SETTINGS = settingsOf({ projects: 'Projekti', businessUnits: 'Yksikkö' });
const TODAY = '2026-03-18';

const project = (number: number | null, name: string, more: object = {}): object => ({
  guid: `p-${number ?? name}`,
  number,
  name,
  ...more,
});

/** Netvisor's tree of dimensions: headers, each with its items in order. */
class Tree {
  readonly headers: Map<string, string[]>;
  readonly writes: string[] = [];

  constructor(headers: Readonly<Record<string, readonly string[]>>) {
    this.headers = new Map(Object.entries(headers).map(([name, items]) => [name, [...items]]));
  }

  root(): NetvisorElement {
    const names = [...this.headers].map(([name, items]) =>
      element('DimensionName', [
        element('Name', name),
        element(
          'DimensionDetails',
          items.map((item) => element('DimensionDetail', [element('Name', item), element('IsHidden', 'False')])),
        ),
      ]),
    );
    return element('Root', [element('DimensionNameList', names)]);
  }

  /** `null`: it was taken; otherwise the category of the refusal. */
  write({ query, body }: NetvisorRequest): string | null {
    const [header = '', item = '', old] = ['name', 'item', 'olditem'].map((name) => body && textAt(body, name));
    const method = query?.[0]?.[1] ?? '';
    this.writes.push([method, header, item, ...(old === undefined ? [] : [old])].join('|'));
    const items = this.headers.get(header);
    if (!items) return 'INVALID_DATA';
    if (items.includes(item)) return 'DUPLICATE_DATA';
    if (method === 'add') return (void items.push(item), null);
    const at = items.indexOf(old ?? '');
    if (at < 0) return 'INVALID_DATA';
    items[at] = item;
    return null;
  }
}

const answered = (root: NetvisorElement): Incoming => ({
  system: 'netvisor',
  reply: { as: 'ok', root, inserted: null, transactionId: 't' },
});

const requestOf = (call: Extract<Step, { do: 'ask' | 'write' }>['call']): NetvisorRequest =>
  (call as Outgoing & { readonly system: 'netvisor' }).request;

/** Steps until there is no next one, as an engine would take them. */
function move(tree: Tree, situation: Situation): { readonly step: Step; readonly known: Known | null } {
  let now = situation;
  for (let steps = 0; steps < 10; steps++) {
    const step = dimensions.next(now);
    if (step.do !== 'ask' && step.do !== 'write') return { step, known: now.known };
    const category = step.do === 'write' ? tree.write(requestOf(step.call)) : null;
    const known =
      category === null
        ? dimensions.learn(now, step, answered(tree.root()))
        : dimensions.learnRefusal?.(now, step, { system: 'netvisor', category, text: '' });
    if (!known) return { step: { do: 'reject', objections: [{ cause: `refused ${category}` }] }, known: now.known };
    now = { ...now, known, unsure: null };
  }
  throw new Error('It does not come to an end');
}

const sourceOf = (item: string | null, more: Partial<DimensionSource> = {}): DimensionSource => ({
  kind: 'projects',
  header: 'Projekti',
  headerThere: true,
  item,
  shared: false,
  ...more,
});

const situationOf = (source: DimensionSource | null, more: Partial<Situation> = {}): Situation => ({
  key: 'p-1',
  source,
  known: null,
  unsure: null,
  settings: SETTINGS,
  today: TODAY,
  ...more,
});

async function* pagesOf(pages: readonly (readonly unknown[])[]): AsyncGenerator<readonly unknown[]> {
  for (const page of pages) yield await Promise.resolve(page);
}

function readingOf(
  tree: Tree,
  severa: { readonly projects?: readonly object[]; readonly businessunits?: readonly object[] },
  { settings = SETTINGS, moved = [] as readonly string[] } = {},
): Reading {
  const calls: Calls = {
    netvisor: () => Promise.resolve(tree.root()),
    severa: () => Promise.reject(new Error('No single records are read')),
    severaPages: ({ path }: SeveraRequest) => pagesOf([severa[path[0] as keyof typeof severa] ?? []]),
  };
  const keys = { severaKey: null, netvisorKey: null, number: null };
  const pairs: Reading['pairs'] = (_, wanted) =>
    Promise.resolve(new Map(wanted.filter((key) => moved.includes(key)).map((key) => [key, keys])));
  return { settings, calls, since: null, now: new Date(), pairs, pairsInNetvisor: () => Promise.resolve(new Map()) };
}

async function readAll(reading: Reading): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const page of dimensions.read(reading)) records.push(...page.records);
  return records;
}

describe('when dimensions move', () => {
  it.each([
    ['nothing was decided', null, 'off'],
    ['no header is chosen', { projects: null }, 'off'],
    ['one header is chosen', { businessUnits: 'Yksikkö' }, 'automatic'],
    ['a person is to say when', { projects: 'Projekti', when: 'on-demand' }, 'on-demand'],
  ])('%s', (_, chosen, mode) => {
    expect(dimensions.mode(settingsOf(chosen))).toBe(mode);
  });
});

describe('what is read', () => {
  const tree = new Tree({ projekti: ['1 A'] });

  it('names projects by number, units by code, and headers as Netvisor writes them', async () => {
    const records = await readAll(
      readingOf(tree, {
        projects: [project(7, 'Verkko\nsivut'), project(null, 'Ilman numeroa'), { number: 8, name: 'No guid' }],
        businessunits: [
          { guid: 'u-1', code: 'HKI', name: 'Helsinki' },
          { guid: 'u-2', code: null, name: 'Turku' },
        ],
      }),
    );
    expect(records.map(({ key, number, content }) => [key, number, content['header'], content['item']])).toEqual([
      ['p-7', '7', 'projekti', '7 Verkko sivut'],
      ['p-Ilman numeroa', null, 'projekti', 'Ilman numeroa'],
      ['u-1', 'HKI', 'Yksikkö', 'HKI Helsinki'],
      ['u-2', null, 'Yksikkö', 'Turku'],
    ]);
    expect(records.map(({ content }) => content['headerThere'])).toEqual([true, true, false, false]);
  });

  it('is cut to what Netvisor holds', async () => {
    const [record] = await readAll(readingOf(tree, { projects: [project(7, 'x'.repeat(300))] }));
    expect(record?.content['item']).toBe(`7 ${'x'.repeat(198)}`);
  });

  it('marks names that are not one record’s alone, whatever their case', async () => {
    const projects = [project(null, 'Sama'), project(9, 'Oma'), { guid: 'p-x', number: null, name: 'SAMA' }];
    const records = await readAll(readingOf(tree, { projects }));
    expect(records.map(({ content }) => content['shared'])).toEqual([true, false, true]);
  });

  it('meets a record once, though a list that grows gave it twice', async () => {
    const records = await readAll(readingOf(tree, { projects: [project(1, 'A'), project(2, 'B'), project(1, 'A')] }));
    expect(records.map(({ key, content }) => [key, content['shared']])).toEqual([
      ['p-1', false],
      ['p-2', false],
    ]);
  });

  it('meets what has moved of a kind that no longer moves, since that is not gone', async () => {
    const projects = [project(1, 'A'), project(2, 'B')];
    const settings = settingsOf({ businessUnits: 'Yksikkö' });
    const records = await readAll(readingOf(tree, { projects }, { settings, moved: ['p-2'] }));
    expect(records.map(({ key, content }) => [key, content['header']])).toEqual([['p-2', null]]);
  });
});

describe('a dimension item', () => {
  it.each<[string, DimensionSource, Known | null, string[], Step]>([
    ['that is not there is made', sourceOf('1 A'), null, ['add|Projekti|1 A'], { do: 'done', linked: false }],
    [
      'that an index did not meet is made',
      sourceOf('1 A'),
      { key: null },
      ['add|Projekti|1 A'],
      { do: 'done', linked: false },
    ],
    ['that is there is linked', sourceOf('2 B'), null, [], { do: 'done', linked: true }],
    [
      'that is there in another case is renamed',
      sourceOf('2 b'),
      null,
      ['edit|Projekti|2 b|2 B'],
      { do: 'done', linked: false },
    ],
    [
      'whose record has another name now is renamed',
      sourceOf('2 Uusi'),
      { key: '2 B', sought: 'projekti\n2 b' },
      ['edit|Projekti|2 Uusi|2 B'],
      { do: 'done', linked: false },
    ],
    [
      'whose new name is taken is linked, and the old one stays',
      sourceOf('3 C'),
      { key: '2 B', sought: 'projekti\n2 b' },
      [],
      { do: 'done', linked: true },
    ],
    [
      'whose kind goes under another header is made there',
      sourceOf('2 B', { header: 'Työ' }),
      { key: '2 B', sought: 'projekti\n2 b' },
      ['add|Työ|2 B'],
      { do: 'done', linked: false },
    ],
    [
      'whose kind goes under another header takes no item of its old name there',
      sourceOf('2 Uusi', { header: 'Muu' }),
      { key: '2 B', sought: 'projekti\n2 b' },
      ['add|Muu|2 Uusi'],
      { do: 'done', linked: false },
    ],
    ['whose kind no longer moves stays', sourceOf('2 Uusi', { header: null }), { key: '2 B' }, [], { do: 'done' }],
    [
      'without a header in Netvisor is rejected',
      sourceOf('1 A', { headerThere: false }),
      null,
      [],
      { do: 'reject', objections: [{ cause: 'dimension-header-missing', field: 'projects' }] },
    ],
    [
      'without a name is rejected',
      sourceOf(null),
      null,
      [],
      { do: 'reject', objections: [{ cause: 'dimension-without-name', field: 'name' }] },
    ],
    [
      'with another’s name is rejected',
      sourceOf('1 A', { shared: true }),
      null,
      [],
      { do: 'reject', objections: [{ cause: 'dimension-name-shared', field: 'name', message: '1 A' }] },
    ],
    [
      'with letters that Netvisor lacks is rejected',
      sourceOf('1 Ж'),
      null,
      [],
      { do: 'reject', objections: [{ cause: 'letter-unknown', field: 'name', message: 'Ж' }] },
    ],
  ])('%s', (_, source, known, writes, last) => {
    const tree = new Tree({ Projekti: ['2 B', '3 C'], Työ: [], Muu: ['2 B'] });
    const { step } = move(tree, situationOf(source, { known }));
    expect(step).toEqual(last);
    expect(tree.writes).toEqual(writes);
  });

  it('that may have been made is looked up first', () => {
    const tree = new Tree({ Projekti: ['1 A'] });
    const { step } = move(tree, situationOf(sourceOf('1 A'), { known: { key: null }, unsure: 'create' }));
    expect(step).toEqual({ do: 'done', linked: true });
    expect(tree.writes).toEqual([]);
  });

  it.each([
    ['arrived', true, ['3 C']],
    ['did not arrive', false, ['3 C']],
  ])(
    'whose name was changed after its making or its renaming, which %s, was lost is there once',
    (_, arrives, items) => {
      for (const [there, known] of [
        [[], { key: null, sought: 'projekti\n2 b' }],
        [['1 A'], { key: '1 A', sought: 'projekti\n2 b' }],
      ] as const) {
        const tree = new Tree({ Projekti: there });
        const step = dimensions.next(situationOf(sourceOf('2 B'), { known })) as Step & { readonly do: 'write' };
        if (arrives) tree.write(requestOf(step.call));
        const { known: sent = null, operation: unsure } = step;
        expect(move(tree, situationOf(sourceOf('3 C'), { known: sent, unsure })).step).toMatchObject({ do: 'done' });
        expect(tree.headers.get('Projekti')).toEqual(items);
      }
    },
  );

  it('that may have been renamed is looked up by both names', () => {
    const known = { key: '1 A', sought: 'projekti\n1 b' };
    const situation = situationOf(sourceOf('1 B'), { known, unsure: 'change' });
    const done = new Tree({ Projekti: ['1 B'] });
    expect(move(done, situation).step).toMatchObject({ do: 'done' });
    expect(done.writes).toEqual([]);
    const undone = new Tree({ Projekti: ['1 A'] });
    expect(move(undone, situation).step).toMatchObject({ do: 'done' });
    expect(undone.writes).toEqual(['edit|Projekti|1 B|1 A']);
  });

  it('that somebody made meanwhile is linked after the refusal', () => {
    const tree = new Tree({ Projekti: ['1 A'] });
    expect(move(tree, situationOf(sourceOf('1 A'), { known: { key: null } })).step).toEqual({
      do: 'done',
      linked: true,
    });
    expect(tree.writes).toEqual(['add|Projekti|1 A']);
  });

  it('that somebody renamed meanwhile is made anew', () => {
    const tree = new Tree({ Projekti: ['Aivan muu'] });
    const known = { key: '1 A', sought: 'projekti\n1 b' };
    expect(move(tree, situationOf(sourceOf('1 B'), { known })).step).toMatchObject({ do: 'done' });
    expect(tree.writes).toEqual(['edit|Projekti|1 B|1 A', 'add|Projekti|1 B']);
  });

  it('that is refused twice is rejected, and asked for again on another day', () => {
    const refusal = { system: 'netvisor', category: 'DUPLICATE_DATA', text: '' } as const;
    const situation = situationOf(sourceOf('1 A'), { known: { key: null } });
    const create = dimensions.next(situation) as Step & { do: 'write' };
    const known = dimensions.learnRefusal?.(situation, create, refusal) ?? null;
    expect(known).not.toBeNull();
    expect(dimensions.learnRefusal?.({ ...situation, known }, create, refusal)).toBeNull();
    expect(dimensions.learnRefusal?.({ ...situation, known, today: '2026-03-19' }, create, refusal)).not.toBeNull();
  });
});

describe('the index', () => {
  it('has what was asked about, under the chosen headers only', async () => {
    const tree = new Tree({ Projekti: ['1 A', '2 B'], Muu: ['1 A'] });
    const reading = readingOf(tree, {});
    expect(await readIndex(dimensions, reading, new Set(['projekti\n1 a']))).toEqual([
      ['projekti\n1 a', { key: '1 A', sought: 'projekti\n1 a', linked: true }],
    ]);
    expect(await readIndex(dimensions, reading)).toHaveLength(2);
  });

  it('is matched on what a record is matched on', () => {
    expect(dimensions.matchOf?.(sourceOf('1 A'))).toBe('projekti\n1 a');
    expect(dimensions.matchOf?.(sourceOf(null))).toBeNull();
  });
});

describe('moving all of them', () => {
  const name = fc.constantFrom('A', 'a', 'B', 'Ä', 'Verkko', 'x'.repeat(220));
  const one = fc.record({ number: fc.option(fc.integer({ min: 1, max: 4 })), name });

  it('makes no name twice, leaves none out that could move, and does nothing the second time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 8 }), fc.uniqueArray(name), async (projects, there) => {
        const folded = (items: readonly string[]): string[] => items.map((item) => item.toLowerCase());
        const before = there.filter((item, at) => folded(there).indexOf(item.toLowerCase()) === at);
        const tree = new Tree({ Projekti: before.filter((item) => item.length <= 200) });
        const severa = { projects: projects.map((of, at) => ({ ...of, guid: `p-${at}` })) };
        const records = await readAll(readingOf(tree, severa));
        const moved = records.map(({ key, content }) => ({
          key,
          content,
          ...move(tree, situationOf(content as DimensionSource)),
        }));

        const items = tree.headers.get('Projekti') ?? [];
        expect(new Set(folded(items)).size).toBe(items.length);
        for (const { content, step, known } of moved) {
          if (content['shared'] === true) continue;
          expect(step.do).toBe('done');
          expect(items).toContain(content['item']);
          expect(known?.key).toBe(content['item']);
        }
        const writes = tree.writes.length;
        for (const { content, known } of moved) move(tree, situationOf(content as DimensionSource, { known }));
        expect(tree.writes).toHaveLength(writes);
      }),
      { numRuns: 60 },
    );
  });
});
