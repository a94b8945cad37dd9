import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Database } from '#lib/store';

import { World } from './engine.spec-support.js';
import { RequestBudget } from './request-budget.js';

let world: World;
const processes: Database[] = [];
beforeAll(async () => {
  world = await World.open();
  const url = world.test.as('severa-connector');
  for (const name of ['one', 'two', 'three']) processes.push(await Database.open({ url, name, poolSize: 2 }));
});
afterAll(async () => {
  await Promise.all(processes.map((database) => database.close()));
  await world.close();
});

/** The most moments that any second holds. */
function mostInASecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1_000).length));
}

describe('the budget of a credential', () => {
  it('lets ten requests a second through at the most, from three processes at once, and nearly as many', async () => {
    const sent: number[] = [];
    const began = performance.now();
    const send = async (database: Database): Promise<void> => {
      const budget = new RequestBudget(database);
      while (performance.now() - began < 4_000) {
        await budget.pace('client');
        sent.push(performance.now());
      }
    };
    await Promise.all(processes.map(send));
    expect(mostInASecond(sent)).toBeLessThanOrEqual(10);
    expect(sent.length).toBeGreaterThanOrEqual(4 * 9 * 0.9);
  });

  it('is nobody else’s', async () => {
    const budget = new RequestBudget(processes[0]!);
    const began = performance.now();
    await Promise.all(Array.from({ length: 20 }, (_, nth) => budget.pace(`client ${nth}`)));
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('is used once by a request that has taken it before', async () => {
    const budget = new RequestBudget(processes[0]!);
    expect(budget.takeAtOnce('taken')).toBe(false);
    await budget.take('taken');
    const began = performance.now();
    await budget.pace('taken');
    expect(performance.now() - began).toBeLessThan(50);
  });

  it('is not forgotten by the coming of another one while somebody waits for it', async () => {
    const leases: unknown[] = [];
    const database = {
      rows: (...asked: Parameters<Database['rows']>) => {
        leases.push(asked);
        return processes[0]!.rows(...asked);
      },
    } as Database;
    const budget = new RequestBudget(database);
    const clients = ['first', 'second', 'third'];
    await Promise.all(clients.map((client) => budget.take(client)));
    await Promise.all(clients.map((client) => budget.pace(client)));
    expect(leases).toHaveLength(clients.length);
  });

  it('waits after a refusal as long as it was told, in every process', async () => {
    const [one, two] = [new RequestBudget(processes[0]!), new RequestBudget(processes[1]!)];
    await one.pace('refused');
    await one.refused('refused', 1);
    const began = performance.now();
    await Promise.all([one.pace('refused'), two.pace('refused')]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('is stored under a hash, and never under the credential itself', async () => {
    await new RequestBudget(processes[0]!).pace('a-client-id');
    const rows = await world.rows<{ credential: string }>('select credential from severa.request_budget');
    expect(rows.length).toBeGreaterThan(0);
    for (const { credential } of rows) expect(credential).toMatch(/^[0-9a-f]{64}$/);
  });
});
