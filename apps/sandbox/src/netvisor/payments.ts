import { shortDay, shortTime, sortableTime } from './answer.js';
import { type Call, reads, type Resource, within } from './call.js';
import { decimalOf, written } from './decimal.js';
import type { Organisation, Payment } from './organisation.js';
import { given, type Outcome } from './outcome.js';
import { contains } from './cards.js';
import { el, type XmlElement } from './xml.js';

/** Payments of sales invoices [suoritukset]. They come by {@link pay}: the bank brings them, and no call. */
export const PAYMENT_RESOURCES: Readonly<Record<string, Resource>> = {
  'salespaymentlist.nv': reads(list),
};

/** A payment of an invoice; paid in whole, the invoice's status is `paid`. Null: there is no such invoice. */
export function pay(
  organisation: Organisation,
  { invoiceNumber, sum, date }: { invoiceNumber: string; sum: string; date: string },
  now: Date,
): Payment | null {
  const key = organisation.invoiceNumbers.get(`invoice ${invoiceNumber}`);
  const invoice = key === undefined ? undefined : organisation.salesInvoices.get(key);
  if (!invoice) return null;
  const payment: Payment = {
    key: organisation.nextKey(),
    invoice: invoice.key,
    sum: decimalOf(sum),
    day: date,
    changed: now,
    changedText: sortableTime(now),
  };
  organisation.payments.push(payment);
  invoice.openSum -= payment.sum;
  invoice.paymentsChanged = payment.changedText;
  const isPaid = invoice.sum < 0n ? invoice.openSum >= 0n : invoice.openSum <= 0n;
  if (isPaid) invoice.status = 'paid';
  return payment;
}

function list(call: Call): Outcome {
  const { payments, salesInvoices } = call.organisation;
  const above = Number(call.query('abovenetvisorkey') ?? -1);
  const isDated = within(call, 'begindate', 'enddate');
  const isModified = within(call, 'lastmodifiedstart', 'lastmodifiedend');
  const [key, number, name] = [
    call.query('invoicenetvisorkey'),
    call.query('invoicenumber'),
    call.query('searchbyname'),
  ];
  const found = payments.filter((payment) => {
    const invoice = salesInvoices.get(payment.invoice);
    return (
      payment.key > above &&
      isDated(payment.day) &&
      isModified(payment.changedText) &&
      (key === undefined || key === String(payment.invoice)) &&
      (number === undefined || number === invoice?.number) &&
      (name === undefined || contains([invoice?.fields['invoicingcustomername']], name))
    );
  });
  return given(
    el(
      'SalesPaymentList',
      found.map((payment) => row(payment, call)),
    ),
  );
}

function row(payment: Payment, { organisation }: Call): XmlElement {
  const invoice = organisation.salesInvoices.get(payment.invoice);
  return el('SalesPayment', [
    el('NetvisorKey', payment.key),
    el('Name', invoice?.fields['invoicingcustomername']),
    el('Date', shortDay(payment.day)),
    el('Sum', written(payment.sum, 2)),
    el('ReferenceNumber', invoice?.fields['salesinvoicereferencenumber']),
    el('ForeignCurrencyAmount'),
    el('InvoiceNumber', invoice?.number ?? '', { netvisorkey: String(payment.invoice) }),
    el('PaymentAccountName', 'Pankkitili'),
    el('VoucherID'),
    el('LastModifiedTimestamp', shortTime(payment.changed)),
    el('PaymentAccountNumber'),
    el('PaymentSource', '1'),
    el('BankStatus', 'OK'),
  ]);
}
