import type { AuditEvent } from '#lib/contracts';
import { crashPoint } from '#lib/service';
import type { Database, Sql } from '#lib/store';

import { type ChainHead, EMPTY_CHAIN, entryHash, verifyChain, type VerifyResult } from './chain.js';
import { chainOf, type Entry, type PendingEntry, pendingEntryOf, type StoredEntry } from './entry.js';
import { ENTRY_COLUMNS, type EntryRow, INSERT_ENTRIES, insertedRow, storedEntryOf, utc } from './entry-row.js';
import { type AuditSearch, searchStatement } from './search.js';

export interface AuditPage {
  readonly entries: readonly StoredEntry[];
  /** What to give as `before` for the next page; `null` on the last. */
  readonly next: number | null;
}

/** How many entries verification reads at a time: a few megabytes. */
const VERIFY_BATCH = 2_000;

/** The append-only log in PostgreSQL: one chain of entries for each environment, one for the operator. */
export class AuditLog {
  constructor(private readonly database: Database) {}

  /**
   * Appends events, each once for ever, in the order given; all or none. Returns
   * those that were new, with their places.
   *
   * Any number of processes may append at the same time: the head of a chain is
   * locked until the entries are committed, so places have neither gaps nor twins.
   */
  async append(events: readonly AuditEvent[]): Promise<readonly Entry[]> {
    if (events.length === 0) return [];
    const pending = withoutTwins(events.map(pendingEntryOf));

    const appended = await this.database.transaction(async (sql) => {
      const heads = await lockHeads(sql, [...new Set(pending.map((entry) => entry.environmentId))].sort());
      const { known, recordedAt } = await readKnown(sql, pending);
      const unknown = pending.filter((entry) => !known.has(keyOf(entry)));
      const stored = linked(unknown, heads, recordedAt);
      if (stored.length > 0) {
        await sql.rows(INSERT_ENTRIES, [JSON.stringify(stored.map(insertedRow))]);
        await moveHeads(sql, heads);
      }
      crashPoint('audit.before-commit');
      return stored.map(({ entry }) => entry);
    });
    crashPoint('audit.after-commit');
    return appended;
  }

  /** One page of one environment's log, newest first. */
  async search(search: AuditSearch): Promise<AuditPage> {
    const { text, values } = searchStatement(search);
    const rows = await this.database.rows<EntryRow>(text, values);
    const entries = rows.slice(0, search.limit).map(storedEntryOf);
    const more = rows.length > search.limit;
    return { entries, next: more ? (entries.at(-1)?.entry.sequence ?? null) : null };
  }

  /**
   * Reads one chain from its first entry to its head, as they were at one
   * moment, and says where it is not whole. Appending goes on meanwhile.
   */
  async verify(environmentId: string | null): Promise<VerifyResult> {
    const chain = chainOf(environmentId);
    return this.database.transaction(async (sql) => {
      await sql.rows('set transaction isolation level repeatable read, read only', [], { prepare: false });
      return verifyChain(entriesOf(sql, chain), await readHead(sql, chain));
    });
  }
}

const keyOf = ({ environmentId, eventId }: PendingEntry): string => `${environmentId}/${eventId}`;

/** The first of each event, in the order given. */
function withoutTwins(entries: readonly PendingEntry[]): PendingEntry[] {
  const first = new Map<string, PendingEntry>();
  for (const entry of entries) if (!first.has(keyOf(entry))) first.set(keyOf(entry), entry);
  return [...first.values()];
}

interface HeadRow {
  readonly environment_id: string;
  readonly last_sequence: string;
  readonly last_hash: Buffer;
}

const headOf = (row: HeadRow): ChainHead => ({ sequence: Number(row.last_sequence), hash: row.last_hash });

/** Locks the heads, always in the order of their ids, so that two batches never wait for each other in a circle. */
async function lockHeads(sql: Sql, chains: readonly string[]): Promise<Map<string, ChainHead>> {
  await sql.rows(
    `insert into audit.chain (environment_id)
     select id from unnest($1::uuid[]) as id order by id on conflict do nothing`,
    [chains],
  );
  const rows = await sql.rows<HeadRow>(
    `select environment_id, last_sequence, last_hash from audit.chain
      where environment_id = any($1::uuid[]) order by environment_id for update`,
    [chains],
  );
  return new Map(rows.map((row) => [row.environment_id, headOf(row)]));
}

/** Which events the log has, and the clock; both asked once the heads are locked, so neither can be overtaken. */
async function readKnown(sql: Sql, entries: readonly PendingEntry[]) {
  const [row] = await sql.rows<{ recordedAt: string; known: string[] }>(
    `select ${utc('clock_timestamp()')} as "recordedAt",
            array(select environment_id || '/' || event_id
                    from unnest($1::uuid[], $2::uuid[]) as given (environment_id, event_id)
                    join audit.entry using (environment_id, event_id)) as known`,
    [entries.map((entry) => entry.environmentId), entries.map((entry) => entry.eventId)],
  );
  if (!row) throw new Error('A select without a from clause has one row');
  return { recordedAt: row.recordedAt, known: new Set(row.known) };
}

/** Gives each entry its place and its hash; `heads` is left at the new ends. */
function linked(entries: readonly PendingEntry[], heads: Map<string, ChainHead>, recordedAt: string): StoredEntry[] {
  return entries.map((pending) => {
    const head = heads.get(pending.environmentId) ?? EMPTY_CHAIN;
    const entry = { ...pending, sequence: head.sequence + 1, recordedAt };
    const hash = entryHash(head.hash, entry);
    heads.set(pending.environmentId, { sequence: entry.sequence, hash });
    return { entry, hash };
  });
}

async function moveHeads(sql: Sql, heads: ReadonlyMap<string, ChainHead>): Promise<void> {
  const ends = [...heads.values()];
  await sql.rows(
    `update audit.chain as chain set last_sequence = moved.sequence, last_hash = moved.hash
       from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as moved (id, sequence, hash)
      where environment_id = moved.id and last_sequence < moved.sequence`,
    [[...heads.keys()], ends.map((head) => head.sequence), ends.map((head) => head.hash)],
  );
}

async function readHead(sql: Sql, chain: string): Promise<ChainHead> {
  const [row] = await sql.rows<HeadRow>(
    'select environment_id, last_sequence, last_hash from audit.chain where environment_id = $1',
    [chain],
  );
  return row ? headOf(row) : EMPTY_CHAIN;
}

async function* entriesOf(sql: Sql, chain: string): AsyncGenerator<StoredEntry> {
  for (let after = '0'; ;) {
    const rows = await sql.rows<EntryRow>(
      `select ${ENTRY_COLUMNS} from audit.entry
        where environment_id = $1 and sequence > $2 order by sequence limit ${VERIFY_BATCH}`,
      [chain, after],
    );
    yield* rows.map(storedEntryOf);
    const last = rows.at(-1);
    if (!last || rows.length < VERIFY_BATCH) return;
    after = last.sequence;
  }
}
