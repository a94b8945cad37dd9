import { type Decision, decide } from './decision.js';

/**
 * What a person is in the service.
 *
 *   role               | [Finnish]          | where               | does
 *   -------------------+--------------------+---------------------+------------------------------------------------
 *   operator           | operaattori        | everywhere          | environments, partner users, upper rights
 *   main-user          | pääkäyttäjä        | an environment      | companies, grants, restriction groups, people
 *   user-administrator | käyttäjähallitsija | an environment      | people and their roles; watches transfers
 *   accountant         | kirjanpitäjä       | an environment, or  | settings, previews, what the brake holds
 *                      |                    | one of its companies|
 *   support            | tuki               | everywhere, or an   | reads the audit log and, for a stated reason,
 *                      |                    | environment         | documents
 *   auditor            | tarkastaja         | everywhere, or an   | reads, exports and verifies the audit log
 *                      |                    | environment         |
 *
 * The accountant is the seed's "edit right to an Accounting function"; the user administrator is its KH.
 */
export const ROLES = ['operator', 'main-user', 'user-administrator', 'accountant', 'support', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A role of a person, and how far it reaches: everywhere, one environment, or one company of it. */
export interface RoleAssignment {
  readonly role: Role;
  readonly environmentId: string | null;
  readonly companyId: string | null;
}

/** Whether a role may be given with such a reach. A main user of everything, or an operator of one firm, is a mistake. */
export const ROLE_REACH: Readonly<Record<Role, readonly ('everywhere' | 'environment' | 'company')[]>> = {
  operator: ['everywhere'],
  'main-user': ['environment'],
  'user-administrator': ['environment'],
  accountant: ['environment', 'company'],
  support: ['everywhere', 'environment'],
  auditor: ['everywhere', 'environment'],
};

/**
 * Who may do what. An act that is not listed for a role is denied to it; the operator's list is as explicit as the
 * others', so that "support staff with the operator's key" does not happen by accident. Where a list stands in the list,
 * all of its roles together are one way in: the seed's link is managed by a KH who also has an edit right to Accounting.
 */
const ACT_ROLES = {
  'environment.read': ROLES,
  'environment.manage': ['operator'],
  'partner-user.read': ['operator', 'main-user', 'support'],
  'partner-user.manage': ['operator'],
  'upper-rights.manage': ['operator'],
  'person.read': ['operator', 'main-user', 'user-administrator', 'support'],
  'person.manage': ['operator', 'main-user', 'user-administrator'],
  'person.erase': ['operator'],
  'company.read': ROLES,
  'company.manage': ['operator', 'main-user'],
  'company.onboard': ['operator', 'main-user'],
  'grants.read': ['operator', 'main-user', 'support', 'auditor'],
  'grants.manage': ['operator', 'main-user'],
  'restriction-group.read': ['operator', 'main-user', 'support', 'auditor'],
  'restriction-group.manage': ['operator', 'main-user'],
  'xml-settings.read': ['operator', 'main-user', 'accountant', 'support'],
  'xml-settings.manage': ['operator', 'main-user', 'accountant'],
  'registers.read': ['operator', 'main-user', 'accountant'],
  'registers.change': ['main-user', 'accountant'],
  'fivaldi-connection.read': ['operator', 'main-user', 'accountant', 'support'],
  'fivaldi-connection.manage': ['operator'],
  'delivery.decide': ['operator', 'main-user', 'accountant'],
  'link.read': ['operator', 'main-user', 'user-administrator', 'accountant', 'support'],
  'link.manage': ['main-user', ['user-administrator', 'accountant']],
  'link.run': ['main-user', 'accountant'],
  'link.history': ['operator', 'main-user', 'user-administrator', 'support', 'auditor'],
  'decision.explain': ['operator', 'main-user', 'user-administrator', 'accountant', 'support', 'auditor'],
  'transfer.read': ['operator', 'main-user', 'user-administrator', 'accountant', 'support', 'auditor'],
  'transfer.intervene': ['operator', 'main-user', 'accountant'],
  'document.disclose': ['operator', 'support'],
  'audit.read': ['operator', 'main-user', 'support', 'auditor'],
  'audit.export': ['operator', 'support', 'auditor'],
} as const satisfies Record<string, readonly (Role | readonly Role[])[]>;

export type Act = keyof typeof ACT_ROLES;
export const ACTS = Object.keys(ACT_ROLES) as [Act, ...Act[]];

/** Where something is done: everywhere at once, in an environment, or in one company of it. */
export interface Place {
  readonly environmentId: string | null;
  readonly companyId: string | null;
}

/**
 * May a person with these roles do this, there?
 *
 *   a role with the act reaches | the place is      | allowed
 *   ----------------------------+-------------------+--------------------------------
 *   everywhere                  | anywhere          | yes
 *   an environment              | everywhere at once| no
 *                               | an environment,   | if it is the same environment
 *                               | or in a company   |
 *   one company                 | an environment    | no
 *                               | a company         | if both are the same
 *
 * Of roles that are demanded together each must reach there.
 *
 * `ROLE_MISSING` when the person has no role with this act at all, `ROLE_REACHES_ELSEWHERE` when only not there: the
 * second must look like an absent thing to the outside.
 */
export function mayAct(
  roles: readonly RoleAssignment[],
  act: Act,
  place: Place,
): Decision<'ROLE_MISSING' | 'ROLE_REACHES_ELSEWHERE'> {
  const held = waysTo(act).filter((way) => way.every((needed) => roles.some(({ role }) => role === needed)));
  const reaches = held.some((way) =>
    way.every((needed) => roles.some((assignment) => assignment.role === needed && covers(assignment, place))),
  );
  return decide([held.length === 0 && 'ROLE_MISSING', held.length > 0 && !reaches && 'ROLE_REACHES_ELSEWHERE']);
}

/** The roles that an act is open to: one way in each, those in one way together. */
export function waysTo(act: Act): readonly (readonly Role[])[] {
  const ways: readonly (Role | readonly Role[])[] = ACT_ROLES[act];
  return ways.map((way) => (typeof way === 'string' ? [way] : way));
}

function covers({ role, environmentId, companyId }: RoleAssignment, place: Place): boolean {
  if (!fits({ role, environmentId, companyId })) return false;
  if (environmentId === null) return true;
  if (environmentId !== place.environmentId) return false;
  return companyId === null || companyId === place.companyId;
}

/** Whether the role's reach is one that it can have; a row that says otherwise gives nothing. */
function fits({ role, environmentId, companyId }: RoleAssignment): boolean {
  if (environmentId === null) return companyId === null && ROLE_REACH[role].includes('everywhere');
  return ROLE_REACH[role].includes(companyId === null ? 'environment' : 'company');
}
