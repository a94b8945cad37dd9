import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ACTS, mayAct, type Place, ROLES, type RoleAssignment } from './person-access.js';

const FIRM = 'e1';
const OTHER = 'e2';
const everywhere: Place = { environmentId: null, companyId: null };
const inFirm: Place = { environmentId: FIRM, companyId: null };
const inCompany: Place = { environmentId: FIRM, companyId: 'c1' };
const inOther: Place = { environmentId: OTHER, companyId: 'c9' };

const person = (role: RoleAssignment['role'], environmentId: string | null = null, companyId: string | null = null) => [
  { role, environmentId, companyId },
];

describe('a person', () => {
  it.each([
    ['the operator creates partner users', person('operator'), 'partner-user.manage', everywhere, true],
    ['a main user creates none', person('main-user', FIRM), 'partner-user.manage', everywhere, 'ROLE_MISSING'],
    ['a main user grants in the firm', person('main-user', FIRM), 'grants.manage', inCompany, true],
    ['but in no other', person('main-user', FIRM), 'grants.manage', inOther, 'ROLE_REACHES_ELSEWHERE'],
    ['nor in all at once', person('main-user', FIRM), 'audit.read', everywhere, 'ROLE_REACHES_ELSEWHERE'],
    ['a main user gives no upper right', person('main-user', FIRM), 'upper-rights.manage', inFirm, 'ROLE_MISSING'],
    ['a user administrator manages people', person('user-administrator', FIRM), 'person.manage', inFirm, true],
    ['and grants nothing', person('user-administrator', FIRM), 'grants.manage', inFirm, 'ROLE_MISSING'],
    [
      'an accountant of a company releases there',
      person('accountant', FIRM, 'c1'),
      'transfer.intervene',
      inCompany,
      true,
    ],
    ['but not in the whole firm', person('accountant', FIRM, 'c1'), 'transfer.read', inFirm, 'ROLE_REACHES_ELSEWHERE'],
    ['support reads the log everywhere', person('support'), 'audit.read', inOther, true],
    ['and changes nothing', person('support'), 'xml-settings.manage', inOther, 'ROLE_MISSING'],
    ['an auditor sees no document', person('auditor'), 'document.disclose', inFirm, 'ROLE_MISSING'],
    [
      'a main user of everything is a mistake that gives nothing',
      person('main-user'),
      'grants.manage',
      inFirm,
      'ROLE_REACHES_ELSEWHERE',
    ],
    ['an operator of one firm too', person('operator', FIRM), 'environment.manage', inFirm, 'ROLE_REACHES_ELSEWHERE'],
    [
      'an accountant keeps the registers of the company',
      person('accountant', FIRM, 'c1'),
      'registers.change',
      inCompany,
      true,
    ],
    ['the operator reads them', person('operator'), 'registers.read', inCompany, true],
    ['and changes none', person('operator'), 'registers.change', inCompany, 'ROLE_MISSING'],
    ['a main user manages links', person('main-user', FIRM), 'link.manage', inCompany, true],
    ['a KH alone does not', person('user-administrator', FIRM), 'link.manage', inCompany, 'ROLE_MISSING'],
    ['nor an accountant alone', person('accountant', FIRM), 'link.manage', inCompany, 'ROLE_MISSING'],
    [
      'whoever is both does',
      [...person('user-administrator', FIRM), ...person('accountant', FIRM, 'c1')],
      'link.manage',
      inCompany,
      true,
    ],
    [
      'but not where only one of the two reaches',
      [...person('user-administrator', FIRM), ...person('accountant', OTHER)],
      'link.manage',
      inCompany,
      'ROLE_REACHES_ELSEWHERE',
    ],
    ['the operator does not', person('operator'), 'link.manage', inCompany, 'ROLE_MISSING'],
    ['a KH watches the transfer history', person('user-administrator', FIRM), 'link.history', inCompany, true],
    ['an accountant runs transfers', person('accountant', FIRM, 'c1'), 'link.run', inCompany, true],
    ['nobody does nothing', [], 'company.read', inFirm, 'ROLE_MISSING'],
  ] as const)('%s', (_, roles, act, place, expected) => {
    const decision = mayAct(roles, act, place);
    expect(decision.allowed ? true : decision.reasons[0]).toBe(expected);
  });

  const id = fc.constantFrom(null, FIRM, OTHER, 'c1', 'c9');
  const assignment = fc.record({ role: fc.constantFrom(...ROLES), environmentId: id, companyId: id });
  const place = fc.record({ environmentId: id, companyId: id });

  it('gains nothing by losing a role', () => {
    fc.assert(
      fc.property(
        fc.array(assignment, { maxLength: 4 }),
        assignment,
        fc.constantFrom(...ACTS),
        place,
        (roles, more, act, where) => {
          if (mayAct(roles, act, where).allowed) expect(mayAct([...roles, more], act, where).allowed).toBe(true);
        },
      ),
    );
  });

  it('with roles in one firm does nothing in another', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 4 }), fc.constantFrom(...ACTS), (roles, act) => {
        const here = roles.map((role) => ({ ...role, environmentId: FIRM }));
        expect(mayAct(here, act, inOther).allowed).toBe(false);
      }),
    );
  });
});
