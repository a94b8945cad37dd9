import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { codeOf, ELSEWHERE, type Enrolled, HOME, OPERATOR_ROLE, PeopleUnderTest } from './people.spec-support.js';

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

const list = async (token = person.token) => (await people.openSessions.list({ token })).sessions;
const end = async (sessionId: string | null, token = person.token) =>
  (await people.openSessions.end({ token, sessionId, address: HOME })).ended;
const closed = () => people.events('session.closed', person.personId);

describe('somebody who is signed in', () => {
  it('sees their open sessions, where each was begun, and which one this is', async () => {
    const other = await people.signedIn(person, ELSEWHERE);
    // One that waits for its second factor is nobody's yet.
    await people.signIns.signIn({ ...person, address: HOME });
    expect(await list(other)).toEqual([
      expect.objectContaining({ address: ELSEWHERE, method: 'password', isThis: true }),
      expect.objectContaining({ address: HOME, method: 'password', isThis: false }),
    ]);
    const [newest] = (await list())!;
    for (const at of [newest!.begunAt, newest!.lastUsedAt]) {
      expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    }
    expect(JSON.stringify(await list())).not.toContain(other);
  });

  it('sees none that has ended by itself', async () => {
    const other = await people.signedIn(person);
    await people.sql(
      `update auth.person_session set last_seen_at = last_seen_at - interval '30 minutes'
        where session_id = $1`,
      [(await list(other))!.find(({ isThis }) => isThis)!.id],
    );
    expect(await list()).toHaveLength(1);
  });

  it('ends one of them, with an event', async () => {
    const other = await people.signedIn(person, ELSEWHERE);
    const { id } = (await list(other))![0]!;
    expect(await end(id)).toBe(1);
    expect(await people.identify(other)).toBeNull();
    expect(await people.identify(person.token)).not.toBeNull();
    expect((await closed()).map(({ details }) => details)).toEqual([{ sessionsEnded: 1 }]);
    expect(await end(id)).toBe(0);
    expect(await closed()).toHaveLength(1);
  });

  it('ends all others at once, those too that wait for a second factor', async () => {
    const others = [await people.signedIn(person), await people.signedIn(person, ELSEWHERE)];
    const { session } = await people.signIns.signIn({ ...person, address: ELSEWHERE });
    expect(await end(null)).toBe(3);
    for (const token of others) expect(await people.identify(token)).toBeNull();
    await people.forgetCodes(person.personId);
    expect(await people.passWithCode(session!.token, person.secret, ELSEWHERE)).toBeNull();
    expect(await list()).toHaveLength(1);
  });

  describe('longer than five minutes ago', () => {
    const age = (minutes: number) =>
      people.sql(
        `update auth.person_session set created_at = created_at - $2 * interval '1 minute' where person_id = $1`,
        [person.personId, minutes],
      );
    const endWith = (currentPassword?: string, sessionId: string | null = null) =>
      people.openSessions.end({ token: person.token, sessionId, address: HOME, currentPassword });

    it('ends others with the present password alone', async () => {
      const other = await people.signedIn(person, ELSEWHERE);
      const { id } = (await list(other))![0]!;
      await age(5);
      expect(await codeOf(endWith())).toBe('denied session.proof-needed');
      expect(await codeOf(endWith(undefined, id))).toBe('denied session.proof-needed');
      expect(await codeOf(endWith('not the one'))).toBe('denied password.refused');
      expect((await closed()).at(-1)).toMatchObject({ outcome: 'denied', reasons: ['AUTH_FAILED'] });
      expect(await people.identify(other)).not.toBeNull();
      expect((await endWith(person.password)).ended).toBe(1);
      expect(await people.identify(other)).toBeNull();
    });

    it('is delayed like anybody who guesses', async () => {
      await age(5);
      for (let n = 0; n < 5; n += 1) await codeOf(endWith('not the one'));
      await people.prolongDelays();
      expect(await codeOf(endWith(person.password))).toBe('denied password.refused');
    });

    it('ends this session without any', async () => {
      await age(5);
      const [{ id } = { id: '' }] = (await list())!;
      expect((await endWith(undefined, id)).ended).toBe(1);
    });

    it('is not asked before five minutes are over', async () => {
      await people.signedIn(person, ELSEWHERE);
      await age(4);
      expect((await endWith()).ended).toBe(1);
    });
  });

  it('ends nothing of anybody else', async () => {
    const stranger = await people.enrolled([OPERATOR_ROLE]);
    const { id } = (await list(stranger.token))![0]!;
    expect(await end(id)).toBe(0);
    expect(await end(null)).toBe(0);
    expect(await people.identify(stranger.token)).not.toBeNull();
  });

  it('is somebody whose session is open, and nobody else', async () => {
    const { session } = await people.signIns.signIn({ ...person, address: HOME });
    for (const token of [session!.token, randomUUID()]) {
      expect(await list(token)).toBeNull();
      expect(await end(null, token)).toBeNull();
    }
    expect(await people.identify(person.token)).not.toBeNull();
  });
});

describe('the sessions of one person', () => {
  it('are ten at most: with another, the oldest ends', async () => {
    const tokens = [person.token];
    for (let n = 0; n < 10; n += 1)
      tokens.push((await people.vouch({ subject: 'one', email: person.email })).session!.token);
    expect(await people.identify(tokens[0]!)).toBeNull();
    for (const token of tokens.slice(1)) expect(await people.identify(token)).not.toBeNull();
    expect((await closed()).map(({ details }) => details)).toEqual([{ sessionsEnded: 1, why: 'too-many' }]);
  });

  it('give way in the browser in which their owner signs in anew, once the password was right', async () => {
    const signIn = (password: string) =>
      people.signIns.signIn({ email: person.email, password, address: HOME, standing: person.token });
    await signIn('not the one');
    expect(await people.identify(person.token)).not.toBeNull();
    expect((await signIn(person.password)).session).not.toBeNull();
    expect(await people.identify(person.token)).toBeNull();
    expect((await closed()).map(({ details }) => details)).toEqual([{ why: 'another' }]);
  });
});
