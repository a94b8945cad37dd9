import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

import { type RecordTable, RecordWriter, type WritableRecord } from '#lib/documents';
import type { ProtectedPersons } from '#lib/policy';
import { crashPoint } from '#lib/service';
import type { ConnectionSql, Database } from '#lib/store';
import {
  DocumentWriter,
  type ExportClaim,
  type ExportEffect,
  forgetAttempts,
  type StoredDocument,
} from '#lib/transfers';

import { type Shield, shieldFor } from './export-shield.js';
import { childrenSql, type ExportRow, exportSql, isAboutPeople } from './export-sql.js';
import { inLockOrder, PATIENCE, quietRegister } from './registers/register-lock.js';

/** Milliseconds that one statement may take. */
const STATEMENT_TIMEOUT = 300_000;

/** Records read at a time: at most so many, and as few as make a portion of about so many bytes. */
const MOST_AT_ONCE = 200;
const PORTION_BYTES = 512 * 1024;

export interface Export {
  readonly claim: ExportClaim;
  readonly tables: readonly RecordTable[];
  /** Stands in the document as FVBusinessId. */
  readonly companyNumber: string;
  readonly protectedPersons: ProtectedPersons;
}

/** A document that is written and not yet the transfer's: `finishExport` makes it so. */
export interface WrittenExport {
  readonly document: StoredDocument;
  readonly exported: ExportEffect;
  /** Forgets it, when it may not become the transfer's. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes a company's registers into a document, in constant memory: a cursor, the writer, gzip when it was asked for,
 * and the chunks of the document, each waiting for the next.
 *
 * All of it is one moment of the registers, at which nobody was in the middle of writing one. So whatever was written
 * to them later bears a later time, and `since` that moment is exactly what this export does not show.
 *
 * Safe to repeat: what an earlier attempt left behind is cleared away first. Throws `UnwritableValue`.
 */
export async function writeExport(database: Database, job: Export): Promise<WrittenExport> {
  const { transfer } = job.claim;
  const { gzip, charset } = transfer.exportRequest;
  await forgetAttempts(database, transfer);
  const { id: transferId, environmentId } = transfer;
  const writer = new DocumentWriter(database, { environmentId, gzip, charset, transferId });
  try {
    const exported = await atQuietMoment(database, job, async (sql, asOf) => {
      const pages = new Pages(sql, job, asOf);
      const source = Readable.from(pages.bytes(), { objectMode: false });
      const store = async (parts: AsyncIterable<Buffer>): Promise<void> => {
        for await (const part of parts) await writer.write(part);
      };
      await (gzip ? pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), store) : pipeline(source, store));
      return pages.effect;
    });
    return { document: await writer.finish(), exported, discard: () => writer.discard() };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/**
 * Reads the registers as they are at a moment at which nobody is in the middle of writing them, which it names.
 *
 * Their locks are held while that moment is fixed, in a transaction of their own, and not while it is read.
 */
async function atQuietMoment<T>(
  database: Database,
  { claim, tables }: Export,
  read: (sql: ConnectionSql, asOf: string) => Promise<T>,
): Promise<T> {
  const { environmentId, companyId } = claim.transfer;
  const scope = { tenant: environmentId };
  const { promise: fixed, resolve: fix } = Promise.withResolvers<void>();
  const reading = (): Promise<T> =>
    database.transaction(
      async (sql) => {
        const [moment] = await sql.rows<{ as_of: string }>(NOW);
        fix();
        return read(sql, moment!.as_of);
      },
      { scope, snapshot: true, statementTimeout: STATEMENT_TIMEOUT },
    );
  const { done } = await database.transaction(
    async (sql) => {
      for (const table of inLockOrder(tables)) await quietRegister(sql, table, companyId);
      const done = reading();
      // It may fail while the locks are given back; whoever awaits it below is told.
      done.catch(() => undefined);
      await Promise.race([fixed, done]);
      return { done };
    },
    { scope, statementTimeout: STATEMENT_TIMEOUT, lockTimeout: PATIENCE },
  );
  return done;
}

const NOW = `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as as_of`;

/** The document's bytes, and what it says in the end. */
class Pages {
  #records = 0;
  #protected = 0;
  #atOnce = MOST_AT_ONCE / 10;

  constructor(
    private readonly sql: ConnectionSql,
    private readonly job: Export,
    private readonly asOf: string,
  ) {}

  get effect(): ExportEffect {
    const { protectedPersons: choice } = this.job;
    return { records: this.#records, protectedPersons: { choice, records: this.#protected }, asOf: this.asOf };
  }

  async *bytes(): AsyncGenerator<Buffer> {
    const { claim, tables, companyNumber } = this.job;
    const writer = new RecordWriter(claim.transfer.exportRequest.charset);
    yield writer.head(companyNumber, this.asOf);
    for (const table of tables) yield* this.#table(writer, table);
    crashPoint('connector.while-exporting');
    yield writer.tail();
  }

  async *#table(writer: RecordWriter, table: RecordTable): AsyncGenerator<Buffer> {
    const { claim, protectedPersons } = this.job;
    const { environmentId, companyId, exportRequest } = claim.transfer;
    const shield = shieldFor(table, protectedPersons);
    const level = exportRequest.level === null ? null : String(exportRequest.level);
    const where = [environmentId, companyId, exportRequest.since, level];
    // Two portions are in memory at most, and the second is asked for by what is known of the first already.
    const atOnce = (last: readonly ExportRow[]): number =>
      Math.min(this.#atOnce, portionAfter(last.length, weight(last)));
    for await (const rows of this.sql.portions<ExportRow>(exportSql(table), where, atOnce)) {
      let bytes = 0;
      for await (const together of this.#whole(table, rows)) {
        const part = writer.records(table, this.#shown(together, shield));
        bytes += part.length;
        if (part.length > 0) yield part;
      }
      if (isAboutPeople(table)) this.#protected += rows.filter(({ is_protected }) => is_protected === 'true').length;
      this.#atOnce = portionAfter(rows.length, bytes);
    }
  }

  /** The records that may go out, each made when it is asked for. */
  *#shown(rows: readonly ExportRow[], shield: Shield): Generator<WritableRecord> {
    for (const row of rows) {
      const record = shield(row);
      if (record === null) continue;
      this.#records += 1;
      yield record;
    }
  }

  /** The same rows in their order, each whole; one with many children comes by itself. */
  async *#whole(table: RecordTable, rows: readonly ExportRow[]): AsyncGenerator<readonly ExportRow[]> {
    const { environmentId, companyId } = this.job.claim.transfer;
    let from = 0;
    for (const [index, row] of rows.entries()) {
      if (row.children_apart !== 'true') continue;
      if (index > from) yield rows.slice(from, index);
      const where = [environmentId, companyId, row[table.key]];
      const [found] = await this.sql.rows<Pick<ExportRow, 'children'>>(childrenSql(table), where);
      yield [{ ...row, children: found?.children ?? null }];
      from = index + 1;
    }
    if (from < rows.length) yield rows.slice(from);
  }
}

/** How many records to read next, when so many made so many bytes. */
function portionAfter(records: number, bytes: number): number {
  if (bytes === 0) return MOST_AT_ONCE;
  return Math.max(1, Math.min(MOST_AT_ONCE, Math.floor((records * PORTION_BYTES) / bytes)));
}

/** Characters of the records' children: nothing else of them grows. */
const weight = (rows: readonly ExportRow[]): number =>
  rows.reduce((sum, { children }) => sum + (children?.length ?? 0), 0);
