import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { World } from './engine.spec-support.js';
import type { Flow } from './flow.js';
import { itemFlow } from './item-flow.spec-support.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

/** Items that are at rest; the history tells something of each all the same. */
const noted: Flow = {
  ...itemFlow,
  next: () => ({ do: 'done', note: { cause: 'partly-paid', message: '4.00 / 10.00' } }),
};

/** Items of which a part is another company's. */
const shared: Flow = {
  ...itemFlow,
  async *read(reading) {
    yield { records: [], leftOut: 3 };
    for await (const page of itemFlow.read(reading)) yield { ...page, leftOut: 1 };
  },
};

const end = (changed: object) => ({ ended_at: expect.any(Date), cause: null, ...changed });

describe('a run', () => {
  it('whose records are all at rest has succeeded, whatever its history tells of them', async () => {
    const { company } = await world.companyWith(2);
    await world.settle(world.parts({ flows: [noted] }));
    expect(await world.runs(company)).toMatchObject([end({ state: 'succeeded', counts: { waits: 2 } })]);
    expect(await world.pairs(company)).toMatchObject(Array(2).fill({ state: 'moved' }));
  });

  it('says how many records it has left out, where there is anything to tell', async () => {
    const { company } = await world.companyWith(2);
    const parts = world.parts({ flows: [shared] });
    await world.settle(parts);
    expect(await world.runs(company)).toMatchObject([end({ counts: { read: 2, moved: 2, leftOut: 4 } })]);
    await world.again(company);
    await world.settle(parts);
    // A scheduled run that met nothing new is taken away after a while, whatever it has left out.
    expect((await world.runs(company)).at(-1)?.counts).toEqual({ read: 2 });
  });

  it.each([
    ['waits for another', 'later', { moved: 1, waits: 1 }],
    ['is rejected', 'long', { moved: 1, rejected: 1 }],
  ])('of which a record %s has come to a part of it', async (_, value, counts) => {
    const { company, systems } = await world.companyWith(2);
    systems.source.set('guid-00001', { code: '101', value });
    const parts = world.parts();
    await world.settle({ ...parts, patience: { ...parts.patience, linger: 0 } });
    expect(await world.runs(company)).toMatchObject([end({ state: 'partial', counts })]);
  });
});
