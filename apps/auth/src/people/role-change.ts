import { type Role, ROLE_REACH, type RoleAssignment } from '#lib/policy';

import type { RuleFault } from '../errors.js';

/** Roles before and after a change, and the roles of whoever changes them, all as they stand now. */
export interface RoleChange {
  readonly before: readonly RoleAssignment[];
  readonly after: readonly RoleAssignment[];
  readonly by: readonly RoleAssignment[];
  /** They change their own. */
  readonly isOwn: boolean;
}

export type RoleRefusal = 'ROLE_TO_ONESELF' | 'ROLE_ABOVE_ONES_OWN';

/** Roles that mean nothing, by their place in the list: one given twice, or with a reach that it cannot have. */
export function roleFaults(roles: readonly RoleAssignment[]): readonly RuleFault[] {
  const seen = new Set<string>();
  return roles.flatMap((role, index) => {
    const codes = [!hasReach(role) && 'role.reach-unfit', seen.has(keyOf(role)) && 'role.twice'];
    seen.add(keyOf(role));
    return codes.filter((code) => code !== false).map((code) => ({ pointer: `/roles/${index}`, code }));
  });
}

/**
 * Why a change of roles is not for whoever asks; empty when it is.
 *
 *   changed role              | by                                        | answer
 *   --------------------------+-------------------------------------------+---------------------
 *   one more                  | the person themselves                     | ROLE_TO_ONESELF
 *   any, up or down           | an operator                               | theirs to change
 *   everywhere, or operator   | anybody else                              | ROLE_ABOVE_ONES_OWN
 *   main user of there        | a main user of there                      | theirs to change
 *   main user of there        | a user administrator of there             | ROLE_ABOVE_ONES_OWN
 *   any other role of there   | a main user, user administrator of there  | theirs to change
 *   any role of there         | anybody else                              | ROLE_ABOVE_ONES_OWN
 *
 * Roles that stay as they are ask nothing of anybody.
 */
export function roleRefusals({ before, after, by, isOwn }: RoleChange): readonly RoleRefusal[] {
  const given = without(after, before);
  const taken = without(before, after);
  const reasons: readonly (RoleRefusal | false)[] = [
    isOwn && given.length > 0 && 'ROLE_TO_ONESELF',
    [...given, ...taken].some((role) => !isTheirs(role, by)) && 'ROLE_ABOVE_ONES_OWN',
  ];
  return reasons.filter((reason) => reason !== false);
}

/** Whether somebody with the roles `by` may do to `roles` what they like: give, take, or act in their owner's place. */
export const keepsAll = (roles: readonly RoleAssignment[], by: readonly RoleAssignment[]): boolean =>
  roles.every((role) => isTheirs(role, by));

function isTheirs({ role, environmentId }: RoleAssignment, by: readonly RoleAssignment[]): boolean {
  if (by.some((own) => own.role === 'operator' && own.environmentId === null)) return true;
  if (environmentId === null) return false;
  const keepers: readonly Role[] = role === 'main-user' ? ['main-user'] : ['main-user', 'user-administrator'];
  return by.some((own) => keepers.includes(own.role) && own.environmentId === environmentId && own.companyId === null);
}

/** The roles of `some` that are not among `others`. */
export function without(some: readonly RoleAssignment[], others: readonly RoleAssignment[]): readonly RoleAssignment[] {
  const keys = new Set(others.map(keyOf));
  return some.filter((role) => !keys.has(keyOf(role)));
}

const keyOf = ({ role, environmentId, companyId }: RoleAssignment): string =>
  [role, environmentId ?? '', companyId ?? ''].join(' ').toLowerCase();

function hasReach({ role, environmentId, companyId }: RoleAssignment): boolean {
  if (environmentId === null) return companyId === null && ROLE_REACH[role].includes('everywhere');
  return ROLE_REACH[role].includes(companyId === null ? 'environment' : 'company');
}
