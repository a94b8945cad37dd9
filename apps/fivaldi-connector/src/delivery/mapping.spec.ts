import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Courier } from './courier.js';
import { DELIVERED_REGISTERS } from './courier.js';
import { courierOf } from './couriers.js';
import { boolean, code, date, mapPart, number, registerValue, text } from './mapping.js';
import { rowTotal } from './row-total.js';

const none = { customer: undefined };
const map = (
  courier: Courier,
  fields: Record<string, string | null>,
  rows: Record<string, Record<string, string | null>> = {},
) => courier.map({ fields, children: { rows } }, 'K', none);

describe('a mapping', () => {
  it.each([
    [text('a', 'A', 3), 'äöå', 'äöå'],
    [text('a', 'A', 1), '😀', '😀'],
    [number('a', 'A', 10, 6), '9999999999.999999', { decimal: '9999999999.999999' }],
    [number('a', 'A', 10, 6), '189.990000', { decimal: '189.99' }],
    [number('a', 'A', 10, 6), '-0.50', { decimal: '-0.5' }],
    [number('a', 'A', 10, 6), '100', { decimal: '100' }],
    [boolean('a', 'A'), 'false', false],
    [date('a', 'A'), '2025-02-03', '03.02.2025'],
    [code('a', 'A', { MAIL: '01' }), 'MAIL', '01'],
    [text('a', 'A', 3), null, null],
  ] as const)('%j of %j is %j', (mapped, given, value) => {
    expect(mapPart({ a: given }, [mapped])).toEqual({ part: { A: value }, unfit: [] });
  });

  it.each([
    [text('a', 'A', 3), 'abcd', { cause: 'too-long', limit: '3' }],
    [number('a', 'A', 2, 1), '123', { cause: 'too-many-digits', limit: '2,1' }],
    [number('a', 'A', 2, 1), '1.25', { cause: 'too-many-digits', limit: '2,1' }],
    [code('a', 'A', { MAIL: '01' }), 'constructor', { cause: 'not-in-list' }],
  ] as const)('%j does not fit %j', (mapped, given, fault) => {
    expect(mapPart({ a: given }, [mapped], 'p/')).toEqual({ part: {}, unfit: [{ field: 'p/A', ...fault }] });
  });

  it('of what is pulled gives every field back as it was', () => {
    for (const register of DELIVERED_REGISTERS) {
      for (const mapped of courierOf(register).pull?.mapping([]) ?? []) {
        const { shape } = mapped;
        if (shape.as === 'unheld') continue;
        const given =
          shape.as === 'code'
            ? Object.keys(shape.values)[0]!
            : { text: 'x', number: '1.5', boolean: 'true', date: '2025-02-03' }[shape.as];
        const { part } = mapPart({ [mapped.field]: given }, [mapped]);
        expect(registerValue(part[mapped.to] ?? null, mapped)).toBe(given);
      }
    }
  });
});

describe('an order', () => {
  const head = { company_code: '1001', payment_term: '14', posting_group: '1' };
  const row = { product_code: 'M1', quantity: '3' };
  const order = courierOf('order');

  it('gives each row one price', () => {
    const both = map(order, head, { '1': { ...row, taxable_unit_price: '10', unit_price_incl_tax: '12.55' } });
    expect(both).toMatchObject({ content: { parts: { 'rows/1': { unitPriceExcludingTax: { decimal: '10' } } } } });
    const gross = map(order, head, { '1': { ...row, unit_price_incl_tax: '12.55' } });
    expect(gross).toMatchObject({ content: { parts: { 'rows/1': { totalSumIncludingTax: { decimal: '37.65' } } } } });
  });

  it.each([
    ['no price', head, row, 'no-price'],
    ['another currency', { ...head, currency: 'SEK' }, { ...row, taxable_unit_price: '1' }, 'not-euro'],
    ['another rate', { ...head, currency_rate: '1.1' }, { ...row, taxable_unit_price: '1' }, 'not-euro'],
    ['no payment term', { ...head, payment_term: null }, { ...row, taxable_unit_price: '1' }, 'missing'],
    ['no product', head, { ...row, product_code: null, taxable_unit_price: '1' }, 'missing'],
    ['a text that is too long', head, { text_row: 'true', free_text: 'x'.repeat(513) }, 'too-long'],
  ])('with %s is refused before it is sent', (_, fields, one, cause) => {
    expect(map(order, fields, { '1': one })).toMatchObject({ as: 'unfit', unfit: [{ cause }] });
  });

  it('takes terms from its customer, and waits for the customer’s number', () => {
    const customer = { id: '1001', paymentTerm: '30', postingGroup: '2' };
    const fields = { company_code: 'A' };
    const mapped = order.map({ fields, children: {} }, 'K', { customer });
    expect(mapped).toMatchObject({
      content: { core: { customerId: '1001', paymentTermId: '30', postingGroupId: '2' } },
    });
    const early = order.map({ fields, children: {} }, 'K', { customer: { ...customer, id: null } });
    expect(early).toEqual({ as: 'waits', cause: 'customer-first' });
  });

  it('sends its rows in order of their numbers', () => {
    const rows = { '10': { text_row: 'true', free_text: 'b' }, '9': { text_row: 'true', free_text: 'a' } };
    const mapped = map(order, head, rows);
    if (mapped.as !== 'content') throw new Error('fits');
    const { body } = order.create({ cuid: 'c', key: 'K' }, mapped.content);
    expect(body).toMatchObject({ salesOrderRowDTOS: [{ rowFreeText: 'a' }, { rowFreeText: 'b' }] });
  });
});

describe('a payroll row', () => {
  const payroll = courierOf('payroll_batch');
  const row = {
    employee_id: '1',
    social_security_number: '010190-123A',
    pay_code: '100',
    external_pay_code: 'X',
    payroll_date: '2025-02-15',
    quantity: '1',
  };

  it('names its employee and pay code once, as Fivaldi reads them', () => {
    expect(map(payroll, {}, { '1': row })).toMatchObject({
      content: { parts: { 'rows/1': { employeeSSID: '010190-123A', payCodeId: '100', payrollDate: '15.02.2025' } } },
    });
    const mapped = JSON.stringify(map(payroll, {}, { '1': row }));
    expect(mapped).not.toContain('externalEmployeeId');
  });

  it('without an employee is refused before it is sent', () => {
    const nobody = { ...row, employee_id: null, social_security_number: null };
    expect(map(payroll, {}, { '1': nobody })).toMatchObject({
      unfit: [{ field: 'rows/1/externalEmployeeId', cause: 'missing' }],
    });
  });
});

describe('a row’s total', () => {
  it.each([
    ['12.55', '3', '0', '37.65'],
    ['0.005', '1', '0', '0.01'],
    ['-0.005', '1', '0', '-0.01'],
    ['10', '1', '12.5', '8.75'],
    ['9999999999.999999', '9999999999.999', '0', '99999999999989990000'],
    ['1', '0', '0', '0'],
    ['100', '1', '0', '100'],
  ])('of %s × %s less %s %% is %s', (price, quantity, discount, total) => {
    expect(rowTotal(price, quantity, discount)).toBe(total);
  });

  it('is exact to the cent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (cents, times) => {
          const price = `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
          expect(Math.round(Number(rowTotal(price, String(times), '0')) * 100)).toBe(cents * times || 0);
        },
      ),
    );
  });
});
