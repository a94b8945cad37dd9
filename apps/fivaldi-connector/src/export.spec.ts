import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type AccessAnswer, EXPORT_DEFAULTS, type DocumentStream, xmlSettingsBody } from '#lib/contracts';
import { readRecords, type RecordTable, TABLES, tablesOf } from '#lib/documents';
import type { ProtectedPersons } from '#lib/policy';
import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase, until } from '#lib/testing';
import {
  acceptExport,
  claimTransfer,
  DocumentWriter,
  type ExportClaim,
  type ExportRequest,
  findTransfer,
  finishExport,
  finishTransfer,
  forgetAttempts,
  passLaneOn,
  readDocument,
  replayTransfer,
  type Transfer,
} from '#lib/transfers';

import { writeExport } from './export.js';
import { type ExportRow, exportSql } from './export-sql.js';
import { takeExportTurn } from './export-turn.js';
import { columnType, registerTable } from './record-sql.js';
import { lockRegister } from './registers/register-lock.js';

type Row = Readonly<Record<string, unknown>>;

const WHOLE: ExportRequest = { since: null, level: null, charset: 'UTF-8', gzip: false };
const NUMBER = '500001';

describe('an export', () => {
  let test: TestDatabase;
  let connector: Database;
  let gateway: Database;
  let environmentId: string;
  let companyId: string;
  const scope = () => ({ scope: { tenant: environmentId } });
  beforeAll(async () => {
    test = await createTestDatabase();
    connector = await Database.open({ url: test.as('fivaldi-connector'), name: 'export.spec' });
    gateway = await Database.open({ url: test.as('gateway'), name: 'export.spec' });
  });
  afterAll(async () => {
    await Promise.all([connector.close(), gateway.close()]);
    await test.drop();
  });
  beforeEach(() => {
    environmentId = randomUUID();
    companyId = randomUUID();
  });

  const tableOf = (register: string): RecordTable => TABLES.find((table) => table.register === register)!;

  /** Writes a record as whoever keeps the register does. */
  async function put(register: string, row: Row, company = companyId): Promise<void> {
    const table = tableOf(register);
    const own = { environment_id: environmentId, company_id: company, imported: true, written_by: 'spec', ...row };
    const names = Object.keys(own);
    const types = names.map((name) => {
      const field = table.fields.find((candidate) => candidate.field === name);
      return field ? columnType(table, field) : { environment_id: 'uuid', company_id: 'uuid', children: 'jsonb' }[name];
    });
    await connector.rows(
      `insert into ${registerTable(table)} (${names.join(', ')})
       values (${names.map((_, index) => `$${index + 1}${types[index] ? `::${types[index]}` : ''}`).join(', ')})`,
      Object.values(own),
      { ...scope(), prepare: false },
    );
  }

  async function claim(stream: DocumentStream, exportRequest: ExportRequest = WHOLE): Promise<ExportClaim> {
    await gateway.transaction(
      (sql) =>
        acceptExport(sql, {
          environmentId,
          companyId,
          partnerUserId: companyId,
          stream,
          exportRequest,
          address: null,
          idempotencyKey: randomUUID(),
          fingerprint: Buffer.alloc(32),
        }),
      scope(),
    );
    return claimAgain(stream);
  }

  async function claimAgain(stream: DocumentStream): Promise<ExportClaim> {
    const [lane] = await connector.rows<{ laneId: string; ticket: string }>(
      'select id as "laneId", ticket from transfers.lane where company_id = $1 and target = $2',
      [companyId, stream],
      scope(),
    );
    const taken = await claimTransfer(connector, lane!, true);
    if (taken.as !== 'claimed' || taken.claim.document !== null) throw new Error('No export was claimed');
    return taken.claim;
  }

  const access = (protectedPersons: ProtectedPersons = 'leave-out'): AccessAnswer => ({
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
        companyRegister: 'update-all',
        productRegister: 'update-all',
        salesOrders: { mode: 'add-only' },
        payroll: { dimensions: 'from-data' },
        export: { ...EXPORT_DEFAULTS, protectedPersons },
      }),
    },
  });

  interface Exported {
    readonly transfer: Transfer;
    readonly bytes: Buffer;
    readonly asOf: string;
    /** Register and what stands in the document of each record. */
    readonly records: readonly (readonly [string, Row])[];
  }

  async function exported(
    stream: DocumentStream,
    request: Partial<ExportRequest> = {},
    choice?: ProtectedPersons,
  ): Promise<Exported> {
    const held = await claim(stream, { ...WHOLE, ...request });
    const turn = await takeExportTurn(connector, held, access(choice));
    if (turn?.as !== 'written') throw new Error(`It was not written: ${JSON.stringify(turn)}`);
    const transfer = (await findTransfer(gateway, held.transfer.id))!;
    const bytes = await documentOf(transfer);
    return { transfer, bytes, asOf: turn.effect.exported!.asOf, records: await recordsIn(bytes, stream, request.gzip) };
  }

  async function documentOf({ documentId }: Transfer): Promise<Buffer> {
    const [document] = await gateway.rows<{ id: string; gzip: boolean; chunks: number; sha256: Buffer; bytes: string }>(
      'select id, gzip, chunks, sha256, bytes from transfers.document where id = $1',
      [documentId],
      scope(),
    );
    const parts: Buffer[] = [];
    for await (const part of readDocument(gateway, { ...document!, environmentId })) parts.push(part);
    const bytes = Buffer.concat(parts);
    expect(createHash('sha256').update(bytes).digest()).toEqual(document!.sha256);
    expect(String(bytes.length)).toBe(document!.bytes);
    return bytes;
  }

  async function recordsIn(bytes: Buffer, stream: DocumentStream, gzip = false): Promise<(readonly [string, Row])[]> {
    const found: (readonly [string, Row])[] = [];
    // eslint-disable-next-line @typescript-eslint/require-await -- an async source, as a document is
    const source = async function* () {
      yield bytes;
    };
    const form = { tables: tablesOf(stream), companyNumber: NUMBER, gzip, charset: undefined };
    await readRecords(source(), form, (batch) => {
      for (const { table, values, children, faults } of batch) {
        expect(faults).toEqual([]);
        const given = table.fields.flatMap(({ field }, index) =>
          values[index] === undefined ? [] : [[field, values[index]]],
        );
        found.push([table.register, { ...Object.fromEntries(given), ...(children && { children }) }]);
      }
    });
    return found;
  }

  const keysOf = (records: Exported['records']): readonly unknown[] =>
    records.map(([register, row]) => row[tableOf(register).key]);

  const leftovers = async (): Promise<number> => {
    const [row] = await connector.rows<{ chunks: number }>(
      `select (select count(*) from transfers.upload)::int
            + (select count(*) from transfers.document_chunk c
                where not exists (select from transfers.document d where d.id = c.document_id))::int as chunks`,
      [],
      scope(),
    );
    return row!.chunks;
  };

  const isWaiting = async (lock: 'advisory' | 'relation'): Promise<boolean> => {
    const text = `select from pg_stat_activity
                   where wait_event_type = 'Lock' and wait_event = $1 and datname = current_database()`;
    return (await connector.rows(text, [lock])).length > 0;
  };

  /** Long enough for several chunks. */
  const many = async (): Promise<void> => {
    await connector.rows(
      `insert into fivaldi.product_record (environment_id, company_id, product_code, public_description, imported, written_by)
         select $1, $2, no::text, md5(no::text), true, 'spec' from generate_series(1, 8000) as no`,
      [environmentId, companyId],
      scope(),
    );
  };

  it('says what the register holds, field by field, and nothing that it does not hold', async () => {
    const product = { product_code: 'A&1', name: 'Höylä <1> €', sales_price: '12.500000', default_to_invoice: true };
    await put('product', product);
    await put('product', { product_code: 'B' });
    const { records, transfer } = await exported('tuoterekisteri');
    expect(records).toEqual([
      ['product', { ...product, sales_price: '12.5', default_to_invoice: 'true' }],
      ['product', { product_code: 'B' }],
    ]);
    expect(transfer).toMatchObject({
      state: 'succeeded',
      effect: { exported: { records: 2, protectedPersons: { choice: 'leave-out', records: 0 } } },
    });
  });

  it('writes children whole, and every kind of record of its stream, what is named before what names it', async () => {
    await put('company', {
      company_code: 'K',
      children: { addresses: { '10': { street_address: 'Katu 1' }, '9': {} } },
    });
    expect((await exported('yritysrekisteri')).records).toEqual([
      ['company', { company_code: 'K', children: { addresses: { '10': { street_address: 'Katu 1' }, '9': {} } } }],
    ]);
    await put('bond', { reference_number: 'S1', person_id: '7', premises_id: '3' });
    await put('estate_person', { person_id: '7', last_name: 'Meikäläinen' });
    await put('premises', { premises_id: '3' });
    await put('housing_company', { housing_company_id: 'H' });
    expect((await exported('kiha')).records.map(([register]) => register)).toEqual(
      tablesOf('kiha').map(({ register }) => register),
    );
  });

  it('has no more than one order of many rows in hand, and writes each at its place', async () => {
    const rows = (count: number): Row =>
      Object.fromEntries(Array.from({ length: count }, (_, no) => [no, { free_text: randomUUID() }]));
    const orders = [
      ['1', rows(1)],
      ['2', rows(2000)],
      ['3', rows(2000)],
      ['4', rows(2)],
    ] as const;
    for (const [key, all] of orders) await put('order', { order_number: key, children: { rows: all } });
    const found = await connector.transaction(
      (sql) => sql.rows<ExportRow>(exportSql(tableOf('order')), [environmentId, companyId, null, null]),
      scope(),
    );
    expect(found.map(({ children }) => children?.length ?? null)).toEqual([
      expect.any(Number),
      null,
      null,
      expect.any(Number),
    ]);
    expect((await exported('tilaukset')).records).toEqual(
      orders.map(([key, all]) => ['order', { order_number: key, children: { rows: all } }]),
    );
  });

  it('leaves out what is deleted, and what is another company’s', async () => {
    await put('product', { product_code: 'A' });
    await put('product', { product_code: 'B', deleted_at: new Date() });
    await put('product', { product_code: 'C' }, randomUUID());
    expect(keysOf((await exported('tuoterekisteri')).records)).toEqual(['A']);
  });

  it('packs and encodes as it was asked to', async () => {
    await put('product', { product_code: 'A', name: 'Šakki €漢' });
    const { bytes, records } = await exported('tuoterekisteri', { gzip: true, charset: 'ISO-8859-15' });
    expect(gunzipSync(bytes).toString('latin1')).toContain('<ProductName>\xa6akki \xa4&#28450;</ProductName>');
    expect(records).toEqual([['product', { product_code: 'A', name: 'Šakki €漢' }]]);
  });

  it('reads out one level of dimensions', async () => {
    for (const id of ['1/100', '2/100', '2/200']) await put('dimension', { dimension_id: id });
    expect(keysOf((await exported('projektit', { level: 2 })).records)).toEqual(['2/100', '2/200']);
  });

  it('of what has changed since another one begins exactly where that one ended', async () => {
    await put('product', { product_code: 'A' });
    const first = await exported('tuoterekisteri');
    await put('product', { product_code: 'B' });
    const second = await exported('tuoterekisteri', { since: first.asOf });
    expect(keysOf(second.records)).toEqual(['B']);
    expect((await exported('tuoterekisteri', { since: second.asOf })).records).toEqual([]);
    expect(second.bytes.toString()).toContain(`<FVCreationTime>${second.asOf}</FVCreationTime>`);
  });

  it('waits for whoever is in the middle of writing the register, so that no change falls between two exports', async () => {
    const written = Promise.withResolvers<void>();
    const writing = connector.transaction(async (sql) => {
      await lockRegister(sql, tableOf('product'), companyId);
      await sql.rows(
        `insert into fivaldi.product_record (environment_id, company_id, product_code, imported, written_by)
         values ($1, $2, 'A', true, 'spec')`,
        [environmentId, companyId],
      );
      await written.promise;
    }, scope());
    const exporting = exported('tuoterekisteri');
    await until(() => isWaiting('advisory'), { what: 'the export to wait' });
    written.resolve();
    await writing;
    expect(keysOf((await exporting).records)).toEqual(['A']);
  });

  it('shows one moment, however long it takes to write', async () => {
    await many();
    const owner = await Database.open({ url: test.url, name: 'export.spec' });
    const changed = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    // Holds up the first chunk, by when the last records have not been read.
    const holdingUp = owner.transaction(async (sql) => {
      await sql.rows('lock table transfers.upload in share mode', [], { prepare: false });
      locked.resolve();
      await changed.promise;
    });
    await locked.promise;
    const exporting = exported('tuoterekisteri');
    await until(() => isWaiting('relation'), { what: 'the export to wait' });
    await connector.rows(
      `update fivaldi.product_record set name = 'late', updated_at = clock_timestamp()`,
      [],
      scope(),
    );
    changed.resolve();
    await holdingUp;
    await owner.close();
    const { records, asOf } = await exporting;
    expect(records).toHaveLength(8000);
    expect(records.filter(([, { name }]) => name === 'late')).toEqual([]);
    expect((await exported('tuoterekisteri', { since: asOf })).records).toHaveLength(8000);
  });

  describe('of people', () => {
    const HIDDEN = {
      person_id: '1',
      last_name: 'Salattu',
      first_name: 'Sirpa',
      security_restriction: true,
      social_security_number: '010190-123A',
      date_of_birth: '1990-01-01',
      children: {
        addresses: { '5': { street_address: 'Salakatu 1', type: 'STREET_ADDRESS', begin_date: '2020-01-01' } },
      },
    };
    const OPEN = {
      person_id: '2',
      last_name: 'Avoin',
      social_security_number: '020290-123B',
      date_of_birth: '1990-02-02',
    };
    beforeEach(async () => {
      await put('estate_person', HIDDEN);
      await put('estate_person', OPEN);
      await put('bond', { reference_number: 'S1', person_id: '1', premises_id: '3' });
      await put('bond', { reference_number: 'S2', person_id: '2', premises_id: '4' });
    });

    it('leaves out whoever is under non-disclosure, and where they live', async () => {
      const { bytes, records, transfer } = await exported('kiha', {}, 'leave-out');
      expect(keysOf(records)).toEqual(['2', 'S2']);
      expect(bytes.toString()).not.toMatch(/Salattu|Salakatu|-123/);
      expect(transfer.effect?.exported).toMatchObject({
        records: 2,
        protectedPersons: { choice: 'leave-out', records: 1 },
      });
    });

    it('masks them when it was chosen, and keeps the ids', async () => {
      const { records, bytes } = await exported('kiha', {}, 'mask');
      expect(Object.fromEntries(records.map(([, row]) => [row['last_name'], row]))).toMatchObject({
        '•••': { person_id: '1', first_name: '•••', security_restriction: 'true' },
        Avoin: { person_id: '2', date_of_birth: '1990-02-02' },
      });
      const hidden = records.find(([, row]) => row['last_name'] === '•••')![1];
      expect(hidden['children']).toEqual({ addresses: { '5': { street_address: '•••', type: 'STREET_ADDRESS' } } });
      expect(hidden).not.toHaveProperty('date_of_birth');
      expect(bytes.toString()).not.toMatch(/Salattu|Sirpa|Salakatu|-123/);
      expect(keysOf(records)).toEqual(['1', '2', 'S1', 'S2']);
    });

    it('says everything when it was chosen', async () => {
      const { records } = await exported('kiha', {}, 'include');
      expect(records[0]).toEqual(['estate_person', { ...HIDDEN, security_restriction: 'true' }]);
      expect(records[1]).toEqual(['estate_person', OPEN]);
    });

    it('leaves counts and the choice in the audit log, and no value', async () => {
      const { transfer } = await exported('kiha', {}, 'mask');
      const events = await gateway.rows<{ data: { action: string; documentId: string | null; details: object } }>(
        `select data from bus.outbox where type = 'audit.event.v1' and data ->> 'transferId' = $1 order by id`,
        [transfer.id],
      );
      expect(events.map(({ data }) => data)).toMatchObject([
        { action: 'transfer.accepted', documentId: null, details: { since: null, charset: 'UTF-8' } },
        {
          action: 'transfer.finished',
          documentId: transfer.documentId,
          details: { effect: { exported: { records: 4, protectedPersons: { choice: 'mask', records: 1 } } } },
        },
      ]);
      expect(JSON.stringify(events)).not.toMatch(/Salattu|Avoin|-123/);
    });
  });

  describe('that breaks off', () => {
    it('is begun anew, and what it left behind is gone', async () => {
      await many();
      const first = await claim('tuoterekisteri');
      const killed = new DocumentWriter(connector, {
        environmentId,
        gzip: false,
        charset: null,
        transferId: first.transfer.id,
      });
      await killed.write(Buffer.alloc(600_000));
      expect(await leftovers()).toBeGreaterThan(0);
      const turn = await takeExportTurn(connector, await claimAgain('tuoterekisteri'), access());
      expect(turn).toMatchObject({ as: 'written', effect: { exported: { records: 8000 } } });
      expect(await leftovers()).toBe(0);
      // Whoever was only slow, not dead, adds nothing that nobody would clear away.
      await expect(killed.write(Buffer.alloc(600_000))).rejects.toThrow('cleared away');
      expect(await leftovers()).toBe(0);
    });

    it('is not finished by a worker that another one has superseded', async () => {
      await many();
      const older = await claim('tuoterekisteri');
      const newer = await claimAgain('tuoterekisteri');
      expect(await takeExportTurn(connector, older, access())).toBeNull();
      expect(await leftovers()).toBe(0);
      expect(await takeExportTurn(connector, newer, access())).toMatchObject({ as: 'written' });
      expect(await leftovers()).toBe(0);
      // Nor when the other one has ended it already.
      expect(await takeExportTurn(connector, older, access())).toBeNull();
      expect(await leftovers()).toBe(0);
    });

    it('two workers at the same one: the newer ends it, once', async () => {
      await many();
      const claims = [await claim('tuoterekisteri'), await claimAgain('tuoterekisteri')];
      const turns = await Promise.all(claims.map((held) => takeExportTurn(connector, held, access())));
      const written = turns.filter((turn) => turn?.as === 'written');
      expect(written.length).toBeLessThanOrEqual(1);
      if (written.length === 0) await takeExportTurn(connector, await claimAgain('tuoterekisteri'), access());
      expect(await leftovers()).toBe(0);
      expect((await findTransfer(gateway, claims[0]!.transfer.id))?.state).toBe('succeeded');
    });

    it('is not ended when the first parts of its document have been swept away meanwhile', async () => {
      await many();
      const held = await claim('tuoterekisteri');
      const job = { claim: held, tables: tablesOf('tuoterekisteri'), companyNumber: NUMBER } as const;
      const { document, exported } = await writeExport(connector, { ...job, protectedPersons: 'leave-out' });
      await forgetAttempts(connector, held.transfer);
      await expect(
        connector.transaction((sql) => finishExport(sql, held, document, exported), scope()),
      ).rejects.toMatchObject({ code: 'upload.forgotten', kind: 'unavailable' });
      expect((await findTransfer(gateway, held.transfer.id))?.state).toBe('running');
    });

    it('and failed can be done again, as it was asked for', async () => {
      const held = await claim('tuoterekisteri', { ...WHOLE, gzip: true });
      await connector.transaction(async (sql) => {
        await finishTransfer(sql, held.transfer, { state: 'failed', problem: { code: 'spec', title: 'Spec' } });
        await passLaneOn(sql, held);
      }, scope());
      const by = { kind: 'operator', id: environmentId } as const;
      const replayed = await gateway.transaction(
        (sql) => replayTransfer(sql, held.transfer.id, { by, address: null, idempotencyKey: 'again' }),
        scope(),
      );
      expect(replayed).toMatchObject({ as: 'new' });
      const again = await claimAgain('tuoterekisteri');
      expect(again.transfer).toMatchObject({ replayOf: held.transfer.id, exportRequest: { ...WHOLE, gzip: true } });
      expect(await takeExportTurn(connector, again, access())).toMatchObject({ as: 'written' });
    });

    it('because a value cannot be written says which, changes nothing and leaves nothing', async () => {
      await many();
      await put('product', { product_code: 'Z', name: 'a\u0001b' });
      const turn = await takeExportTurn(connector, await claim('tuoterekisteri'), access());
      expect(turn).toMatchObject({
        as: 'refused',
        end: { state: 'failed', problem: { code: 'document.unwritable', element: 'ProductName', key: 'Z' } },
      });
      expect(await leftovers()).toBe(0);
    });
  });
});
