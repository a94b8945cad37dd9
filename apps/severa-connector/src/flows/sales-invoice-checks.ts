import type { LinkSettings } from '#lib/contracts';
import { needsVatNumber } from '#lib/policy';

import type { Objection } from '../engine/flow.js';
import { foreignLetter } from './netvisor-text.js';
import { manyLines, oneLine, type PlannedLine } from './sales-invoice-lines.js';
import { HOME_CURRENCY, type SalesInvoice } from './sales-invoice.js';

/** The most characters of each text, spaces and line breaks counted (contract netvisor §4.1, §4.6). */
const LONGEST = {
  street: 80,
  city: 80,
  'postal code': 50,
  name: 250,
  'text before rows': 500,
  'text after rows': 500,
  product: 50,
  unit: 50,
  text: 500,
  'dimension item': 200,
} as const;

type Texts = readonly (readonly [field: string, text: string | null, longest?: keyof typeof LONGEST])[];

/**
 * What keeps an invoice from going, beside what its rows do (`planLines`): all of it at once, so that a person mends it
 * in one go.
 *
 *   of the invoice                                            | cause
 *   ----------------------------------------------------------+------------------------------------
 *   no number                                                 | invoice-number-missing
 *   no word of which company bills it, where several do       | invoice-unit-missing
 *   no day                                                    | invoice-date-missing
 *   neither a due day nor days of payment                     | invoice-payment-term-missing
 *   all its days are locked in Netvisor; an order has none    | invoice-period-locked
 *   customer not in the register, or without a number         | customer-not-found
 *   the register is not transferred, and there is no address  | invoice-address-missing
 *   an address without its street, town or Finnish post code  | invoice-address-incomplete
 *   a country that is none of Severa's                        | invoice-country-unmapped
 *   without tax inside the EU, and no VAT number              | invoice-vat-number-missing
 *   no currency; a rate that only another home currency has   | currency-missing, home-currency-differs
 *   a text that is too long; a letter that Netvisor has not   | invoice-text-too-long, invoice-letter-unknown
 *   a status that the chosen kind does not have               | invoice-status-unfit
 */
export function headerObjections(
  invoice: SalesInvoice,
  lines: readonly PlannedLine[],
  settings: LinkSettings,
): readonly Objection[] {
  const { number, date, lockedUntil } = invoice;
  return [
    ...(number === null ? [{ cause: 'invoice-number-missing' }] : []),
    ...(invoice.unitUnknown === true ? [{ cause: 'invoice-unit-missing' }] : []),
    ...(date === null ? [{ cause: 'invoice-date-missing' }] : []),
    ...((invoice.dueDate ?? invoice.paymentTermDays) ? [] : [{ cause: 'invoice-payment-term-missing' }]),
    ...(lockedUntil === null || settings.salesInvoices.as === 'order'
      ? []
      : [{ cause: 'invoice-period-locked', field: lockedUntil }]),
    ...customerObjections(invoice, settings),
    ...addressObjections(invoice, settings),
    ...vatNumberObjections(invoice, lines),
    ...currencyObjections(invoice),
    ...textObjections(invoice, lines),
    ...statusObjections(settings),
  ];
}

/** Whether an address block goes along: all of it or none, since Netvisor then fetches nothing of it (contract §4.6). */
export const hasAddress = ({ receiver }: SalesInvoice): boolean =>
  [receiver.street, receiver.postalCode, receiver.city, receiver.country].some((part) => oneLine(part) !== '');

function customerObjections({ customer }: SalesInvoice, { customers }: LinkSettings): readonly Objection[] {
  if (customers === 'none') return [];
  if (customers === 'to-netvisor') {
    return customer.registered ? [] : [{ cause: 'customer-not-found', field: customer.name ?? '' }];
  }
  return customer.number === null ? [{ cause: 'customer-not-found', field: customer.name ?? '' }] : [];
}

function addressObjections(invoice: SalesInvoice, { customers }: LinkSettings): readonly Objection[] {
  const { street, postalCode, city, country, countryCode } = invoice.receiver;
  if (!hasAddress(invoice)) return customers === 'none' ? [{ cause: 'invoice-address-missing' }] : [];
  if (countryCode === null) return [{ cause: 'invoice-country-unmapped', field: country ?? '' }];
  const asked = { street, city, ...(countryCode === 'FI' ? { 'postal code': postalCode } : {}) };
  const missing = Object.entries(asked).filter(([, part]) => oneLine(part) === '');
  return missing.map(([field]) => ({ cause: 'invoice-address-incomplete', field }));
}

function vatNumberObjections({ receiver }: SalesInvoice, lines: readonly PlannedLine[]): readonly Objection[] {
  const needed = lines.some(({ vatCode }) => vatCode !== null && needsVatNumber(vatCode));
  return needed && oneLine(receiver.vatNumber) === '' ? [{ cause: 'invoice-vat-number-missing' }] : [];
}

/**
 * Severa and Netvisor must keep their books in the same currency, which is the euro (contract netvisor §5.6). The rate
 * tells: one's own currency has 1, and no other does.
 */
function currencyObjections({ currency, currencyRate }: SalesInvoice): readonly Objection[] {
  if (currency === null) return [{ cause: 'currency-missing' }];
  if (currencyRate === null) return [];
  const isHome = currencyRate === '1';
  return isHome === (currency === HOME_CURRENCY) ? [] : [{ cause: 'home-currency-differs', field: currency }];
}

function textObjections(invoice: SalesInvoice, lines: readonly PlannedLine[]): readonly Objection[] {
  const { receiver } = invoice;
  const header: Texts = [
    ['name', receiver.name, 'name'],
    ['street', receiver.street, 'street'],
    ['city', receiver.city, 'city'],
    ['postal code', receiver.postalCode, 'postal code'],
    ['text before rows', invoice.textBefore, 'text before rows'],
    ['text after rows', invoice.textAfter, 'text after rows'],
    ['our reference', invoice.ourReference],
    ['your reference', invoice.yourReference],
    ['order number', invoice.orderNumber],
  ];
  const rows: Texts = lines.flatMap((line, at) => [
    [`row ${at + 1}: product`, line.product, 'product'] as const,
    [`row ${at + 1}: name`, line.name] as const,
    [`row ${at + 1}: unit`, line.unit, 'unit'] as const,
    [`row ${at + 1}: text`, line.text, 'text'] as const,
    ...line.dimensions.map(({ header: of, item }) => [`row ${at + 1}: ${of}`, item, 'dimension item'] as const),
  ]);
  return [...header, ...rows].flatMap(([field, text, longest]) => textObjection(field, text, longest));
}

function textObjection(field: string, text: string | null, longest?: keyof typeof LONGEST): readonly Objection[] {
  // Texts of several lines keep their line breaks, which are no letters.
  const sent = manyLines(text);
  const letter = foreignLetter(sent.replace(/[\n\t]/g, ' '));
  return [
    ...(longest !== undefined && sent.length > LONGEST[longest]
      ? [{ cause: 'invoice-text-too-long', field: `${field}: ${sent.length}/${LONGEST[longest]}` }]
      : []),
    ...(letter === null ? [] : [{ cause: 'invoice-letter-unknown', field: `${field}: ${letter}` }]),
  ];
}

const STATUSES = { invoice: ['open', 'unsent'], order: ['delivered', 'undelivered'] } as const;

function statusObjections({ salesInvoices: { as, status } }: LinkSettings): readonly Objection[] {
  const fitting: readonly string[] = STATUSES[as];
  return fitting.includes(status) ? [] : [{ cause: 'invoice-status-unfit', field: `${as}: ${status}` }];
}
