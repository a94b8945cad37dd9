import { linkSettingsBody, type LinkSettings } from '#lib/contracts';

import type { InvoiceRow, SalesInvoice } from './sales-invoice.js';

export const READY = '11111111-0000-4000-8000-000000000002';
export const SENT = '11111111-0000-4000-8000-000000000003';

/** Settings of a company that moves invoices; what is given goes over the usual. */
export function settingsWith(
  salesInvoices: Readonly<Record<string, unknown>> = {},
  others: Readonly<Record<string, unknown>> = {},
): LinkSettings {
  return linkSettingsBody.parse({
    customers: 'to-netvisor',
    products: 'to-netvisor',
    ...others,
    salesInvoices: { mode: 'automatic', readyStatus: READY, sentStatus: SENT, ...salesInvoices },
  });
}

/** Ten hours at 100 with 25.5 %: 1000.00 and 255.00. */
export const ROW: InvoiceRow = {
  kind: 'Hours',
  codes: ['KONS'],
  description: 'Konsultointi',
  comment: null,
  quantity: '10',
  unit: 'h',
  unitPrice: '100',
  priceCurrency: 'EUR',
  percent: '25.5',
  sold: 'services',
  salesAccount: '3000',
  recurringAccount: null,
  costCenters: [],
  projects: [],
  businessUnits: [],
  users: [],
  period: null,
};

/** An invoice of that one row, with nothing wrong about it. */
export const INVOICE: SalesInvoice = {
  number: '10234',
  referenceNumber: '102340',
  date: '2026-03-05',
  entryDate: null,
  dueDate: '2026-03-19',
  paymentTermDays: '14',
  overdueInterest: '8',
  credit: false,
  currency: 'EUR',
  currencyRate: '1',
  net: '1000',
  tax: '255',
  customer: { number: '1001', name: 'Esimerkki Oy', netvisorKey: '77', registered: true },
  receiver: {
    name: 'Esimerkki Oy',
    vatNumber: '1234567-1',
    street: 'Esimerkkikatu 1',
    postalCode: '00100',
    city: 'Helsinki',
    country: 'Suomi',
    countryCode: 'FI',
  },
  ourReference: 'Maija Myyjä',
  yourReference: 'PO-77',
  orderNumber: '77',
  textBefore: null,
  textAfter: null,
  reverseCharge: false,
  zeroCategory: null,
  rows: [ROW],
  lockedUntil: null,
  updated: '2026-03-05T11:42:17Z',
};

/** The invoice with rows of its own, and what they come to. */
export const invoiceOf = (
  rows: readonly Partial<InvoiceRow>[],
  net: string,
  tax: string,
  more: Partial<SalesInvoice> = {},
): SalesInvoice => ({ ...INVOICE, rows: rows.map((row) => ({ ...ROW, ...row })), net, tax, ...more });
