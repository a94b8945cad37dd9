import type { Sql } from '#lib/store';

import type { Courier, DeliveredRegister, Listed } from './courier.js';
import { tableOfRegister } from './registers.js';
import type { Turn } from './turns.js';

/** By what a record of ours, `r`, may be named in Fivaldi: its key, and the field that says otherwise. */
const namesOfOurs = ({ register, index }: Courier): readonly string[] => {
  const { key } = tableOfRegister(register);
  return index?.link ? [`r.${key}`, `r.${index.link}`] : [`r.${key}`];
};

/** Whether a record of ours, be it a deleted one, is what a record of Fivaldi's names. */
export async function isOurs(
  sql: Sql,
  { environmentId, companyId }: Turn,
  courier: Courier,
  link: string,
): Promise<boolean> {
  const { name } = tableOfRegister(courier.register);
  const named = namesOfOurs(courier).map((one) => `${one} = $3`);
  const found = await sql.rows(
    `select from ${name} r
      where r.environment_id = $1 and r.company_id = $2 and (${named.join(' or ')}) limit 1`,
    [environmentId, companyId, link],
  );
  return found.length > 0;
}

/**
 * Of what a list names, writes down what is linked to no record of ours, to be read; and the customers that those name,
 * where no delivery knows of them: they go first.
 */
export async function noteNewcomers(
  sql: Sql,
  { environmentId, companyId }: Turn,
  courier: Courier,
  listed: readonly Listed[],
): Promise<void> {
  const { name } = tableOfRegister(courier.register);
  const isNobodyOfOurs = namesOfOurs(courier).map(
    (one) => `and not exists (
      select from ${name} r where r.environment_id = $1 and r.company_id = $2 and ${one} = l.link)`,
  );
  await sql.rows(
    `with listed as materialized (
       select * from unnest($4::text[], $5::text[], $6::text[]) as l (id, link, customer)
     ), noted as (
       insert into fivaldi.newcomer (environment_id, company_id, register, remote_id)
       select distinct $1::uuid, $2::uuid, $3, l.id from listed l
        where not exists (select from fivaldi.delivery d
                           where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.remote_id = l.id)
          ${isNobodyOfOurs.join(' ')}
       on conflict do nothing returning remote_id
     )
     insert into fivaldi.newcomer (environment_id, company_id, register, remote_id)
     select distinct $1::uuid, $2::uuid, 'company', l.customer from noted n join listed l on l.id = n.remote_id
      where l.customer is not null
        and not exists (select from fivaldi.delivery d
                         where d.environment_id = $1 and d.company_id = $2 and d.register = 'company'
                           and d.remote_id = l.customer)
     on conflict do nothing`,
    [
      environmentId,
      companyId,
      courier.register,
      listed.map(({ id }) => id),
      listed.map(({ link }) => link),
      listed.map(({ customer }) => customer ?? null),
    ],
  );
}

/**
 * What our register calls a customer of Fivaldi's: its key where the two are linked; else by Fivaldi's own number, unless
 * that is the key of a record of ours of which nobody knows that it is the same (`null`).
 */
export async function codeOfCustomer(
  sql: Sql,
  { environmentId, companyId }: Turn,
  customerId: string,
): Promise<string | null> {
  const [found] = await sql.rows<{ linked: string | null; taken: boolean }>(
    `select (select d.key from fivaldi.delivery d
               join fivaldi.company_record r on r.environment_id = d.environment_id and r.company_id = d.company_id
                                            and r.company_code = d.key
              where d.environment_id = $1 and d.company_id = $2 and d.register = 'company' and d.remote_id = $3) as linked,
            exists (select from fivaldi.company_record r
                     where r.environment_id = $1 and r.company_id = $2 and r.company_code = $3) as taken`,
    [environmentId, companyId, customerId],
  );
  return found?.linked ?? (found?.taken ? null : customerId);
}

/**
 * Has what was left to a person read again; `false` where it is none that was made in Fivaldi. Its list has passed: it
 * would not be met again by itself.
 */
export async function readAgain(
  sql: Sql,
  place: {
    readonly environmentId: string;
    readonly companyId: string;
    readonly register: DeliveredRegister;
    readonly key: string;
  },
): Promise<boolean> {
  const noted = await sql.rows(
    `with left_over as (
       delete from fivaldi.delivery
        where environment_id = $1 and company_id = $2 and register = $3 and key = $4
          and state = 'review' and cause = 'new-in-fivaldi'
       returning remote_id
     )
     insert into fivaldi.newcomer (environment_id, company_id, register, remote_id)
     select $1, $2, $3, remote_id from left_over
     on conflict (environment_id, company_id, register, remote_id) do update set next_try_at = clock_timestamp()
     returning remote_id`,
    [place.environmentId, place.companyId, place.register, place.key],
  );
  return noted.length > 0;
}

/** Another company in Fivaldi: what was known of the old one is not true of it. */
export async function forgetFivaldi(sql: Sql, environmentId: string, companyId: string): Promise<void> {
  for (const table of ['delivery', 'newcomer']) {
    await sql.rows(`delete from fivaldi.${table} where environment_id = $1 and company_id = $2`, [
      environmentId,
      companyId,
    ]);
  }
  await sql.rows(
    `update fivaldi.connection set pulled_from = '{}', asked_at = '{}', listed_since = clock_timestamp()
      where environment_id = $1 and company_id = $2`,
    [environmentId, companyId],
  );
}
