import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type AccessAnswer, COMPANY_REGISTER_MODES, EXPORT_CHARSETS, xmlSettingsBody } from '#lib/contracts';
import {
  type ChildTable,
  type Children,
  type Field,
  type FieldValue,
  type RecordTable,
  RecordWriter,
  TABLES,
  type WritableRecord,
} from '#lib/documents';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';
import {
  acceptExport,
  acceptTransfer,
  type Claim,
  claimTransfer,
  DocumentWriter,
  findTransfer,
  readDocument,
} from '#lib/transfers';

import { takeExportTurn } from './export-turn.js';
import { takeImportTurn } from './import-turn.js';
import { registerTable } from './record-sql.js';

/** Export stream, import stream, register; what is read out by one level is brought in as base data. */
const WAYS = [
  ['tuoterekisteri', 'tuoterekisteri', 'product'],
  ['yritysrekisteri', 'yritysrekisteri', 'company'],
  ['tilaukset', 'tilaukset', 'order'],
  ['projektit', 'perustiedot', 'dimension'],
] as const;

const NUMBER = '500001';

/** Fields by which one register names another; what they name is not there. */
const REFERENCES = ['product_code'];

/** Two values a field: what encodings, COPY and casts could stumble over. */
function valuesOf({ type }: Field): readonly [string, string] {
  switch (type.kind) {
    case 'text':
      return ['ä\\t"\t\n\r&<', '€漢Ã¤'].map((text) => [...text].slice(0, type.max).join('').trim()) as [string, string];
    case 'decimal':
      return ['7', '0'];
    case 'boolean':
      return ['true', 'false'];
    case 'date':
      return ['2026-01-31', '2024-02-29'];
    case 'code':
      return [type.values[0]!, type.values.at(-1)!];
    case 'pattern':
      return type.max === 2 ? ['FI', 'SE'] : ['EUR', 'SEK'];
  }
}

const given = (field: Field): fc.Arbitrary<FieldValue> =>
  REFERENCES.includes(field.field) ? fc.constant(undefined) : fc.constantFrom(undefined, ...valuesOf(field));

function childrenOf({ fields, key }: ChildTable): fc.Arbitrary<Children[string]> {
  const others = fields.filter(({ field }) => field !== key);
  const row = fc
    .tuple(...others.map(given))
    .map((values) =>
      Object.fromEntries(
        others.flatMap(({ field }, index) => (values[index] === undefined ? [] : [[field, values[index]!]])),
      ),
    );
  return fc.dictionary(fc.constantFrom('1', '2', '10'), row, { maxKeys: 3 });
}

function registerOf(table: RecordTable): fc.Arbitrary<readonly WritableRecord[]> {
  const key = (no: number): string => (table.register === 'dimension' ? `1/K${no}` : `K${no}`);
  const others = table.fields.map((field) => (field.field === table.key ? fc.constant(undefined) : given(field)));
  const children = table.children.map((child) => childrenOf(child).map((rows) => [child.kind, rows] as const));
  const record = fc.record({
    no: fc.nat({ max: 20 }),
    values: fc.tuple(...others),
    children: fc.tuple(...children).map((kinds) => Object.fromEntries(kinds)),
  });
  return fc.uniqueArray(record, { selector: ({ no }) => no, maxLength: 5 }).map((records) =>
    records.map(({ no, values, children }) => ({
      values: table.fields.map(({ field }, index) => (field === table.key ? key(no) : values[index])),
      children,
    })),
  );
}

describe('what one company exports', () => {
  let test: TestDatabase;
  let connector: Database;
  let gateway: Database;
  const environmentId = randomUUID();
  const scope = { scope: { tenant: environmentId } };
  beforeAll(async () => {
    test = await createTestDatabase();
    connector = await Database.open({ url: test.as('fivaldi-connector'), name: 'round-trip.spec' });
    gateway = await Database.open({ url: test.as('gateway'), name: 'round-trip.spec' });
  });
  afterAll(async () => {
    await Promise.all([connector.close(), gateway.close()]);
    await test.drop();
  });

  type Modes = Pick<NonNullable<NonNullable<AccessAnswer['company']>['xmlSettings']>, 'companyRegister'>;
  const accessIn = ({ companyRegister }: Modes): AccessAnswer => ({
    decidedAt: new Date().toISOString(),
    allowed: true,
    reasons: [],
    waits: false,
    opensAt: null,
    rulesVersion: '1',
    company: {
      environmentId,
      fivaldiNumber: NUMBER,
      xmlSettings: xmlSettingsBody.parse({
        companyRegister,
        productRegister: companyRegister,
        salesOrders: { mode: companyRegister === 'update-keep' ? 'update-all' : companyRegister },
        payroll: { dimensions: 'from-data' },
      }),
    },
  });

  const asked = (companyId: string) => ({
    environmentId,
    companyId,
    partnerUserId: companyId,
    address: null,
    idempotencyKey: randomUUID(),
    fingerprint: Buffer.alloc(32),
  });

  async function claimed(companyId: string, stream: string): Promise<Claim> {
    const [lane] = await connector.rows<{ laneId: string; ticket: string }>(
      'select id as "laneId", ticket from transfers.lane where company_id = $1 and target = $2',
      [companyId, stream],
      scope,
    );
    const taken = await claimTransfer(connector, lane!, false);
    if (taken.as !== 'claimed') throw new Error(`Nothing was claimed: ${taken.as}`);
    return taken.claim;
  }

  async function bring(
    companyId: string,
    stream: (typeof WAYS)[number][1],
    bytes: Buffer,
    gzip: boolean,
    modes: Modes,
  ) {
    const writer = new DocumentWriter(gateway, { environmentId, gzip, charset: null });
    await writer.write(bytes);
    const document = await writer.finish();
    await gateway.transaction(
      (sql) => acceptTransfer(sql, { ...asked(companyId), stream, direction: 'import', dryRun: false, document }),
      scope,
    );
    const claim = await claimed(companyId, stream);
    if (claim.document === null) throw new Error('An import was claimed as an export');
    expect(await takeImportTurn(connector, claim, accessIn(modes), true)).toMatchObject({
      as: 'ended',
      end: { state: 'succeeded' },
    });
  }

  async function fetched(
    companyId: string,
    stream: (typeof WAYS)[number][0],
    charset: 'UTF-8' | 'ISO-8859-15',
    gzip: boolean,
  ) {
    const level = stream === 'projektit' ? 1 : null;
    const exportRequest = { since: null, level, charset, gzip } as const;
    await gateway.transaction((sql) => acceptExport(sql, { ...asked(companyId), stream, exportRequest }), scope);
    const claim = await claimed(companyId, stream);
    if (claim.document !== null) throw new Error('An export was claimed as an import');
    expect(await takeExportTurn(connector, claim, accessIn({ companyRegister: 'add-only' }))).toMatchObject({
      as: 'written',
    });
    const transfer = (await findTransfer(gateway, claim.transfer.id))!;
    const [document] = await gateway.rows<{ id: string; gzip: boolean; chunks: number }>(
      'select id, gzip, chunks from transfers.document where id = $1',
      [transfer.documentId],
      scope,
    );
    const parts: Buffer[] = [];
    for await (const part of readDocument(gateway, { ...document!, environmentId })) parts.push(part);
    return Buffer.concat(parts);
  }

  async function held(companyId: string, table: RecordTable): Promise<unknown[]> {
    const rows = await connector.rows<{ row: string }>(
      `select (to_jsonb(r) - '{company_id,written_by,created_at,updated_at}'::text[])::text as row
         from ${registerTable(table)} r where company_id = $1 and deleted_at is null order by r.${table.key}`,
      [companyId],
      scope,
    );
    return rows.map(({ row }) => JSON.parse(row) as unknown);
  }

  it.each(WAYS)(
    'of %s and another imports as %s is the same register there, in every mode and encoding',
    async (from, to, register) => {
      const table = TABLES.find((candidate) => candidate.register === register)!;
      await fc.assert(
        fc.asyncProperty(
          registerOf(table),
          fc.constantFrom(...COMPANY_REGISTER_MODES),
          fc.constantFrom(...EXPORT_CHARSETS),
          fc.boolean(),
          async (records, companyRegister, charset, gzip) => {
            const [here, there] = [randomUUID(), randomUUID()];
            const writer = new RecordWriter('UTF-8');
            const moment = new Date().toISOString();
            const document = [writer.head(NUMBER, moment), writer.records(table, records), writer.tail()];
            await bring(here, to, Buffer.concat(document), false, { companyRegister });
            const first = await fetched(here, from, charset, gzip);
            await bring(there, to, first, gzip, { companyRegister });
            expect(await held(there, table)).toEqual(await held(here, table));
            expect(await held(there, table)).toHaveLength(records.length);
          },
        ),
        { numRuns: 25 },
      );
    },
    60_000,
  );
});
