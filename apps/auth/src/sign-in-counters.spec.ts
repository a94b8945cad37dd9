import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { AuthUnderTest, PASSWORD, userNameOf } from './auth.spec-support.js';
import { SignInCrowded } from './errors.js';
import { countersOf, SignInCounters } from './sign-in-counters.js';

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
/** Whether an attempt would be let through, without making one. */
const isCounted = (counters: ReturnType<typeof countersOf>) => new SignInCounters(auth.database).count(counters);

describe('delays', () => {
  it('begin at the fifth failure: the right password is refused too, at the cost of a hash', async () => {
    await guess(4);
    expect((await signIn()).session).not.toBeNull();
    await guess(3);
    expect((await signIn()).session).not.toBeNull();
    expect(await failures(HOME, true)).toEqual([0]);
    await guess(5);
    await pass('-1 minute');
    const verified = auth.hasher.verified;
    expect(await signIn()).toEqual({ session: null });
    expect(auth.hasher.verified).toBe(verified + 1);
    expect(await lastRefusal()).toMatchObject({ reasons: ['ACCOUNT_LOCKED'] });
  });

  it('do not come of attempts that could not be compared because too many signed in at once', async () => {
    expect((await signIn()).session).not.toBeNull();
    auth.hasher.meanwhile = () => Promise.reject(new SignInCrowded());
    for (let time = 0; time < 7; time += 1) {
      await expect(signIn()).rejects.toThrow(SignInCrowded);
      await expect(signIn({ address: ELSEWHERE })).rejects.toThrow(SignInCrowded);
    }
    auth.hasher.meanwhile = () => Promise.resolve();
    expect(await failures(HOME, true)).toEqual([0]);
    expect(await failures(ELSEWHERE, false)).toEqual([0, 0]);
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
