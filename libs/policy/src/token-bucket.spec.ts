import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { takeToken, type TokenBucket } from './token-bucket.js';

const PACE = { perSecond: 2, atOnce: 4 };

describe('a request at a pace of two a second, four at once', () => {
  it.each<[string, TokenBucket | null, number, object]>([
    ['of a stranger goes on', null, 0, { taken: true, bucket: { tokens: 3, at: 0 } }],
    ['takes the last token', { tokens: 1, at: 0 }, 0, { taken: true, bucket: { tokens: 0, at: 0 } }],
    [
      'waits when there is less than one',
      { tokens: 0, at: 0 },
      400,
      { taken: false, bucket: { tokens: 0.8, at: 400 }, retryAfterSeconds: 1 },
    ],
    ['goes on once a token has come', { tokens: 0, at: 0 }, 500, { taken: true, bucket: { tokens: 0, at: 500 } }],
    ['finds no more than four, however long it was quiet', { tokens: 0, at: 0 }, 3_600_000, { taken: true }],
    ['finds nothing more when the clock went back', { tokens: 0.5, at: 9_000 }, 0, { taken: false }],
  ])('%s', (_, standing, now, expected) => {
    const taking = takeToken(standing, PACE, now);
    expect(taking).toMatchObject(expected);
    expect(taking.bucket.tokens).toBeLessThanOrEqual(3);
  });

  it('says how long to wait in whole seconds', () => {
    expect(takeToken({ tokens: 0, at: 0 }, { perSecond: 0.1, atOnce: 1 }, 0)).toMatchObject({ retryAfterSeconds: 10 });
  });

  it('never lets more through than the pace allows, whenever they come', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(waits, (between) => {
        let bucket: TokenBucket | null = null;
        let [now, through] = [0, 0];
        for (const wait of between) {
          now += wait;
          const taking = takeToken(bucket, PACE, now);
          bucket = taking.bucket;
          if (taking.taken) through += 1;
        }
        expect(through).toBeLessThanOrEqual(PACE.atOnce + (now / 1000) * PACE.perSecond + 1e-6);
      }),
    );
  });

  it('lets through whoever waits as long as they were told', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (perSecond) => {
        const refused = takeToken({ tokens: 0, at: 0 }, { perSecond, atOnce: 1 }, 0);
        if (refused.taken) throw new Error('There was no token');
        const later = refused.retryAfterSeconds * 1000 + 1;
        expect(takeToken(refused.bucket, { perSecond, atOnce: 1 }, later).taken).toBe(true);
      }),
    );
  });
});
