import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import type { RoleAssignment } from '#lib/policy';

import { accountant, mainUser, OPERATOR_ROLE, userAdministrator } from './people.spec-support.js';
import { keepsAll, roleFaults, roleRefusals } from './role-change.js';

const here = randomUUID();
const elsewhere = randomUUID();
const company = randomUUID();
const support = (environmentId: string | null): RoleAssignment => ({ role: 'support', environmentId, companyId: null });

describe('roles', () => {
  it('are faulty by their place in the list, each for what is wrong with it', () => {
    const roles = [
      OPERATOR_ROLE,
      mainUser(here),
      { ...mainUser(here), companyId: company },
      { ...OPERATOR_ROLE, environmentId: here },
      { ...accountant(here, company), environmentId: null },
      accountant(here, company),
      accountant(here, company.toUpperCase()),
    ];
    expect(roleFaults(roles)).toEqual([
      { pointer: '/roles/2', code: 'role.reach-unfit' },
      { pointer: '/roles/3', code: 'role.reach-unfit' },
      { pointer: '/roles/4', code: 'role.reach-unfit' },
      { pointer: '/roles/6', code: 'role.twice' },
    ]);
  });
});

describe('who may give or take a role', () => {
  const OPERATOR = [OPERATOR_ROLE];
  const MAIN = [mainUser(here)];
  const ADMINISTRATOR = [userAdministrator(here)];
  const above = ['ROLE_ABOVE_ONES_OWN'];
  it.each<[string, readonly RoleAssignment[], RoleAssignment, readonly string[]]>([
    ['an operator: operator', OPERATOR, OPERATOR_ROLE, []],
    ['an operator: main user', OPERATOR, mainUser(here), []],
    ['a main user: operator', MAIN, OPERATOR_ROLE, above],
    ['a main user: support everywhere', MAIN, support(null), above],
    ['a main user: main user', MAIN, mainUser(here), []],
    ['a main user: main user elsewhere', MAIN, mainUser(elsewhere), above],
    ['a main user: accountant of a company', MAIN, accountant(here, company), []],
    ['a user administrator: main user', ADMINISTRATOR, mainUser(here), above],
    ['a user administrator: user administrator', ADMINISTRATOR, userAdministrator(here), []],
    ['a user administrator: accountant elsewhere', ADMINISTRATOR, accountant(elsewhere), above],
    ['an accountant: accountant', [accountant(here)], accountant(here), above],
    ['support everywhere: accountant', [support(null)], accountant(here), above],
    ['nobody: accountant', [], accountant(here), above],
  ])('%s', (_, by, role, refusals) => {
    expect(roleRefusals({ before: [], after: [role], by, isOwn: false })).toEqual(refusals);
    expect(roleRefusals({ before: [role], after: [], by, isOwn: false })).toEqual(refusals);
    expect(roleRefusals({ before: [role], after: [role], by, isOwn: false })).toEqual([]);
    expect(keepsAll([role], by)).toBe(refusals.length === 0);
  });

  it('is never the person themselves, who may only give up', () => {
    const own = { by: MAIN, isOwn: true };
    expect(roleRefusals({ ...own, before: MAIN, after: [...MAIN, accountant(here)] })).toEqual(['ROLE_TO_ONESELF']);
    expect(roleRefusals({ ...own, before: [...MAIN, accountant(here)], after: MAIN })).toEqual([]);
  });
});
