import type { RoleAssignment } from '#lib/policy';
import type { Sql } from '#lib/store';

import { PersonConflict, RolesRefused } from './errors.js';
import { type RoleChange, roleRefusals, without } from './role-change.js';
import { endSessionsOf } from './session.js';

/**
 * Gives and takes roles, in the transaction of whatever else changes. A person belongs to an environment as long as
 * they have a role there, under the name that it has for them. Whoever is left without any role is signed out.
 */
export async function changeRoles(sql: Sql, personId: string, name: string, change: RoleChange): Promise<void> {
  const { before, after, isOwn } = change;
  const [given, taken] = [without(after, before), without(before, after)];
  const refusals = roleRefusals(change);
  if (refusals.length > 0) throw new RolesRefused(refusals);
  if (isOwn && taken.some(({ role }) => role === 'main-user'))
    throw new PersonConflict('main-user.own', 'Nobody takes the main user from themselves; another main user does it');

  await remove(sql, personId, taken);
  await add(sql, personId, name, given);
  await leave(
    sql,
    personId,
    environmentsOf(taken).filter((id) => !environmentsOf(after).includes(id)),
  );
  await requireMainUsers(sql, environmentsOf(taken.filter(({ role }) => role === 'main-user')));
  if (!(await hasRole(sql, personId))) await endSessionsOf(sql, personId);
}

/** Anywhere: an environment that takes its own roles back signs nobody out of another. */
async function hasRole(sql: Sql, personId: string): Promise<boolean> {
  return (await sql.rows('select from auth.person_role where person_id = $1 limit 1', [personId])).length > 0;
}

/** Refuses what would leave one of these environments, which had one, without an active main user. */
export async function requireMainUsers(sql: Sql, environmentIds: readonly string[]): Promise<void> {
  const orphaned = await sql.rows(
    `select from unnest($1::uuid[]) as environment (id)
      where not exists (select from auth.person_role r join auth.person p using (person_id)
                         where r.environment_id = environment.id and r.role = 'main-user' and p.active)`,
    [environmentIds],
  );
  if (orphaned.length > 0)
    throw new PersonConflict('main-user.last', 'The environment would have no main user; name another one first');
}

export const environmentsOf = (roles: readonly RoleAssignment[]): readonly string[] => [
  ...new Set(roles.flatMap(({ environmentId }) => (environmentId === null ? [] : [environmentId.toLowerCase()]))),
];

const columns = (roles: readonly RoleAssignment[]) => [
  roles.map(({ role }) => role),
  roles.map(({ environmentId }) => environmentId),
  roles.map(({ companyId }) => companyId),
];

async function remove(sql: Sql, personId: string, roles: readonly RoleAssignment[]): Promise<void> {
  await sql.rows(
    `delete from auth.person_role r using unnest($2::text[], $3::uuid[], $4::uuid[]) as t (role, environment_id, company_id)
      where r.person_id = $1 and r.role = t.role and r.environment_id is not distinct from t.environment_id
        and r.company_id is not distinct from t.company_id`,
    [personId, ...columns(roles)],
  );
}

async function add(sql: Sql, personId: string, name: string, roles: readonly RoleAssignment[]): Promise<void> {
  await sql.rows(
    `insert into auth.person_membership (environment_id, person_id, name)
     select id, $1, $2 from unnest($3::uuid[]) as id on conflict (environment_id, person_id) do nothing`,
    [personId, name, environmentsOf(roles)],
  );
  await sql.rows(
    `insert into auth.person_role (person_id, role, environment_id, company_id)
     select $1, t.* from unnest($2::text[], $3::uuid[], $4::uuid[]) as t`,
    [personId, ...columns(roles)],
  );
}

async function leave(sql: Sql, personId: string, environmentIds: readonly string[]): Promise<void> {
  await sql.rows('delete from auth.person_membership where person_id = $1 and environment_id = any ($2::uuid[])', [
    personId,
    environmentIds,
  ]);
}
