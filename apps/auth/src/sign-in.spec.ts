import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { argon2Sync } from 'node:crypto';

import { wallMinute } from '#lib/policy';

import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';

let auth: AuthUnderTest;
let id: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());
beforeEach(async () => {
  id = await auth.partnerUser({ password: PASSWORD });
});

const HOME = '192.0.2.7';
const signIn = (ask: { password?: string; address?: string | null; userName?: string } = {}) =>
  auth.signIns.signIn({ userName: userNameOf(id), password: PASSWORD, address: HOME, ...ask });
const restrict = (body: object) => auth.save('partner-user', id, { ...partnerUser(id), ...body });
const lastRefusal = async () => (await auth.auditEvents('session.refused')).at(-1);

describe('signing in', () => {
  it('opens a session of ten minutes and says so in the audit log', async () => {
    const { session } = await signIn();
    const [clock] = await auth.database.rows<{ at: string }>('select clock_timestamp() as at');
    const seconds = (Date.parse(session!.expiresAt) - Date.parse(clock!.at)) / 1000;
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
    expect((await auth.auditEvents('session.opened')).at(-1)).toMatchObject({
      environmentId: null,
      actor: { kind: 'partner-user', id },
      address: HOME,
      outcome: 'success',
    });
  });

  it('keeps nothing of the token or the password that could be used', async () => {
    const { session } = await signIn();
    const kept = await auth.database.rows<{ text: string }>(
      `select t::text as text from auth.token t union all select u::text from auth.partner_user u
       union all select data::text from bus.outbox`,
    );
    expect(kept.some(({ text }) => text.includes(session!.token) || text.includes(PASSWORD))).toBe(false);
    expect(Buffer.from(session!.token, 'base64url')).toHaveLength(32);
  });

  const isWeekend = wallMinute(new Date(), 'Europe/Helsinki').weekday >= 6;
  it.each([
    ['an unknown user name', { userName: 'nobody' }, {}, 'AUTH_FAILED'],
    ['a user name that nobody can have', { userName: 'no\0body' }, {}, 'AUTH_FAILED'],
    ['a wrong password', { password: 'another long word' }, {}, 'AUTH_FAILED'],
    ['a partner user that is switched off', {}, { active: false }, 'PARTNER_DISABLED'],
    ['an address that is not allowed', {}, { addresses: ['198.51.100.0/24'] }, 'IP_NOT_ALLOWED'],
    ['an address that cannot be read', { address: null }, { addresses: ['198.51.100.0/24'] }, 'IP_NOT_ALLOWED'],
    [
      'a closed time',
      {},
      { weekdayRestriction: { from: 0, to: 1440 }, weekendRestricted: true },
      isWeekend ? 'WEEKEND' : 'WEEKDAY_WINDOW',
    ],
  ])('refuses %s like any other, with one hash; only the log knows why', async (_, ask, rules, reason) => {
    await restrict(rules);
    const verified = auth.hasher.verified;
    expect(await signIn(ask)).toEqual({ session: null });
    expect(auth.hasher.verified).toBe(verified + 1);
    expect(await lastRefusal()).toMatchObject({ outcome: 'denied', reasons: [reason] });
    expect(auth.metrics.signIns.at(-1)).toMatchObject({ allowed: false, reasons: [reason] });
  });

  it('refuses an account without a password, whatever is typed', async () => {
    id = await auth.partnerUser();
    expect(await signIn({ password: '' })).toEqual({ session: null });
  });

  it('refuses a password that is changed while it is compared', async () => {
    auth.hasher.meanwhile = () => restrict({ password: 'a new and longer word' });
    expect(await signIn()).toEqual({ session: null });
    auth.hasher.meanwhile = () => Promise.resolve();
  });

  it('refuses the scope of an environment that is switched off', async () => {
    const environmentId = await auth.environment({ active: false });
    await restrict({ scopeCompanyId: await auth.company(environmentId) });
    expect(await signIn()).toEqual({ session: null });
    expect(await lastRefusal()).toMatchObject({ reasons: ['TENANT_SUSPENDED'] });
  });

  it('never writes down what was typed as a user name', async () => {
    await signIn({ userName: 'CANARY-typo' });
    const event = await lastRefusal();
    expect(event).toMatchObject({ actor: { id: 'unknown' }, partnerUserId: null });
    expect(JSON.stringify(event)).not.toContain('CANARY');
  });

  it('hashes the password anew when the cost has changed', async () => {
    const cost = { memory: 64, passes: 1, parallelism: 1 };
    const [salt, tagLength] = [Buffer.alloc(16, 1), 32];
    const hash = argon2Sync('argon2id', { message: PASSWORD, nonce: salt, tagLength, ...cost });
    const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    await auth.database.rows('update auth.partner_user set password_hash = $2 where partner_user_id = $1', [
      id,
      `$argon2id$v=19$m=64,t=1,p=1$${text(salt)}$${text(hash)}`,
    ]);
    expect((await signIn()).session).not.toBeNull();
    const [row] = await auth.database.rows<{ password_hash: string }>(
      'select password_hash from auth.partner_user where partner_user_id = $1',
      [id],
    );
    expect(row!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await signIn()).session).not.toBeNull();
  });
});
