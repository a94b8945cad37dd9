import type { Sql } from '#lib/store';

/** Whether a person (as `p`) has signed in from the address bound as `$2` in the last ninety days. */
export const IS_KNOWN = `exists (select from auth.person_known_address k
   where k.person_id = p.person_id and k.address = $2 and k.last_used_at > clock_timestamp() - interval '90 days')`;

/** Notes where a person has signed in from: failures there are counted apart from those of strangers. */
export async function noteAddress(sql: Sql, personId: string, address: string | null): Promise<void> {
  await sql.rows(
    `delete from auth.person_known_address
      where person_id = $1 and last_used_at <= clock_timestamp() - interval '90 days'`,
    [personId],
  );
  if (address === null) return;
  await sql.rows(
    `insert into auth.person_known_address (person_id, address, last_used_at) values ($1, $2, clock_timestamp())
     on conflict (person_id, address) do update set last_used_at = excluded.last_used_at`,
    [personId, address],
  );
}
