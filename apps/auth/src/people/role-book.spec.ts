import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { listMembers, listPeople } from '#lib/contracts';

import { until } from '#lib/testing';

import {
  accountant,
  asKeeper,
  codeOf,
  HOME,
  mainUser,
  OPERATOR,
  PeopleUnderTest,
  type TestPerson,
} from './people.spec-support.js';

let people: PeopleUnderTest;
let here: string;
let main: TestPerson;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  here = await people.auth.environment();
  main = await people.person([mainUser(here)]);
});

const whole = async (personId: string) => (await people.register.people(listPeople.ask.parse({ personId }))).people[0]!;
const saveMember = async (personId: string, body: object) => {
  const ask = listMembers.ask.parse({ environmentId: here, personId });
  const { mark, name, roles } = (await people.register.members(ask)).people[0]!;
  const change = { of: 'member', environmentId: here, personId, ifMark: mark, body: { name, roles, ...body } };
  return people.save(change, asKeeper(main));
};
const savePerson = async (personId: string, body: object) => {
  const { mark, email, name, language, active, roles } = await whole(personId);
  const now = { email, name, language, active, roles };
  return people.save({ of: 'person', personId, ifMark: mark, body: { ...now, ...body } });
};
const remove = (personId: string, by = asKeeper(main), environmentId: string | null = here) =>
  people.book.remove({ by, address: HOME, personId, environmentId });

describe('the last main user of an environment', () => {
  it('cannot be removed, switched off or made something else, by anybody', async () => {
    const { personId } = main;
    expect(await codeOf(remove(personId, OPERATOR))).toBe('conflict main-user.last');
    expect(await codeOf(remove(personId, OPERATOR, null))).toBe('conflict main-user.last');
    expect(await codeOf(savePerson(personId, { active: false }))).toBe('conflict main-user.last');
    expect(await codeOf(savePerson(personId, { roles: [accountant(here)] }))).toBe('conflict main-user.last');
    expect(await whole(personId)).toMatchObject({ active: true, roles: [mainUser(here)] });
  });

  it('is still there when two remove each other at the same moment', async () => {
    const other = await people.person([mainUser(here)]);
    // What both must delete is held until both have come that far.
    const removing = await people.auth.database.transaction(
      async (sql) => {
        await sql.rows('select from auth.person_membership where environment_id = $1 for update', [here]);
        const both = [remove(other.personId, asKeeper(main)), remove(main.personId, asKeeper(other))].map(codeOf);
        await until(async () => (await people.waiting()) === 2, { what: 'two who wait' });
        return { both: Promise.all(both) };
      },
      { scope: { tenant: here } },
    );
    const done = await removing.both;
    expect(done.filter((code) => code === 'done')).toHaveLength(1);
  });

  it('is not one who is switched off', async () => {
    const other = await people.person([mainUser(here)]);
    await savePerson(other.personId, { active: false });
    expect(await codeOf(remove(main.personId, OPERATOR))).toBe('conflict main-user.last');
  });
});

describe('sessions', () => {
  it.each<[string, (personId: string) => Promise<unknown>, boolean]>([
    ['end when the last role goes', (id) => remove(id), true],
    ['end when the person is switched off', (id) => savePerson(id, { active: false }), true],
    ['end when the e-mail is another', (id) => savePerson(id, { email: `${randomUUID()}@example.fi` }), true],
    ['stay when roles change', (id) => saveMember(id, { roles: [{ role: 'auditor' }] }), false],
  ])('%s', async (_, change, ends) => {
    const person = await people.enrolled([accountant(here)]);
    await change(person.personId);
    expect((await people.identify(person.token)) === null).toBe(ends);
    const [left] = await people.sql('select count(*)::int as sessions from auth.person_session where person_id = $1', [
      person.personId,
    ]);
    expect(left).toEqual({ sessions: ends ? 0 : 1 });
  });

  it('stay when one environment takes its roles back and another does not', async () => {
    const person = await people.enrolled([accountant(here), accountant(await people.auth.environment())]);
    await remove(person.personId);
    expect(await people.identify(person.token)).not.toBeNull();
  });
});
