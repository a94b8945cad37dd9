import { describe, expect, it } from '@jest/globals';

import { element, type NetvisorElement } from '#lib/upstream';

import { ListMissing } from './netvisor-list.js';
import { foundInvoice, invoiceSearch, soughtInvoice } from './sales-invoice-look-up.js';
import { planOf } from './sales-invoice-plan.js';
import { INVOICE, settingsWith } from './sales-invoice.spec-support.js';
import type { SalesInvoice } from './sales-invoice.js';

const USUAL = settingsWith();

const listed = (...rows: readonly Readonly<Record<string, string>>[]): NetvisorElement =>
  element('Root', [
    element(
      'SalesInvoiceList',
      rows.map((row) =>
        element(
          'SalesInvoice',
          Object.entries(row).map(([name, text]) => element(name, text)),
        ),
      ),
    ),
  ]);

const OURS = {
  NetvisorKey: '165',
  InvoiceNumber: '10234',
  CustomerNetvisorKey: '77',
  CustomerCode: '1001',
  CustomerName: 'Esimerkki Oy',
  InvoiceSum: '1255,00',
};

const found = (root: NetvisorElement, invoice: SalesInvoice = INVOICE, settings = USUAL): unknown =>
  foundInvoice(root, soughtInvoice(invoice, planOf(invoice, settings), settings));

describe('looking an invoice up in Netvisor', () => {
  it('asks by its number, and among orders for an order', () => {
    const asked = (settings: typeof USUAL) =>
      invoiceSearch(soughtInvoice(INVOICE, planOf(INVOICE, settings), settings)).query;
    expect(asked(USUAL)).toEqual([['invoicenumber', '10234']]);
    expect(asked(settingsWith({ as: 'order', status: 'delivered' }))).toEqual([
      ['listtype', 'preinvoice'],
      ['invoicenumber', '10234'],
    ]);
  });

  it.each<[string, NetvisorElement, unknown]>([
    ['nothing', listed(), { as: 'none' }],
    ['one of our number, sum and customer', listed(OURS), { as: 'ours', key: '165' }],
    ['a sum with a point', listed({ ...OURS, InvoiceSum: '1255.00' }), { as: 'ours', key: '165' }],
    ['no word of the customer', listed({ ...OURS, CustomerNetvisorKey: '' }), { as: 'ours', key: '165' }],
    ['a number that only begins as ours', listed({ ...OURS, InvoiceNumber: '102345' }), { as: 'none' }],
    ['another sum', listed({ ...OURS, InvoiceSum: '1255,01' }), { as: 'another', words: 'Esimerkki Oy 1255.01' }],
    ['no sum', listed({ ...OURS, InvoiceSum: '' }), { as: 'another', words: 'Esimerkki Oy' }],
    [
      'another customer',
      listed({ ...OURS, CustomerNetvisorKey: '78', CustomerName: 'Muu Oy' }),
      { as: 'another', words: 'Muu Oy 1255.00' },
    ],
    [
      'two that could be ours',
      listed(OURS, { ...OURS, NetvisorKey: '166' }),
      { as: 'another', words: 'Esimerkki Oy 1255.00, Esimerkki Oy 1255.00' },
    ],
    [
      'ours beside another',
      listed({ ...OURS, InvoiceSum: '1,00' }, { ...OURS, NetvisorKey: '9' }),
      { as: 'ours', key: '9' },
    ],
  ])('finds %s', (_, root, expected) => {
    expect(found(root)).toEqual(expected);
  });

  it('finds nothing out from an answer without its list', () => {
    expect(() => found(element('Root', []))).toThrow(ListMissing);
  });

  it('compares the customer’s code where that is what links it', () => {
    const settings = settingsWith({}, { customers: 'to-severa' });
    expect(found(listed({ ...OURS, CustomerNetvisorKey: '1' }), INVOICE, settings)).toMatchObject({ as: 'ours' });
    expect(found(listed({ ...OURS, CustomerCode: '1002' }), INVOICE, settings)).toMatchObject({ as: 'another' });
  });

  it('takes any customer for one that is temporary here: somebody may have put the right one in its place', () => {
    expect(found(listed(OURS), INVOICE, settingsWith({}, { customers: 'none' }))).toMatchObject({ as: 'ours' });
  });

  it('does not compare a sum in another currency with the books’', () => {
    const krona = { ...INVOICE, currency: 'SEK', currencyRate: '0.09' };
    const dated = { ...OURS, InvoiceSum: '112,95', Invoicedate: '5.3.2026' };
    expect(found(listed(dated), krona)).toMatchObject({ as: 'ours' });
    expect(found(listed({ ...dated, Invoicedate: '2026-03-06' }), krona)).toMatchObject({ as: 'another' });
    expect(found(listed(OURS), krona, settingsWith({}, { customers: 'none' }))).toMatchObject({ as: 'another' });
  });
});
