import type { ConnectionSql } from '#lib/store';

import type { FlowName, TargetPage } from '../engine/flow.js';
import { storedJson } from '../engine/stored-json.js';
import type { Turn } from '../engine/turns.js';
import { type Around, type Judged, MOST_SAMPLES, type Ours, type Theirs } from './compare.js';

/** Both sides of a comparison that is under way, kept in the database: the registers may be of any size. */

export async function forgetCompared(sql: ConnectionSql, turn: Turn, flow: FlowName): Promise<void> {
  await sql.rows('delete from severa.compared where environment_id = $1 and company_id = $2 and flow = $3', [
    turn.environmentId,
    turn.companyId,
    flow,
  ]);
}

/** A page of the other side; one that was stored before stays. */
export async function storeTheirs(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  found: TargetPage['found'],
): Promise<void> {
  const rows = found.map(([match, { key, name, businessId }]) => ({ key, match, name, business_id: businessId }));
  await sql.rows(
    `insert into severa.compared (environment_id, company_id, flow, side, key, match, name, business_id)
     select $1, $2, $3, 'there', key, match, nullif(name, ''), nullif(business_id, '')
       from jsonb_to_recordset($4::jsonb) as r (key text, match text, name text, business_id text)
      where key is not null on conflict do nothing`,
    [turn.environmentId, turn.companyId, flow, storedJson(rows)],
  );
}

const THEIRS = `key, match, name, business_id as "businessId", count(*) over (partition by match) > 1 as twice`;
const WHERE = `environment_id = $1 and company_id = $2 and flow = $3`;

/** Those of a page that were not judged before. */
export async function notJudged(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  page: readonly Ours[],
): Promise<readonly Ours[]> {
  const once = new Map(page.map((record) => [record.key, record]));
  const judged = await sql.rows<{ key: string }>(
    `select key from severa.compared where ${WHERE} and side = 'here' and key = any($4::text[])`,
    [turn.environmentId, turn.companyId, flow, stored([...once.keys()])],
  );
  for (const { key } of judged) once.delete(key);
  return [...once.values()];
}

/** What is kept of both sides that has to do with a page. */
export async function aroundOf(sql: ConnectionSql, turn: Turn, flow: FlowName, page: readonly Ours[]): Promise<Around> {
  const where = [turn.environmentId, turn.companyId, flow];
  const matches = stored(page.flatMap(({ match }) => match ?? []));
  const businessIds = stored(page.flatMap(({ businessId }) => businessId ?? []));
  // By length: of Netvisor's keys the shorter one is the older.
  const there = await sql.rows<Theirs>(
    `select distinct on (match) ${THEIRS} from severa.compared
      where ${WHERE} and side = 'there' and match = any($4::text[]) order by match, length(key), key`,
    [...where, matches],
  );
  const byBusinessId = await sql.rows<Theirs & { businessId: string }>(
    `select distinct on (business_id) ${THEIRS} from severa.compared
      where ${WHERE} and side = 'there' and business_id = any($4::text[]) order by business_id, length(key), key`,
    [...where, businessIds],
  );
  const met = await sql.rows<{ match: string; judged: Judged }>(
    `select distinct on (match) match, judged from severa.compared
      where ${WHERE} and side = 'here' and match = any($4::text[]) order by match, key`,
    [...where, matches],
  );
  return {
    there: new Map(there.map((one) => [one.match, one])),
    byBusinessId: new Map(byBusinessId.map((one) => [one.businessId, one])),
    met: new Map(met.map(({ match, judged }) => [match, judged])),
  };
}

/** What was found; of those that break a rule only that they were judged. */
export async function storeJudged(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  judged: readonly Judged[],
): Promise<void> {
  const rows = judged.map((one) =>
    one.finding === 'breaks-a-rule' ? { key: one.record.key } : { key: one.record.key, match: one.match, judged: one },
  );
  await sql.rows(
    `insert into severa.compared (environment_id, company_id, flow, side, key, match, judged)
     select $1, $2, $3, 'here', key, match, judged
       from jsonb_to_recordset($4::jsonb) as r (key text, match text, judged jsonb)
     on conflict (environment_id, company_id, flow, side, key) do update set judged = excluded.judged`,
    [turn.environmentId, turn.companyId, flow, storedJson(rows)],
  );
}

/** What of theirs no record of ours was matched with: how many codes, and the first records. */
export async function onlyThere(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
): Promise<{ readonly count: number; readonly first: readonly Theirs[] }> {
  const where = [turn.environmentId, turn.companyId, flow];
  // Both sides are read once, whatever the statistics say of rows that came a moment ago.
  const only = `select match from severa.compared where ${WHERE} and side = 'there'
                except select match from severa.compared where ${WHERE} and side = 'here' and match is not null`;
  const [row] = await sql.rows<{ count: string; first: readonly string[] }>(
    `with unmatched as materialized (${only})
     select (select count(*) from unmatched) as count, array(select match from unmatched order by match limit ${MOST_SAMPLES}) as first`,
    where,
  );
  const first = await sql.rows<Theirs>(
    `select distinct on (match) ${THEIRS} from severa.compared
      where ${WHERE} and side = 'there' and match = any($4::text[]) order by match, length(key), key`,
    [...where, row?.first ?? []],
  );
  return { count: Number(row?.count ?? 0), first };
}

/** As they are stored: see {@link storedJson}. */
const stored = (texts: readonly string[]): readonly string[] =>
  texts.map((text) => text.replaceAll('\0', '').toWellFormed());
