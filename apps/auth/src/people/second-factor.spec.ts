import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import { ELSEWHERE, type Enrolled, HOME, OPERATOR_ROLE, PeopleUnderTest } from './people.spec-support.js';
import { recoveryCodeHash } from './recovery-code.js';
import { totpCode } from './totp.js';

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
const code = (at = Date.now()) => totpCode(person.secret, new Date(at));
const STEP = 30_000;
/** A moment from which on a code is good for ten seconds at least. */
const earlyInStep = () =>
  until(() => (Date.now() % STEP < STEP - 10_000 ? Date.now() : undefined), { within: 15_000, what: 'the next code' });
const lastRefusal = async () => (await people.auth.auditEvents('session.refused')).at(-1);

describe('the second factor', () => {
  beforeEach(() => people.forgetCodes(person.personId));

  it('opens another session than the one that waited, which ends', async () => {
    const waiting = await signIn();
    const open = await people.passWithCode(waiting!.token, person.secret);
    expect(open).toMatchObject({ stage: 'open', recoveryCodes: null });
    expect(open!.token).not.toBe(waiting!.token);
    expect(await people.identify(open!.token)).toMatchObject({ kind: 'person', id: person.personId });
    expect(await people.identify(waiting!.token)).toBeNull();
    await people.forgetCodes(person.personId);
    expect(await people.passWithCode(waiting!.token, person.secret)).toBeNull();
    expect((await people.events('session.opened', person.personId)).at(-1)).toMatchObject({
      address: HOME,
      details: { method: 'password', secondFactor: 'totp' },
    });
  });

  it('takes no code twice', async () => {
    const [one, other] = [await signIn(), await signIn()];
    const now = await earlyInStep();
    expect(await pass(one!.token, code(now))).not.toBeNull();
    expect(await pass(other!.token, code(now))).toBeNull();
    expect(await lastRefusal()).toMatchObject({ reasons: ['SECOND_FACTOR_FAILED'] });
  });

  it('takes no code before its half-minute, and none after; the log alone knows that it was one', async () => {
    const waiting = await signIn();
    for (const off of [-1, 1]) {
      const now = await earlyInStep();
      expect(await pass(waiting!.token, code(now + off * STEP))).toBeNull();
      expect(await lastRefusal()).toMatchObject({ reasons: ['CODE_OF_ANOTHER_MOMENT'] });
    }
    expect(await people.passWithCode(waiting!.token, person.secret)).not.toBeNull();
  });

  it('takes a code once even when many bring it at the same moment', async () => {
    const sessions: { readonly token: string }[] = [];
    for (let n = 0; n < 3; n += 1) sessions.push((await signIn())!);
    await earlyInStep();
    // The person's row is held until all three have come that far.
    const passing = await people.auth.database.transaction(async (sql) => {
      await sql.rows('select from auth.person where person_id = $1 for update', [person.personId]);
      const passing = sessions.map(({ token }) => pass(token, code()));
      await until(async () => (await people.waiting()) === passing.length, { what: 'three who wait' });
      return { all: Promise.all(passing) };
    });
    expect((await passing.all).filter((session) => session !== null)).toHaveLength(1);
  });

  it('delays guesses, also when they are made at once and from other sessions', async () => {
    const sessions = await Promise.all(Array.from({ length: 3 }, () => signIn()));
    const guesses = Array.from({ length: 18 }, (_, n) => String(100_000 + n));
    await Promise.all(guesses.map((guess, n) => pass(sessions[n % 3]!.token, guess, ELSEWHERE)));
    const refused = await people.events('session.refused', person.personId);
    expect(refused.filter(({ reasons }) => reasons[0] === 'SECOND_FACTOR_FAILED').length).toBeLessThanOrEqual(5);
    await people.prolongDelays();
    expect(await pass(sessions[0]!.token, code(), ELSEWHERE)).toBeNull();
  });

  it('waits ten minutes, not longer', async () => {
    const waiting = await signIn();
    await people.sql(`update auth.person_session set expires_at = expires_at - interval '10 minutes'`);
    expect(await pass(waiting!.token, code())).toBeNull();
  });

  it.each([
    ['no digits', 'abcdef'],
    ['nothing', ''],
    ['too many digits', '1234567'],
    ['a text that cannot be', 'a\0b'],
  ])('refuses %s', async (_, wrong) => {
    expect(await pass((await signIn())!.token, wrong)).toBeNull();
    expect(await lastRefusal()).toMatchObject({ reasons: ['SECOND_FACTOR_FAILED'] });
  });

  it('is kept sealed: neither secrets nor recovery codes nor tokens lie in the database as they are', async () => {
    const kept = await people.sql(`
      select p::text as text from auth.person p union all select s::text from auth.person_session s
      union all select c::text from auth.person_recovery_code c union all select data::text from bus.outbox`);
    const texts = kept.map(({ text }) => String(text)).join('\n');
    const secrets = [person.token, person.secret.toString('hex'), person.password, person.recoveryCodes[0]!];
    for (const secret of secrets) expect(texts).not.toContain(secret);
  });
});

describe('a recovery code', () => {
  it('lets in once, in any spelling, in place of a code', async () => {
    const written = person.recoveryCodes[3]!.toLowerCase().replaceAll('-', ' ');
    const open = await pass((await signIn())!.token, written);
    expect(open).toMatchObject({ stage: 'open' });
    expect(await people.own.describe(open!.token)).toMatchObject({ session: { person: { recoveryCodesLeft: 9 } } });
    expect(await pass((await signIn())!.token, person.recoveryCodes[3]!)).toBeNull();
    expect(await pass((await signIn())!.token, person.recoveryCodes[4]!)).not.toBeNull();
  });

  it('of before the codes grew longer lets in for 90 days', async () => {
    const [early, late] = ['0123-4567-89AB-CDEF', 'ZYXW-VTSR-QPNM-KJHG'];
    const codesLeft = async (token: string) => (await people.own.describe(token)).session?.person?.recoveryCodesLeft;
    for (const each of [early, late]) {
      await people.sql('insert into auth.person_recovery_code (person_id, code_hash) values ($1, $2)', [
        person.personId,
        recoveryCodeHash(each),
      ]);
    }
    expect(await codesLeft(person.token)).toBe(12);
    expect(await pass((await signIn())!.token, early)).not.toBeNull();
    await people.sql(`update auth.person_recovery_code set good_until = good_until - interval '90 days'`);
    expect(await pass((await signIn())!.token, late)).toBeNull();
    expect(await codesLeft(person.token)).toBe(10);
  });

  it('of somebody else lets nobody in', async () => {
    const other = await people.enrolled([OPERATOR_ROLE]);
    expect(await pass((await signIn())!.token, other.recoveryCodes[0]!)).toBeNull();
  });
});
