import { type ExactDecimal, isSame, negated, plus, rounded, roundedTogether, signOf, times } from './decimal.js';

/** A row as it was billed: without tax. */
export interface BilledRow {
  readonly quantity: ExactDecimal;
  readonly unitPrice: ExactDecimal;
  /** VAT, as a percent: 25.5. */
  readonly percent: ExactDecimal;
}

/** What a row comes to, in two decimals. */
export interface RowTotal {
  readonly net: ExactDecimal;
  readonly tax: ExactDecimal;
  readonly gross: ExactDecimal;
}

/** What the invoice itself says that it comes to. */
export interface StatedTotals {
  readonly net: ExactDecimal;
  readonly tax: ExactDecimal;
}

export type InvoiceTotals =
  | { readonly as: 'agree'; readonly rows: readonly RowTotal[]; readonly gross: ExactDecimal }
  /** `counted` is what the rows come to; nothing of how they may be rounded makes them agree. */
  | { readonly as: 'differ'; readonly counted: StatedTotals };

const HUNDREDTH: ExactDecimal = { units: 1n, places: 2 };
const CENTS = 2;

/**
 * The sums of an invoice's rows, such that they add up to what the invoice says, or that they do not.
 *
 * Nobody says how Severa rounds, so these are tried in order; the first that gives both the stated sum and the stated tax
 * is taken:
 *
 *   row sums              | tax
 *   ----------------------+--------------------------------------------------
 *   each row by itself    | each row by itself
 *   each row by itself    | each rate by its rows' sum, shared among them
 *   all rows together     | each row by itself
 *   all rows together     | each rate by its rows' sum, shared among them
 *
 * A half is rounded away from zero. An invoice that no line fits is not sent: its books would differ from its paper.
 */
export function invoiceTotals(rows: readonly BilledRow[], stated: StatedTotals): InvoiceTotals {
  const exact = rows.map(({ quantity, unitPrice }) => times(quantity, unitPrice));
  const percents = rows.map(({ percent }) => percent);
  const ways = [exact.map((net) => rounded(net, CENTS)), roundedTogether(exact, CENTS)].flatMap((nets) => [
    { nets, taxes: nets.map((net, at) => rounded(taxOn(net, percents[at]), CENTS)) },
    { nets, taxes: taxesByRate(nets, percents) },
  ]);
  const [first] = ways;
  const fits = ways.find(({ nets, taxes }) => isSame(plus(...nets), stated.net) && isSame(plus(...taxes), stated.tax));
  if (fits === undefined) {
    return { as: 'differ', counted: { net: plus(...(first?.nets ?? [])), tax: plus(...(first?.taxes ?? [])) } };
  }
  const totals = fits.nets.map((net, at) => rowTotal(net, fits.taxes[at]));
  return { as: 'agree', rows: totals, gross: plus(...totals.map(({ gross }) => gross)) };
}

const rowTotal = (net: ExactDecimal, tax: ExactDecimal = { units: 0n, places: CENTS }): RowTotal => ({
  net,
  tax,
  gross: plus(net, tax),
});

const taxOn = (net: ExactDecimal, percent: ExactDecimal = { units: 0n, places: 0 }): ExactDecimal =>
  times(times(net, percent), HUNDREDTH);

/** Each rate's tax is rounded once, and shared among its rows to the cent. */
function taxesByRate(nets: readonly ExactDecimal[], percents: readonly ExactDecimal[]): readonly ExactDecimal[] {
  const taxes: ExactDecimal[] = nets.map(() => ({ units: 0n, places: CENTS }));
  for (const [first, percent] of percents.entries()) {
    if (percents.findIndex((other) => isSame(other, percent)) !== first) continue;
    const members = percents.flatMap((other, at) => (isSame(other, percent) ? [at] : []));
    const shares = roundedTogether(
      members.map((at) => taxOn(nets[at] ?? { units: 0n, places: 0 }, percent)),
      CENTS,
    );
    for (const [place, at] of members.entries()) taxes[at] = shares[place] ?? { units: 0n, places: CENTS };
  }
  return taxes;
}

/**
 * Rows of a credit note as Netvisor wants them: negative quantities, prices as they are billed, a total below zero.
 *
 *   quantity | unit price | a credit of it
 *   ---------+------------+---------------------------------------------------------------
 *   2        | 50         | -2 × 50, when the rows of the note come to more than nothing
 *   -2       | 50         | as it is, when they come to less
 *   2        | -50        | -2 × 50: the sign belongs to the quantity
 *
 * Source: contracts/netvisor §4.6 (credit note). How Severa signs the rows of one is documented nowhere.
 */
export function creditRows<Row extends Pick<BilledRow, 'quantity' | 'unitPrice'>>(
  rows: readonly Row[],
): readonly Row[] {
  const whole = plus(...rows.map(({ quantity, unitPrice }) => times(quantity, unitPrice)));
  const turned = signOf(whole) > 0 ? rows.map((row) => ({ ...row, quantity: negated(row.quantity) })) : rows;
  return turned.map((row) =>
    signOf(row.unitPrice) < 0 ? { ...row, quantity: negated(row.quantity), unitPrice: negated(row.unitPrice) } : row,
  );
}

/** The same sums below zero. */
export const creditTotals = ({ net, tax }: StatedTotals): StatedTotals =>
  signOf(net) > 0 || (signOf(net) === 0 && signOf(tax) > 0) ? { net: negated(net), tax: negated(tax) } : { net, tax };
