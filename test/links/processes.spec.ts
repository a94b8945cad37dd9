/** Several processes that work on the same links, and what they may not do. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { full } from '../faults/full.ts';
import { killed, LinkGround } from './ground.ts';
import { exporter, faultsOf, importer } from './scene.ts';
import { losesItsRight, wakesUpLate } from './trials.ts';
import type { Said } from './worker.ts';

let ground: LinkGround;
beforeAll(async () => {
  ground = await LinkGround.open();
});
afterAll(() => ground.close());
beforeEach(() => ground.clear());

describe('two processes that work on the same links', () => {
  it('ask Netvisor for one thing at a time of each company, and move each record once', async () => {
    await ground.netvisor.tell('PUT', 'latency', { ms: 20 });
    const companies = [
      await importer(ground, { customers: 30, invoices: 2 }),
      await importer(ground, { customers: 100 }),
      await exporter(ground, 8),
    ];
    const asked = new Set<number>();
    const workers = [0, 1].map((nth) => {
      const worker = ground.process({ links: 2 });
      return worker.on('message', (said: Said) => void ('ask' in said && asked.add(nth)));
    });
    try {
      expect(await ground.quiet()).toBe(true);
      await ground.again();
      expect(await ground.quiet()).toBe(true);
    } finally {
      await Promise.all(workers.map(killed));
    }
    expect(asked.size).toBe(2);
    for (const company of companies) expect(await faultsOf(ground, company)).toEqual([]);
  }, 70_000);

  it('leave a link to whoever has its turn: one that was frozen, and wakes up late, sends nothing', async () => {
    expect(await wakesUpLate(ground)).toEqual([]);
  }, 60_000);
});

describe('a link whose right is taken away while it sends', () => {
  it('begins nothing after that moment, and moves the rest when the right is given back', async () => {
    expect(await losesItsRight(ground)).toEqual([]);
  }, 60_000);
});

describe('a process', () => {
  /** Bytes that a process may need more for a register of ten times the size. */
  const ALLOWED = 48 * 1024 * 1024;
  const [few, many] = full ? [1_000, 10_000] : [100, 1_000];

  it(`stays within the heap of a service: ${few} and ${many} customers`, async () => {
    const peaks: number[] = [];
    for (const customers of [few, many]) {
      await ground.clear();
      const company = await importer(ground, { customers });
      const worker = ground.process();
      try {
        expect(await ground.quiet(400_000)).toBe(true);
        peaks.push(await ground.peakBytes(worker));
      } finally {
        await killed(worker);
      }
      expect(await ground.pairs(company)).toHaveLength(customers + 1);
      expect(await faultsOf(ground, company)).toEqual([]);
    }
    const [small = 0, large = 0] = peaks;
    expect(large - small).toBeLessThan(ALLOWED);
  }, 500_000);
});
