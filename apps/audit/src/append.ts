import type { AuditEvent } from '#lib/contracts';
import type { Sql } from '#lib/store';

import { type ChainHead, EMPTY_CHAIN, entryHash } from './chain.js';
import { type Entry, type PendingEntry, pendingEntryOf, type StoredEntry } from './entry.js';
import { INSERT_ENTRIES, insertedRow, utc } from './entry-row.js';
import { sealsOf } from './seal.js';

/**
 * Appends events to their chains in the caller's transaction, each once for ever, in the order given. Returns those
 * that were new, with their places.
 *
 * The heads of the chains stay locked until the transaction ends, so places have neither gaps nor twins, and whoever
 * else appends there waits: do it last.
 */
export async function appendEvents(sql: Sql, events: readonly AuditEvent[]): Promise<readonly Entry[]> {
  const pending = withoutTwins(events.map(pendingEntryOf));
  const heads = await lockHeads(sql, [...new Set(pending.map((entry) => entry.environmentId))].sort());
  const { known, recordedAt } = await readKnown(sql, pending);
  const unknown = pending.filter((entry) => !known.has(keyOf(entry)));
  const stored = linked(unknown, heads, recordedAt);
  if (stored.length > 0) {
    await sql.rows(INSERT_ENTRIES, [JSON.stringify(stored.map(insertedRow))]);
    await moveHeads(sql, heads);
  }
  return stored.map(({ entry }) => entry);
}

const keyOf = ({ environmentId, eventId }: PendingEntry): string => `${environmentId}/${eventId}`;

/** The first of each event, in the order given. */
function withoutTwins(entries: readonly PendingEntry[]): PendingEntry[] {
  const first = new Map<string, PendingEntry>();
  for (const entry of entries) if (!first.has(keyOf(entry))) first.set(keyOf(entry), entry);
  return [...first.values()];
}

export interface HeadRow {
  readonly environment_id: string;
  readonly last_sequence: string;
  readonly last_hash: Buffer;
}

export const headOf = (row: HeadRow): ChainHead => ({ sequence: Number(row.last_sequence), hash: row.last_hash });

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

/** Gives each entry its place, its seals and its hash; `heads` is left at the new ends. */
function linked(entries: readonly PendingEntry[], heads: Map<string, ChainHead>, recordedAt: string): StoredEntry[] {
  return entries.map((pending) => {
    const head = heads.get(pending.environmentId) ?? EMPTY_CHAIN;
    const entry = { ...pending, sequence: head.sequence + 1, recordedAt };
    const seals = sealsOf(entry);
    const hash = entryHash(head.hash, entry, seals);
    heads.set(pending.environmentId, { sequence: entry.sequence, hash });
    return { entry, hash, seals };
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
