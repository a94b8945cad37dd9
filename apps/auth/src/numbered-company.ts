import type { Sql } from '#lib/store';

/**
 * The company that a partner user means by its Fivaldi number [yritystunnus].
 *
 *   companies of that number, visible to the partner user,      | means
 *   in active environments, with a grant for it                 |
 *   ------------------------------------------------------------+---------
 *   one                                                         | that one
 *   none, or several                                            | nothing: `null`
 */
export async function companyOf(sql: Sql, partnerUserId: string, companyNumber: string | null): Promise<string | null> {
  const companies = await sql.rows<{ company_id: string }>(
    `select c.company_id
       from auth.company c
       join auth.environment e on e.environment_id = c.environment_id and e.active
       join auth.partner_user u on u.partner_user_id = $1
        and (u.scope_company_id is null or u.scope_company_id = c.company_id)
      where c.fivaldi_number = $2
        and exists (select from auth.company_grant g
                     where g.environment_id = c.environment_id and g.company_id = c.company_id
                       and g.partner_user_id = $1)
      limit 2`,
    [partnerUserId, companyNumber],
  );
  const [only, another] = companies;
  return only && !another ? only.company_id : null;
}
