import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { World } from './engine.spec-support.js';
import { items } from './item-flow.spec-support.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

describe('a run', () => {
  it('creates what is not there, changes what differs, and leaves the rest alone', async () => {
    const { company, systems } = await world.companyWith(3);
    systems.target.set('7', { code: '101', value: 'old' });
    systems.target.set('8', { code: '102', value: 'new' });
    await world.settle();
    expect(systems.journal).toEqual(['add 100 new', 'edit 101 new']);
    expect(await world.pairs(company)).toMatchObject([
      { state: 'moved', severa_key: 'guid-00000', netvisor_key: '3' },
      { state: 'moved', netvisor_key: '7' },
      { state: 'moved', netvisor_key: '8' },
    ]);
    expect(await world.history(company)).toMatchObject([
      { operation: 'create', result: 'moved', by: 'schedule', attempt: 1 },
      { operation: 'change', result: 'moved' },
      { operation: 'link', result: 'moved' },
    ]);
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { read: 3, moved: 3 } }]);
  });

  it('over unchanged data makes one call, which reads, and tells nobody anything', async () => {
    const { company, systems } = await world.companyWith(5);
    await world.settle();
    const before = { calls: systems.calls, history: (await world.history(company)).length };
    await world.again(company);
    await world.settle();
    expect(systems.calls).toBe(before.calls + 1);
    expect(await world.history(company)).toHaveLength(before.history);
    expect(await world.runs(company)).toMatchObject([{}, { state: 'succeeded', counts: { read: 5 } }]);
    const told = await world.rows(`select from bus.outbox where data ->> 'action' = 'run.ended'`);
    expect(told).toHaveLength(1);
  });

  it('sends what has changed, and only that', async () => {
    const { company, systems } = await world.companyWith(3);
    await world.settle();
    systems.journal.length = 0;
    systems.source.set('guid-00001', { code: '101', value: 'newer' });
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual(['edit 101 newer']);
  });

  it('goes on past records that cannot move, and says what became of each', async () => {
    const { company, systems } = await world.companyWith(5);
    const [first, second, third, fourth] = [...systems.source.keys()];
    systems.source.set(first!, { code: '100', value: 'long' });
    systems.source.set(second!, { code: '101', value: 'broken' });
    systems.source.set(third!, { code: '102', value: 'later' });
    systems.source.set(fourth!, { code: '103', value: 'refused' });
    systems.spoil = ({ body }) =>
      body?.children.some(({ text }) => text === 'refused')
        ? { reply: { as: 'refused', category: 'PERIOD_LOCK', text: 'Lukittu', transactionId: 't' }, done: false }
        : null;
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([
      { state: 'rejected', cause: 'name-too-long' },
      { state: 'rejected', cause: 'fault-of-ours' },
      { state: 'waits', cause: 'customer-not-moved' },
      { state: 'rejected', cause: 'netvisor-period-lock', sending: null },
      { state: 'moved' },
    ]);
    expect(await world.runs(company)).toMatchObject([
      { state: 'partial', counts: { rejected: 3, waits: 1, moved: 1 } },
    ]);
    const history = await world.rows('select message from severa.history where cause = $1', ['netvisor-period-lock']);
    expect(history).toEqual([{ message: 'Lukittu' }]);
  });

  it('does not make one of two records that have the same number', async () => {
    const { company, systems } = await world.companyWith(2);
    systems.source.set('guid-00001', { code: '100', value: 'other' });
    await world.settle();
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toMatchObject([
      { state: 'rejected', cause: 'duplicate-customer-code' },
      { state: 'rejected', cause: 'duplicate-customer-code' },
    ]);
  });

  it('reports what is gone, removes nothing, and takes up what comes back', async () => {
    const { company, systems } = await world.companyWith(2);
    await world.settle();
    const item = systems.source.get('guid-00000')!;
    systems.source.delete('guid-00000');
    await world.again(company);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'gone', cause: 'gone-in-source' }, { state: 'moved' }]);
    expect(systems.target.size).toBe(2);
    expect((await world.history(company)).at(-1)).toMatchObject({ key: 'guid-00000', result: 'gone' });
    systems.source.set('guid-00000', item);
    await world.again(company);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'moved' }, { state: 'moved' }]);
    expect(systems.journal).toHaveLength(2);
  });

  it('reads the other side once where many are met for the first time', async () => {
    const company = await world.company({ products: 'to-netvisor' });
    const systems = world.of(company);
    for (const [key, item] of items(10)) systems.source.set(key, item);
    systems.target.set('7', { code: '101', value: 'new' });
    await world.settle();
    expect(systems.journal).toHaveLength(9);
    expect(systems.calls).toBe(1 + 1 + 9);
  });
});
