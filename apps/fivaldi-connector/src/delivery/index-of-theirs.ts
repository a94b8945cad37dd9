import type { ConnectionSql } from '#lib/store';

import type { DeliveredRegister, Index } from './courier.js';
import { tableOfRegister } from './registers.js';
import { holdTurn, type Turn } from './turns.js';

/** What a list of theirs says about every record that had to be looked for. */
export async function settleIndex(
  sql: ConnectionSql,
  turn: Turn,
  register: DeliveredRegister,
  { link }: Index,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  await holdTurn(sql, turn);
  const { name, key } = tableOfRegister(register);
  const linked = link === null ? 'd.key' : `coalesce(r.${link}, d.key)`;
  // One of theirs is linked to one of ours: the others that name it are a person's to look at.
  await sql.rows(
    `with there as materialized (select * from unnest($4::text[], $5::text[]) as t (link, id)),
          found as (
            select d.key, t.id, t.id is not null and (
                     row_number() over (partition by t.id order by d.key) > 1
                     or exists (select from fivaldi.delivery o
                                 where o.environment_id = $1 and o.company_id = $2 and o.register = $3
                                   and o.remote_id = t.id)) as taken
              from fivaldi.delivery d
              left join ${name} r on r.environment_id = d.environment_id and r.company_id = d.company_id and r.${key} = d.key
              left join there t on t.link = ${linked}
             where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.known is null and d.state = 'due'
          )
     update fivaldi.delivery d
        set known = case when not f.taken then jsonb_build_object('id', f.id, 'core', null, 'parts', '{}'::jsonb) end,
            remote_id = case when not f.taken then f.id end,
            state = case when f.taken then 'review' else 'due' end,
            cause = case when f.taken then 'linked-twice' end
       from found f
      where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.key = f.key`,
    [turn.environmentId, turn.companyId, register, [...ids.keys()], [...ids.values()]],
  );
}
