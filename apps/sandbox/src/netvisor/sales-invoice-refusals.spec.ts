import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { categoryOf, contentOf, verdictOf } from './netvisor.spec-support.js';
import { type Given, type InvoiceBench, line, startInvoiceBench } from './sales-invoice.spec-support.js';

let bench: InvoiceBench;
beforeEach(async () => {
  bench = await startInvoiceBench();
});
afterEach(() => bench.sandbox.close());

describe('a sales invoice', () => {
  it.each([
    [
      'an unknown customer',
      { customer: '<invoicingcustomeridentifier type="customer">9</invoicingcustomeridentifier>' },
      'INVALID_DATA',
      'Customer',
    ],
    ['an unknown product', { lines: line({ product: 'NONE' }) }, 'INVALID_DATA', 'Product'],
    [
      'a VAT code that does not allow the percent',
      { lines: line({ vat: '25,5', vatCode: 'EUPM312' }) },
      'INVALID_DATA',
      'EUPM312',
    ],
    ['a VAT code that is none', { lines: line({ vatCode: 'ALV' }) }, 'INVALID_DATA', 'vatcode'],
    [
      'one sum of two',
      { lines: line({ more: '<salesinvoiceproductlinesum>251,00</salesinvoiceproductlinesum>' }) },
      'INVALID_DATA',
      'salesinvoiceproductlinevatsum',
    ],
    [
      'no line of a product',
      { lines: '<invoiceline><salesinvoicecommentline><comment>A</comment></salesinvoicecommentline></invoiceline>' },
      'INVALID_DATA',
      'salesinvoiceproductline',
    ],
    ['no line at all', { lines: '' }, 'INVALID_DATA', 'invoiceline'],
    ['neither term nor due date', { term: '' }, 'INVALID_DATA', 'paymentterm'],
    ['an order’s status', { status: 'delivered' }, 'INVALID_DATA', 'salesinvoicestatus'],
    [
      'an account that is not there',
      { lines: line({ more: '<accountingaccountsuggestion>9999</accountingaccountsuggestion>' }) },
      'INVALID_DATA',
      '9999',
    ],
    ['a day that is none', { date: '2026-02-30' }, 'INVALID_DATA', 'salesinvoicedate'],
    [
      'a free text of 501 characters',
      {
        lines: line({ more: `<salesinvoiceproductlinefreetext>${'x'.repeat(501)}</salesinvoiceproductlinefreetext>` }),
      },
      'INVALID_DATA_SIZE',
      'salesinvoiceproductlinefreetext',
    ],
    [
      'elements out of order',
      {
        head: '<salesinvoiceduedate>2026-12-01</salesinvoiceduedate><salesinvoiceeventdate>2026-12-01</salesinvoiceeventdate>',
      },
      'INVALID_DATA',
      'salesinvoiceeventdate',
    ],
  ])('is refused with %s', async (_, given: Given, category, named) => {
    const refused = await bench.add('1', given);
    expect([refused.status, categoryOf(refused), verdictOf(refused).includes(named)]).toEqual([400, category, true]);
    expect((await bench.state()).salesInvoices).toEqual([]);
  });

  it('is refused with a product that was deleted, and with a term that is not there', async () => {
    const term = '<paymentterm type="netvisor">9</paymentterm>';
    expect(categoryOf(await bench.add('1', { term }))).toBe('INVALID_DATA');
    await bench.control('DELETE', `/companies/1967543-8/products/${bench.productKey}`);
    expect(categoryOf(await bench.add('1'))).toBe('INVALID_DATA');
  });

  it('is refused in a locked period; an order is not', async () => {
    await bench.control('PUT', '/companies/1967543-8/period-lock', { date: '2026-10-31' });
    const refused = await bench.add('1', { date: '2026-10-31' });
    expect([refused.status, categoryOf(refused)]).toEqual([400, 'PERIOD_LOCK']);
    expect(categoryOf(await bench.add('1', { date: '2026-11-01' }))).toBe(null);
    expect(categoryOf(await bench.add('1', { date: '2026-10-31', type: 'order', status: 'delivered' }))).toBe(null);
    expect(contentOf(await bench.call('accountingperiodlist.nv'))).toContain(
      '<AccountingPeriodLockDate format="ansi">31.10.2026</AccountingPeriodLockDate>',
    );
    await bench.control('PUT', '/companies/1967543-8/period-lock', { date: null });
    expect(categoryOf(await bench.add('2', { date: '2026-10-31' }))).toBe(null);
  });
});
