import type { Keeper } from '#lib/contracts';
import type { RoleAssignment } from '#lib/policy';
import type { Sql } from '#lib/store';

import { PersonAbsent } from './errors.js';
import { keepsAll } from './role-change.js';

/**
 * Changes of people go one after the other: whether somebody is the last main user of an environment must be as true
 * when the change commits as when it was asked.
 */
export async function takeTurn(sql: Sql): Promise<void> {
  await sql.rows(`select pg_advisory_xact_lock(hashtextextended('auth.people', 0))`);
}

/** What whoever makes a change is at this moment; the installation's operator token is an operator. */
export async function keeperRoles(sql: Sql, { kind, id }: Keeper): Promise<readonly RoleAssignment[]> {
  if (kind === 'operator') return [{ role: 'operator', environmentId: null, companyId: null }];
  const rows = await sql.rows<{ roles: RoleAssignment }>(
    `select json_build_object('role', r.role, 'environmentId', r.environment_id, 'companyId', r.company_id) as roles
       from auth.person_role r join auth.person p using (person_id) where p.person_id = $1 and p.active`,
    [id],
  );
  return rows.map(({ roles }) => roles);
}

/**
 * Refuses whoever does not keep the people of this environment, or with `null` those of all: not any more, since the
 * door has asked already.
 */
export function requireKeeper(by: readonly RoleAssignment[], environmentId: string | null): void {
  const everybody = {
    role: environmentId === null ? 'operator' : 'accountant',
    environmentId,
    companyId: null,
  } as const;
  if (!keepsAll([everybody], by)) throw new PersonAbsent();
}
