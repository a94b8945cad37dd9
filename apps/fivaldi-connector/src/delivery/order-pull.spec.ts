import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readGiven } from '#lib/documents';

import { tableNamed } from '../registers/register-table.js';
import type { Content, Known } from './content.js';
import { orderPull } from './order-pull.js';

const to = { cuid: 'c', key: '' };
const HEAD = { id: 'd1', orderNumber: '12', customerId: '1001', languageCode: 'SWE', orderDate: '03.02.2025' };
const product = (code: string) => ({
  textRow: false,
  productCode: code,
  quantity: 2,
  unitPriceExcludingTax: 9.5,
  totalSumIncludingTax: 23.85,
});
const TEXT = { textRow: true, rowFreeText: 'Kiitos', quantity: 1 };

describe('the lists of orders', () => {
  it('are asked for by the day before the last look in Finland, and for what is open', () => {
    const since = new Date('2025-02-03T22:30:00Z');
    expect(orderPull.request(to, since).query).toEqual([['fromDate', '03.02.2025']]);
    expect(orderPull.open?.(to).query).toEqual([['status', 'DRAFT']]);
  });

  it('tell id, change, our number and customer of each; what has no id or no time of change is passed over', () => {
    const listed = [
      { ...HEAD, changeTime: '03.02.2025 12:00:00', externalOrderNumber: 'T-1' },
      { ...HEAD, id: 'd2', changeTime: '03.02.2025 12:00:01' },
      { ...HEAD, id: null, changeTime: 'x' },
      { ...HEAD, id: 'd3' },
    ];
    expect(orderPull.changes(listed)).toEqual([
      { id: 'd1', changed: '03.02.2025 12:00:00', link: 'T-1', customer: '1001' },
      { id: 'd2', changed: '03.02.2025 12:00:01', link: null, customer: '1001' },
    ]);
  });
});

describe('an order made in Fivaldi', () => {
  it('is one that our register takes, each row with the one price of a piece', () => {
    const made = orderPull.newcomer({ ...HEAD, salesOrderRowDTOS: [product('M'), TEXT] });
    expect(made).toMatchObject({
      link: null,
      name: 'FV-12',
      customer: '1001',
      fields: { language: 'SWE', order_date: '2025-02-03' },
      children: {
        rows: [
          { row_no: '1', product_code: 'M', quantity: '2', taxable_unit_price: '9.5' },
          { row_no: '2', text_row: 'true', free_text: 'Kiitos' },
        ],
      },
      unfit: [],
    });
    expect(readGiven(tableNamed('order'), made!, null).faults).toEqual([]);
  });

  it('names what our register cannot hold', () => {
    const made = orderPull.newcomer({ ...HEAD, languageCode: 'EST', salesOrderRowDTOS: [] });
    expect(made?.unfit).toEqual(['languageCode']);
  });

  it.each([[undefined], [[]], [{ ...HEAD, id: null }], [{ ...HEAD, customerId: null }]])('is not %j', (said) => {
    expect(orderPull.newcomer(said)).toBeNull();
  });
});

describe('an order as Fivaldi shows it', () => {
  const content = (parts: Content['parts']): Content => ({ core: {}, parts });
  const known = (names: readonly string[]): Known['parts'] =>
    Object.fromEntries(names.map((name) => [name, { id: null, as: { productCode: name } }]));
  const shown = (rows: readonly object[], ours: Content, had: Known['parts'] = {}) =>
    Object.keys(orderPull.show?.({ ...HEAD, salesOrderRowDTOS: rows }, ours, had)?.parts ?? {}).filter((name) =>
      name.startsWith('rows/'),
    );

  it.each([
    ['as they were sent', ['rows/10', 'rows/20'], ['rows/10', 'rows/20'], 2, ['rows/10', 'rows/20']],
    [
      'as they were sent, where ours has another between',
      ['rows/10', 'rows/20'],
      ['rows/15'],
      2,
      ['rows/10', 'rows/20'],
    ],
    ['one more than both have', ['rows/10'], ['rows/10'], 2, ['rows/10', 'rows/11']],
    ['one more, as ours has', ['rows/10'], ['rows/10', 'rows/20'], 2, ['rows/10', 'rows/20']],
    ['fewer', ['rows/9', 'rows/10'], ['rows/9', 'rows/10'], 1, ['rows/9']],
  ])('has its rows named %s', (_, had, ours, count, names) => {
    const rows = Array.from({ length: count }, () => product('M'));
    const parts = Object.fromEntries(ours.map((name) => [name, {}]));
    expect(shown(rows, content(parts), known(had))).toEqual(names);
  });

  it('never has two rows of one name', () => {
    const names = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map((no) => `rows/${no}`));
    fc.assert(
      fc.property(names, names, fc.nat(40), (had, ours, count) => {
        const parts = Object.fromEntries(ours.map((name) => [name, {}]));
        const rows = Array.from({ length: count }, () => TEXT);
        expect(new Set(shown(rows, content(parts), known(had))).size).toBe(count);
      }),
    );
  });

  it('has the total of a row that was given by its total, else the price of a piece', () => {
    const ours = content({ 'rows/1': { totalSumIncludingTax: { decimal: '23.85' } }, 'rows/2': {} });
    const both = orderPull.show?.({ ...HEAD, salesOrderRowDTOS: [product('M'), product('M')] }, ours);
    expect(both?.parts['rows/1']).not.toHaveProperty('unitPriceExcludingTax');
    expect(both?.parts['rows/1']).toHaveProperty('totalSumIncludingTax');
    expect(both?.parts['rows/2']).toHaveProperty('unitPriceExcludingTax');
  });

  it('is not known by an answer without its rows', () => {
    expect(orderPull.show?.({ ...HEAD }, content({}))).toBeNull();
    expect(orderPull.show?.({ externalBatchId: 'b', errors: [] }, content({}))).toBeNull();
  });
});
