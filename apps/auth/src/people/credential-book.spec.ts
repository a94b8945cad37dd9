import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Keeper, listMembers, listPeople, removeSecondFactor } from '#lib/contracts';

import {
  accountant,
  asKeeper,
  CHOSEN,
  codeOf,
  type Enrolled,
  HOME,
  mainUser,
  OPERATOR,
  OPERATOR_ROLE,
  PeopleUnderTest,
  PROOF,
  type TestPerson,
  userAdministrator,
} from './people.spec-support.js';

let people: PeopleUnderTest;
let here: string;
let main: TestPerson;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  await people.sql('delete from auth.sign_in_counter');
  here = await people.auth.environment();
  main = await people.person([mainUser(here)]);
});

const reset = (personId: string, by: Keeper = OPERATOR, environmentId: string | null = null) =>
  people.credentials.resetPassword({ by, address: HOME, personId, environmentId });

describe('a new one-time password', () => {
  it('takes the place of the old one, ends every session, and is in no event', async () => {
    const person = await people.enrolled([accountant(here)]);
    const { password } = await reset(person.personId, asKeeper(main), here);
    expect(await people.own.describe(person.token)).toEqual({ session: null });
    expect(await people.signIns.signIn({ ...person, address: HOME })).toEqual({ session: null });
    const { session } = await people.signIns.signIn({ ...person, password, address: HOME });
    // The second factor stays: a new password alone opens nothing.
    expect(session).toMatchObject({ stage: 'second-factor' });
    const event = (await people.events('password.changed', person.personId)).at(-1);
    expect(event).toMatchObject({ environmentId: here, details: { personId: person.personId, oneTime: true } });
    expect(JSON.stringify(event)).not.toContain(password);
  });

  it('is given by whoever keeps every role of the person, and by nobody to themselves', async () => {
    const elsewhere = await people.auth.environment();
    const administrator = asKeeper(await people.person([userAdministrator(here)]));
    const [local, shared, otherMain, operator] = [
      await people.person([accountant(here)]),
      await people.person([accountant(here), accountant(elsewhere)]),
      await people.person([mainUser(here)]),
      await people.person([OPERATOR_ROLE]),
    ];
    expect(await codeOf(reset(local.personId, administrator, here))).toBe('done');
    expect(await codeOf(reset(otherMain.personId, administrator, here))).toBe('denied roles.refused');
    expect(await codeOf(reset(otherMain.personId, asKeeper(main), here))).toBe('done');
    expect(await codeOf(reset(shared.personId, asKeeper(main), here))).toBe('denied person.kept-by-operator');
    expect(await codeOf(reset(shared.personId))).toBe('done');
    expect(await codeOf(reset(operator.personId, asKeeper(main), here))).toBe('absent person.absent');
    expect(await codeOf(reset(local.personId, asKeeper(main)))).toBe('absent person.absent');
    expect(await codeOf(reset(local.personId, asKeeper(main), elsewhere))).toBe('absent person.absent');
    expect(await codeOf(reset(main.personId, asKeeper(main), here))).toBe('conflict person.own');
  });
});

describe('a second factor that is removed', () => {
  it('is enrolled anew at the next sign-in; the old codes are worth nothing', async () => {
    const person = await people.enrolled([accountant(here)]);
    const ask = { by: asKeeper(main), address: HOME, personId: person.personId, environmentId: here };
    await people.credentials.removeSecondFactor({ ...ask, proof: PROOF });
    expect(await people.own.describe(person.token)).toEqual({ session: null });
    const { session } = await people.signIns.signIn({ ...person, address: HOME });
    expect(session).toMatchObject({ stage: 'enrolment' });
    const code = person.recoveryCodes[0]!;
    expect(await people.secondFactor.pass({ token: session!.token, code, address: HOME })).toEqual({ session: null });
    expect(await people.events('second-factor.removed', person.personId)).toHaveLength(1);
  });

  it('takes a keeper who says how they knew the person; both are in the log, and every session ends', async () => {
    const person = await people.enrolled([accountant(here)]);
    const others = [
      await people.signedIn(person),
      (await people.signIns.signIn({ ...person, address: HOME })).session!.token,
    ];
    const named = { address: HOME, personId: person.personId, environmentId: here, proof: PROOF };
    const colleague = asKeeper(await people.person([accountant(here)]));
    expect(await codeOf(people.credentials.removeSecondFactor({ ...named, by: colleague }))).toMatch(
      /^(absent|denied) /,
    );
    expect(await codeOf(people.credentials.removeSecondFactor({ ...named, by: asKeeper(person) }))).not.toBe('done');
    expect(await people.identify(person.token)).not.toBeNull();

    await people.credentials.removeSecondFactor({ ...named, by: asKeeper(main) });
    for (const token of [person.token, ...others]) expect(await people.own.describe(token)).toEqual({ session: null });
    expect((await people.events('second-factor.removed', person.personId)).at(-1)).toMatchObject({
      actor: asKeeper(main),
      environmentId: here,
      details: { personId: person.personId, ...PROOF },
    });
  });

  it.each([
    ['nothing', {}],
    ['no reason', { provenBy: 'meeting' }],
    ['a reason that says nothing', { provenBy: 'meeting', reason: '         x          ' }],
    ['a mail that came in', { provenBy: 'mail', reason: 'they wrote that they are Maija' }],
  ])('is refused to whoever says %s of how they knew the person', (_, proof) => {
    const ask = { by: OPERATOR, address: HOME, personId: main.personId, environmentId: null };
    expect(removeSecondFactor.ask.safeParse({ ...ask, proof }).success).toBe(false);
    expect(removeSecondFactor.ask.safeParse({ ...ask, proof: PROOF }).success).toBe(true);
  });
});

describe('an erased person', () => {
  it('has no name and no e-mail anywhere, and no way in; the id and the roles it had stay', async () => {
    const person = await people.enrolled([accountant(here)]);
    await people.credentials.erase({ by: OPERATOR, address: HOME, personId: person.personId });
    const { people: found } = await people.register.people(listPeople.ask.parse({ personId: person.personId }));
    expect(found[0]).toMatchObject({
      email: null,
      name: null,
      active: false,
      hasPassword: false,
      hasSecondFactor: false,
      erasedAt: expect.any(String),
      roles: [accountant(here)],
    });
    expect((await people.register.members(listMembers.ask.parse({ environmentId: here }))).people).toHaveLength(1);
    expect(await people.identify(person.token)).toBeNull();
    expect(await people.signIns.signIn({ ...person, address: HOME })).toEqual({ session: null });
    expect(await people.vouch({ email: person.email })).toEqual({ session: null });
    expect(await people.events('person.erased', person.personId)).toHaveLength(1);
    const kept = await people.sql(
      `
      select p::text as text from auth.person p where person_id = $1
       union all select m::text from auth.person_membership m where person_id = $1
       union all select k::text from auth.person_known_address k where person_id = $1`,
      [person.personId],
    );
    expect(kept.some(({ text }) => /Meikäläinen|@example|192\.0\.2/.test(String(text)))).toBe(false);
  });

  it('leaves the e-mail free for somebody new, and stays erased', async () => {
    const { personId, email } = await people.person([accountant(here)]);
    const erase = () => people.credentials.erase({ by: OPERATOR, address: HOME, personId });
    await erase();
    expect(await codeOf(people.person([accountant(here)], email))).toBe('done');
    expect(await codeOf(erase())).toBe('absent person.absent');
    expect(await codeOf(reset(personId))).toBe('absent person.absent');
  });

  it('is erased by the operator alone', async () => {
    const { personId } = await people.person([accountant(here)]);
    const erasing = people.credentials.erase({ by: asKeeper(main), address: HOME, personId });
    expect(await codeOf(erasing)).toBe('absent person.absent');
  });
});

describe('a change of one’s own password', () => {
  let person: Enrolled;
  beforeEach(async () => {
    person = await people.enrolled([accountant(here)]);
  });
  const change = (current: string, password: string) =>
    people.own.changePassword({ token: person.token, current, password, address: HOME });

  it('ends every session and opens a new one', async () => {
    const other = await people.signedIn(person);
    const { session } = await change(CHOSEN, 'another long and quiet word');
    expect(await people.identify(person.token)).toBeNull();
    expect(await people.identify(other)).toBeNull();
    expect(await people.identify(session!.token)).toMatchObject({ id: person.personId });
    expect(await people.signIns.signIn({ ...person, address: HOME })).toEqual({ session: null });
  });

  it('asks for the present one, and is delayed for guesses at it, wherever they come from', async () => {
    const guess = (n: number) =>
      people.own.changePassword({
        token: person.token,
        current: `guess ${n}`,
        password: 'another long and quiet word',
        address: `198.51.100.${n}`,
      });
    const guesses = await Promise.all(Array.from({ length: 6 }, (_, n) => guess(n)));
    expect(guesses.every(({ session }) => session === null)).toBe(true);
    await people.prolongDelays();
    expect(await change(CHOSEN, 'another long and quiet word')).toEqual({ session: null });
    expect(await people.identify(person.token)).not.toBeNull();
  });

  it('leaves a refusal in the audit log, with its reason', async () => {
    await change('another word', 'another long and quiet word');
    expect((await people.events('password.changed', person.personId)).at(-1)).toMatchObject({
      outcome: 'denied',
      actor: { kind: 'person', id: person.personId },
      address: HOME,
      reasons: ['AUTH_FAILED'],
    });
  });

  it('opens no session and changes nothing when the one it is asked in ends meanwhile', async () => {
    const ask = { by: asKeeper(main), address: HOME, personId: person.personId, environmentId: here };
    people.auth.hasher.meanwhile = () => people.credentials.removeSecondFactor({ ...ask, proof: PROOF });
    expect(await change(CHOSEN, 'another long and quiet word')).toEqual({ session: null });
    people.auth.hasher.meanwhile = () => Promise.resolve();
    const { session } = await people.signIns.signIn({ ...person, address: HOME });
    expect(session).toMatchObject({ stage: 'enrolment' });
  });

  it('refuses a password that is known from a breach', async () => {
    people.breached.add('another long and quiet word');
    expect(await codeOf(change(CHOSEN, 'another long and quiet word'))).toBe('invalid password.unfit');
    people.breached.clear();
    expect((await change(CHOSEN, 'another long and quiet word')).session).not.toBeNull();
  });

  it('refuses a password that is none, before it compares anything', async () => {
    const verified = people.auth.hasher.verified;
    expect(await codeOf(change(CHOSEN, 'short'))).toBe('invalid password.unfit');
    expect(await codeOf(change(CHOSEN, CHOSEN))).toBe('invalid password.unfit');
    expect(people.auth.hasher.verified).toBe(verified);
  });
});
