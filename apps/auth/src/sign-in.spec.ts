import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { argon2Sync, randomUUID } from 'node:crypto';

import { wallMinute } from '#lib/policy';

import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';
import { countersOf, SignInCounters } from './sign-in-counters.js';
import { tokenHash } from './token.js';

let auth: AuthUnderTest;
let id: string;

beforeAll(async () => {
  auth = await AuthUnderTest.start();
});
afterAll(() => auth.close());
beforeEach(async () => {
  // Counters of addresses outlive a test; the addresses are the same in each.
  await auth.database.rows('delete from auth.sign_in_counter');
  id = await auth.partnerUser({ password: PASSWORD });
});

const HOME = '192.0.2.7';
const ELSEWHERE = '203.0.113.66';
const signIn = (ask: { password?: string; address?: string | null; userName?: string } = {}) =>
  auth.signIns.signIn({ userName: userNameOf(id), password: PASSWORD, address: HOME, ...ask });
const restrict = (body: object) => auth.save('partner-user', id, { ...partnerUser(id), ...body });
const lastRefusal = async () => (await auth.auditEvents('session.refused')).at(-1);
const guess = async (times: number, ask: Parameters<typeof signIn>[0] = {}) => {
  for (let time = 0; time < times; time += 1) await signIn({ password: `guess ${time}`, ...ask });
};
/** The same as waiting, as far as counters go; less than nothing makes sure that a delay still runs. */
const pass = (interval: string) =>
  auth.database.rows(`update auth.sign_in_counter set last_at = last_at - $1::interval`, [interval]);
const failures = async (address: string, isKnown: boolean) => {
  const keys = countersOf(userNameOf(id), address, isKnown).map(({ key }) => key.toString('hex'));
  const rows = await auth.database.rows<{ key: string; failures: number }>(
    `select encode(key, 'hex') as key, failures from auth.sign_in_counter`,
  );
  return keys.map((key) => rows.find((row) => row.key === key)?.failures ?? 0);
};

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

describe('delays', () => {
  it('begin at the fifth failure: the right password is refused too, at the cost of a hash', async () => {
    await guess(4);
    expect((await signIn()).session).not.toBeNull();
    await guess(5);
    await pass('-1 minute');
    const verified = auth.hasher.verified;
    expect(await signIn()).toEqual({ session: null });
    expect(auth.hasher.verified).toBe(verified + 1);
    expect(await lastRefusal()).toMatchObject({ reasons: ['ACCOUNT_LOCKED'] });
  });

  it.each([
    [5, '0.4 s', '1 s'],
    [6, '1.4 s', '2 s'],
    [9, '14 s', '16 s'],
    [14, '510 s', '512 s'],
    [15, '890 s', '900 s'],
    [1000, '890 s', '900 s'],
  ])('after failure %i hold for longer than %s and end after %s', async (count, short, enough) => {
    await guess(1, { address: ELSEWHERE });
    const set = (ago: string) =>
      auth.database.rows('update auth.sign_in_counter set failures = $1, last_at = clock_timestamp() - $2::interval', [
        count,
        ago,
      ]);
    const counters = countersOf(userNameOf(id), ELSEWHERE, false).slice(1);
    await set(short);
    expect(await isCounted(counters)).toBe(false);
    await set(enough);
    expect(await isCounted(counters)).toBe(true);
  });

  it('end by themselves, and a right password takes its own count back', async () => {
    await guess(5, { address: ELSEWHERE });
    await auth.database.rows('update auth.sign_in_counter set failures = 9');
    expect(await signIn({ address: ELSEWHERE })).toEqual({ session: null });
    await pass('16 seconds');
    expect((await signIn({ address: ELSEWHERE })).session).not.toBeNull();
    // The guesses of others stand: a guesser who owns one account buys no tries with it.
    expect(await failures(ELSEWHERE, false)).toEqual([10, 9]);
  });

  it('are forgotten after a day of quiet', async () => {
    await guess(4, { address: ELSEWHERE });
    await pass('25 hours');
    await guess(1, { address: ELSEWHERE });
    expect(await failures(ELSEWHERE, false)).toEqual([1, 1]);
  });

  it('of strangers never reach the partner at an address it has signed in from', async () => {
    await signIn({ address: HOME });
    await guess(12, { address: ELSEWHERE });
    await pass('-1 minute');
    expect(await signIn({ address: '203.0.113.200' })).toEqual({ session: null });
    expect((await signIn({ address: HOME })).session).not.toBeNull();
  });

  it('hold up an address that tries many accounts, and IPv6 by its network', async () => {
    for (let one = 0; one < 21; one += 1) await signIn({ userName: `made-up ${one}`, address: `2001:db8::${one + 1}` });
    await pass('-1 minute');
    expect(await signIn({ address: '2001:db8::ffff' })).toEqual({ session: null });
    expect((await signIn({ address: '2001:db8:0:1::1' })).session).not.toBeNull();
  });

  it('count before they compare: guesses at the same time get no extra tries', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => signIn({ password: `guess ${n}` })));
    const refused = (await auth.auditEvents('session.refused')).filter(({ partnerUserId }) => partnerUserId === id);
    expect(refused.filter(({ reasons }) => reasons[0] === 'AUTH_FAILED')).toHaveLength(5);
  });

  it('do not stop a session that is open', async () => {
    const { session } = await signIn();
    await guess(12, { address: ELSEWHERE });
    expect(await auth.principals().identify(session!.token, HOME)).toEqual({ kind: 'partner-user', id });
  });

  it('leave no made-up user names behind for ever', async () => {
    await Promise.all(Array.from({ length: 5 }, () => signIn({ userName: randomUUID().slice(0, 20) })));
    await pass('25 hours');
    await signIn({ userName: 'one more' });
    const [row] = await auth.database.rows<{ count: string }>('select count(*) from auth.sign_in_counter');
    expect(Number(row!.count)).toBe(2);
  });
});

/** Whether an attempt would be let through, without making one. */
const isCounted = (counters: ReturnType<typeof countersOf>) => new SignInCounters(auth.database).count(counters);

describe('a session', () => {
  const identify = async (token: string, address: string | null = HOME) => auth.principals().identify(token, address);

  it('is recognised where it was opened, in any spelling of the address', async () => {
    const { session } = await signIn();
    expect(await identify(session!.token)).toEqual({ kind: 'partner-user', id });
    expect(await identify(session!.token, `::ffff:${HOME}`)).toEqual({ kind: 'partner-user', id });
  });

  it.each([
    ['elsewhere', (token: string) => identify(token, ELSEWHERE)],
    ['without an address', (token: string) => identify(token, null)],
    ['by another token', () => identify('unheard of')],
    [
      'once it has run out',
      async (token: string) => {
        await auth.database.rows(`update auth.token set expires_at = clock_timestamp()`);
        return identify(token);
      },
    ],
    [
      'once its partner user is switched off',
      async (token: string) => {
        await restrict({ active: false });
        return identify(token);
      },
    ],
    [
      'once its password has changed',
      async (token: string) => {
        await restrict({ password: 'a new and longer word' });
        return identify(token);
      },
    ],
  ])('is nobody %s', async (_, ask) => {
    const { session } = await signIn();
    expect(await ask(session!.token)).toBeNull();
  });

  it('outlives a change that leaves the password alone', async () => {
    const { session } = await signIn();
    await restrict({ language: 'SWE' });
    expect(await identify(session!.token)).toEqual({ kind: 'partner-user', id });
  });

  it('of a password that changes while it opens does not survive', async () => {
    const opened = Promise.all(Array.from({ length: 4 }, () => signIn()));
    await restrict({ password: 'a new and longer word' });
    for (const { session } of await opened) if (session) expect(await identify(session.token)).toBeNull();
  });
});

describe('the operator', () => {
  const token = 'the operator, and nobody else';
  const principals = () => auth.principals(tokenHash(token));

  it.each([
    ['itself', token, { kind: 'operator', id: 'operator' }],
    ['its hash', tokenHash(token).toString('hex'), null],
    ['nothing', '', null],
  ])('is recognised by the token alone: %s', async (_, given, expected) => {
    expect(await principals().identify(given, HOME)).toEqual(expected);
  });

  it('is nobody where none is configured', async () => {
    expect(await auth.principals(null).identify(token, HOME)).toBeNull();
  });
});
