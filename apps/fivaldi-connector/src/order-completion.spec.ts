import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { discount, postingGroup, type RecordTable, tilaukset, tuoterekisteri, yritysrekisteri } from '#lib/documents';
import {
  completeOrder,
  type Discount,
  type Fields,
  type IncomingRecord,
  type OrderSurroundings,
  planRecord,
  type RecordPlan,
  type RegisterModes,
  type RegisterRecord,
  SALES_ORDER_MODES,
  type SalesOrderMode,
} from '#lib/policy';
import { type ConnectionSql, Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { bringIn, settingsOf, xml } from './import.spec-support.js';
import {
  type Children,
  type Company,
  type Existing,
  insertRegister,
  namesOf,
  OUTCOMES,
  readRegister,
  shown,
  sorted,
  withKey,
} from './register.spec-support.js';

interface Incoming {
  readonly table: RecordTable;
  readonly key: string;
  readonly fields: Fields;
  readonly children: Children;
  /** Whether it has a value that is refused. */
  readonly faulty: boolean;
}
interface Case {
  readonly mode: SalesOrderMode;
  readonly options: {
    readonly useDiscountRegister: boolean;
    readonly createMissingProducts: boolean;
    readonly fetchMissingDimensions: readonly number[];
  };
  readonly dryRun: boolean;
  readonly registers: ReadonlyMap<RecordTable, readonly Existing[]>;
  readonly document: readonly Incoming[];
}

const TABLES = [tuoterekisteri, yritysrekisteri, postingGroup, discount, tilaukset];

const maybe = (...values: readonly string[]) => fc.constantFrom<string | null>(null, ...values);
const PRODUCTS = ['P1', 'P2', 'P3'];
const DAYS = ['2026-01-01', '2026-01-15', '2026-02-01'];
const dimensions = (prefix: string) => ({
  dimension1: maybe(`${prefix}1`),
  dimension2: maybe(`${prefix}2`),
  dimension4: maybe(`${prefix}4`),
});
const FIELDS: ReadonlyMap<RecordTable, Readonly<Record<string, fc.Arbitrary<string | null>>>> = new Map([
  [tuoterekisteri, { name: maybe('Old'), product_group: maybe('G1', 'G2'), unit: maybe('kpl') }],
  [yritysrekisteri, { sales_posting_group: maybe('S1', 'S2'), ...dimensions('C') }],
  [postingGroup, { name: maybe('x'), ...dimensions('S') }],
  [
    discount,
    {
      company_code: maybe('C1', 'C2'),
      product_code: maybe(...PRODUCTS),
      product_group: maybe('G1', 'G2'),
      percent: fc.constantFrom('5', '7.5', '0.25', '20'),
      begin_date: maybe(...DAYS),
      end_date: maybe(...DAYS),
    },
  ],
  [tilaukset, { company_code: maybe('C1', 'C2'), posting_group: maybe('S1', 'S2'), order_date: maybe(...DAYS) }],
]);
const KEYS: ReadonlyMap<RecordTable, readonly string[]> = new Map([
  [tuoterekisteri, PRODUCTS],
  [yritysrekisteri, ['C1', 'C2']],
  [postingGroup, ['S1', 'S2']],
  [discount, ['D1', 'D2', 'D3', 'D4', 'D5']],
  [tilaukset, ['O1', 'O2', 'O3']],
]);

const fieldsOf = (table: RecordTable) => FIELDS.get(table) ?? {};
const row = {
  product_code: fc.constantFrom(null, ...PRODUCTS, 'X1', 'X2'),
  product_name: maybe('New', 'Newer'),
  discount_percent: maybe('1'),
  text_row: maybe('true', 'false'),
  ...dimensions('R'),
};
const rows = (requiredKeys: []) =>
  fc.dictionary(fc.constantFrom('1', '2', '10'), fc.record(row, { requiredKeys }), { maxKeys: 3 });
const children = (table: RecordTable): fc.Arbitrary<Children> =>
  table === tilaukset
    ? fc.oneof(
        fc.constant({}),
        rows([])
          .filter((all) => Object.keys(all).length > 0)
          .map((all) => ({ rows: all })),
      )
    : fc.constant({});

const byKey = { selector: ({ key }: { key: string }) => key };
const existing = (table: RecordTable): fc.Arbitrary<readonly Existing[]> =>
  fc.uniqueArray(
    fc.record({
      key: fc.constantFrom(...(KEYS.get(table) ?? [])),
      fields: fc.record(fieldsOf(table)),
      children: children(table),
      imported: fc.boolean(),
      deleted: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    }),
    byKey,
  );
const incoming = (table: RecordTable): fc.Arbitrary<readonly Incoming[]> =>
  fc.uniqueArray(
    fc.record({
      table: fc.constant(table),
      key: fc.constantFrom(...(KEYS.get(table) ?? [])),
      fields: fc.record(fieldsOf(table), {
        requiredKeys: table === discount ? ['percent'] : [],
      }),
      children: children(table),
      faulty: fc.integer({ min: 0, max: 5 }).map((one) => one === 0 && table !== postingGroup),
    }),
    byKey,
  );
const CASES: fc.Arbitrary<Case> = fc.record({
  mode: fc.constantFrom(...SALES_ORDER_MODES),
  options: fc.record({
    useDiscountRegister: fc.boolean(),
    createMissingProducts: fc.boolean(),
    fetchMissingDimensions: fc.subarray([1, 2, 3, 4]),
  }),
  dryRun: fc.boolean(),
  registers: fc
    .tuple(...TABLES.map((table) => existing(table)))
    .map((all) => new Map(TABLES.map((table, index) => [table, all[index] ?? []]))),
  document: fc
    .tuple(incoming(postingGroup), incoming(discount), incoming(tilaukset))
    .chain((parts) => fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length })),
});

describe('orders that come in', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('fivaldi-connector'), name: 'order-completion.spec' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('are completed, and met, as the specification says, with base data anywhere in the document', async () => {
    await fc.assert(
      fc.asyncProperty(CASES, async (one) => {
        expect(await found(one)).toEqual(specified(one));
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it('see base data that stands behind more of them than a portion holds', async () => {
    const company = { environmentId: randomUUID(), companyId: randomUUID() };
    const settings = settingsOf({ salesOrders: { mode: 'add-only', useDiscountRegister: true } });
    const [product] = [{ key: 'P1', fields: { name: 'x' }, children: {}, imported: true, deleted: false }];
    const scope = { tenant: company.environmentId };
    await database.transaction((sql) => insertRegister(sql, tuoterekisteri, company, [product]), { scope });
    function* records(): Generator<string> {
      const rows = { '1': { product_code: 'P1' } };
      for (let no = 1; no <= 20_001; no += 1) yield xml(tilaukset, { order_number: `O${no}` }, { rows });
      yield xml(discount, { discount_id: 'D1', product_code: 'P1', percent: '12.5' });
    }
    const { again, effect } = await bringIn(
      database,
      { [Symbol.iterator]: records },
      { ...company, stream: 'tilaukset', settings },
    );
    expect({ again, effect }).toMatchObject({ again: true, effect: { created: 20_002, rejected: 0 } });
    const [given] = await database.rows<{ orders: number }>(
      `select count(*)::int as orders from fivaldi.order_record where children #>> '{rows,1,discount_percent}' = '12.5'`,
      [],
      { scope },
    );
    expect(given?.orders).toBe(20_001);
  }, 60_000);

  interface Found {
    readonly registers: Readonly<Record<string, unknown>>;
    readonly items: readonly unknown[];
    readonly effect: object;
  }

  async function found({ mode, options, dryRun, registers, document }: Case): Promise<Found> {
    const company: Company = { environmentId: randomUUID(), companyId: randomUUID() };
    const scope = { tenant: company.environmentId };
    await database.transaction(
      async (sql) => {
        for (const [table, records] of registers) await insertRegister(sql, table, company, records);
      },
      { scope },
    );
    const settings = settingsOf({ salesOrders: { mode, ...options } });
    const records = document.map((one) => xmlOf(one));
    const { transferId, effect } = await bringIn(database, records, {
      ...company,
      stream: 'tilaukset',
      settings,
      dryRun,
    });
    return database.transaction(
      async (sql) => ({
        registers: await readAll(sql, company),
        items: await itemsOf(sql, transferId),
        effect: { ...effect },
      }),
      { scope },
    );
  }

  async function readAll(sql: ConnectionSql, company: Company): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    for (const table of TABLES) all[table.register] = await readRegister(sql, table, company);
    return all;
  }

  async function itemsOf(sql: ConnectionSql, transferId: string): Promise<readonly unknown[]> {
    const rows = await sql.rows<{
      register: string;
      key: string;
      outcome: string;
      faults: Fault[] | null;
      changes: never;
    }>('select register, key, outcome, faults, changes from transfers.item where transfer_id = $1 order by no', [
      transferId,
    ]);
    return rows.map(({ register, key, outcome, faults, changes }) => ({
      register,
      key,
      outcome,
      unknown: (faults ?? []).filter(({ code }) => code !== undefined).map(({ child, code }) => [child, code]),
      changes: sorted(changes ?? []),
    }));
  }
});

interface Fault {
  readonly child?: string;
  readonly code?: string;
}

/** A value too long makes a faulty record. */
function xmlOf({ table, key, fields, children, faulty }: Incoming): string {
  const broken = table === tilaukset ? { language: 'LATIN' } : { percent: '1000000' };
  return xml(table, { ...fields, [table.key]: key, ...(faulty && broken) }, children);
}

/** What the rules say of the whole document, record by record. */
function specified({ mode, options, dryRun, registers, document }: Case) {
  const before = new Map(
    TABLES.map((table) => [
      table,
      new Map((registers.get(table) ?? []).map((one) => [one.key, { ...withKey(table, one), deleted: one.deleted }])),
    ]),
  );
  const after = new Map([...before].map(([table, records]) => [table, new Map(records)]));
  const items: { register: string; key: string; outcome: string; unknown: unknown[]; changes: unknown }[] = [];
  const effect = { created: 0, updated: 0, unchanged: 0, left: 0, deleted: 0, rejected: 0, emptied: 0 };

  const note = (
    table: RecordTable,
    key: string,
    outcome: keyof typeof effect,
    plan?: RecordPlan,
    unknown: unknown[] = [],
  ) => {
    const changes = plan?.do === 'update' ? sorted(plan.changes) : [];
    effect[outcome] += 1;
    if (plan?.do === 'update' && plan.emptied.length > 0) effect.emptied += 1;
    if (plan && 'after' in plan) after.get(table)?.set(key, { ...plan.after, deleted: false });
    return { register: table.register, key, outcome, unknown, changes };
  };
  const meet = (table: RecordTable, way: RegisterModes[keyof RegisterModes], key: string, data: IncomingRecord) => {
    const one = before.get(table)?.get(key);
    const alive = one && !one.deleted ? one : null;
    const plan = planRecord(table.register as keyof RegisterModes, way, alive, data, namesOf(table));
    return note(table, key, OUTCOMES[plan.do], plan);
  };
  const data = ({ table, key, fields, children }: Incoming): IncomingRecord => ({
    fields: { ...fields, [table.key]: key },
    children,
  });

  const base = new Map<Incoming, object>();
  for (const one of document.filter(({ table }) => table !== tilaukset)) {
    const item = one.faulty ? note(one.table, one.key, 'rejected') : meet(one.table, 'update-keep', one.key, data(one));
    base.set(one, item);
  }
  const around = surroundings((table) => after.get(table) ?? new Map());
  const create = new Map<string, string | null>();
  const order = (one: Incoming) => {
    const there = before.get(tilaukset)?.get(one.key);
    if (one.faulty) return note(tilaukset, one.key, 'rejected');
    if (mode === 'add-only' && there && !there.deleted) return note(tilaukset, one.key, 'left');
    const completed = completeOrder(data(one), options, around);
    if (completed.do === 'reject') {
      return note(
        tilaukset,
        one.key,
        'rejected',
        undefined,
        completed.unknown.map(({ row, code }) => [row, code]),
      );
    }
    for (const { code, name } of completed.create) if (!create.has(code)) create.set(code, name);
    return meet(tilaukset, mode, one.key, completed.order);
  };
  for (const one of document) items.push((base.get(one) ?? order(one)) as (typeof items)[number]);
  for (const [code, name] of create) {
    const product = { fields: { product_code: code, name }, children: {} };
    items.push(
      note(tuoterekisteri, code, 'created', planRecord('product', 'add-only', null, product, namesOf(tuoterekisteri))),
    );
  }
  const all = dryRun ? before : after;
  return {
    registers: Object.fromEntries(
      [...all].map(([table, records]) => [
        table.register,
        Object.fromEntries(
          [...records].map(([key, one]) => [key, shown({ ...one, key }, namesOf(table), one.deleted)]),
        ),
      ]),
    ),
    items,
    effect,
  };
}

type Kept = RegisterRecord & { readonly deleted: boolean };

function surroundings(registers: (table: RecordTable) => ReadonlyMap<string, Kept>): OrderSurroundings {
  const alive = (table: RecordTable) => [...registers(table)].filter(([, { deleted }]) => !deleted);
  const value = (fields: Fields, name: string): string | null => fields[name] ?? null;
  const fields = (table: RecordTable) => new Map(alive(table).map(([key, one]) => [key, one.fields]));
  return {
    products: new Map(alive(tuoterekisteri).map(([key, one]) => [key, { group: value(one.fields, 'product_group') }])),
    customers: fields(yritysrekisteri),
    postingGroups: fields(postingGroup),
    discounts: alive(discount).map(([id, { fields: of }]): Discount => ({
      id,
      company: value(of, 'company_code'),
      product: value(of, 'product_code'),
      productGroup: value(of, 'product_group'),
      percent: value(of, 'percent') ?? '',
      begins: value(of, 'begin_date'),
      ends: value(of, 'end_date'),
    })),
  };
}
