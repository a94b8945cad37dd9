import type { LinkSettings } from '#lib/contracts';
import { decimalOf, type ExactDecimal, fixedText, isSame } from '#lib/policy';
import { children, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import { netvisorDay } from './netvisor-day.js';
import { listIn } from './netvisor-list.js';
import { decimalIn } from './netvisor-number.js';
import type { InvoicePlan } from './sales-invoice-plan.js';
import { HOME_CURRENCY, type SalesInvoice, TEMPORARY_CODE } from './sales-invoice.js';

/** The request that finds the invoices, or the orders, of a number. */
export const invoiceSearch = ({ number }: SalesInvoice, { salesInvoices }: LinkSettings): NetvisorRequest => ({
  method: 'GET',
  resource: 'salesinvoicelist.nv',
  query: [
    ...(salesInvoices.as === 'order' ? [['listtype', 'preinvoice'] as const] : []),
    ['invoicenumber', number ?? ''],
  ],
});

/** What is looked for: when an invoice changes in this, what was not found of it says nothing any more. */
export const searchText = ({ number, net, tax, currency }: SalesInvoice): string =>
  [number, net, tax, currency].join(' ');

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
export function foundInvoice(root: NetvisorElement, invoice: SalesInvoice, plan: InvoicePlan): FoundInvoice {
  const rows = children(listIn(root, 'SalesInvoiceList'), 'SalesInvoice').filter(
    (row) => textAt(row, 'InvoiceNumber') === invoice.number,
  );
  if (rows.length === 0) return { as: 'none' };
  const [ours, another] = rows.filter((row) => isOfSum(row, invoice, plan.gross) && isOfCustomer(row, plan));
  const key = ours && textAt(ours, 'NetvisorKey');
  if (key && !another) return { as: 'ours', key };
  return { as: 'another', words: rows.map(wordsOf).join(', ') };
}

function isOfSum(row: NetvisorElement, { currency, date }: SalesInvoice, gross: ExactDecimal | null): boolean {
  if (currency !== HOME_CURRENCY || gross === null) return netvisorDay(textAt(row, 'Invoicedate')) === date;
  const there = sumIn(row);
  return there !== null && isSame(there, gross);
}

function isOfCustomer(row: NetvisorElement, { customer }: InvoicePlan): boolean {
  if (customer === null || customer.identifier === TEMPORARY_CODE) return true;
  const there = textAt(row, customer.type === 'netvisor' ? 'CustomerNetvisorKey' : 'CustomerCode');
  return there === undefined || there === '' || there === customer.identifier;
}

const sumIn = (row: NetvisorElement): ExactDecimal | null => decimalOf(decimalIn(textAt(row, 'InvoiceSum')) ?? '');

function wordsOf(row: NetvisorElement): string {
  const sum = sumIn(row);
  return [textAt(row, 'CustomerName'), sum && fixedText(sum, 2)].filter((part) => !!part).join(' ');
}
