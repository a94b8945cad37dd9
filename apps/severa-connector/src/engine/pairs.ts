import { createHash } from 'node:crypto';

import type { ConnectionSql, Sql } from '#lib/store';

import type { Flow, FlowName, Json, JsonObject, Known, Operation, PairKeys, SourceRecord } from './flow.js';
import { storedJson } from './stored-json.js';
import type { Turn } from './turns.js';

/** A record that has to be looked at. */
export interface DuePair {
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  readonly state: 'due' | 'sending' | 'unknown' | 'waits';
  readonly mark: string;
  readonly source: JsonObject | null;
  readonly known: Known | null;
  /** What was sent and is not known to have been done or not. */
  readonly sending: Operation | null;
  readonly attempts: number;
  readonly cause: string | null;
  /** It has moved before. */
  readonly moved: boolean;
  /** It left the source while it was on its way. */
  readonly missing: boolean;
  /** The name of another record with the same number; see {@link Situation}. */
  readonly rival: string | null;
}

/**
 * SQL: the name of another record with the number of `p`, all of $1, $2 and $3: environment, company and flow. By the
 * number: for the order alone the planner would read all of the flow, for each record.
 */
export const RIVAL = `
  (select coalesce(o.name, '') from (
     select key, name from severa.pair
      where environment_id = $1 and company_id = $2 and flow = $3 and number = p.number
        and key <> p.key and state <> 'gone' and not missing offset 0) o order by o.key limit 1)`;

/** The records of a flow whose time has come, those that wait longest first. */
export function nextDue(sql: Sql, turn: Turn, flow: FlowName, atMost: number): Promise<readonly DuePair[]> {
  return sql.rows<DuePair>(
    `select key, number, name, state, mark, source, known, sending, attempts, cause, missing,
            moved_at is not null as moved, ${RIVAL} as rival
       from severa.pair p
      where environment_id = $1 and company_id = $2 and flow = $3
        and state in ('due', 'sending', 'unknown', 'waits') and next_try_at <= clock_timestamp()
      order by next_try_at limit $4`,
    [turn.environmentId, turn.companyId, flow, atMost],
  );
}

/**
 * Stores a page of the source; only what has changed since it was last read.
 *
 *   the pair was            | and is, of an automatic flow | of an on-demand flow
 *   ------------------------+------------------------------+----------------------
 *   not there               | due                          | candidate
 *   due, waits              | due                          | due
 *   sending, unknown        | the same, with a later mark  | the same
 *   moved, rejected, denied | due                          | candidate
 *   gone, as it was before  | due                          | candidate
 *   the same as now         | untouched                    | untouched
 */
export async function storePage(
  sql: ConnectionSql,
  turn: Turn,
  flow: Flow,
  records: readonly SourceRecord[],
  arrives: 'due' | 'candidate',
): Promise<void> {
  const once = [...new Map(records.map((record) => [record.key, record])).values()];
  await sql.rows(
    `insert into severa.pair as p
       (environment_id, company_id, flow, key, number, name, state, source, source_hash, ${flow.source}_key)
     select $1, $2, $3, r.key, r.number, r.name, $4, r.content, r.hash, r.key
       from jsonb_to_recordset($5::jsonb) as r (key text, number text, name text, content jsonb, hash text)
     on conflict (environment_id, company_id, flow, key) do update
        set number = excluded.number, name = excluded.name, source = excluded.source,
            source_hash = excluded.source_hash, mark = p.mark + 1, missing = false, updated_at = clock_timestamp(),
            state = case when p.state in ('sending', 'unknown') then p.state
                         when p.state in ('due', 'waits') then 'due' else excluded.state end,
            next_try_at = case when p.state in ('sending', 'unknown') then p.next_try_at else clock_timestamp() end,
            attempts = case when p.state in ('sending', 'unknown') then p.attempts else 0 end,
            cause = null, message = null, details = null
      where p.source_hash is distinct from excluded.source_hash or p.state = 'gone' or p.missing`,
    [
      turn.environmentId,
      turn.companyId,
      flow.name,
      arrives,
      storedJson(once.map((record) => ({ ...record, hash: hashOf(record.content) }))),
    ],
  );
}

/** A record that is not in the source any more. */
export type Gone = Pick<DuePair, 'key' | 'number' | 'name' | 'known'>;

/**
 * Records that are there no more. What may have been done of them is looked up first. On the other side nothing is removed.
 */
export async function storeGone(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  keys: readonly string[],
): Promise<readonly Gone[]> {
  const rows = await sql.rows<Gone & { state: string }>(
    `update severa.pair p
        set state = case when p.state in ('sending', 'unknown') then p.state else 'gone' end, missing = true,
            cause = case when p.state in ('sending', 'unknown') then p.cause else 'gone-in-source' end,
            updated_at = clock_timestamp()
      where p.environment_id = $1 and p.company_id = $2 and p.flow = $3 and p.state <> 'gone' and not p.missing
        and p.key = any ($4::text[])
     returning p.key, p.number, p.name, p.known, p.state`,
    [turn.environmentId, turn.companyId, flow, keys],
  );
  return rows.filter(({ state }) => state === 'gone');
}

/** Records that the rules do not let move now. What may have been done already stays unknown. */
export function storeDenied(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  reasons: readonly string[],
): Promise<readonly Gone[]> {
  return sql.rows<Gone>(
    `update severa.pair
        set state = 'denied', cause = 'not-allowed', details = $4::jsonb, updated_at = clock_timestamp()
      where environment_id = $1 and company_id = $2 and flow = $3 and state in ('due', 'waits') and sending is null
     returning key, number, name, known`,
    [turn.environmentId, turn.companyId, flow, JSON.stringify({ reasons })],
  );
}

/** What a run that is allowed takes up: what was denied before, and of what is offered, what was chosen. */
export async function release(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  chosen: 'none' | 'candidates' | readonly string[],
): Promise<void> {
  await sql.rows(
    `update severa.pair
        set state = 'due', next_try_at = clock_timestamp(), cause = null, message = null, details = null,
            updated_at = clock_timestamp()
      where environment_id = $1 and company_id = $2 and flow = $3
        and (state = 'denied' or ($4 and state = 'candidate')
             or (state in ('candidate', 'rejected') and key = any($5::text[])))`,
    [turn.environmentId, turn.companyId, flow, chosen === 'candidates', Array.isArray(chosen) ? chosen : []],
  );
}

interface Keyed extends PairKeys {
  readonly key: string;
}

const KEYS = `select key, severa_key as "severaKey", netvisor_key as "netvisorKey", number from severa.pair
               where environment_id = $1 and company_id = $2 and flow = $3`;

/** Pairs of another flow, by the source's key. */
export async function pairsByKey(
  sql: Sql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  keys: readonly string[],
): Promise<ReadonlyMap<string, PairKeys>> {
  const rows = await sql.rows<Keyed>(`${KEYS} and key = any($4::text[])`, [environmentId, companyId, flow, keys]);
  return new Map(rows.map(({ key, ...pair }) => [key, pair]));
}

/** Pairs of another flow, by Netvisor's key: all that share one. */
export async function pairsInNetvisor(
  sql: Sql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly PairKeys[]>> {
  const rows = await sql.rows<Keyed>(`${KEYS} and netvisor_key = any($4::text[]) and state <> 'gone' order by key`, [
    environmentId,
    companyId,
    flow,
    keys,
  ]);
  const pairs = new Map<string, PairKeys[]>();
  for (const { key: _, ...pair } of rows) {
    const found = pairs.get(pair.netvisorKey ?? '');
    if (found) found.push(pair);
    else pairs.set(pair.netvisorKey ?? '', [pair]);
  }
  return pairs;
}

/** The same for equal contents, in whatever order their names stand. */
export function hashOf(content: Json): string {
  const sorted = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([name, part]) => [name, sorted(part)] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('base64url');
}
