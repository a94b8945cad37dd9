import type { Sql } from '#lib/store';

import type { Flow, JsonObject, TargetPage } from './flow.js';
import { storedJson } from './stored-json.js';
import type { Turn } from './turns.js';

/** From so many records on that are met for the first time, one list is cheaper than a look-up of each. */
export const WORTH_A_LIST = 4;

const AT_ONCE = 1_000;

const UNMET = `environment_id = $1 and company_id = $2 and flow = $3 and state = 'due' and known is null
               and sending is null`;

/** Keys of due records of which nothing is known, by what they are matched on. */
export type Unmet = Map<string, readonly string[]>;

export async function unmetRecords(sql: Sql, turn: Turn, flow: Flow): Promise<Unmet> {
  const unmet: Unmet = new Map();
  if (!flow.matchOf) return unmet;
  for (let after = ''; ;) {
    const rows = await sql.rows<{ key: string; source: JsonObject | null }>(
      `select key, source from severa.pair where ${UNMET} and key > $4 order by key limit $5`,
      [turn.environmentId, turn.companyId, flow.name, after, AT_ONCE],
    );
    for (const { key, source } of rows) {
      const match = source && flow.matchOf(source);
      if (match !== null) unmet.set(match, [...(unmet.get(match) ?? []), key]);
    }
    const last = rows.at(-1);
    if (rows.length < AT_ONCE || !last) return unmet;
    after = last.key;
  }
}

/**
 * Writes down which of them a page of the other side's list has, and takes those out. Of two there that are matched on the
 * same, the first is it.
 */
export async function meet(sql: Sql, turn: Turn, flow: Flow, unmet: Unmet, found: TargetPage['found']): Promise<void> {
  const met = found.flatMap(([match, known]) => {
    const keys = unmet.get(match) ?? [];
    unmet.delete(match);
    return keys.map((key) => ({ key, known }));
  });
  await storeMeetings(sql, turn, flow, met);
}

/** The list is at its end: the others are not there, under what they were `sought` by. */
export async function meetNone(sql: Sql, turn: Turn, flow: Flow, unmet: Unmet): Promise<void> {
  const met = [...unmet].flatMap(([sought, keys]) => keys.map((key) => ({ key, known: { key: null, sought } })));
  for (let from = 0; from < met.length; from += AT_ONCE) {
    await storeMeetings(sql, turn, flow, met.slice(from, from + AT_ONCE));
  }
}

async function storeMeetings(
  sql: Sql,
  turn: Turn,
  flow: Flow,
  met: readonly { readonly key: string; readonly known: JsonObject }[],
): Promise<void> {
  if (met.length === 0) return;
  await sql.rows(
    `update severa.pair p set known = m.known
       from jsonb_to_recordset($4::jsonb) as m (key text, known jsonb)
      where p.environment_id = $1 and p.company_id = $2 and p.flow = $3 and p.key = m.key and p.known is null`,
    [turn.environmentId, turn.companyId, flow.name, storedJson(met)],
  );
}
