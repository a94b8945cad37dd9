import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { listMembers, listPeople } from '#lib/contracts';

import {
  accountant,
  asKeeper,
  CHOSEN,
  codeOf,
  HOME,
  mainUser,
  OPERATOR,
  OPERATOR_ROLE,
  PeopleUnderTest,
  type TestPerson,
  userAdministrator,
} from './people.spec-support.js';

let people: PeopleUnderTest;
let here: string;
let elsewhere: string;
let main: TestPerson;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  [here, elsewhere] = [await people.auth.environment(), await people.auth.environment()];
  main = await people.person([mainUser(here)]);
});

const members = async (environmentId: string, page: object = {}) =>
  people.register.members(listMembers.ask.parse({ environmentId, ...page }));
const whole = async (personId: string) => (await people.register.people(listPeople.ask.parse({ personId }))).people[0]!;
const newMember = (body: object = {}, environmentId = here) => ({
  of: 'new-member',
  environmentId,
  body: { email: `${randomUUID()}@example.fi`, name: 'Matti', roles: [{ role: 'accountant' }], ...body },
});
const saveMember = async (personId: string, body: object, by = asKeeper(main), environmentId = here) => {
  const { people: found } = await members(environmentId, { personId });
  const { mark = '', name = '', roles = [] } = found[0] ?? {};
  return people.save({ of: 'member', environmentId, personId, ifMark: mark, body: { name, roles, ...body } }, by);
};
const savePerson = async (personId: string, body: object, by = OPERATOR) => {
  const { mark, email, name, language, active, roles } = await whole(personId);
  const now = { email, name, language, active, roles };
  return people.save({ of: 'person', personId, ifMark: mark, body: { ...now, ...body } }, by);
};
const remove = (personId: string, by = asKeeper(main), environmentId: string | null = here) =>
  people.book.remove({ by, address: HOME, personId, environmentId });
const lastEvent = async (personId: string, action: 'person.saved' | 'person.removed' = 'person.saved') =>
  (await people.events(action, personId)).at(-1);

describe('a main user', () => {
  it('adds somebody new to the environment, with an event that names nobody', async () => {
    const email = `Uusi.${randomUUID()}@Example.fi`;
    const { personId } = await people.save(newMember({ email, name: 'Uusi Ihminen' }), asKeeper(main));
    expect((await members(here, { personId })).people).toEqual([
      {
        personId,
        email: email.toLowerCase(),
        name: 'Uusi Ihminen',
        roles: [{ role: 'accountant', companyId: null }],
        mark: expect.any(String),
      },
    ]);
    const event = await lastEvent(personId);
    expect(event).toMatchObject({
      environmentId: here,
      actor: { kind: 'person', id: main.personId },
      address: HOME,
      details: { personId, before: [], after: [accountant(here)] },
    });
    expect(JSON.stringify(event)).not.toMatch(/uusi/i);
  });

  it('does not take in somebody who is somebody elsewhere: that is the operator’s to say', async () => {
    const known = await people.enrolled([mainUser(elsewhere)]);
    const before = await whole(known.personId);
    expect(await codeOf(people.save(newMember({ email: known.email }), asKeeper(main)))).toBe(
      'denied person.kept-by-operator',
    );
    expect(await whole(known.personId)).toEqual(before);
  });

  it('trusts no password that somebody got before they were anybody here', async () => {
    const squatted = await people.enrolled([accountant(elsewhere)]);
    await savePerson(squatted.personId, { roles: [accountant(elsewhere), mainUser(here)] });
    const attempt = { email: squatted.email, password: CHOSEN, address: HOME };
    expect((await people.signIns.signIn(attempt)).session).toBeNull();
    expect(await people.auth.principals().identify(squatted.token, HOME)).toBeNull();
    expect(await whole(squatted.personId)).toMatchObject({ hasPassword: false, hasSecondFactor: false });
  });

  it('nor one from a firm that has let them go', async () => {
    const left = await people.enrolled([accountant(elsewhere)]);
    await remove(left.personId, OPERATOR, elsewhere);
    const { personId } = await people.save(newMember({ email: left.email }), asKeeper(main));
    expect(personId).toBe(left.personId);
    expect(await whole(personId)).toMatchObject({ hasPassword: false, hasSecondFactor: false });
  });

  it('leaves a password alone when a role is given where they are already', async () => {
    const member = await people.enrolled([accountant(here)]);
    await saveMember(member.personId, { roles: [{ role: 'accountant' }, { role: 'auditor' }] });
    expect(await whole(member.personId)).toMatchObject({ hasPassword: true, hasSecondFactor: true });
  });

  it('adds nobody twice', async () => {
    const { personId } = await people.save(newMember(), asKeeper(main));
    const { email } = (await members(here, { personId })).people[0]!;
    expect(await codeOf(people.save(newMember({ email }), asKeeper(main)))).toBe('conflict person.email-taken');
  });

  it('gives and takes roles; the event says what they were before', async () => {
    const companyId = await people.auth.company(here);
    const { personId } = await people.save(newMember(), asKeeper(main));
    const roles = [{ role: 'accountant', companyId: companyId.toUpperCase() }, { role: 'auditor' }];
    await saveMember(personId, { roles });
    expect((await members(here, { personId })).people[0]!.roles).toEqual([
      { role: 'accountant', companyId },
      { role: 'auditor', companyId: null },
    ]);
    expect((await lastEvent(personId))!.details).toMatchObject({
      before: [accountant(here)],
      after: [accountant(here, companyId), { role: 'auditor', environmentId: here, companyId: null }],
    });
  });

  it('changes nothing that somebody else has changed meanwhile', async () => {
    const { personId, mark } = await people.save(newMember(), asKeeper(main));
    await saveMember(personId, { name: 'Toinen' });
    const change = { of: 'member', environmentId: here, personId, ifMark: mark, body: newMember().body };
    expect(await codeOf(people.save(change, asKeeper(main)))).toBe('outdated rule.outdated');
  });

  it.each<[string, () => object, string]>([
    ['operator', () => ({ roles: [{ role: 'operator' }] }), 'invalid roles.unfit'],
    [
      'main user of a company',
      () => ({ roles: [{ role: 'main-user', companyId: randomUUID() }] }),
      'invalid roles.unfit',
    ],
    ['one role twice', () => ({ roles: [{ role: 'auditor' }, { role: 'auditor' }] }), 'invalid roles.unfit'],
    [
      'of no such company',
      () => ({ roles: [{ role: 'accountant', companyId: randomUUID() }] }),
      'absent company.absent',
    ],
    ['with a name that cannot be kept', () => ({ name: 'a\0b' }), 'invalid rule.unusable'],
  ])('makes nobody %s, and nothing is half saved', async (_, body, code) => {
    const [counted] = await people.sql('select count(*)::int as people from auth.person');
    expect(await codeOf(people.save(newMember(body()), asKeeper(main)))).toBe(code);
    expect((await people.sql('select count(*)::int as people from auth.person'))[0]).toEqual(counted);
  });

  it('cannot give a role in a company of another environment', async () => {
    const companyId = await people.auth.company(elsewhere);
    const roles = [{ role: 'accountant', companyId }];
    expect(await codeOf(people.save(newMember({ roles }), asKeeper(main)))).toBe('absent company.absent');
  });

  it('sees and changes nobody of another environment: they are absent', async () => {
    const stranger = await people.person([mainUser(elsewhere)]);
    expect((await members(here, { personId: stranger.personId })).people).toEqual([]);
    expect(await codeOf(saveMember(stranger.personId, { name: 'X', roles: [{ role: 'auditor' }] }))).toBe(
      'absent person.absent',
    );
    expect(await codeOf(remove(stranger.personId))).toBe('absent person.absent');
    expect(await codeOf(people.save(newMember({}, elsewhere), asKeeper(main)))).toBe('absent person.absent');
    expect(await codeOf(remove(stranger.personId, asKeeper(main), elsewhere))).toBe('absent person.absent');
    expect(await codeOf(remove(stranger.personId, asKeeper(main), null))).toBe('absent person.absent');
  });

  it('gives themselves no role, and does not take the main user from themselves', async () => {
    const { personId } = main;
    const roles = [{ role: 'main-user' }, { role: 'auditor' }];
    expect(await codeOf(saveMember(personId, { roles }))).toBe('denied roles.refused');
    await people.person([mainUser(here)]);
    expect(await codeOf(remove(personId))).toBe('conflict main-user.own');
  });

  it('keeps nobody’s roles from the moment they are no main user any more', async () => {
    const other = await people.person([mainUser(here)]);
    await remove(other.personId);
    expect(await codeOf(people.save(newMember(), asKeeper(other)))).toBe('absent person.absent');
  });
});

describe('a user administrator', () => {
  it('keeps everybody but main users', async () => {
    const by = asKeeper(await people.person([userAdministrator(here)]));
    const { personId } = await people.save(newMember(), by);
    expect(await codeOf(saveMember(personId, { roles: [{ role: 'auditor' }] }, by))).toBe('done');
    expect(await codeOf(saveMember(personId, { roles: [{ role: 'main-user' }] }, by))).toBe('denied roles.refused');
    await people.person([mainUser(here)]);
    expect(await codeOf(remove(main.personId, by))).toBe('denied roles.refused');
    expect(await codeOf(remove(personId, by))).toBe('done');
  });
});

describe('the operator', () => {
  it('gives roles everywhere; each environment reads of its own in its own chain', async () => {
    const roles = [OPERATOR_ROLE, mainUser(here), accountant(elsewhere)];
    const { personId } = await people.person(roles);
    const events = await people.events('person.saved', personId);
    const chains = new Map(events.map(({ environmentId, details }) => [environmentId, details['after']]));
    expect(chains).toEqual(
      new Map<string | null, unknown>([
        [null, [OPERATOR_ROLE]],
        [here, [mainUser(here)]],
        [elsewhere, [accountant(elsewhere)]],
      ]),
    );
  });

  it('removes somebody everywhere: no role, switched off, signed out', async () => {
    const person = await people.enrolled([accountant(here), accountant(elsewhere)]);
    await remove(person.personId, OPERATOR, null);
    expect(await people.identify(person.token)).toBeNull();
    expect(await whole(person.personId)).toMatchObject({ active: false, roles: [] });
    expect(await people.events('person.removed', person.personId)).toHaveLength(3);
  });

  it('does not remove or switch off themselves', async () => {
    const { personId } = await people.person([OPERATOR_ROLE]);
    const by = asKeeper({ personId });
    expect(await codeOf(remove(personId, by, null))).toBe('conflict person.own');
    expect(await codeOf(savePerson(personId, { active: false }, by))).toBe('conflict person.own');
  });

  it('changes their own e-mail with their present password alone', async () => {
    const operator = await people.enrolled([OPERATOR_ROLE]);
    const by = asKeeper(operator);
    const email = `${randomUUID()}@example.fi`;
    const change = async (currentPassword?: string, personId = operator.personId) => {
      const { mark, name, language, active, roles } = await whole(personId);
      const body = { email, name, language, active, roles };
      return codeOf(people.save({ of: 'person', personId, ifMark: mark, body, currentPassword }, by));
    };
    expect(await change()).toBe('denied password.needed');
    expect(await change('not the one')).toBe('denied password.refused');
    expect(await lastEvent(operator.personId)).toMatchObject({ outcome: 'denied', reasons: ['AUTH_FAILED'] });
    expect(await change(undefined, operator.personId.toUpperCase())).toBe('denied password.needed');
    expect((await whole(operator.personId)).email).toBe(operator.email);
    expect(await change(operator.password)).toBe('done');
    expect((await whole(operator.personId)).email).toBe(email);
  });

  it('is delayed for guesses at it, and needs none for anything else or for others', async () => {
    const operator = await people.enrolled([OPERATOR_ROLE]);
    const by = asKeeper(operator);
    expect(await codeOf(savePerson(operator.personId, { name: 'Uusi Nimi' }, by))).toBe('done');
    expect(await codeOf(savePerson(main.personId, { email: `${randomUUID()}@example.fi` }, by))).toBe('done');
    const { mark, ...standing } = await whole(operator.personId);
    const body = { ...standing, email: `${randomUUID()}@example.fi` };
    const attempt = (currentPassword: string) =>
      codeOf(people.save({ of: 'person', personId: operator.personId, ifMark: mark, body, currentPassword }, by));
    for (let n = 0; n < 5; n += 1) await attempt('not the one');
    await people.prolongDelays();
    expect(await attempt(operator.password)).toBe('denied password.refused');
    expect(await lastEvent(operator.personId)).toMatchObject({ outcome: 'denied', reasons: ['ACCOUNT_LOCKED'] });
  });

  it('gives one e-mail to one person', async () => {
    const other = await people.person([OPERATOR_ROLE]);
    expect(await codeOf(savePerson(main.personId, { email: other.email.toUpperCase() }))).toBe(
      'conflict person.email-taken',
    );
    expect(await codeOf(people.person([OPERATOR_ROLE], other.email))).toBe('conflict person.email-taken');
  });

  it('names no environment that is not there', async () => {
    expect(await codeOf(people.person([mainUser(randomUUID())]))).toBe('absent environment.absent');
  });
});

describe('lists', () => {
  it('come in pages that miss nobody and repeat nobody', async () => {
    const ids = [main.personId];
    for (let n = 0; n < 4; n += 1) ids.push((await people.save(newMember(), asKeeper(main))).personId);
    const found: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages < 3; pages += 1) {
      const { people: page, next } = await members(here, { cursor, limit: 2 });
      found.push(...page.map(({ personId }) => personId));
      cursor = next;
    }
    expect(found).toEqual([...ids].sort());
  });
});
