import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { XmlSettings } from '#lib/contracts';
import {
  dimension,
  documentTables,
  employee,
  type Field,
  type RecordTable,
  type RegisterName,
  tablesOf,
} from '#lib/documents';
import { COMPANY_REGISTER_MODES, type Fields, PRODUCT_REGISTER_MODES } from '#lib/policy';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import type { ImportClaim, Transfer, TransferEffect } from '#lib/transfers';

import { NUMBER, settingsOf } from './import.spec-support.js';
import { stagedTable } from './record-sql.js';
import { importRegister, importSession, RepeatedKey } from './register-import.js';
import { recordXml, tableOf, type WrittenRecord as Incoming } from './record-xml.spec-support.js';
import { type Children, type Existing, insertRegister, readRegister } from './register.spec-support.js';

/** So many records go to the statements as a parameter; one more, and all of them through the staging table. */
const FEW = 500;

interface Case {
  readonly stream: Transfer['stream'];
  readonly settings: XmlSettings;
  readonly dryRun: boolean;
  readonly ahead: boolean;
  readonly registers: Readonly<Record<string, readonly Existing[]>>;
  readonly document: readonly Incoming[];
}

/** What JSON, COPY, SQL and JavaScript's objects give a meaning to, and what takes two of JavaScript's characters. */
const TEXTS = ['"', '\\', '\\N', 'a\tb', 'a\nb', '\\u0041', "'", '{}', ',[', '😀𝔄', 'null', 'é'];
const IDS = ['__proto__', 'constructor', '10', 'a"/\\', '😀'];
const KEYS = ['A', '__proto__', '"\\t', '😀'];

/** Two texts and one of each other kind that the register has, and what nobody may read. */
const someFields = ({ fields, key }: Pick<RecordTable, 'fields' | 'key'>): readonly Field[] => {
  const own = fields.filter(({ field, type }) => field !== key && type.kind !== 'code' && type.kind !== 'pattern');
  const texts = own.filter(({ type }) => type.kind === 'text' && type.max >= 10).slice(0, 2);
  const others = (['boolean', 'decimal', 'date'] as const).flatMap((kind) =>
    own.filter(({ type }) => type.kind === kind).slice(0, 1),
  );
  return [...new Set([...texts, ...others, ...own.filter(({ sensitive }) => sensitive)])];
};
const OTHERS = { boolean: ['true', 'false'], decimal: ['1', '20'], date: ['2026-01-31', '2024-02-29'] } as const;
const value = ({ type }: Field): fc.Arbitrary<string | null> =>
  fc.option(fc.constantFrom(...(type.kind in OTHERS ? OTHERS[type.kind as keyof typeof OTHERS] : TEXTS)), { freq: 2 });
const valuesOf = (of: Pick<RecordTable, 'fields' | 'key'>, requiredKeys?: []): fc.Arbitrary<Fields> => {
  const values = Object.fromEntries(someFields(of).map((field) => [field.field, value(field)]));
  return (requiredKeys ? fc.record(values, { requiredKeys }) : fc.record(values)) as fc.Arbitrary<Fields>;
};
const childrenOf = ({ children }: RecordTable, requiredKeys?: []): fc.Arbitrary<Children> =>
  fc.record(
    Object.fromEntries(
      children.map((child) => [
        child.kind,
        fc.dictionary(fc.constantFrom(...IDS), valuesOf(child, requiredKeys), { maxKeys: 3 }),
      ]),
    ),
  );

const keysOf = (table: RecordTable) => KEYS.map((key) => (table === dimension ? `1/${key}` : key));
const existing = (table: RecordTable): fc.Arbitrary<readonly Existing[]> =>
  fc.uniqueArray(
    fc.record({
      key: fc.constantFrom(...keysOf(table)),
      fields: valuesOf(table),
      children: childrenOf(table),
      imported: fc.boolean(),
      deleted: fc.boolean(),
    }),
    { selector: ({ key }) => key, minLength: 2 },
  );
const incoming = (table: RecordTable): fc.Arbitrary<Incoming> =>
  fc.record({
    register: fc.constant(table.register),
    key: fc.constantFrom(...keysOf(table)),
    fields: valuesOf(table, []),
    children: childrenOf(table, []),
    faulty: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  });

function caseOf(stream: Transfer['stream'], parts: object = {}): fc.Arbitrary<Case> {
  const tables = [...new Set([...tablesOf(stream), dimension, employee])];
  const records = fc.array(fc.oneof(...tables.map(incoming)), { minLength: 4, maxLength: 9 });
  // A key that stands twice is a case of its own: mostly the document must come in.
  const once = fc.uniqueArray(fc.oneof(...tables.map(incoming)), {
    selector: ({ register, key }) => `${register} ${key}`,
    minLength: 4,
    maxLength: 9,
  });
  return fc.record({
    stream: fc.constant(stream),
    settings: fc.constant(settingsOf(parts)),
    dryRun: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    ahead: fc.boolean(),
    registers: fc
      .oneof({ weight: 4, arbitrary: fc.tuple(...tables.map(existing)) }, fc.constant(tables.map(() => [])))
      .map((all) => Object.fromEntries(tables.map(({ register }, index) => [register, all[index] ?? []]))),
    document: fc.oneof({ weight: 3, arbitrary: once }, records),
  });
}

const CASES: readonly (readonly [string, fc.Arbitrary<Case>])[] = [
  ...PRODUCT_REGISTER_MODES.map((mode) => [`products, ${mode}`, caseOf('tuoterekisteri', { productRegister: mode })]),
  ...COMPANY_REGISTER_MODES.map((mode) => [`customers, ${mode}`, caseOf('yritysrekisteri', { companyRegister: mode })]),
  ['base data alone', caseOf('perustiedot')],
] as [string, fc.Arbitrary<Case>][];

describe('a small document', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.as('fivaldi-connector'), name: 'small-document.spec' });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it.each(CASES)(
    'has the effect of a large one with the same records: %s',
    async (_, cases) => {
      await fc.assert(
        fc.asyncProperty(cases, async (one) => {
          const [small, large] = [await found(one, FEW), await found(one, FEW + 1)];
          expect(small.staged).toBe(0);
          if (!('repeated' in large)) expect(large.staged).toBeGreaterThan(FEW);
          expect({ ...small, staged: 0 }).toEqual({ ...large, staged: 0 });
        }),
        { numRuns: 25 },
      );
    },
    120_000,
  );

  it.each([FEW, FEW + 1])('names both lines of a repeated key, of %d records', async (size) => {
    const document = ['C', '__proto__', 'B', 'B', '__proto__', '__proto__'].map((key) => bare('product', key));
    const one = { stream: 'tuoterekisteri', settings: settingsOf(), registers: {}, document } as const;
    expect(await found({ ...one, dryRun: false, ahead: true }, size)).toMatchObject({
      repeated: { code: 'document.repeated-key', details: { key: '__proto__', lines: [3, 6] } },
    });
  });

  /** What the document does when it has so many of its stream's records, those apart that make up the number. */
  async function found({ stream, settings, registers, document, dryRun, ahead }: Case, size: number) {
    const company = { environmentId: randomUUID(), companyId: randomUUID() };
    const scope = { tenant: company.environmentId };
    const id = randomUUID();
    const tables = documentTables(stream, true);
    const own = tables.at(-1)!;
    const few = document.filter(({ register }) => register === own.register).length;
    const padding = Array.from({ length: size - few }, (_, no) => bare(own.register, PADDING + String(no)));
    const released = { deleted: size, emptied: size } as unknown as TransferEffect;
    const transfer = { ...company, id, stream, direction: 'import', dryRun, releasedEffect: released };
    const claim = {
      transfer,
      document: { id: randomUUID(), environmentId: company.environmentId, gzip: false, charset: 'UTF-8', chunks: 1 },
    } as unknown as ImportClaim;
    await database.transaction(
      async (sql) => {
        for (const [register, records] of Object.entries(registers))
          await insertRegister(sql, tableOf(register), company, records);
      },
      { scope },
    );
    const bytes = written([...document, ...padding]);
    try {
      return await database.transaction(
        async (sql) => {
          const job = { tables, settings, companyNumber: NUMBER, claim, bytes, ahead };
          const { as, effect } = await importRegister(sql, job);
          const items = await sql.rows<{ key: string }>(
            `select register, key, outcome, line, "column", faults, emptied, changes from transfers.item
              where transfer_id = $1 order by no`,
            [id],
          );
          const held: Record<string, unknown> = {};
          for (const table of tables) held[table.register] = withoutPadding(await readRegister(sql, table, company));
          const [staged] = await sql.rows<{ rows: number }>(
            `select (${tables.map((table) => `(select count(*) from ${stagedTable(table)})`).join(' + ')})::int as rows`,
            [],
          );
          const created = effect.created - (as === 'applied' ? padding.length : 0);
          const others = items.filter(({ key }) => !isPadding(key));
          return { as, effect: { ...effect, created }, items: others, held, staged: staged?.rows };
        },
        { scope, session: importSession(tables, settings), joinBy: 'index' },
      );
    } catch (error) {
      if (!(error instanceof RepeatedKey)) throw error;
      return { repeated: { code: error.code, details: error.details }, staged: 0 };
    }
  }
});

const PADDING = 'pad-';
const isPadding = (key: string | null): boolean => key?.startsWith(PADDING) ?? false;
const withoutPadding = (held: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(held).filter(([key]) => !isPadding(key)));
const bare = (register: RegisterName, key: string): Incoming => ({
  register,
  key,
  fields: {},
  children: {},
  faulty: false,
});

/** A record on each line, from the second on. */
// eslint-disable-next-line @typescript-eslint/require-await
async function* written(records: readonly Incoming[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`<FivaldiXML><FVBusinessId>${NUMBER}</FVBusinessId>\n`);
  yield Buffer.from(records.map(recordXml).join('\n'));
  yield Buffer.from('</FivaldiXML>');
}
