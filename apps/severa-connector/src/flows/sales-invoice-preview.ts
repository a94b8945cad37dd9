import type { LinkSettings } from '#lib/contracts';
import { creditTotals, decimalOf, decimalText, fixedText } from '#lib/policy';

import type { JsonObject, Known, Objection } from '../engine/flow.js';
import { oneLine, type PlannedLine } from './sales-invoice-lines.js';
import { type InvoicePlan, planOf } from './sales-invoice-plan.js';
import { invoiceIn } from './sales-invoices.js';
import type { SalesInvoice } from './sales-invoice.js';

/** What a person sees of an invoice before it goes. Sums have two decimals and a point, days are `YYYY-MM-DD`. */
export interface InvoicePreview {
  /** `transferred`: it is in Netvisor, and is not sent a second time. */
  readonly standing: 'ready' | 'objected' | 'waits-for-customer' | 'transferred';
  readonly kind: 'invoice' | 'order' | 'credit-note';
  /** The status it is given in Netvisor. */
  readonly status: LinkSettings['salesInvoices']['status'];
  readonly number: string | null;
  readonly referenceNumber: string | null;
  readonly date: string | null;
  readonly entryDate: string | null;
  readonly dueDate: string | null;
  readonly customer: {
    readonly name: string | null;
    readonly number: string | null;
    /** How Netvisor is told who it is. */
    readonly linkedBy: 'netvisor-key' | 'customer-code' | null;
    readonly identifier: string | null;
  };
  /** One line after another; `null`: Netvisor takes it from the customer's card. */
  readonly address: readonly string[] | null;
  readonly currency: string | null;
  /** As the invoice states them, of a credit note below zero; the last only where the rows come to them. */
  readonly totals: { readonly net: string | null; readonly tax: string | null; readonly gross: string | null };
  readonly lines: readonly PreviewLine[];
  readonly withPdf: boolean;
  /** Everything that has to be mended before it can go. */
  readonly objections: readonly Objection[];
}

export interface PreviewLine {
  readonly product: string;
  readonly name: string;
  readonly text: string | null;
  readonly quantity: string;
  readonly unit: string | null;
  readonly unitPrice: string;
  readonly vatPercent: string;
  readonly vatCode: string | null;
  readonly net: string | null;
  readonly tax: string | null;
  readonly gross: string | null;
  readonly account: string | null;
  readonly dimensions: readonly { readonly header: string; readonly item: string }[];
  /** The months that it is accrued over, `2026-01–2026-12`. */
  readonly period: string | null;
  /** Several people worked on it, so that none of them is its dimension. */
  readonly usersLeftOut: boolean;
}

/** What would be sent of an invoice, by the very rules that it is sent by. */
export function previewOf(source: JsonObject, known: Known | null, settings: LinkSettings): InvoicePreview {
  const invoice = invoiceIn(source);
  const plan = planOf(invoice, settings);
  const { as, status, attachPdf } = settings.salesInvoices;
  return {
    standing: standingOf(plan, known),
    kind: invoice.credit ? 'credit-note' : as,
    status,
    number: invoice.number,
    referenceNumber: invoice.referenceNumber,
    date: invoice.date,
    entryDate: invoice.entryDate,
    dueDate: invoice.dueDate,
    customer: customerOf(invoice, plan),
    address: plan.address && addressLines(plan.address),
    currency: invoice.currency,
    totals: totalsOf(invoice, plan),
    lines: plan.lines.map(previewLine),
    withPdf: attachPdf,
    objections: plan.objections,
  };
}

function standingOf({ objections, waitsForCustomer }: InvoicePlan, known: Known | null): InvoicePreview['standing'] {
  if (known?.key != null) return 'transferred';
  if (objections.length > 0) return 'objected';
  return waitsForCustomer ? 'waits-for-customer' : 'ready';
}

function customerOf({ customer, receiver }: SalesInvoice, plan: InvoicePlan): InvoicePreview['customer'] {
  const linkedBy = plan.customer && (plan.customer.type === 'netvisor' ? 'netvisor-key' : 'customer-code');
  const identifier = plan.customer?.identifier ?? null;
  return { name: oneLine(receiver.name ?? customer.name) || null, number: customer.number, linkedBy, identifier };
}

const addressLines = ({ name, street, postalCode, city, country }: NonNullable<InvoicePlan['address']>) =>
  [name, street, `${postalCode} ${city}`.trim(), country].filter((line) => line !== '');

const previewLine = (line: PlannedLine): PreviewLine => ({
  product: line.product,
  name: line.name,
  text: line.text,
  quantity: decimalText(line.quantity),
  unit: line.unit,
  unitPrice: decimalText(line.unitPrice),
  vatPercent: line.percent,
  vatCode: line.vatCode,
  net: line.total && fixedText(line.total.net, 2),
  tax: line.total && fixedText(line.total.tax, 2),
  gross: line.total && fixedText(line.total.gross, 2),
  account: line.account,
  dimensions: line.dimensions,
  period: line.period && `${line.period.from}–${line.period.until}`,
  usersLeftOut: line.usersLeftOut,
});

function totalsOf({ net, tax, credit }: SalesInvoice, { gross }: InvoicePlan): InvoicePreview['totals'] {
  const [ofNet, ofTax] = [decimalOf(net ?? ''), decimalOf(tax ?? '')];
  const stated = ofNet && ofTax && (credit ? creditTotals({ net: ofNet, tax: ofTax }) : { net: ofNet, tax: ofTax });
  return {
    net: stated && fixedText(stated.net, 2),
    tax: stated && fixedText(stated.tax, 2),
    gross: gross && fixedText(gross, 2),
  };
}
