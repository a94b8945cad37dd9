import type { RoleAssignment } from '#lib/policy';
import type { Sql } from '#lib/store';

import { untie } from './known-identity.js';
import { endSessionsOf } from './session.js';

/**
 * The person enrols another second factor at the next sign-in; recovery codes go with it, and so does what ties the
 * person to an account at an identity provider, whose sign-in takes the place of both factors.
 */
export async function forgetSecondFactor(sql: Sql, personId: string): Promise<void> {
  await sql.rows('update auth.person set totp_secret = null, totp_last_step = null where person_id = $1', [personId]);
  await sql.rows('delete from auth.person_recovery_code where person_id = $1', [personId]);
  await untie(sql, personId);
}

/**
 * Takes password, second factor, known addresses and sessions away. Nobody signs in as this person until somebody who
 * keeps all of their roles gives them a new one-time password. Whether there was anything to take.
 */
export async function discardCredentials(sql: Sql, personId: string): Promise<boolean> {
  await endSessionsOf(sql, personId);
  await forgetSecondFactor(sql, personId);
  await sql.rows('delete from auth.person_known_address where person_id = $1', [personId]);
  const discarded = await sql.rows(
    `update auth.person set password_hash = null, must_change_password = false, password_expires_at = null
      where person_id = $1 and password_hash is not null returning person_id`,
    [personId],
  );
  return discarded.length > 0;
}

/** The reach of roles, as what may be entered with them: environments, or everywhere. */
const reachOf = (roles: readonly Pick<RoleAssignment, 'environmentId'>[]): ReadonlySet<string | null> =>
  new Set(roles.map(({ environmentId }) => environmentId));

/**
 * Whether these roles open what the standing ones did not.
 *
 * Whoever had given the person a password until now could enter there with it: a firm that registers somebody else's
 * e-mail first would own the account by the time another firm trusts it. So credentials do not outlive a new reach.
 */
export function reachesAnew(
  standing: readonly Pick<RoleAssignment, 'environmentId'>[],
  after: readonly Pick<RoleAssignment, 'environmentId'>[],
): boolean {
  const had = reachOf(standing);
  return [...reachOf(after)].some((place) => !had.has(place));
}
