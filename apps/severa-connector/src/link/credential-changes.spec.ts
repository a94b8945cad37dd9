import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';
import type { NetvisorReply } from '#lib/upstream';

import { ASKER, LinksUnderTest, listOf } from './link.spec-support.js';

let room: LinksUnderTest;
beforeAll(async () => {
  room = await LinksUnderTest.open();
});
afterAll(() => room.close());
beforeEach(async () => {
  room.moveOn();
  room.systems.netvisorReply = () => Promise.resolve(listOf([]));
  room.systems.keyReply = { as: 'ok', version: '1' };
  room.systems.calls.length = 0;
  await room.save(null);
});

const SEVERA = { system: 'severa', clientId: 'client-1', clientSecret: 'very secret indeed' } as const;
const KEY = { system: 'severa-key', key: 'k;=&<y 32' } as const;
const NETVISOR = { system: 'netvisor', customerId: 'N_1', customerKey: 'another secret' } as const;
const OTHERS = { ...NETVISOR, customerKey: 'a third secret' } as const;
const unauthorised: NetvisorReply = {
  as: 'unauthorised',
  text: 'Integraatioavaimet eivät kelpaa.',
  transactionId: 't',
};

const row = async (): Promise<Record<string, unknown>> => {
  const { rows } = await room.owner.query<Record<string, unknown>>(
    `select paused, check_at, netvisor_check from severa.link where company_id = $1`,
    [room.where.companyId],
  );
  return rows[0] ?? {};
};
const pause = (cause: string) =>
  room.owner.query(`update severa.link set paused = $1, paused_at = now() where company_id = $2`, [
    cause,
    room.where.companyId,
  ]);

describe('a test of credentials', () => {
  it.each([
    [
      'other credentials',
      () => room.credentials.save({ ...room.where, ...ASKER, language: 'en', credentials: OTHERS }),
    ],
    ['another company there', async () => room.save((await room.show())?.mark ?? '')],
  ])('is carried out anew when %s were given meanwhile', async (_, change) => {
    const answer = Promise.withResolvers<NetvisorReply>();
    room.systems.netvisorReply = () => answer.promise;
    const given = room.give(NETVISOR);
    await until(() => Promise.resolve(room.systems.calls.length === 1), { what: 'the test to be under way' });
    await change();
    room.systems.netvisorReply = () => Promise.resolve(unauthorised);
    answer.resolve(listOf(['TEMP']));
    await given;
    const light = async () => (await room.show())?.checks.netvisor.light;
    await until(async () => (await light()) !== 'none', { what: 'what the test says' });
    expect(await light()).toBe('yellow');
    expect((await row())['netvisor_check']).not.toHaveProperty('temporary.customers');
  });

  it('is carried out by itself when the link was in other hands for too long, before it is in use, too', async () => {
    const hold = (until: string | null) =>
      room.owner.query('update severa.link set leased_until = $1 where company_id = $2', [until, room.where.companyId]);
    await hold('2100-01-01');
    expect(await room.give(NETVISOR)).toMatchObject({ netvisor: { parts: [{ cause: 'netvisor-busy' }] } });
    await hold(null);
    await until(async () => (await room.show())?.checks.netvisor.light === 'green', { what: 'the test' });
  });

  it('takes no more than some of the places that all questions about links share', async () => {
    await room.give(NETVISOR);
    const answer = Promise.withResolvers<NetvisorReply>();
    room.systems.netvisorReply = () => answer.promise;
    const began = performance.now();
    const tests = [1, 2, 3, 4, 5].map(async () => {
      await room.desk.test({ ...room.where, ...ASKER });
      return performance.now() - began;
    });
    const first = await Promise.race(tests);
    expect(first).toBe(await tests[4]);
    answer.resolve(listOf([]));
    await Promise.all(tests);
  });

  it('that lets us in, but for a resource that is closed, lets a link go on as well', async () => {
    await room.owner.query(
      `update severa.link set paused = 'netvisor-credentials-invalid', paused_at = now() where company_id = $1`,
      [room.where.companyId],
    );
    room.systems.netvisorReply = () =>
      Promise.resolve({ as: 'refused', category: 'SERVICE_ACCESS_ERROR', text: 'no', transactionId: 't' });
    await room.give(NETVISOR);
    expect(await row()).toMatchObject({ paused: null });
  });
});

describe('the older key of Severa’s', () => {
  it('is taken away when it opens no more, and the link that stood still for it goes on', async () => {
    await room.give(SEVERA);
    room.systems.keyReply = { as: 'unauthorised', text: 'Access denied' };
    await room.give(KEY);
    await pause('severa-key-invalid');
    expect(await room.give({ ...KEY, key: null })).toMatchObject({
      severa: { parts: [{ credential: 'severa', light: 'green' }] },
    });
    expect(await row()).toMatchObject({ paused: null });
    expect((await room.show())?.credentials).toMatchObject([{ system: 'severa' }]);
    expect((await room.show())?.checks.severa.light).toBe('green');
    expect((await room.credentials.of(room.where)).severaKey).toBeNull();
    expect(await room.audited()).toContainEqual(
      expect.objectContaining({
        action: 'link.credentials-saved',
        details: { system: 'severa-key', identity: null, removed: true },
      }),
    );
  });
});

describe('a link that stands still', () => {
  it('is tested at once when its settings change, and one that does not is not', async () => {
    const mark = await room.save((await room.show())?.mark ?? '');
    expect(await row()).toMatchObject({ check_at: null });
    await pause('severa-scope-missing');
    await room.save(mark);
    expect(await row()).toMatchObject({ check_at: expect.anything() });
  });
});
