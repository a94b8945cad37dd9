import type { Sql } from '#lib/store';

/** Who somebody is at the identity provider. */
export interface Identity {
  /** `null`: an older gateway asks, which knows people by their e-mail alone. */
  readonly account: { readonly issuer: string; readonly subject: string } | null;
  /** Verified by the provider; else `null`. */
  readonly email: string | null;
}

/** The person who is meant, held until the transaction ends. */
export interface Recognised {
  readonly personId: string;
  /** Else they come for the first time, and are to be tied. */
  readonly isTied: boolean;
}

/**
 * Who this is here; `null`: nobody.
 *
 *   issuer and subject | verified e-mail is of  | answer
 *   -------------------+------------------------+----------------------------------------
 *   tied to a person   | anybody, or nobody     | that person
 *   tied to nobody     | a person               | that person, who is not tied by this yet
 *   tied to nobody     | nobody                 | `null`
 *
 * An address may be given to somebody else one day, and a provider's account does not change hands: so the e-mail counts
 * once.
 */
export async function recognise(sql: Sql, { account, email }: Identity): Promise<Recognised | null> {
  const [tied] = await sql.rows<{ person_id: string }>(
    `select p.person_id from auth.person_identity i join auth.person p using (person_id)
      where i.issuer = $1 and i.subject = $2 for update of p`,
    [account?.issuer ?? null, account?.subject ?? null],
  );
  if (tied) return { personId: tied.person_id, isTied: true };
  const [person] = await sql.rows<{ person_id: string }>(
    'select person_id from auth.person where email = $1 for update',
    [email?.toLowerCase() ?? null],
  );
  return person ? { personId: person.person_id, isTied: false } : null;
}

/** From here on these are one. `false` when the person is tied to another account there already, or to any that is not told. */
export async function tie(sql: Sql, { account }: Identity, personId: string): Promise<boolean> {
  if (!account) return !(await isTied(sql, personId));
  const tied = await sql.rows(
    `insert into auth.person_identity (issuer, subject, person_id) values ($1, $2, $3)
     on conflict do nothing returning 1`,
    [account.issuer, account.subject, personId],
  );
  return tied.length > 0;
}

/** The next sign-in at the provider counts as the first. */
export async function untie(sql: Sql, personId: string): Promise<void> {
  await sql.rows('delete from auth.person_identity where person_id = $1', [personId]);
}

async function isTied(sql: Sql, personId: string): Promise<boolean> {
  return (await sql.rows('select from auth.person_identity where person_id = $1', [personId])).length > 0;
}
