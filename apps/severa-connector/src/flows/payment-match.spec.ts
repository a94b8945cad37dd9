import { describe, expect, it } from '@jest/globals';

import { matchByNumber, matchByReference, type PaymentMatch } from './payment-match.js';

const invoice = (guid: string, number: number | null, reference: string | null, amount: number, more = {}) => ({
  guid,
  number,
  referenceNumber: reference,
  date: '2026-01-01',
  receiverCustomerName: 'Oy',
  totalIncludingTax: { amount, currencyCode: 'EUR' },
  ...more,
});

describe('which invoice of Severa’s was paid', () => {
  const paid = { number: '1001', reference: '1070', sum: '124.00' };
  const one: PaymentMatch = { as: 'one', guid: 'a' };

  it.each<[string, readonly object[], PaymentMatch]>([
    ['none of its number', [], { as: 'none' }],
    ['the same reference', [invoice('a', 1001, '1070', 124)], one],
    ['the same reference, as a bank writes it', [invoice('a', 1001, '00 10 70', 1)], one],
    ['no reference, the same sum', [invoice('a', 1001, null, 124)], one],
    [
      'no reference, the same sum in another currency',
      [invoice('a', 1001, null, 1, { totalIncludingTax: { amount: 1, multiCurrencyInfo: [{ amount: 124 }] } })],
      one,
    ],
    ['no reference, another sum', [invoice('a', 1001, null, 1)], { as: 'unlike', words: '1001 Oy 2026-01-01 1' }],
    [
      'another reference, the same sum',
      [invoice('a', 1001, '5', 124)],
      { as: 'unlike', words: '1001 Oy 2026-01-01 124' },
    ],
    ['another reference, another sum', [invoice('a', 1001, '5', 1)], { as: 'none' }],
    ['several, one of the same reference', [invoice('b', 1001, '5', 1), invoice('a', 1001, '1070', 124)], one],
    [
      'several of the same reference, one of the sum',
      [invoice('b', 1001, '1070', 1), invoice('a', 1001, '1070', 124)],
      one,
    ],
    [
      'several that are all alike',
      [invoice('a', 1001, '1070', 124), invoice('b', 1001, '1070', 124)],
      { as: 'several', words: '1001 Oy 2026-01-01 124; 1001 Oy 2026-01-01 124' },
    ],
    [
      'several without a reference, of the same sum',
      [invoice('a', 1001, null, 124), invoice('b', 1001, null, 124)],
      { as: 'several', words: '1001 Oy 2026-01-01 124; 1001 Oy 2026-01-01 124' },
    ],
    ['the same one twice', [invoice('a', 1001, '1070', 124), invoice('a', 1001, '1070', 124)], one],
  ])('by number: %s', (_, candidates, match) => {
    expect(matchByNumber(paid, candidates as never)).toEqual(match);
  });

  it.each<[string, readonly object[], PaymentMatch]>([
    ['of the same sum', [invoice('a', 9, '1070', 124), invoice('b', 8, '1070', 50)], one],
    ['of another sum only: a customer’s own reference', [invoice('a', 9, '1070', 50)], { as: 'none' }],
    [
      'several of the same sum',
      [invoice('a', 9, '1070', 124), invoice('b', 8, '1070', 124)],
      { as: 'several', words: '8 Oy 2026-01-01 124; 9 Oy 2026-01-01 124' },
    ],
  ])('by reference: %s', (_, candidates, match) => {
    expect(matchByReference(paid, candidates as never)).toEqual(match);
  });
});
