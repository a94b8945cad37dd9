import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { holdRules } from '#lib/store';
import { until } from '#lib/testing';

import { readAccessFacts } from './access-facts.js';
import { AuthUnderTest, type Furnished, userNameOf } from './auth.spec-support.js';

describe('the version of the rules that a decision rests on', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => {
    auth = await AuthUnderTest.start();
  });
  afterAll(() => auth.close());

  const version = async ({ ask: subject }: Furnished): Promise<string> =>
    auth.database.transaction(async (sql) => (await readAccessFacts(sql, subject)).rulesVersion, {
      scope: { acrossTenants: 'a company is asked for by its id alone' },
    });
  const stands = (place: Furnished, seen: string): Promise<boolean> =>
    auth.database.transaction((sql) => holdRules(sql, place, seen));

  const somebodyWaits = async (): Promise<boolean> => {
    const waiting = await auth.database.rows(
      `select from pg_locks l join pg_stat_activity a using (pid)
        where a.datname = current_database() and not l.granted limit 1`,
    );
    return waiting.length > 0;
  };

  it('stands while nobody changes a rule, or only one of somebody else', async () => {
    const [place, other] = [await auth.furnish(), await auth.furnish()];
    const seen = await version(place);
    await auth.save('grants', other.companyId, { partnerUserId: other.partnerUserId, rights: [] });
    expect(await version(place)).toBe(seen);
    expect(await stands(place, seen)).toBe(true);
  });

  it('is told with a yes, and not with a no', async () => {
    const place = await auth.furnish();
    expect((await auth.decider.decide(place.ask)).rulesVersion).toBe(await version(place));
    await auth.save('upper-rights', place.partnerUserId, { rights: [] });
    expect((await auth.decider.decide(place.ask)).rulesVersion).toBeNull();
  });

  it.each<readonly [string, (place: Furnished) => Promise<unknown>]>([
    ['a grant', (place) => auth.save('grants', place.companyId, { partnerUserId: place.partnerUserId, rights: [] })],
    ['an upper right', (place) => auth.save('upper-rights', place.partnerUserId, { rights: [] })],
    [
      'the partner user',
      ({ partnerUserId: id }) =>
        auth.save('partner-user', id, { userName: userNameOf(id), company: 'Kumppani Oy', active: false }),
    ],
    ['the environment', (place) => auth.save('environment', place.environmentId, { name: 'Toimisto', active: false })],
    [
      'a restriction group',
      (place) =>
        auth.save('restriction-group', 'Yö', {
          companyId: place.companyId,
          times: [],
          partnerUserIds: [place.partnerUserId],
        }),
    ],
    [
      'many grants in one statement',
      () => auth.database.rows('delete from auth.company_grant', [], { scope: { acrossTenants: 'a spec' } }),
    ],
  ])('no longer stands once somebody has changed %s', async (_, change) => {
    const place = await auth.furnish();
    const seen = await version(place);
    await change(place);
    expect(await stands(place, seen)).toBe(false);
    expect(await stands(place, await version(place))).toBe(true);
  });

  it('is waited for while a change is under way, and then does not stand', async () => {
    const place = await auth.furnish();
    const seen = await version(place);
    let asked: Promise<boolean> | undefined;
    let answered = false;
    await auth.database.transaction(
      async (sql) => {
        await sql.rows('delete from auth.company_grant where company_id = $1', [place.companyId]);
        asked = stands(place, seen).finally(() => (answered = true));
        await until(somebodyWaits, { what: 'somebody who waits for a lock' });
        expect(answered).toBe(false);
      },
      { scope: { tenant: place.environmentId } },
    );
    expect(await asked).toBe(false);
  });

  it('holds a change up for as long as work begins, and no longer', async () => {
    const place = await auth.furnish();
    const seen = await version(place);
    const order: string[] = [];
    let revoked: Promise<unknown> | undefined;
    await auth.database.transaction(async (sql) => {
      expect(await holdRules(sql, place, seen)).toBe(true);
      revoked = auth
        .save('grants', place.companyId, { partnerUserId: place.partnerUserId, rights: [] })
        .then(() => order.push('revoked'));
      await until(somebodyWaits, { what: 'somebody who waits for a lock' });
      order.push('begun');
    });
    await revoked;
    expect(order).toEqual(['begun', 'revoked']);
  });
});
