import type { LinkSettings } from '#lib/contracts';
import {
  buyerTerritory,
  creditRows,
  creditTotals,
  decimalOf,
  decimalText,
  type ExactDecimal,
  fixedText,
  invoiceTotals,
  type NetvisorVatCode,
  type RowTotal,
  type StatedTotals,
  vatCodeOf,
  ZERO,
} from '#lib/policy';

import type { Objection } from '../engine/flow.js';
import { netvisorText } from './netvisor-text.js';
import { type AccrualPeriod, type InvoiceRow, type SalesInvoice, TEMPORARY_CODE } from './sales-invoice.js';

/** A row as it is sent. */
export interface PlannedLine {
  readonly product: string;
  readonly name: string;
  /** What the name has no room for, and the comment. */
  readonly text: string | null;
  readonly quantity: ExactDecimal;
  readonly unit: string | null;
  readonly unitPrice: ExactDecimal;
  readonly percent: string;
  /** `null`: it cannot be told; there is an objection then. */
  readonly vatCode: NetvisorVatCode | null;
  /** `null`: the rows do not add up to the invoice; there is an objection then. */
  readonly total: RowTotal | null;
  readonly account: string | null;
  readonly dimensions: readonly Dimension[];
  readonly period: AccrualPeriod | null;
  /** Several people worked on it, so it is no single one's dimension. */
  readonly usersLeftOut: boolean;
}

export interface Dimension {
  readonly header: string;
  readonly item: string;
}

export interface PlannedLines {
  readonly lines: readonly PlannedLine[];
  readonly gross: ExactDecimal | null;
  readonly objections: readonly Objection[];
}

/** Of Netvisor's product name; the whole description is in the row's free text when it is longer (contract §4.6). */
const LONGEST_PRODUCT_NAME = 50;

type Draft = Omit<PlannedLine, 'total'> & { readonly ofPercent: ExactDecimal };

/** The rows as Netvisor is to have them, and everything that keeps them from going. */
export function planLines(invoice: SalesInvoice, settings: LinkSettings): PlannedLines {
  if (invoice.rows.length === 0) return { lines: [], gross: null, objections: [{ cause: 'invoice-without-rows' }] };
  const planned = invoice.rows.map((row, at) => planRow(row, `row ${at + 1}`, invoice, settings));
  const rows = planned.flatMap(({ draft }) => draft ?? []);
  const objections = [...planned.flatMap((row) => row.objections), ...periodObjections(invoice.rows)];
  const drafts = invoice.credit ? creditRows(rows) : rows;
  // A row that could not be read has an objection of its own; the sums without it would only say so again.
  if (drafts.length < planned.length) return { lines: withTotals(drafts, []), gross: null, objections };
  const { totals, gross, objection } = addedUp(drafts, invoice);
  return { lines: withTotals(drafts, totals), gross, objections: objection ? [...objections, objection] : objections };
}

const withTotals = (drafts: readonly Draft[], totals: readonly RowTotal[]): readonly PlannedLine[] =>
  drafts.map(({ ofPercent: _, ...draft }, at) => ({ ...draft, total: totals[at] ?? null }));

interface AddedUp {
  readonly totals: readonly RowTotal[];
  readonly gross: ExactDecimal | null;
  readonly objection?: Objection;
}

function addedUp(drafts: readonly Draft[], invoice: SalesInvoice): AddedUp {
  const net = decimalOf(invoice.net ?? '');
  const tax = decimalOf(invoice.tax ?? '');
  if (net === null || tax === null) return { totals: [], gross: null, objection: { cause: 'total-missing' } };
  const stated = invoice.credit ? creditTotals({ net, tax }) : { net, tax };
  const billed = drafts.map(({ quantity, unitPrice, ofPercent }) => ({ quantity, unitPrice, percent: ofPercent }));
  const totals = invoiceTotals(billed, stated);
  if (totals.as === 'agree') return { totals: totals.rows, gross: totals.gross };
  const field = `rows ${sumText(totals.counted)}, invoice ${sumText(stated)}`;
  return { totals: [], gross: null, objection: { cause: 'total-differs', field } };
}

const sumText = ({ net, tax }: StatedTotals): string => `${fixedText(net, 2)} + ${fixedText(tax, 2)}`;

interface PlannedRow {
  readonly draft: Draft | null;
  readonly objections: readonly Objection[];
}

function planRow(row: InvoiceRow, field: string, invoice: SalesInvoice, settings: LinkSettings): PlannedRow {
  const quantity = decimalOf(row.quantity ?? '');
  const unitPrice = decimalOf(row.unitPrice ?? '');
  const product = productOf(row, settings);
  const vat = vatOf(row, invoice, settings);
  const { dimensions, mixed, usersLeftOut } = dimensionsOf(row, settings);
  const objections: Objection[] = [
    ...('cause' in product ? [{ ...product, field }] : []),
    ...('objection' in vat ? [{ cause: vat.objection, field: `${field}: ${row.percent ?? '-'} %` }] : []),
    ...mixed.map((header) => ({ cause: 'dimension-several', field: `${field}: ${header}` })),
    ...(invoice.currency === null || row.priceCurrency === invoice.currency
      ? []
      : [{ cause: 'currency-mixed', field }]),
  ];
  if (quantity === null || unitPrice === null) {
    return { draft: null, objections: [...objections, { cause: 'row-incomplete', field }] };
  }
  const name = oneLine(row.description) || (row.codes[0] ?? '');
  if (name === '') objections.push({ cause: 'row-without-description', field });
  const draft: Draft = {
    product: 'code' in product ? product.code : '',
    ...namesOf(name, row),
    quantity,
    unit: oneLine(row.unit) || null,
    unitPrice,
    percent: row.percent ?? '0',
    ofPercent: decimalOf(row.percent ?? '') ?? ZERO,
    vatCode: 'code' in vat ? vat.code : null,
    account: (row.period !== null ? row.recurringAccount : null) ?? row.salesAccount,
    dimensions,
    period: row.period === 'unclear' ? null : row.period,
    usersLeftOut,
  };
  return { draft, objections };
}

/** The name within its length; nothing of a longer description is lost. */
function namesOf(description: string, row: InvoiceRow): Pick<PlannedLine, 'name' | 'text'> {
  const long = description.length > LONGEST_PRODUCT_NAME;
  const text = [long ? description : '', manyLines(row.comment)].filter((part) => part !== '').join('\n');
  return { name: long ? shortened(description) : description, text: text || null };
}

/** Cut between words, unless that would leave less than half. */
function shortened(text: string): string {
  const cut = text.slice(0, LONGEST_PRODUCT_NAME + 1);
  const space = cut.lastIndexOf(' ');
  return (space > LONGEST_PRODUCT_NAME / 2 ? cut.slice(0, space) : text.slice(0, LONGEST_PRODUCT_NAME)).trimEnd();
}

/** A text of one line: line breaks and runs of spaces are one space. */
export const oneLine = (text: string | null): string => netvisorText((text ?? '').replace(/\s+/g, ' '));

/** A text that keeps its lines. */
export const manyLines = (text: string | null): string => netvisorText((text ?? '').replace(/\r\n?/g, '\n'));

/**
 * The product of a row.
 *
 *   products move  | codes of the row | product
 *   ---------------+------------------+----------------------------------------
 *   none           | any              | TEMP
 *   to either side | one              | that code
 *   to either side | none             | product-code-missing
 *   to either side | several          | product-code-several: the row is of many
 */
function productOf({ codes }: InvoiceRow, { products }: LinkSettings): { readonly code: string } | Objection {
  if (products === 'none') return { code: TEMPORARY_CODE };
  const [code, another] = codes;
  if (code === undefined) return { cause: 'product-code-missing' };
  // As the product register has written it there.
  return another === undefined ? { code: netvisorText(code) } : { cause: 'product-code-several' };
}

function vatOf(row: InvoiceRow, invoice: SalesInvoice, settings: LinkSettings): ReturnType<typeof vatCodeOf> {
  const { domesticZero, euServices } = settings.salesInvoices.vatCodes;
  const percent = decimalOf(row.percent ?? '');
  return vatCodeOf(
    {
      percent: percent === null ? null : decimalText(percent),
      day: invoice.entryDate ?? invoice.date ?? '',
      buyer: buyerTerritory(invoice.receiver.countryCode),
      reverseCharge: invoice.reverseCharge,
      sold: row.sold,
      zeroCategory: invoice.zeroCategory,
    },
    { domestic: domesticZero, euServices },
  );
}

/**
 * The dimensions of a row under the headers that were chosen. A row of several projects or units cannot be divided here,
 * so it is objected to; of several people it merely has none.
 */
function dimensionsOf(
  row: InvoiceRow,
  settings: LinkSettings,
): { readonly dimensions: readonly Dimension[]; readonly mixed: readonly string[]; readonly usersLeftOut: boolean } {
  const headers = settings.salesInvoices.dimensions;
  const wanted = [
    { header: headers.project, items: row.projects },
    { header: headers.businessUnit, items: row.businessUnits },
    { header: headers.costCenter, items: row.costCenters },
  ];
  const mixed = wanted.flatMap(({ header, items }) => (header !== null && items.length > 1 ? [header] : []));
  const usersLeftOut = headers.user !== null && row.users.length > 1;
  const dimensions = [...wanted, { header: headers.user, items: row.users }].flatMap(({ header, items }) => {
    const [item = ''] = items.length === 1 ? items.map(oneLine) : [];
    return header === null || item === '' ? [] : [{ header, item }];
  });
  return { dimensions, mixed, usersLeftOut };
}

/** Rows that are accrued over different months belong on invoices of their own (contract netvisor §5.6). */
function periodObjections(rows: readonly InvoiceRow[]): readonly Objection[] {
  const unclear = rows.flatMap(({ period }, at) =>
    period === 'unclear' ? [{ cause: 'accrual-period-unclear', field: `row ${at + 1}` }] : [],
  );
  const periods = new Set(rows.flatMap(({ period }) => (isPeriod(period) ? [`${period.from}–${period.until}`] : [])));
  return periods.size > 1 ? [...unclear, { cause: 'accrual-periods-differ', field: [...periods].join(', ') }] : unclear;
}

const isPeriod = (period: InvoiceRow['period']): period is AccrualPeriod => period !== null && period !== 'unclear';
