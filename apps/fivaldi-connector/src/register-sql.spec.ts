import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  discount,
  employee,
  type Field,
  type ReadRecord,
  type RecordTable,
  TABLES,
  tilaukset,
  tuoterekisteri,
  yritysrekisteri,
} from '#lib/documents';
import {
  type Change,
  COMPANY_REGISTER_MODES,
  type Fields,
  type IncomingRecord,
  planRecord,
  PRODUCT_REGISTER_MODES,
  type RegisterModes,
  SALES_ORDER_MODES,
} from '#lib/policy';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { columnType, registerTable } from './record-sql.js';
import {
  type Children,
  type Existing,
  insertRegister,
  masked,
  namesOf,
  OUTCOMES,
  readRegister,
  shown,
  sorted,
  withKey,
  withoutEmptyKinds,
} from './register.spec-support.js';
import { type ImportMode, registerSql } from './register-sql.js';
import { stagedJson, stagedLines } from './staged-lines.js';

interface Incoming {
  readonly key: string;
  readonly values: Fields;
  readonly children: Children;
  readonly rejected: boolean;
}
interface Case {
  readonly register: readonly Existing[];
  readonly document: readonly Incoming[];
}

const CASES = [
  ...COMPANY_REGISTER_MODES.map((mode) => [yritysrekisteri, mode] as const),
  ...PRODUCT_REGISTER_MODES.map((mode) => [tuoterekisteri, mode] as const),
  ...SALES_ORDER_MODES.map((mode) => [tilaukset, mode] as const),
  [discount, 'update-keep'],
  [employee, 'update-keep'],
] satisfies (readonly [RecordTable, ImportMode])[];

/** Two values a field, so that equal ones meet often; the texts are what COPY and casts could stumble over. */
function valuesOf({ type }: Field): readonly [string, string] {
  switch (type.kind) {
    case 'decimal':
      return ['1.5', '-20'];
    case 'boolean':
      return ['true', 'false'];
    case 'date':
      return ['2026-01-31', '2024-02-29'];
    case 'text':
    case 'code':
    case 'pattern':
      return ['ä\\t"\t\n\r{}', 'b'];
  }
}

/** A few fields are enough to meet every type; all the others stay absent. */
const someFields = ({ fields, key }: RecordTable): readonly Field[] => {
  const kinds = ['text', 'decimal', 'boolean', 'date', 'code', 'pattern'];
  const own = fields.filter(({ field }) => field !== key);
  const some = kinds.flatMap((kind) => own.filter(({ type }) => type.kind === kind).slice(0, 2));
  return [...new Set([...some, ...own.filter(({ sensitive }) => sensitive)])];
};

function caseOf(table: RecordTable, mode: ImportMode): fc.Arbitrary<Case> {
  const value = (field: Field) => fc.constantFrom<string | null>(null, ...valuesOf(field));
  const given = (fields: readonly Field[]) =>
    fc.record(Object.fromEntries(fields.map((field) => [field.field, value(field)])), { requiredKeys: [] });
  const full = (fields: readonly Field[]) => fc.record(Object.fromEntries(fields.map((f) => [f.field, value(f)])));
  const children = (of: typeof given) =>
    fc.record(
      Object.fromEntries(
        table.children.map((child) => [
          child.kind,
          fc.dictionary(
            fc.constantFrom('10', '11', '__proto__', 'a/b'),
            of(child.fields.filter(({ field }) => field !== child.key).slice(0, 3)) as fc.Arbitrary<
              Record<string, string | null>
            >,
            { maxKeys: 2 },
          ),
        ]),
      ),
    ) as fc.Arbitrary<Children>;
  const keys = ['K1', 'K2', 'K3', 'K4', 'k1'];
  const existing = fc.record({
    key: fc.constantFrom(...keys),
    fields: full(someFields(table)),
    children: children(full),
    imported: fc.boolean(),
    deleted: fc.boolean(),
  });
  const incoming = fc.record({
    key: fc.constantFrom(...keys),
    values: given(someFields(table)) as fc.Arbitrary<Fields>,
    children: children(given),
    // Under replace-all a rejected record stops the document before the plan.
    rejected: mode === 'replace-all' ? fc.constant(false) : fc.boolean().map((one) => one),
  });
  const byKey = { selector: ({ key }: { key: string }) => key };
  return fc.record({
    // An empty register is a case of its own, and must come up often.
    register: fc.oneof({ weight: 3, arbitrary: fc.uniqueArray(existing, { ...byKey, maxLength: 4 }) }, fc.constant([])),
    document: fc.uniqueArray(incoming, { ...byKey, maxLength: 4 }),
  });
}

describe('the set-based import modes', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('fivaldi-connector'), name: 'register-sql.spec' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it.each(CASES)(
    'do what the specification says: %#',
    async (table, mode) => {
      await fc.assert(
        fc.asyncProperty(caseOf(table, mode), fc.boolean(), fc.boolean(), async (one, ahead, few) => {
          const found = await run(database, table, mode, one, { ahead, few });
          expect(found).toEqual(specified(table, mode, one));
        }),
        { numRuns: 150 },
      );
    },
    60_000,
  );

  it('keeps companies apart: the same keys of another company stay as they are', async () => {
    const theirs: Existing = { key: 'K1', fields: { name: 'b' }, children: {}, imported: true, deleted: false };
    const other = { environmentId: randomUUID(), companyId: randomUUID() };
    const scope = { tenant: other.environmentId };
    await database.transaction((sql) => insertRegister(sql, tuoterekisteri, other, [theirs]), { scope });
    await run(
      database,
      tuoterekisteri,
      'replace-all',
      { register: [theirs], document: [] },
      { ahead: false, few: false },
    );
    const after = await database.transaction((sql) => readRegister(sql, tuoterekisteri, other), { scope });
    expect(after).toEqual({ K1: expect.objectContaining({ deleted: false }) });
  });

  it('has a column of the right type for every field of every record table, and no other', async () => {
    for (const table of TABLES) {
      const columns = await database.rows<{ name: string; type: string }>(
        `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
          where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
        [registerTable(table)],
      );
      const own = [
        'environment_id',
        'company_id',
        ...(table.children.length > 0 ? ['children'] : []),
        'imported',
        'written_by',
        'created_at',
        'updated_at',
        'deleted_at',
      ];
      expect(columns.filter(({ name }) => !own.includes(name))).toEqual(
        table.fields.map((field) => ({ name: field.field, type: columnType(table, field) })),
      );
    }
  });
});

interface Found {
  readonly register: Record<string, unknown>;
  readonly items: Record<string, { outcome: string; changes: unknown }>;
  readonly counts: Record<string, number>;
  readonly emptied: number;
}

/** What `planRecord` says about each record, put together for the whole document. */
function specified(table: RecordTable, mode: ImportMode, { register, document }: Case): Found {
  const names = namesOf(table);
  const alive = new Map(register.filter(({ deleted }) => !deleted).map((record) => [record.key, record]));
  const after = new Map<string, object>(register.map((record) => [record.key, shown(record, names, record.deleted)]));
  const items: Record<string, { outcome: string; changes: unknown }> = {};
  let emptied = 0;

  for (const { key, values, children, rejected } of document) {
    if (rejected) {
      items[key] = { outcome: 'rejected', changes: [] };
      continue;
    }
    const incoming: IncomingRecord = { fields: { ...values, [table.key]: key }, children };
    const existing = alive.get(key);
    const register = table.register as keyof RegisterModes;
    const plan = planRecord(register, mode, existing ? withKey(table, existing) : null, incoming, names);
    items[key] = {
      outcome: OUTCOMES[plan.do],
      changes: plan.do === 'update' ? sorted(masked(table, plan.changes)) : [],
    };
    if (plan.do === 'update' && plan.emptied.length > 0) emptied += 1;
    if ('after' in plan) after.set(key, shown({ ...plan.after, key }, names, false));
  }
  if (mode === 'replace-all') {
    for (const [key, record] of alive) {
      if (document.some((one) => one.key === key)) continue;
      items[key] = { outcome: 'deleted', changes: [] };
      after.set(key, shown(record, names, true));
    }
  }
  return { register: Object.fromEntries(after), items, counts: countsOf(items), emptied };
}

/** Runs the statements as `register-import.ts` does, for a new company. */
async function run(
  database: Database,
  table: RecordTable,
  mode: ImportMode,
  { register, document }: Case,
  { ahead, few }: { readonly ahead: boolean; readonly few: boolean },
): Promise<Found> {
  const company = { environmentId: randomUUID(), companyId: randomUUID() };
  const text = registerSql(table, mode, few ? 'parameter' : 'table');
  return database.transaction(
    async (sql) => {
      await insertRegister(sql, table, company, register);
      const transferId = randomUUID();
      const records = document.map((record, index) => readRecord(table, record, index + 1));
      const given = few ? [`[${stagedJson(records)}]`] : [];
      if (!few) {
        const copy = sql.copyWriter(text.copy);
        await copy.write(stagedLines(records, table.children.length > 0));
        await copy.end();
      }
      const where = [company.environmentId, company.companyId, transferId];
      const isNew = ahead && register.length === 0;
      const counted = await sql.rows<{ outcome: string; records: number; emptied: number }>(
        isNew ? text.planNew : ahead ? text.planByIndex : text.plan,
        [...(isNew ? [company.environmentId, transferId] : where), 0, document.length, ...given],
      );
      if (mode === 'replace-all') await sql.rows(text.planDeletions, [...where, document.length, ...given]);
      const created = counted.find(({ outcome }) => outcome === 'created')?.records ?? 0;
      const portion = [...where, 0, document.length, ...given];
      if (ahead && created > 0) await sql.rows(isNew ? text.createNew : text.create, portion);
      await sql.rows(text.apply, [...where, ahead ? ['updated'] : ['created', 'updated'], ...given]);
      await sql.rows(text.adopt, where);
      await sql.rows(text.applyDeletions, where);
      const rows = await sql.rows<{ key: string; outcome: string; changes: Change[] | null }>(
        'select key, outcome, changes from transfers.item where transfer_id = $1',
        [transferId],
      );
      const items = Object.fromEntries(
        rows.map(({ key, outcome, changes }) => [key, { outcome, changes: sorted(changes ?? []) }]),
      );
      for (const { outcome, records } of counted) expect(countsOf(items)[outcome]).toBe(records);
      return {
        register: await readRegister(sql, table, company),
        items,
        counts: countsOf(items),
        emptied: counted.reduce((sum, { emptied }) => sum + emptied, 0),
      };
    },
    { session: text.session, scope: { tenant: company.environmentId } },
  );
}

function countsOf(items: Found['items']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of Object.values(items)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The record as the reader would give it. */
function readRecord(table: RecordTable, { key, values, children, rejected }: Incoming, no: number): ReadRecord {
  const kinds = withoutEmptyKinds(children);
  return {
    table,
    no,
    line: no,
    column: 1,
    key,
    values: table.fields.map(({ field }) =>
      field === table.key ? key : Object.hasOwn(values, field) ? values[field] : undefined,
    ),
    children: Object.keys(kinds).length > 0 ? kinds : null,
    faults: rejected ? [{ line: no, column: 1, element: 'x', reason: 'too-long' }] : [],
  };
}
