import { describe, expect, it } from '@jest/globals';

import { previewOf } from './sales-invoice-preview.js';
import { INVOICE, invoiceOf, settingsWith } from './sales-invoice.spec-support.js';

const DIMENSIONS = { project: 'Projekti', user: 'Tekijä' };

describe('the preview of an invoice', () => {
  it('shows what would be sent', () => {
    const row = {
      projects: ['2001 Verkkosivut'],
      users: ['A', 'B'],
      quantity: '7.5',
      period: { from: '2026-01', until: '2026-12' },
    };
    const invoice = invoiceOf([row], '750', '191.25', { entryDate: '2026-03-31' });
    expect(previewOf(invoice, null, settingsWith({ dimensions: DIMENSIONS, status: 'open' }))).toEqual({
      standing: 'ready',
      kind: 'invoice',
      status: 'open',
      number: '10234',
      referenceNumber: '102340',
      date: '2026-03-05',
      entryDate: '2026-03-31',
      dueDate: '2026-03-19',
      customer: { name: 'Esimerkki Oy', number: '1001', linkedBy: 'netvisor-key', identifier: '77' },
      address: ['Esimerkki Oy', 'Esimerkkikatu 1', '00100 Helsinki', 'FI'],
      currency: 'EUR',
      totals: { net: '750.00', tax: '191.25', gross: '941.25' },
      lines: [
        {
          product: 'KONS',
          name: 'Konsultointi',
          text: null,
          quantity: '7.5',
          unit: 'h',
          unitPrice: '100',
          vatPercent: '25.5',
          vatCode: 'KOMY',
          net: '750.00',
          tax: '191.25',
          gross: '941.25',
          account: '3000',
          dimensions: [{ header: 'Projekti', item: '2001 Verkkosivut' }],
          period: '2026-01–2026-12',
          usersLeftOut: true,
        },
      ],
      withPdf: true,
      objections: [],
    });
  });

  it('shows the rows that can be read even where something keeps the invoice back', () => {
    const preview = previewOf(
      invoiceOf([{}, { quantity: null }], '2000', '510', { number: null }),
      null,
      settingsWith(),
    );
    expect(preview).toMatchObject({
      standing: 'objected',
      totals: { net: '2000.00', tax: '510.00', gross: null },
      lines: [{ product: 'KONS', gross: null }],
      objections: [{ cause: 'invoice-number-missing' }, { cause: 'row-incomplete', field: 'row 2' }],
    });
  });

  it('shows a credit note as it is sent, below zero', () => {
    const preview = previewOf(invoiceOf([{}], '1000', '255', { credit: true }), null, settingsWith());
    expect(preview).toMatchObject({
      kind: 'credit-note',
      totals: { net: '-1000.00', tax: '-255.00', gross: '-1255.00' },
    });
    expect(preview.lines[0]).toMatchObject({ quantity: '-10', unitPrice: '100', gross: '-1255.00' });
  });

  it('tells an order, a customer that is waited for, and what has moved already', () => {
    const order = settingsWith({ as: 'order', status: 'delivered', attachPdf: false });
    expect(previewOf(INVOICE, null, order)).toMatchObject({ kind: 'order', status: 'delivered', withPdf: false });
    const waiting = { ...INVOICE, customer: { ...INVOICE.customer, netvisorKey: null } };
    expect(previewOf(waiting, null, settingsWith())).toMatchObject({
      standing: 'waits-for-customer',
      customer: { linkedBy: null, identifier: null },
    });
    expect(previewOf(INVOICE, { key: '8' }, settingsWith()).standing).toBe('transferred');
    expect(previewOf(INVOICE, { key: null }, settingsWith()).standing).toBe('ready');
  });

  it('says that Netvisor takes the address from the card where the invoice has none', () => {
    const receiver = {
      ...INVOICE.receiver,
      street: null,
      postalCode: null,
      city: null,
      country: null,
      countryCode: null,
    };
    expect(previewOf({ ...INVOICE, receiver }, null, settingsWith()).address).toBeNull();
  });
});
