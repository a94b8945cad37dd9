import { argon2Sync, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { listPeople } from '#lib/contracts';

import { SignInCrowded } from '../errors.js';
import {
  CHOSEN,
  ELSEWHERE,
  type Enrolled,
  HOME,
  OPERATOR,
  OPERATOR_ROLE,
  PeopleUnderTest,
  PROOF,
  secretOf,
} from './people.spec-support.js';
import { PersonSignIn } from './person-sign-in.js';

let people: PeopleUnderTest;
let person: Enrolled;

beforeAll(async () => {
  people = await PeopleUnderTest.start();
});
afterAll(() => people.auth.close());
beforeEach(async () => {
  await people.sql('delete from auth.sign_in_counter');
  person = await people.enrolled([OPERATOR_ROLE]);
  await people.sql('delete from auth.sign_in_counter');
});

type Ask = { email?: string; password?: string; address?: string | null };
const signIn = async (ask: Ask = {}) => {
  const { email, password } = person;
  return (await people.signIns.signIn({ email, password, address: HOME, ...ask })).session;
};
const pass = async (token: string, code: string, address = HOME) =>
  (await people.secondFactor.pass({ token, code, address })).session;
const lastRefusal = async () => (await people.auth.auditEvents('session.refused')).at(-1);

describe("a person's password", () => {
  it('opens nothing by itself: the session waits for the second factor and is nobody', async () => {
    const session = await signIn();
    expect(session).toMatchObject({ stage: 'second-factor', otpauthUri: null });
    expect(await people.identify(session!.token)).toBeNull();
    expect(await people.own.describe(session!.token)).toMatchObject({
      session: { stage: 'second-factor', person: null },
    });
    const change = { token: session!.token, current: CHOSEN, password: 'another long and quiet word' };
    expect(await people.own.changePassword({ ...change, address: HOME })).toEqual({ session: null });
  });

  it('does not run out once somebody has chosen it: nothing is kept by which it could', async () => {
    const kept = `password_expires_at, (select count(*)::int from information_schema.columns
      where table_schema = 'auth' and table_name = 'person' and column_name like 'password%') as columns`;
    const [standing] = await people.sql(`select ${kept} from auth.person where person_id = $1`, [person.personId]);
    // Besides the hash there is only this moment to go by, and it is none.
    expect(standing).toEqual({ password_expires_at: null, columns: 2 });
    const session = await signIn();
    const passed = await pass(session!.token, person.recoveryCodes[0]!);
    expect(passed).toMatchObject({ stage: 'open' });
  });

  it('is good with the e-mail in any spelling', async () => {
    expect(await signIn({ email: ` ${person.email.toUpperCase()} ` })).not.toBeNull();
  });

  it.each<[string, Ask, string, string]>([
    ['an unknown e-mail', { email: 'nobody@example.fi' }, '', 'AUTH_FAILED'],
    ['an e-mail that nobody can have', { email: 'no\0body@example.fi' }, '', 'AUTH_FAILED'],
    ['a wrong password', { password: 'another long word' }, '', 'AUTH_FAILED'],
    [
      'a person who is switched off',
      {},
      'update auth.person set active = false where person_id = $1',
      'PERSON_DISABLED',
    ],
    ['a person without a role', {}, 'delete from auth.person_role where person_id = $1', 'NO_ROLE'],
    [
      'a one-time password of yesterday',
      {},
      `update auth.person set password_expires_at = clock_timestamp() where person_id = $1`,
      'PASSWORD_EXPIRED',
    ],
  ])('refuses %s like any other, with one hash; only the log knows why', async (_, ask, given, reason) => {
    if (given) await people.sql(given, [person.personId]);
    const verified = people.auth.hasher.verified;
    expect(await signIn(ask)).toBeNull();
    expect(people.auth.hasher.verified).toBe(verified + 1);
    expect(await lastRefusal()).toMatchObject({ outcome: 'denied', environmentId: null, reasons: [reason] });
  });

  it('is refused when it is changed while it is compared', async () => {
    people.auth.hasher.meanwhile = () => people.oneTimePassword(person.personId).then(() => undefined);
    expect(await signIn()).toBeNull();
    people.auth.hasher.meanwhile = () => Promise.resolve();
  });

  it('is guessed at five times, however many guess at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => signIn({ password: `guess ${n}`, address: ELSEWHERE })));
    const refused = await people.events('session.refused', person.personId);
    expect(refused.filter(({ reasons }) => reasons[0] === 'AUTH_FAILED')).toHaveLength(5);
    expect(refused.filter(({ reasons }) => reasons[0] === 'ACCOUNT_LOCKED')).toHaveLength(15);
  });

  it('is delayed for strangers without locking its owner out at home', async () => {
    for (let n = 0; n < 8; n += 1) await signIn({ password: `guess ${n}`, address: ELSEWHERE });
    await people.prolongDelays();
    expect(await signIn({ address: ELSEWHERE })).toBeNull();
    expect(await signIn({ address: HOME })).not.toBeNull();
  });

  it('is not counted as a guess when so many sign in that it cannot be compared', async () => {
    people.auth.hasher.meanwhile = () => Promise.reject(new SignInCrowded());
    for (let n = 0; n < 7; n += 1) await expect(signIn()).rejects.toThrow(SignInCrowded);
    people.auth.hasher.meanwhile = () => Promise.resolve();
    await people.prolongDelays();
    expect(await signIn()).not.toBeNull();
  });

  it('that is right has nothing made for it while a delay runs, which would take longer than for a wrong one', async () => {
    let seals = 0;
    const vault = { seal: () => Promise.resolve(Buffer.alloc((seals += 1))) };
    const { database, hasher } = people.auth;
    const signIns = new PersonSignIn(database, hasher, vault, { nudge: () => undefined });
    const { email, password } = await people.person([OPERATOR_ROLE]);
    for (let n = 0; n < 6; n += 1) await signIns.signIn({ email, password: `guess ${n}`, address: ELSEWHERE });
    await people.prolongDelays();
    expect(await signIns.signIn({ email, password, address: ELSEWHERE })).toEqual({ session: null });
    expect(seals).toBe(0);
  });

  it('is hashed anew when the cost has changed', async () => {
    const cheap = { message: CHOSEN, nonce: Buffer.alloc(16, 1), memory: 64, passes: 1, parallelism: 1, tagLength: 32 };
    const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const hash = text(argon2Sync('argon2id', cheap));
    await people.sql('update auth.person set password_hash = $2 where person_id = $1', [
      person.personId,
      `$argon2id$v=19$m=64,t=1,p=1$${text(cheap.nonce)}$${hash}`,
    ]);
    expect(await signIn()).not.toBeNull();
    const [row] = await people.sql('select password_hash from auth.person where person_id = $1', [person.personId]);
    expect(row!['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await signIn()).not.toBeNull();
  });

  it('is never written down, nor is what was typed as an e-mail', async () => {
    await signIn({ email: 'CANARY-typo' });
    await signIn({ password: 'CANARY-password' });
    const kept = await people.sql('select data::text as text from bus.outbox');
    expect(kept.some(({ text }) => /CANARY|@example\.fi|Meikäläinen/.test(String(text)))).toBe(false);
  });
});

describe('a one-time password', () => {
  it('leads to enrolment, then to a password of one’s own, and only then to anything else', async () => {
    const fresh = await people.person([OPERATOR_ROLE]);
    const { session } = await people.signIns.signIn({ ...fresh, address: HOME });
    expect(session).toMatchObject({ stage: 'enrolment', otpauthUri: expect.stringMatching(/^otpauth:\/\/totp\//) });
    expect(await people.identify(session!.token)).toBeNull();

    const enrolled = await people.passWithCode(session!.token, secretOf(session!.otpauthUri!));
    expect(enrolled).toMatchObject({ stage: 'password', recoveryCodes: expect.any(Array) });
    expect(enrolled!.recoveryCodes).toHaveLength(10);
    expect(await people.identify(enrolled!.token)).toBeNull();

    const change = { token: enrolled!.token, current: fresh.password, password: CHOSEN, address: HOME };
    const { session: open } = await people.own.changePassword(change);
    expect(open).toMatchObject({ stage: 'open' });
    expect(await people.identify(open!.token)).toMatchObject({ kind: 'person', id: fresh.personId });
    expect(await people.events('second-factor.enrolled', fresh.personId)).toHaveLength(1);
    expect(await people.events('password.changed', fresh.personId)).toHaveLength(2);
  });

  it('has at least 112 random bits and ends after 24 hours', async () => {
    const { password, expiresAt } = await people.credentials.resetPassword({
      by: { kind: 'operator', id: 'operator' },
      address: HOME,
      personId: person.personId,
      environmentId: null,
    });
    const letters = password.replaceAll('-', '');
    expect(letters).toMatch(/^[a-km-np-z2-9]+$/);
    expect(letters.length * 5).toBeGreaterThanOrEqual(112);
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24.01);
  });

  it('offers another secret at each sign-in until one is confirmed; an unconfirmed one counts for nothing', async () => {
    const fresh = await people.person([OPERATOR_ROLE]);
    const [one, other] = [
      (await people.signIns.signIn({ ...fresh, address: HOME })).session!,
      (await people.signIns.signIn({ ...fresh, address: HOME })).session!,
    ];
    expect(one.otpauthUri).not.toBe(other.otpauthUri);
    expect(await people.passWithCode(one.token, secretOf(other.otpauthUri!))).toBeNull();
    expect(await people.passWithCode(one.token, secretOf(one.otpauthUri!))).not.toBeNull();
    // The other offer is void now: the confirmed secret is asked for, and its code was used already.
    expect(await people.passWithCode(other.token, secretOf(other.otpauthUri!))).toBeNull();
  });
});

describe('the word of the identity provider', () => {
  const vouch = async (email: string | null) => (await people.vouch({ email })).session;

  it('opens a session for somebody who is known, the second factor being the provider’s', async () => {
    const open = await vouch(person.email.toUpperCase());
    expect(open).toMatchObject({ stage: 'open' });
    expect(await people.identify(open!.token)).toMatchObject({ id: person.personId });
    expect((await people.events('session.opened', person.personId)).at(-1)).toMatchObject({
      details: { method: 'oidc' },
    });
  });

  it('makes nobody: strangers, people switched off or without a role, and nobody at all are refused', async () => {
    expect(await vouch('stranger@example.fi')).toBeNull();
    expect(await vouch(null)).toBeNull();
    expect((await people.vouch(null)).session).toBeNull();
    await people.sql('update auth.person set active = false where person_id = $1', [person.personId]);
    expect(await vouch(person.email)).toBeNull();
    expect(await lastRefusal()).toMatchObject({ actor: { id: person.personId }, reasons: ['PERSON_DISABLED'] });
  });

  it('ties a person to who they are there: from then on that counts, and the e-mail does not', async () => {
    const [subject, other] = [randomUUID(), await people.person([OPERATOR_ROLE])];
    expect((await people.vouch({ subject, email: person.email })).session).not.toBeNull();
    const details = async () => (await people.events('session.opened', person.personId)).map((event) => event.details);
    expect((await details()).at(-1)).toEqual({ method: 'oidc', firstTime: true });
    for (const email of [null, 'another@example.fi', other.email]) {
      const { session } = await people.vouch({ subject, email });
      expect(await people.identify(session!.token)).toMatchObject({ id: person.personId });
      expect((await details()).at(-1)).toEqual({ method: 'oidc' });
    }
  });

  it('refuses whoever has the e-mail of somebody who is tied to another account there', async () => {
    expect(await vouch(person.email)).not.toBeNull();
    expect(await vouch(person.email)).toBeNull();
    expect(await lastRefusal()).toMatchObject({ actor: { id: person.personId }, reasons: ['IDENTITY_DIFFERS'] });
  });

  it('counts subjects of each issuer apart', async () => {
    const subject = randomUUID();
    expect((await people.vouch({ subject, email: person.email })).session).not.toBeNull();
    expect((await people.vouch({ subject, issuer: 'https://other.example' })).session).toBeNull();
  });

  it('ties one of two who come first at once', async () => {
    const came = await Promise.all([vouch(person.email), vouch(person.email)]);
    expect(came.filter((session) => session !== null)).toHaveLength(1);
  });

  it('ties nobody whom it does not let in', async () => {
    await people.sql('update auth.person set active = false where person_id = $1', [person.personId]);
    expect(await vouch(person.email)).toBeNull();
    await people.sql('update auth.person set active = true where person_id = $1', [person.personId]);
    expect(await vouch(person.email)).not.toBeNull();
  });

  it('ties anew once a keeper has removed the second factor, whose place it takes', async () => {
    expect(await vouch(person.email)).not.toBeNull();
    const ask = { by: OPERATOR, address: HOME, personId: person.personId, environmentId: null };
    await people.credentials.removeSecondFactor({ ...ask, proof: PROOF });
    expect(await vouch(person.email)).not.toBeNull();
  });

  it('ties anew once the e-mail is another: by the old one it may have been somebody else', async () => {
    const wrong = randomUUID();
    expect((await people.vouch({ subject: wrong, email: person.email })).session).not.toBeNull();
    const { people: found } = await people.register.people(listPeople.ask.parse({ personId: person.personId }));
    const { mark: ifMark, name, language, active, roles } = found[0]!;
    const email = `${randomUUID()}@example.fi`;
    const { personId } = person;
    await people.save({ of: 'person', personId, ifMark, body: { email, name, language, active, roles } });
    expect((await people.vouch({ subject: wrong, email: person.email })).session).toBeNull();
    expect(await vouch(email)).not.toBeNull();
  });

  it('by the e-mail alone, as older gateways bring it, is good for nobody who is tied, and ties nobody', async () => {
    const old = async (email: string | null) => (await people.signIns.vouchForEmail({ email, address: HOME })).session;
    expect(await old(null)).toBeNull();
    expect(await people.identify((await old(person.email))!.token)).toMatchObject({ id: person.personId });
    expect(await vouch(person.email)).not.toBeNull();
    expect(await old(person.email)).toBeNull();
    expect(await lastRefusal()).toMatchObject({ actor: { id: person.personId }, reasons: ['IDENTITY_DIFFERS'] });
  });

  it('is enough for somebody whose password waits to be changed', async () => {
    const fresh = await people.person([OPERATOR_ROLE]);
    expect(await people.identify((await vouch(fresh.email))!.token)).toMatchObject({ id: fresh.personId });
  });
});
