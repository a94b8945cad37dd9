import { describe, expect, it } from '@jest/globals';

import { completeOrder, type Discount, type OrderOptions, type OrderSurroundings } from './order-completion.js';
import type { Fields, IncomingRecord } from './register-record.js';

const NONE: OrderOptions = { useDiscountRegister: false, createMissingProducts: false, fetchMissingDimensions: [] };
const DISCOUNTS: OrderOptions = { ...NONE, useDiscountRegister: true };

const AROUND: OrderSurroundings = {
  products: new Map([
    ['P1', { group: 'G' }],
    ['P2', { group: null }],
  ]),
  customers: new Map([['C1', { dimension1: 'C', sales_posting_group: 'S' }]]),
  postingGroups: new Map([
    ['S', { dimension1: 'S1', dimension2: 'S2' }],
    ['O', { dimension2: 'O2' }],
  ]),
  discounts: [],
};

const order = (rows: Readonly<Record<string, Fields>>, fields: Fields = {}): IncomingRecord => ({
  fields: { company_code: 'C1', order_date: '2026-03-15', ...fields },
  children: { rows },
});

describe('a row that names a product', () => {
  const rows = {
    '10': { product_code: 'NEW', product_name: 'Later' },
    '2': { product_code: 'NEW', product_name: 'First' },
    '3': { product_code: 'P1' },
    '4': { product_code: null },
    '5': { product_code: 'TEXT', text_row: 'true' },
  };

  it('has its order rejected when there is no such product, with every row and code', () => {
    expect(completeOrder(order(rows), NONE, AROUND)).toEqual({
      do: 'reject',
      reason: 'unknown-product',
      unknown: [
        { row: '2', code: 'NEW', name: 'First' },
        { row: '10', code: 'NEW', name: 'Later' },
      ],
    });
  });

  it('creates it, once and as the first row names it, when missing products are created', () => {
    expect(completeOrder(order(rows), { ...NONE, createMissingProducts: true }, AROUND)).toEqual({
      do: 'complete',
      order: order(rows),
      create: [{ row: '2', code: 'NEW', name: 'First' }],
    });
  });

  it('creates several in the order of the rows that name them first', () => {
    const named = { '1': { product_code: 'B' }, '2': { product_code: 'A' }, '10': { product_code: 'B' } };
    const completed = completeOrder(order(named), { ...NONE, createMissingProducts: true }, AROUND);
    expect(completed.do === 'complete' && completed.create.map(({ code }) => code)).toEqual(['B', 'A']);
  });
});

describe('the discount of a row', () => {
  const discount = (id: string, parts: Partial<Discount>): Discount => ({
    id,
    company: null,
    product: null,
    productGroup: null,
    percent: id,
    begins: null,
    ends: null,
    ...parts,
  });
  const percentOf = (discounts: readonly Discount[], row: Fields = {}, fields: Fields = {}): unknown => {
    const completed = completeOrder(
      order({ '1': { product_code: 'P1', discount_percent: '99', ...row } }, fields),
      DISCOUNTS,
      { ...AROUND, discounts },
    );
    return completed.do === 'complete' && completed.order.children['rows']?.['1']?.['discount_percent'];
  };
  const BY_SPECIFICITY = [
    discount('5', { company: 'C1', product: 'P1' }),
    discount('4', { company: 'C1', productGroup: 'G' }),
    discount('3', { company: 'C1' }),
    discount('2', { product: 'P1' }),
    discount('1', { productGroup: 'G' }),
  ];

  it.each([0, 1, 2, 3, 4])('is the most specific that there is: without the first %d', (without) => {
    const left = BY_SPECIFICITY.slice(without);
    expect(percentOf(left.toReversed())).toBe(left[0]?.percent);
  });

  it.each([
    ['names nothing', [discount('1', {})], {}],
    ['is another customer’s', [discount('1', { company: 'C2' })], {}],
    ['names a group too, and not the product’s', [discount('1', { product: 'P1', productGroup: 'X' })], {}],
    ['begins later', [discount('1', { product: 'P1', begins: '2026-03-16' })], {}],
    ['ended before', [discount('1', { product: 'P1', ends: '2026-03-14' })], {}],
    ['has a time, and the order no date', [discount('1', { product: 'P1', ends: '2026-12-31' })], { order_date: null }],
  ])('stays the row’s own when the one there is %s', (_, discounts, fields) => {
    expect(percentOf(discounts, {}, fields)).toBe('99');
  });

  it('counts on its first and its last day', () => {
    const day = '2026-03-15';
    expect(percentOf([discount('7', { product: 'P1', begins: day, ends: day })])).toBe('7');
  });

  it('is, of two as specific, the one that began last, then the first by id', () => {
    const since = (id: string, begins: string | null) => discount(id, { product: 'P1', begins });
    expect(percentOf([since('1', null), since('2', '2026-01-01'), since('3', '2026-02-01')])).toBe('3');
    expect(percentOf([since('2', '2026-01-01'), since('1', '2026-01-01')])).toBe('1');
  });

  it('leaves a text row as it stands', () => {
    expect(percentOf(BY_SPECIFICITY, { text_row: 'true' })).toBe('99');
  });
});

describe('a missing dimension of a row', () => {
  const ALL = { ...NONE, fetchMissingDimensions: [1, 2, 3, 4] };
  it.each([
    ['the row’s own', { dimension1: 'R' }, {}, ALL, { dimension1: 'R', dimension2: 'S2' }],
    ['the customer’s before the posting group’s', {}, {}, ALL, { dimension1: 'C', dimension2: 'S2' }],
    ['fetched for an empty element, too', { dimension1: null }, {}, ALL, { dimension1: 'C', dimension2: 'S2' }],
    ['that of the order’s own posting group', {}, { posting_group: 'O' }, ALL, { dimension1: 'C', dimension2: 'O2' }],
    ['empty where nobody has one', {}, { company_code: 'C9' }, ALL, {}],
    ['fetched for the chosen levels only', {}, {}, { ...NONE, fetchMissingDimensions: [2] }, { dimension2: 'S2' }],
    ['left when nothing is chosen', {}, {}, NONE, {}],
  ] as const)('is %s', (_, row, fields, options, expected) => {
    const completed = completeOrder(order({ '1': row }, fields), options, AROUND);
    expect(completed).toMatchObject({ do: 'complete', order: { children: { rows: { '1': expected } } } });
    expect(completed.do === 'complete' && completed.order.children['rows']?.['1']).toEqual({ ...row, ...expected });
  });
});
