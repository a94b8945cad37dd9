import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { accountant, type Enrolled, HOME, OPERATOR_ROLE, PeopleUnderTest } from './people.spec-support.js';

let people: PeopleUnderTest;
let person: Enrolled;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  await people.sql('delete from auth.sign_in_counter');
  person = await people.enrolled([OPERATOR_ROLE]);
});

describe('an open session', () => {
  const age = (column: string, interval: string) =>
    people.sql(`update auth.person_session set ${column} = ${column} - $1::interval`, [interval]);

  it('ends after eight hours, used or not', async () => {
    await age('expires_at', '479 minutes');
    expect(await people.identify(person.token)).not.toBeNull();
    await age('expires_at', '1 minute');
    expect(await people.identify(person.token)).toBeNull();
  });

  it('ends after half an hour without a call, and every call puts that off', async () => {
    await age('last_seen_at', '29 minutes');
    expect(await people.identify(person.token)).not.toBeNull();
    await age('last_seen_at', '29 minutes');
    expect(await people.identify(person.token)).not.toBeNull();
    await age('last_seen_at', '30 minutes');
    expect(await people.identify(person.token)).toBeNull();
  });

  it('has the roles and the state of this moment', async () => {
    expect(await people.identify(person.token)).toEqual({
      kind: 'person',
      id: person.personId,
      roles: [OPERATOR_ROLE],
      language: 'fi',
    });
    const environmentId = await people.auth.environment();
    await people.sql('insert into auth.person_membership values ($1, $2, $3)', [environmentId, person.personId, 'M']);
    await people.sql(`insert into auth.person_role values ($1, 'accountant', $2)`, [person.personId, environmentId]);
    expect(await people.identify(person.token)).toMatchObject({ roles: [accountant(environmentId), OPERATOR_ROLE] });
    await people.sql('update auth.person set active = false where person_id = $1', [person.personId]);
    expect(await people.identify(person.token)).toBeNull();
  });

  it('ends when its owner signs out, with an event', async () => {
    expect(await people.own.close({ token: person.token, address: HOME })).toEqual({ closed: true });
    expect(await people.identify(person.token)).toBeNull();
    expect(await people.events('session.closed', person.personId)).toHaveLength(1);
    expect(await people.own.close({ token: person.token, address: HOME })).toEqual({ closed: false });
  });
});
