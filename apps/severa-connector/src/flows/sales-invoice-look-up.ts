import type { LinkSettings } from '#lib/contracts';
import { decimalOf, decimalText, type ExactDecimal, fixedText, isSame } from '#lib/policy';
import { children, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import type { JsonObject } from '../engine/flow.js';
import { netvisorDay } from './netvisor-day.js';
import { listIn } from './netvisor-list.js';
import { decimalIn } from './netvisor-number.js';
import type { InvoicePlan } from './sales-invoice-plan.js';
import { HOME_CURRENCY, type SalesInvoice, TEMPORARY_CODE } from './sales-invoice.js';

/** All that an invoice is known again by in Netvisor. */
export interface SoughtInvoice extends JsonObject {
  readonly as: 'invoice' | 'order';
  readonly number: string | null;
  readonly date: string | null;
  readonly currency: string | null;
  /** With its tax, a decimal; `null`: its rows do not add up. */
  readonly gross: string | null;
  readonly customer: { readonly type: string; readonly identifier: string } | null;
  /** Of what was looked for: when an invoice changes in this, what was not found of it says nothing any more. */
  readonly text: string;
}

export function soughtInvoice(
  invoice: SalesInvoice,
  plan: InvoicePlan,
  { salesInvoices }: LinkSettings,
): SoughtInvoice {
  const { number, date, currency, net, tax } = invoice;
  const gross = plan.gross && decimalText(plan.gross);
  const customer = plan.customer && { ...plan.customer };
  const text = [number, net, tax, currency].join(' ');
  return { as: salesInvoices.as, number, date, currency, gross, customer, text };
}

/** The request that finds the invoices, or the orders, of a number. */
export const invoiceSearch = ({ as, number }: SoughtInvoice): NetvisorRequest => ({
  method: 'GET',
  resource: 'salesinvoicelist.nv',
  query: [...(as === 'order' ? [['listtype', 'preinvoice'] as const] : []), ['invoicenumber', number ?? '']],
});

export type FoundInvoice =
  | { readonly as: 'none' }
  | { readonly as: 'ours'; readonly key: string }
  /** The number is taken, by what `words` tell of: its customer and sum there. */
  | { readonly as: 'another'; readonly words: string };

/**
 * The invoice of our number in Netvisor.
 *
 *   of the number there              | found
 *   ---------------------------------+---------------------------------------------------------
 *   none                             | none
 *   one with our sum and customer    | ours: made by hand, or by a request whose answer was lost
 *   one with our day and customer    | ours, where the sum cannot be compared
 *   several such                     | another: nobody can tell which
 *   others                           | another
 *
 * A customer that is named another way there, and a sum in another currency than the books', are not compared. A number
 * alone makes none ours: where the sum is not compared, the day is.
 */
export function foundInvoice(root: NetvisorElement, sought: SoughtInvoice): FoundInvoice {
  const rows = children(listIn(root, 'SalesInvoiceList'), 'SalesInvoice').filter(
    (row) => textAt(row, 'InvoiceNumber') === sought.number,
  );
  if (rows.length === 0) return { as: 'none' };
  const [ours, another] = rows.filter((row) => isOfSum(row, sought) && isOfCustomer(row, sought));
  const key = ours && textAt(ours, 'NetvisorKey');
  if (key && !another) return { as: 'ours', key };
  return { as: 'another', words: rows.map(wordsOf).join(', ') };
}

function isOfSum(row: NetvisorElement, { currency, date, gross: text }: SoughtInvoice): boolean {
  const gross = text === null ? null : decimalOf(text);
  if (currency !== HOME_CURRENCY || gross === null) return netvisorDay(textAt(row, 'Invoicedate')) === date;
  const there = sumIn(row);
  return there !== null && isSame(there, gross);
}

function isOfCustomer(row: NetvisorElement, { customer }: SoughtInvoice): boolean {
  if (customer === null || customer.identifier === TEMPORARY_CODE) return true;
  const there = textAt(row, customer.type === 'netvisor' ? 'CustomerNetvisorKey' : 'CustomerCode');
  return there === undefined || there === '' || there === customer.identifier;
}

const sumIn = (row: NetvisorElement): ExactDecimal | null => decimalOf(decimalIn(textAt(row, 'InvoiceSum')) ?? '');

function wordsOf(row: NetvisorElement): string {
  const sum = sumIn(row);
  return [textAt(row, 'CustomerName'), sum && fixedText(sum, 2)].filter((part) => !!part).join(' ');
}
