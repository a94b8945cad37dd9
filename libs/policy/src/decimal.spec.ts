import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  decimalOf,
  decimalText,
  type ExactDecimal,
  fixedText,
  isSame,
  minus,
  negated,
  plus,
  rounded,
  roundedTogether,
  signOf,
  times,
} from './decimal.js';

const of = (text: string): ExactDecimal => {
  const value = decimalOf(text);
  if (value === null) throw new Error(`${text} is no decimal`);
  return value;
};

const decimals = fc
  .record({ units: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), places: fc.nat(6) })
  .map((value): ExactDecimal => value);

describe('an exact decimal', () => {
  it.each([
    ['1234.50', '1234.5'],
    ['-0.10', '-0.1'],
    ['007', '7'],
    ['-0', '0'],
    ['1e3', '1000'],
    ['1.25E-7', '0.000000125'],
    ['100', '100'],
  ])('%s is %s', (text, canonical) => {
    expect(decimalText(of(text))).toBe(canonical);
  });

  it.each(['', '1,5', '+1', '.5', '1.', 'NaN', 'Infinity', '1e1000', ' 1', '٣'])('%j is none', (text) => {
    expect(decimalOf(text)).toBeNull();
  });

  it('is what a JSON number was written as', () => {
    const sums = JSON.parse('[0.1, 25.5, 318.75, 1e21, 1.1e-7, 100.0]') as readonly number[];
    expect(sums.map((sum) => decimalText(decimalOf(sum) ?? of('0')))).toEqual([
      '0.1',
      '25.5',
      '318.75',
      '1000000000000000000000',
      '0.00000011',
      '100',
    ]);
  });

  it('adds, takes away and multiplies without rounding', () => {
    expect(decimalText(plus(of('0.1'), of('0.2')))).toBe('0.3');
    expect(decimalText(minus(of('1'), of('0.01')))).toBe('0.99');
    expect(decimalText(times(of('1.1'), of('-1.1')))).toBe('-1.21');
    expect(decimalText(plus())).toBe('0');
  });

  it.each([
    ['1.004', '1.00'],
    ['1.005', '1.01'],
    ['-1.005', '-1.01'],
    ['-1.004', '-1.00'],
    ['1.5', '1.50'],
    ['0.995', '1.00'],
    ['-0.004', '0.00'],
  ])('%s is %s in two decimals, a half away from zero', (text, cents) => {
    expect(fixedText(of(text), 2)).toBe(cents);
  });

  it('is read back from its own text as itself', () => {
    fc.assert(fc.property(decimals, (value) => isSame(of(decimalText(value)), value)));
  });

  it('is never rounded by more than half of the last place', () => {
    fc.assert(
      fc.property(decimals, fc.nat(4), (value, places) => {
        const off = minus(value, rounded(value, places));
        const size = signOf(off) < 0 ? negated(off) : off;
        return signOf(minus(times(size, of('2')), { units: 1n, places })) <= 0;
      }),
    );
  });
});

describe('shares that are rounded together', () => {
  it('add up to the whole, which rounding each by itself would miss', () => {
    const shares = [of('0.335'), of('0.335'), of('0.33')];
    expect(roundedTogether(shares, 2).map((share) => fixedText(share, 2))).toEqual(['0.33', '0.34', '0.33']);
  });

  it('always add up, and each is off by less than one of the last place', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 12 }), fc.nat(3), (shares, places) => {
        const together = roundedTogether(shares, places);
        const near = together.every((share, at) => {
          const off = minus(share, shares[at] ?? of('0'));
          return signOf(minus(signOf(off) < 0 ? negated(off) : off, { units: 1n, places })) < 0;
        });
        return near && isSame(plus(...together), rounded(plus(...shares), places));
      }),
    );
  });
});
