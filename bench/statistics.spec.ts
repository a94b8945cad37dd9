import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jainIndex, percentile } from './statistics.ts';

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('of 1 to 100 at %d is %d', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('of one value is that value', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('of nothing is refused', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe("Jain's index", () => {
  it('is 1 when all have the same', () => {
    expect(jainIndex([3, 3, 3, 3])).toBe(1);
  });

  it('is 1/n when one of n has everything', () => {
    expect(jainIndex([8, 0, 0, 0])).toBe(0.25);
  });

  it('does not depend on the unit', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 1000 }), (some, factor) => {
        expect(jainIndex(some.map((share) => share * factor))).toBeCloseTo(jainIndex(some), 10);
      }),
    );
  });
});
