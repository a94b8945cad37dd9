import type { ConnectionSql } from '#lib/store';

import type { FlowName } from './flow.js';
import { storedJson } from './stored-json.js';
import type { Turn } from './turns.js';

/**
 * What a reading of everything has met, kept in the database: the register may be of any size, and a reading that goes on
 * in another turn, or after a kill, knows what the pages before it had.
 */

/** Before a reading begins, and after its end. Returns how many it had met. */
export async function forgetMet(sql: ConnectionSql, turn: Turn, flow: FlowName): Promise<number> {
  const [row] = await sql.rows<{ met: string }>(
    `with met as (
       delete from severa.met where environment_id = $1 and company_id = $2 and flow = $3 returning 1
     )
     select count(*) as met from met`,
    [turn.environmentId, turn.companyId, flow],
  );
  return Number(row?.met ?? 0);
}

export async function storeMet(sql: ConnectionSql, turn: Turn, flow: FlowName, keys: readonly string[]): Promise<void> {
  await sql.rows(
    `insert into severa.met (environment_id, company_id, flow, key)
     select $1, $2, $3, jsonb_array_elements_text($4::jsonb) on conflict do nothing`,
    [turn.environmentId, turn.companyId, flow, storedJson(keys)],
  );
}

/**
 * Some of the records that were not met. Written so that both sides are read once, whatever the statistics say of keys
 * that came a moment ago.
 */
export async function unmetKeys(
  sql: ConnectionSql,
  turn: Turn,
  flow: FlowName,
  atMost: number,
): Promise<readonly string[]> {
  const rows = await sql.rows<{ key: string }>(
    `select key from severa.pair
      where environment_id = $1 and company_id = $2 and flow = $3 and state <> 'gone' and not missing
     except
     select key from severa.met where environment_id = $1 and company_id = $2 and flow = $3
      limit $4`,
    [turn.environmentId, turn.companyId, flow, atMost],
  );
  return rows.map(({ key }) => key);
}
