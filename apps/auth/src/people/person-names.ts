import type { Sql } from '#lib/store';

import type { StandingSession } from './session.js';

/**
 * Names that a guesser who knows the person would try: their own, as each firm writes it, those of their firms, and of
 * the companies that their roles name. Needs a scope across tenants.
 */
export async function namesAround(sql: Sql, session: Pick<StandingSession, 'personId' | 'name'>): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    `select m.name from auth.person_membership m where m.person_id = $1 and m.name is not null
      union select e.name from auth.person_membership m join auth.environment e using (environment_id)
             where m.person_id = $1
      union select c.name from auth.person_role r join auth.company c using (environment_id, company_id)
             where r.person_id = $1`,
    [session.personId],
  );
  return [session.name, ...rows.map(({ name }) => name)];
}
