import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ASKER, LinksUnderTest } from './link.spec-support.js';
import { Retries } from './retries.js';

let room: LinksUnderTest;
let retries: Retries;
beforeAll(async () => {
  room = await LinksUnderTest.open();
  retries = new Retries(room.database, () => undefined);
});
afterAll(() => room.close());
beforeEach(async () => {
  room.moveOn();
  await room.save(null, { settings: { customers: 'to-netvisor' } });
  await room.owner.query(`update severa.link set state = 'active' where company_id = $1`, [room.where.companyId]);
  await room.pair('travel-expenses', 'a', { cause: 'repeat-unsafe', sending: 'create' });
  await room.pair('sales-invoices', 'b', { cause: 'no-answer', sending: 'create' });
});

const retry = (which: Parameters<Retries['retry']>[0]['retry']['which']) =>
  retries.retry({ environmentId: room.where.environmentId, ...ASKER, retry: { as: 'again', which } });

const unsure = async (): Promise<unknown> => {
  const { rows } = await room.owner.query<{ key: string; state: string; sending: string | null }>(
    'select key, state, sending from severa.pair where company_id = $1 order by key',
    [room.where.companyId],
  );
  return rows.map(({ key, state, sending }) => [key, state, sending]);
};

describe('a record that was deleted on the other side', () => {
  it('is forgotten there on the word that it may be made anew, and nothing of the others is', async () => {
    const { companyId } = room.where;
    const known = { key: '7', gone: true };
    await room.pair('customers-to-netvisor', 'c', { cause: 'gone-in-target', known });
    await room.pair('customers-to-netvisor', 'd', { cause: 'netvisor-invalid-data', known });
    await retry({ companyId, flow: 'customers-to-netvisor', keys: ['c', 'd'] });
    const { rows } = await room.owner.query<{ key: string; known: unknown }>(
      `select key, known from severa.pair where company_id = $1 and flow = 'customers-to-netvisor' order by key`,
      [companyId],
    );
    expect(rows).toEqual([
      { key: 'c', known: null },
      { key: 'd', known },
    ]);
  });
});

describe('a record of which nobody but a person can tell whether it arrived', () => {
  it('is sent again on the word about that one record', async () => {
    const { companyId } = room.where;
    await retry({ companyId, flow: 'travel-expenses', keys: ['a'] });
    await retry({ companyId, flow: 'sales-invoices', keys: ['b'] });
    expect(await unsure()).toEqual([
      ['a', 'due', null],
      // This one can be looked up, so it still is.
      ['b', 'due', 'create'],
    ]);
  });

  it('is sent no more by a turn that has it in its hands, once somebody has said that it is done', async () => {
    const { mark } = (await room.show()) ?? {};
    const which = { companyId: room.where.companyId, flow: 'travel-expenses' as const, keys: ['a'] };
    await retries.retry({ environmentId: room.where.environmentId, ...ASKER, retry: { as: 'done', which } });
    // What a turn sees changed, it sends nothing under.
    expect(Number((await room.show())?.mark)).toBeGreaterThan(Number(mark));
  });

  it('stays as unsure as it was when all of its kind are tried again', async () => {
    await retry({ companyId: room.where.companyId, cause: 'repeat-unsafe' });
    expect(await unsure()).toEqual([
      ['a', 'due', 'create'],
      ['b', 'rejected', 'create'],
    ]);
  });
});
