import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import { AuthUnderTest, partnerUser, PASSWORD, userNameOf } from './auth.spec-support.js';
import { tokenHash } from './token.js';

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
const ELSEWHERE = '203.0.113.66';
const signIn = () => auth.signIns.signIn({ userName: userNameOf(id), password: PASSWORD, address: HOME });
const restrict = (body: object) => auth.save('partner-user', id, { ...partnerUser(id), ...body });

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
      'while its partner user is switched off',
      async (token: string) => {
        await auth.database.rows('update auth.partner_user set active = false where partner_user_id = $1', [id]);
        return identify(token);
      },
    ],
    [
      'once its partner user has been switched off, though it is on again',
      async (token: string) => {
        await restrict({ active: false });
        await restrict({ active: true });
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

  it.each([
    ['the whole week', { weekdayRestriction: { from: 0, to: 1440 }, weekendRestricted: true }, null],
    ['the other addresses', { addresses: [ELSEWHERE] }, ['IP_NOT_ALLOWED']],
  ])('stays its own when its user name is restricted to %s, and is closed', async (_, restriction, reasons) => {
    const { session } = await signIn();
    await restrict(restriction);
    const principal = await identify(session!.token);
    expect(principal).toMatchObject({ kind: 'partner-user', id, closed: { opensAt: null } });
    const closed = principal?.kind === 'partner-user' ? principal.closed : undefined;
    // Which of the two the clock objects by depends on the day.
    expect(closed?.reasons).toEqual(reasons ?? [expect.stringMatching(/^WEEK(DAY_WINDOW|END)$/)]);
    await restrict({});
    expect(await identify(session!.token)).toEqual({ kind: 'partner-user', id });
  });

  it('that is opened while its password changes does not outlive the change', async () => {
    const waiting = (sessions: number) =>
      until(
        async () => {
          const rows = await auth.database.rows(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return rows.length >= sessions;
        },
        { what: `${sessions} sessions to wait` },
      );
    // Both stop at the outbox, with their work done and not committed; then both go on.
    const { opening, changing } = await auth.database.transaction(async (sql) => {
      await sql.rows('lock table bus.outbox in exclusive mode');
      const opening = signIn();
      await waiting(1);
      const changing = restrict({ password: 'a new and longer word' });
      await waiting(2);
      return { opening, changing };
    });
    const [{ session }] = await Promise.all([opening, changing]);
    expect(await identify(session!.token)).toBeNull();
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
