import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';
import { NOTHING_BREACHED } from './breached-passwords.js';
import { SignInCrowded } from './errors.js';
import { PasswordChange } from './password-change.js';
import { Post } from './sms/sms.spec-support.js';

const BREACHED = 'a word of others, seen by all';
const OWN = 'a word of our own, and long';

let auth: AuthUnderTest;
let post: Post;
let changes: PasswordChange;
let id: string;
let userName: string;
let oneTime: string;
/** Another one for each test: failures are counted for addresses too. */
let home: string;
let nth = 0;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
  post = new Post(auth);
  changes = new PasswordChange(
    auth.database,
    auth.hasher,
    { nudge: () => undefined },
    { has: (password) => Promise.resolve(password === BREACHED) },
  );
});
afterAll(() => auth.close());
beforeEach(async () => {
  home = `192.0.2.${(nth += 1)}`;
  ({ id, userName } = await post.create());
  await post.sendAll();
  oneTime = post.telephone.passwords().at(-1)!;
});

const change = (ask: { userName?: string; oldPassword?: string; newPassword?: string; address?: string } = {}) =>
  changes.change({ userName, oldPassword: oneTime, newPassword: OWN, address: home, ...ask });
const signIn = (password: string) => post.signIn(userName, password, home);
const last = async () => (await auth.auditEvents('password.changed')).at(-1)!;
const kind = async () => (await post.partnerUsers.read({ partnerUserId: id, internal: false })).password.kind;

describe('a one-time password', () => {
  it('opens no session, and says that it must be changed', async () => {
    expect(await signIn(oneTime)).toEqual({ session: null, changeNeeded: true });
    const rows = await auth.database.rows('select from auth.token where partner_user_id = $1', [id]);
    expect(rows).toEqual([]);
    expect((await auth.auditEvents('session.refused')).at(-1)).toMatchObject({
      partnerUserId: id,
      reasons: ['PASSWORD_CHANGE_NEEDED'],
    });
  });

  it('gives way to a password of its own, which then signs in', async () => {
    expect(await kind()).toBe('one-time');
    expect(await change()).toBe(true);
    expect(await kind()).toBe('own');
    expect((await signIn(OWN)).session).not.toBeNull();
    expect(await last()).toMatchObject({
      outcome: 'success',
      actor: { kind: 'partner-user', id },
      address: home,
      details: { wasOneTime: true },
    });
  });

  it('is good for one change', async () => {
    await change();
    expect(await change({ newPassword: 'yet another word, quite long' })).toBe(false);
    expect(await signIn(oneTime)).toEqual({ session: null });
    expect((await signIn(OWN)).session).not.toBeNull();
  });

  it('is good for one change even when two ask at once', async () => {
    const asked = await Promise.all([change(), change({ newPassword: 'yet another word, quite long' })]);
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it('expires after 24 hours, and then looks like a wrong one', async () => {
    const [row] = await auth.database.rows<{ hours: number }>(
      `select extract(epoch from password_expires_at - clock_timestamp())::float / 3600 as hours
         from auth.partner_user where partner_user_id = $1`,
      [id],
    );
    expect(row!.hours).toBeGreaterThan(23.9);
    expect(row!.hours).toBeLessThanOrEqual(24);
    await auth.database.rows(
      'update auth.partner_user set password_expires_at = clock_timestamp() where partner_user_id = $1',
      [id],
    );
    expect(await signIn(oneTime)).toEqual({ session: null });
    expect(await change()).toBe(false);
    expect(await last()).toMatchObject({ outcome: 'denied', reasons: ['AUTH_FAILED'] });
  });

  it('is guessed at like any other: the failures are counted, and delay the right one too', async () => {
    for (let guess = 0; guess < 6; guess += 1) await change({ oldPassword: `guess number ${guess}` });
    expect(await change()).toBe(false);
    expect(await last()).toMatchObject({ reasons: ['ACCOUNT_LOCKED'] });
  });

  it('is guessed at in one count with signing in', async () => {
    for (let guess = 0; guess < 6; guess += 1) await signIn(`guess number ${guess}`);
    expect(await change()).toBe(false);
  });

  it.each(['hash', 'verify'] as const)('is not counted when so many sign in that it comes to no %s', async (step) => {
    const hasher = {
      hash: (password: string) => auth.hasher.hash(password),
      verify: (password: string, stored: string | null) => auth.hasher.verify(password, stored),
      [step]: () => Promise.reject(new SignInCrowded()),
    };
    const crowded = new PasswordChange(auth.database, hasher, { nudge: () => undefined }, NOTHING_BREACHED);
    const ask = { userName, oldPassword: oneTime, newPassword: OWN, address: home };
    for (let time = 0; time < 7; time += 1) await expect(crowded.change(ask)).rejects.toThrow(SignInCrowded);
    await auth.database.rows(`update auth.sign_in_counter set last_at = last_at + interval '1 minute'`);
    expect(await change()).toBe(true);
  });

  it('does not use up the patience of whoever has it right', async () => {
    for (let time = 0; time < 8; time += 1) expect(await signIn(oneTime)).toHaveProperty('changeNeeded');
    expect(await change()).toBe(true);
  });
});

describe('a new one-time password', () => {
  it('ends the sessions of the password in whose place it comes', async () => {
    await change();
    const { session } = await signIn(OWN);
    await post.order(id);
    expect(await auth.principals().identify(session!.token, home)).toMatchObject({ id });
    await post.sendAll();
    expect(await auth.principals().identify(session!.token, home)).toBeNull();
    expect(await signIn(OWN)).toEqual({ session: null });
  });
});

describe('a change of password', () => {
  it.each([
    ['an unknown user name', { userName: 'nobody' }, {}],
    ['a wrong password', { oldPassword: 'not this one' }, {}],
    ['a partner user that is switched off', {}, { active: false }],
    ['an address that is not allowed', {}, { addresses: ['198.51.100.0/24'] }],
  ])('is refused without a reason for %s', async (_, ask, rule) => {
    const { id: standing } = await post.create();
    const name = userNameOf(standing);
    await auth.save('partner-user', standing, { ...partnerUser(standing), ...rule, password: PASSWORD });
    expect(await change({ userName: name, oldPassword: PASSWORD, ...ask })).toBe(false);
    expect((await last()).outcome).toBe('denied');
  });

  it('ends the sessions of the old one', async () => {
    await change();
    const { session } = await signIn(OWN);
    await change({ oldPassword: OWN, newPassword: 'yet another word, quite long' });
    expect(await auth.principals().identify(session!.token, home)).toBeNull();
  });

  it.each([
    ['shorter than 15 characters', 'viisi kuusi 78', 'password.too-short'],
    ['among the common ones, or one character', 'a'.repeat(20), 'password.common'],
    ['known from a breach', BREACHED, 'password.breached'],
    ['longer than 128', 'long and quiet '.repeat(9), 'password.too-long'],
  ])('to one that is %s is refused, whoever asks', async (_, newPassword, code) => {
    const unfit = { code: 'password.unfit', details: { errors: [{ pointer: '/newPassword', code }] } };
    await expect(change({ newPassword })).rejects.toMatchObject(unfit);
    await expect(change({ newPassword, userName: 'nobody' })).rejects.toMatchObject(unfit);
  });

  it('to the same one is refused', async () => {
    await expect(change({ newPassword: oneTime })).rejects.toMatchObject({
      details: { errors: [{ pointer: '/newPassword', code: 'password.unchanged' }] },
    });
  });

  it('leaves no password in the audit log', async () => {
    await change();
    const written = await auth.database.rows<{ text: string }>('select data::text as text from bus.outbox');
    expect(written.some(({ text }) => text.includes(OWN) || text.includes(oneTime))).toBe(false);
  });
});
