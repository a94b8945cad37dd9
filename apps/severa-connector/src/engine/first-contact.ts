import type { Sql } from '#lib/store';

import type { Flow, JsonObject, Known } from './flow.js';
import { storedJson } from './stored-json.js';
import type { Turn } from './turns.js';

/** From so many records on that are met for the first time, one list is cheaper than a look-up of each. */
export const WORTH_A_LIST = 4;

const AT_ONCE = 1_000;

const UNMET = `environment_id = $1 and company_id = $2 and flow = $3 and state = 'due' and known is null
               and sending is null`;

/** What the due records of which nothing is known are matched on, by their keys. */
export async function unmetRecords(sql: Sql, turn: Turn, flow: Flow): Promise<ReadonlyMap<string, string>> {
  const unmet = new Map<string, string>();
  if (!flow.matchOf) return unmet;
  for (let after = ''; ;) {
    const rows = await sql.rows<{ key: string; source: JsonObject | null }>(
      `select key, source from severa.pair where ${UNMET} and key > $4 order by key limit $5`,
      [turn.environmentId, turn.companyId, flow.name, after, AT_ONCE],
    );
    for (const { key, source } of rows) {
      const match = source && flow.matchOf(source);
      if (match !== null) unmet.set(key, match);
    }
    const last = rows.at(-1);
    if (rows.length < AT_ONCE || !last) return unmet;
    after = last.key;
  }
}

/** Writes down what the list of the other side says about them: the key there, or that they are not there. */
export async function meet(
  sql: Sql,
  turn: Turn,
  flow: Flow,
  unmet: ReadonlyMap<string, string>,
  index: ReadonlyMap<string, Known>,
): Promise<void> {
  const met = [...unmet].map(([key, match]) => ({ key, known: index.get(match) ?? { key: null } }));
  for (let from = 0; from < met.length; from += AT_ONCE) {
    await sql.rows(
      `update severa.pair p set known = m.known
         from jsonb_to_recordset($4::jsonb) as m (key text, known jsonb)
        where p.environment_id = $1 and p.company_id = $2 and p.flow = $3 and p.key = m.key and p.known is null`,
      [turn.environmentId, turn.companyId, flow.name, storedJson(met.slice(from, from + AT_ONCE))],
    );
  }
}
