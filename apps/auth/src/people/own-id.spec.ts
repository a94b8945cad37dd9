import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { listMembers } from '#lib/contracts';

import {
  asKeeper,
  codeOf,
  HOME,
  mainUser,
  OPERATOR,
  OPERATOR_ROLE,
  PeopleUnderTest,
  PROOF,
  userAdministrator,
} from './people.spec-support.js';

let people: PeopleUnderTest;
let here: string;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  here = await people.auth.environment();
});

describe('one’s own id, in capitals', () => {
  it('is one’s own: no role is given to it', async () => {
    const { personId } = await people.person([userAdministrator(here)]);
    const ask = listMembers.ask.parse({ environmentId: here, personId });
    const { mark, name } = (await people.register.members(ask)).people[0]!;
    const roles = [{ role: 'user-administrator' }, { role: 'accountant' }];
    const change = { of: 'member', environmentId: here, personId: personId.toUpperCase(), ifMark: mark };
    const saving = people.save({ ...change, body: { name, roles } }, asKeeper({ personId }));
    expect(await codeOf(saving)).toBe('denied roles.refused');
  });

  it('is one’s own: its password and its second factor are not reset without the present password', async () => {
    const { personId } = await people.person([mainUser(here)]);
    const ask = { by: asKeeper({ personId }), address: HOME, personId: personId.toUpperCase(), environmentId: here };
    expect(await codeOf(people.credentials.resetPassword(ask))).toBe('conflict person.own');
    expect(await codeOf(people.credentials.removeSecondFactor({ ...ask, proof: PROOF }))).toBe('conflict person.own');
  });

  it('is one’s own: an operator neither removes it nor switches it off', async () => {
    const { personId } = await people.person([OPERATOR_ROLE]);
    const by = asKeeper({ personId });
    const removing = people.book.remove({ by, address: HOME, personId: personId.toUpperCase(), environmentId: null });
    expect(await codeOf(removing)).toBe('conflict person.own');
  });

  it('is in the audit log as everywhere else, so that who looks for the person finds it', async () => {
    const { personId } = await people.person([userAdministrator(here)]);
    const ask = { by: OPERATOR, address: HOME, personId: personId.toUpperCase(), environmentId: null };
    await people.credentials.resetPassword(ask);
    await people.book.remove(ask);
    expect(await people.events('password.changed', personId)).toHaveLength(2);
    expect(await people.events('person.removed', personId)).toHaveLength(2);
  });
});
