import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Role, ROLE_REACH, type RoleAssignment, ROLES } from '#lib/policy';

import { CHOSEN, HOME, PeopleUnderTest, secretOf } from './people.spec-support.js';
import { stageOf } from './session.js';

let people: PeopleUnderTest;
let environmentId: string;
beforeAll(async () => {
  people = await PeopleUnderTest.start();
  environmentId = await people.auth.environment();
});
afterAll(() => people.auth.close());

const roleOf = (role: Role): RoleAssignment => ({
  role,
  environmentId: ROLE_REACH[role].includes('everywhere') ? null : environmentId,
  companyId: null,
});

/** Nobody to every question that there is about a token, and of no use to change anything with. */
async function expectNobody(token: string, current: string): Promise<void> {
  expect(await people.identify(token)).toBeNull();
  expect(await people.own.describe(token)).toMatchObject({ session: { person: null } });
  const change = { token, current, password: 'another long and quiet word', address: HOME };
  expect(await people.own.changePassword(change)).toEqual({ session: null });
}

describe('a password alone', () => {
  it.each(ROLES)('makes nobody of %s: neither the first time nor later; the second factor does', async (role) => {
    const person = await people.person([roleOf(role)]);
    const { session: first } = await people.signIns.signIn({ ...person, address: HOME });
    expect(first).toMatchObject({ stage: 'enrolment' });
    await expectNobody(first!.token, person.password);

    const secret = secretOf(first!.otpauthUri!);
    const proven = await people.passWithCode(first!.token, secret);
    const change = { token: proven!.token, current: person.password, password: CHOSEN, address: HOME };
    const { session: own } = await people.own.changePassword(change);
    expect(await people.identify(own!.token)).toMatchObject({ kind: 'person', roles: [roleOf(role)] });

    const { session: later } = await people.signIns.signIn({ ...person, password: CHOSEN, address: HOME });
    expect(later).toMatchObject({ stage: 'second-factor' });
    await expectNobody(later!.token, CHOSEN);
    await people.forgetCodes(person.personId);
    const open = await people.passWithCode(later!.token, secret);
    expect(await people.identify(open!.token)).toMatchObject({ kind: 'person', id: person.personId });
  });

  it('leads to no stage that lets in, however the rest stands', () => {
    const facts = [true, false].flatMap((isEnrolled) =>
      [true, false].flatMap((mustChangePassword) =>
        (['password', 'oidc'] as const).map((method) => ({ isEnrolled, mustChangePassword, method })),
      ),
    );
    const stages = facts.map((fact) => stageOf({ ...fact, secondFactor: false }));
    expect(stages.filter((stage) => stage !== 'enrolment' && stage !== 'second-factor')).toEqual([]);
  });
});
