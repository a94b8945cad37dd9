import { describe, expect, it } from '@jest/globals';

import type { LinkSettings } from '#lib/contracts';
import type { NetvisorElement } from '#lib/upstream';

import { invoiceCreation, invoiceElement } from './sales-invoice-mapping.js';
import { planOf } from './sales-invoice-plan.js';
import { INVOICE, invoiceOf, settingsWith } from './sales-invoice.spec-support.js';
import type { SalesInvoice } from './sales-invoice.js';

/** An element as text, one element of text a line. */
function written({ name, attributes, children, text }: NetvisorElement, indent = ''): string {
  const given = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${value}"`);
  const open = `${indent}<${name}${given.join('')}>`;
  if (children.length === 0) return `${open}${text}</${name}>`;
  return [open, ...children.map((inner) => written(inner, `${indent}  `)), `${indent}</${name}>`].join('\n');
}

const sent = (invoice: SalesInvoice, settings: LinkSettings, pdf: Buffer | null = null): string =>
  written(invoiceElement(invoice, planOf(invoice, settings), settings, pdf));

const DIMENSIONS = { project: 'Projekti', businessUnit: 'Yksikkö', costCenter: 'Kustannuspaikka', user: 'Tekijä' };

describe('an invoice as Netvisor is sent it', () => {
  it('has all that Severa has, to the letter', () => {
    const rich = invoiceOf(
      [
        {
          projects: ['2001 Verkkosivut'],
          businessUnits: ['ETE Etelä'],
          costCenters: ['100 Myynti'],
          users: ['Maija Myyjä'],
          comment: 'Etänä',
          quantity: '7.5',
          unitPrice: '95.125',
        },
        {
          kind: 'ProjectFees',
          codes: ['LIC-1'],
          description: 'Lisenssi',
          quantity: '1',
          unit: 'kpl',
          unitPrice: '250',
          percent: '13.5',
          recurringAccount: '3010',
          period: { from: '2026-11', until: '2027-10' },
        },
      ],
      '963.44',
      '215.68',
      { entryDate: '2026-03-31', textBefore: 'Kiitos!\r\nTerveisin', textAfter: 'Huom.' },
    );
    const settings = settingsWith({ dimensions: DIMENSIONS, accrual: true, status: 'open' });
    expect(sent(rich, settings, Buffer.from('%PDF-1.7'))).toBe(
      `<salesinvoice>
  <salesinvoicenumber>10234</salesinvoicenumber>
  <salesinvoicedate format="ansi">2026-03-05</salesinvoicedate>
  <salesinvoiceeventdate format="ansi">2026-03-31</salesinvoiceeventdate>
  <salesinvoiceduedate format="ansi">2026-03-19</salesinvoiceduedate>
  <salesinvoicereferencenumber>102340</salesinvoicereferencenumber>
  <salesinvoiceamount iso4217currencycode="EUR">1179,12</salesinvoiceamount>
  <invoicetype>invoice</invoicetype>
  <salesinvoicestatus type="netvisor">open</salesinvoicestatus>
  <salesinvoicefreetextbeforelines>Kiitos!\nTerveisin</salesinvoicefreetextbeforelines>
  <salesinvoicefreetextafterlines>Huom.</salesinvoicefreetextafterlines>
  <salesinvoiceourreference>Maija Myyjä</salesinvoiceourreference>
  <salesinvoiceyourreference>PO-77</salesinvoiceyourreference>
  <invoicingcustomeridentifier type="netvisor">77</invoicingcustomeridentifier>
  <invoicingcustomername>Esimerkki Oy</invoicingcustomername>
  <invoicingcustomeraddressline>Esimerkkikatu 1</invoicingcustomeraddressline>
  <invoicingcustomerpostnumber>00100</invoicingcustomerpostnumber>
  <invoicingcustomertown>Helsinki</invoicingcustomertown>
  <invoicingcustomercountrycode type="ISO-3166">FI</invoicingcustomercountrycode>
  <overriderateofoverdue>8</overriderateofoverdue>
  <ordernumber>77</ordernumber>
  <invoicelines>
    <invoiceline>
      <salesinvoiceproductline>
        <productidentifier type="customer">KONS</productidentifier>
        <productname>Konsultointi</productname>
        <productunitprice type="net">95,125</productunitprice>
        <productvatpercentage vatcode="KOMY">25,5</productvatpercentage>
        <salesinvoiceproductlinequantity>7,5</salesinvoiceproductlinequantity>
        <salesinvoiceproductlinefreetext>Etänä</salesinvoiceproductlinefreetext>
        <salesinvoiceproductlinevatsum>181,93</salesinvoiceproductlinevatsum>
        <salesinvoiceproductlinesum>895,37</salesinvoiceproductlinesum>
        <accountingaccountsuggestion>3000</accountingaccountsuggestion>
        <dimension>
          <dimensionname>Projekti</dimensionname>
          <dimensionitem>2001 Verkkosivut</dimensionitem>
        </dimension>
        <dimension>
          <dimensionname>Yksikkö</dimensionname>
          <dimensionitem>ETE Etelä</dimensionitem>
        </dimension>
        <dimension>
          <dimensionname>Kustannuspaikka</dimensionname>
          <dimensionitem>100 Myynti</dimensionitem>
        </dimension>
        <dimension>
          <dimensionname>Tekijä</dimensionname>
          <dimensionitem>Maija Myyjä</dimensionitem>
        </dimension>
        <productunitname>h</productunitname>
      </salesinvoiceproductline>
    </invoiceline>
    <invoiceline>
      <salesinvoiceproductline>
        <productidentifier type="customer">LIC-1</productidentifier>
        <productname>Lisenssi</productname>
        <productunitprice type="net">250</productunitprice>
        <productvatpercentage vatcode="KOMY">13,5</productvatpercentage>
        <salesinvoiceproductlinequantity>1</salesinvoiceproductlinequantity>
        <salesinvoiceproductlinevatsum>33,75</salesinvoiceproductlinevatsum>
        <salesinvoiceproductlinesum>283,75</salesinvoiceproductlinesum>
        <accountingaccountsuggestion>3010</accountingaccountsuggestion>
        <accrualrule>
          <startmonth>11</startmonth>
          <startyear>2026</startyear>
          <endmonth>10</endmonth>
          <endyear>2027</endyear>
        </accrualrule>
        <productunitname>kpl</productunitname>
      </salesinvoiceproductline>
    </invoiceline>
  </invoicelines>
  <salesinvoiceattachments>
    <salesinvoiceattachment>
      <mimetype>application/pdf</mimetype>
      <attachmentdescription>Lasku 10234</attachmentdescription>
      <filename>lasku-10234.pdf</filename>
      <documentdata type="pdf">JVBERi0xLjc=</documentdata>
    </salesinvoiceattachment>
  </salesinvoiceattachments>
</salesinvoice>`,
    );
  });

  it('is added, never edited: an edit would replace the whole invoice', () => {
    const settings = settingsWith();
    const request = invoiceCreation(INVOICE, planOf(INVOICE, settings), settings, null);
    expect(request).toMatchObject({ method: 'POST', resource: 'salesinvoice.nv', query: [['method', 'add']] });
  });

  it('leaves out what Severa does not have, rather than to send it empty', () => {
    const bare: SalesInvoice = {
      ...INVOICE,
      referenceNumber: null,
      ourReference: ' ',
      yourReference: null,
      orderNumber: null,
      overdueInterest: '0',
      receiver: { ...INVOICE.receiver, street: null, postalCode: null, city: null, country: null, countryCode: null },
    };
    const text = sent(bare, settingsWith());
    for (const absent of [
      'reference',
      'ordernumber',
      'overdue',
      'invoicingcustomername',
      'attachment',
      'paymentterm',
    ]) {
      expect(text).not.toContain(absent);
    }
    expect(text).not.toMatch(/><\//);
  });

  it('has the days of payment where there is no due day', () => {
    expect(sent({ ...INVOICE, dueDate: null }, settingsWith())).toContain(
      '<paymenttermnetdays>14</paymenttermnetdays>',
    );
  });

  it('may be an order', () => {
    const text = sent(INVOICE, settingsWith({ as: 'order', status: 'undelivered' }));
    expect(text).toContain('<invoicetype>order</invoicetype>');
    expect(text).toContain('<salesinvoicestatus type="netvisor">undelivered</salesinvoicestatus>');
  });

  it('may be a credit note, all of whose sums are below zero', () => {
    const text = sent(invoiceOf([{}], '1000', '255', { credit: true }), settingsWith());
    expect(text).toContain('<salesinvoiceamount iso4217currencycode="EUR">-1255,00</salesinvoiceamount>');
    expect(text).toContain('<productunitprice type="net">100</productunitprice>');
    expect(text).toContain('<salesinvoiceproductlinequantity>-10</salesinvoiceproductlinequantity>');
    expect(text).toContain('<salesinvoiceproductlinevatsum>-255,00</salesinvoiceproductlinevatsum>');
    expect(text).toContain('<salesinvoiceproductlinesum>-1255,00</salesinvoiceproductlinesum>');
  });

  it('may be in another currency, at the rate that Netvisor has for it', () => {
    const krona = { currency: 'SEK', currencyRate: '0.0871' } as const;
    const text = sent(invoiceOf([{ priceCurrency: 'SEK' }], '1000', '255', krona), settingsWith());
    expect(text).toContain('<salesinvoiceamount iso4217currencycode="SEK">1255,00</salesinvoiceamount>');
  });
});
