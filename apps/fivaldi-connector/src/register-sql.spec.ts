import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Field, type ReadRecord, type RecordTable, tuoterekisteri, yritysrekisteri } from '#lib/documents';
import {
  COMPANY_REGISTER_MODES,
  type FieldNames,
  type Fields,
  type IncomingRecord,
  planRecord,
  PRODUCT_REGISTER_MODES,
  type RecordPlan,
  type RegisterRecord,
} from '#lib/policy';
import { type ConnectionSql, Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { columnType, type ImportMode, registerSql, registerTable } from './register-sql.js';
import { stagedLines } from './staged-lines.js';

type Children = Record<string, Record<string, Record<string, string | null>>>;
interface Incoming {
  readonly key: string;
  readonly values: Fields;
  readonly children: Children;
  readonly rejected: boolean;
}
interface Existing extends RegisterRecord {
  readonly key: string;
  readonly deleted: boolean;
}
interface Case {
  readonly register: readonly Existing[];
  readonly document: readonly Incoming[];
}

const CASES = [
  ...COMPANY_REGISTER_MODES.map((mode) => [yritysrekisteri, mode] as const),
  ...PRODUCT_REGISTER_MODES.map((mode) => [tuoterekisteri, mode] as const),
] satisfies (readonly [RecordTable, ImportMode])[];

const namesOf = (table: RecordTable): FieldNames => ({
  fields: table.fields.map(({ field }) => field),
  children: Object.fromEntries(
    table.children.map((child) => [child.kind, child.fields.map(({ field }) => field).filter((f) => f !== child.key)]),
  ),
});

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
  return kinds.flatMap((kind) => fields.filter(({ field, type }) => field !== key && type.kind === kind).slice(0, 2));
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
        fc.asyncProperty(caseOf(table, mode), fc.boolean(), async (one, ahead) => {
          const found = await run(database, table, mode, one, ahead);
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
    await run(database, tuoterekisteri, 'replace-all', { register: [theirs], document: [] }, false);
    const after = await database.transaction((sql) => readRegister(sql, tuoterekisteri, other), { scope });
    expect(after).toEqual({ K1: expect.objectContaining({ deleted: false }) });
  });

  it('has a column of the right type for every field of every record table, and no other', async () => {
    for (const table of [tuoterekisteri, yritysrekisteri]) {
      const columns = await database.rows<{ name: string; type: string }>(
        `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
          where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
        [registerTable(table)],
      );
      const own = [
        'environment_id',
        'company_id',
        'children',
        'imported',
        'written_by',
        'created_at',
        'updated_at',
        'deleted_at',
      ];
      expect(columns.filter(({ name }) => !own.includes(name))).toEqual(
        table.fields.map((field) => ({ name: field.field, type: columnType(field) })),
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
    const plan = planFor(table, mode, existing ? withKey(table, existing) : null, incoming, names);
    items[key] = { outcome: OUTCOMES[plan.do], changes: plan.do === 'update' ? sorted(plan.changes) : [] };
    if (plan.do === 'update' && plan.emptied.length > 0) emptied += 1;
    if (plan.do !== 'leave') after.set(key, shown({ ...plan.after, key }, names, false));
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

const OUTCOMES = { create: 'created', update: 'updated', unchanged: 'unchanged', leave: 'left' } as const;

function planFor(
  table: RecordTable,
  mode: ImportMode,
  existing: RegisterRecord | null,
  incoming: IncomingRecord,
  names: FieldNames,
): RecordPlan {
  return table.register === 'product'
    ? planRecord('product', mode, existing, incoming, names)
    : planRecord('company', mode as (typeof COMPANY_REGISTER_MODES)[number], existing, incoming, names);
}

const withKey = (table: RecordTable, { key, fields, children, imported }: Existing): RegisterRecord => ({
  fields: { ...fields, [table.key]: key },
  children,
  imported,
});

/** Runs the statements as `register-import.ts` does, for a new company. */
async function run(
  database: Database,
  table: RecordTable,
  mode: ImportMode,
  { register, document }: Case,
  ahead: boolean,
): Promise<Found> {
  const company = { environmentId: randomUUID(), companyId: randomUUID() };
  const text = registerSql(table, mode);
  return database.transaction(
    async (sql) => {
      await insertRegister(sql, table, company, register);
      const transferId = randomUUID();
      const copy = sql.copyWriter(text.copy);
      await copy.write(
        stagedLines(
          document.map((record, index) => readRecord(table, record, index + 1)),
          table.children.length > 0,
        ),
      );
      await copy.end();
      const where = [company.environmentId, company.companyId, transferId];
      const isNew = ahead && register.length === 0;
      const counted = await sql.rows<{ outcome: string; records: number; emptied: number }>(
        isNew ? text.planNew : text.plan,
        isNew ? [company.environmentId, transferId, 0, document.length] : [...where, 0, document.length],
      );
      if (mode === 'replace-all') await sql.rows(text.planDeletions, [...where, document.length]);
      const created = counted.find(({ outcome }) => outcome === 'created')?.records ?? 0;
      const portion = [...where, 0, document.length];
      if (ahead && created > 0) await sql.rows(isNew ? text.createNew : text.create, portion);
      await sql.rows(text.apply, [...where, ahead ? ['updated'] : ['created', 'updated']]);
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

type Change = { field: string; before: string | null; after: string | null };
const sorted = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));

function countsOf(items: Found['items']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of Object.values(items)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** A record of the register, without what is empty: `null` and absent are one there. */
function shown(record: RegisterRecord & { key: string }, names: FieldNames, deleted: boolean): object {
  const given = (fields: Fields): object =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  const fields = given(Object.fromEntries(names.fields.slice(1).map((name) => [name, record.fields[name] ?? null])));
  const children = Object.entries(record.children)
    .filter(([, kind]) => Object.keys(kind).length > 0)
    .map(([kind, all]) => [
      kind,
      Object.entries(all)
        .map(([id, child]) => [id, given(child)])
        .sort(),
    ]);
  return { fields, children: children.sort(), imported: record.imported, deleted };
}

async function readRegister(
  sql: ConnectionSql,
  table: RecordTable,
  { environmentId, companyId }: { environmentId: string; companyId: string },
): Promise<Record<string, unknown>> {
  const names = namesOf(table);
  const rows = await sql.rows<{ key: string; fields: Fields; children: Children; imported: boolean; deleted: boolean }>(
    `select ${table.key} as key, imported, deleted_at is not null as deleted,
            ${table.children.length > 0 ? 'children' : `'{}'::jsonb as children`},
            jsonb_build_object(${names.fields.map((name) => `'${name}', ${name}::text`).join(', ')}) as fields
       from ${registerTable(table)} where environment_id = $1 and company_id = $2`,
    [environmentId, companyId],
  );
  return Object.fromEntries(rows.map((row) => [row.key, shown(row, names, row.deleted)]));
}

async function insertRegister(
  sql: ConnectionSql,
  table: RecordTable,
  { environmentId, companyId }: { environmentId: string; companyId: string },
  records: readonly Existing[],
): Promise<void> {
  for (const { key, fields, children, imported, deleted } of records) {
    const names = Object.keys(fields);
    const own = table.children.length > 0 ? ', children' : '';
    await sql.rows(
      `insert into ${registerTable(table)} (environment_id, company_id, imported, written_by, deleted_at, ${table.key},
         ${names.join(', ')}${own})
       values ($1, $2, $3, 'spec', ${deleted ? 'now()' : 'null'}, $4, ${names.map((_, i) => `$${i + 5}`).join(', ')}
         ${own && `, jsonb_strip_nulls($${names.length + 5}::jsonb)`})`,
      [
        environmentId,
        companyId,
        imported,
        key,
        ...Object.values(fields),
        ...(own ? [JSON.stringify(withoutEmptyKinds(children))] : []),
      ],
    );
  }
}

const withoutEmptyKinds = (children: Children): Children =>
  Object.fromEntries(Object.entries(children).filter(([, kind]) => Object.keys(kind).length > 0));

/** The record as the reader would give it. */
function readRecord(table: RecordTable, { key, values, children, rejected }: Incoming, no: number): ReadRecord {
  const kinds = withoutEmptyKinds(children);
  return {
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
