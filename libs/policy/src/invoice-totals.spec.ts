import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  decimalOf,
  type ExactDecimal,
  fixedText,
  isSame,
  negated,
  plus,
  rounded,
  signOf,
  times,
  ZERO,
} from './decimal.js';
import { type BilledRow, creditRows, creditTotals, invoiceTotals } from './invoice-totals.js';

const of = (text: string): ExactDecimal => decimalOf(text) ?? ZERO;

const row = (quantity: string, unitPrice: string, percent = '25.5'): BilledRow => ({
  quantity: of(quantity),
  unitPrice: of(unitPrice),
  percent: of(percent),
});

const stated = (net: string, tax: string) => ({ net: of(net), tax: of(tax) });

/** `net/tax/gross` of each row, or `differ`. */
function told(rows: readonly BilledRow[], net: string, tax: string): string {
  const totals = invoiceTotals(rows, stated(net, tax));
  if (totals.as === 'differ') {
    return `differ ${fixedText(totals.counted.net, 2)} ${fixedText(totals.counted.tax, 2)}`;
  }
  return totals.rows.map((of) => [of.net, of.tax, of.gross].map((sum) => fixedText(sum, 2)).join('/')).join(' ');
}

describe('the totals of an invoice', () => {
  it.each([
    ['whole sums', [row('10', '100'), row('1', '250')], '1250', '318.75', '1000.00/255.00/1255.00 250.00/63.75/313.75'],
    [
      'each row rounded by itself',
      [row('1', '0.335', '0'), row('1', '0.335', '0')],
      '0.68',
      '0',
      '0.34/0.00/0.34 0.34/0.00/0.34',
    ],
    [
      'rows rounded together',
      [row('1', '0.335', '0'), row('1', '0.335', '0')],
      '0.67',
      '0',
      '0.33/0.00/0.33 0.34/0.00/0.34',
    ],
    ['tax rounded by row', [row('1', '0.02'), row('1', '0.02')], '0.04', '0.02', '0.02/0.01/0.03 0.02/0.01/0.03'],
    [
      'tax rounded by rate',
      [row('1', '0.10'), row('1', '0.10'), row('1', '0.10')],
      '0.30',
      '0.08',
      '0.10/0.02/0.12 0.10/0.03/0.13 0.10/0.03/0.13',
    ],
    ['two rates', [row('1', '100'), row('1', '100', '10')], '200', '35.5', '100.00/25.50/125.50 100.00/10.00/110.00'],
    [
      'a discount of its own row',
      [row('1', '100'), row('-1', '10')],
      '90',
      '22.95',
      '100.00/25.50/125.50 -10.00/-2.55/-12.55',
    ],
    ['no rows and nothing stated', [], '0', '0', ''],
    ['a cent too much', [row('1', '100')], '100.01', '25.5', 'differ 100.00 25.50'],
    ['a tax that no rounding gives', [row('1', '100')], '100', '25.51', 'differ 100.00 25.50'],
    ['rows that are missing', [], '10', '2.55', 'differ 0.00 0.00'],
  ])('%s', (_, rows, net, tax, expected) => {
    expect(told(rows, net, tax)).toBe(expected);
  });

  const rows = fc.array(
    fc
      .tuple(
        fc.integer({ min: -9999, max: 9999 }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.constantFrom('0', '10', '13.5', '25.5'),
      )
      .map(([quantity, price, percent]) => ({
        quantity: { units: BigInt(quantity), places: 2 },
        unitPrice: { units: BigInt(price), places: 3 },
        percent: of(percent),
      })),
    { minLength: 1, maxLength: 10 },
  );

  it('agree with an invoice that is rounded by the row, and add up to it to the cent', () => {
    fc.assert(
      fc.property(rows, (billed) => {
        const nets = billed.map(({ quantity, unitPrice }) => rounded(times(quantity, unitPrice), 2));
        const taxes = nets.map((net, at) => rounded(times(times(net, billed[at]?.percent ?? ZERO), of('0.01')), 2));
        const totals = invoiceTotals(billed, { net: plus(...nets), tax: plus(...taxes) });
        return totals.as === 'agree' && isSame(totals.gross, plus(...nets, ...taxes));
      }),
    );
  });

  it('agree with an invoice that is rounded once, and each row is its own sum and tax', () => {
    fc.assert(
      fc.property(rows, (billed) => {
        const one = billed.map((row) => ({ ...row, percent: of('25.5') }));
        const net = rounded(plus(...one.map(({ quantity, unitPrice }) => times(quantity, unitPrice))), 2);
        const tax = rounded(times(net, of('0.255')), 2);
        const totals = invoiceTotals(one, { net, tax });
        return (
          totals.as === 'agree' &&
          isSame(totals.gross, plus(net, tax)) &&
          totals.rows.every((row) => isSame(row.gross, plus(row.net, row.tax)))
        );
      }),
    );
  });

  it('never agree with an invoice that states a euro more', () => {
    fc.assert(
      fc.property(rows, (billed) => {
        const totals = invoiceTotals(billed, stated('0', '0'));
        const counted = totals.as === 'differ' ? totals.counted : stated('0', '0');
        return invoiceTotals(billed, { net: plus(counted.net, of('1')), tax: counted.tax }).as === 'differ';
      }),
    );
  });
});

describe('the rows of a credit note', () => {
  const told = (rows: readonly BilledRow[]): string =>
    creditRows(rows)
      .map(({ quantity, unitPrice }) => `${fixedText(quantity, 0)}×${fixedText(unitPrice, 0)}`)
      .join(' ');

  it.each([
    ['positive ones are turned', [row('2', '50')], '-2×50'],
    ['negative quantities stay', [row('-2', '50')], '-2×50'],
    ['a negative price gives its sign to the quantity', [row('2', '-50')], '-2×50'],
    ['rows that cancel each other stay', [row('2', '50'), row('-2', '50')], '2×50 -2×50'],
    ['a discount among them goes the other way', [row('2', '50'), row('-1', '10')], '-2×50 1×10'],
    ['a discount among negative ones stays', [row('-2', '50'), row('1', '10')], '-2×50 1×10'],
  ])('%s', (_, rows, expected) => {
    expect(told(rows)).toBe(expected);
  });

  it('come to nothing or less, however Severa signs them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }))), (pairs) => {
        const credited = creditRows(pairs.map(([quantity, price]) => row(String(quantity), String(price))));
        const sum = plus(...credited.map(({ quantity, unitPrice }) => times(quantity, unitPrice)));
        return signOf(sum) <= 0 && credited.every(({ unitPrice }) => signOf(unitPrice) >= 0);
      }),
    );
  });

  it.each([
    ['100', '25.5', '-100.00 -25.50'],
    ['-100', '-25.5', '-100.00 -25.50'],
    ['0', '1', '0.00 -1.00'],
    ['0', '0', '0.00 0.00'],
  ])('stated as %s and %s come to %s', (net, tax, expected) => {
    const { net: ours, tax: taxed } = creditTotals(stated(net, tax));
    expect(`${fixedText(ours, 2)} ${fixedText(taxed, 2)}`).toBe(expected);
    expect(signOf(negated(ours))).toBeGreaterThanOrEqual(0);
  });
});
