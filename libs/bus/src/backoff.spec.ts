import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Backoff, backoffMs } from './backoff.js';

const RANGE = { firstMs: 250, maxMs: 10_000 };

describe('backoffMs', () => {
  it('doubles from the first wait up to the longest', () => {
    expect([1, 2, 3, 10, 1000].map((failures) => backoffMs(failures, RANGE, 1))).toEqual([
      250, 500, 1000, 10_000, 10_000,
    ]);
  });

  it('is never less than half of that and never more than the longest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const wait = backoffMs(failures, RANGE, random);
        return wait >= backoffMs(failures, RANGE, 1) / 2 && wait <= RANGE.maxMs;
      }),
    );
  });
});

describe('Backoff', () => {
  const at = { now: 0 };
  const fresh = () =>
    new Backoff(
      RANGE,
      () => at.now,
      () => 1,
    );

  it('goes on growing when what came up does not hold', () => {
    const backoff = fresh();
    const waits = [1, 2, 3].map(() => {
      backoff.cameUp();
      at.now += 9_999;
      return backoff.nextMs();
    });
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('starts over when it held for ten seconds', () => {
    const backoff = fresh();
    backoff.nextMs();
    backoff.nextMs();
    backoff.cameUp();
    at.now += 10_000;
    expect(backoff.nextMs()).toBe(250);
  });
});
