import { decimalOf, isSame } from '#lib/policy';

import { numberIn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { plainNumber } from './severa-money.js';

/** What of an invoice in Netvisor tells which one of Severa's it is. */
export interface NetvisorInvoice {
  readonly number: string;
  readonly reference: string;
  /** A decimal. */
  readonly sum: string;
}

export type PaymentMatch =
  | { readonly as: 'one'; readonly guid: string }
  /** Severa has none: it was made in Netvisor. */
  | { readonly as: 'none' }
  /** Several of Severa's could be it, or one could but for what `words` tell of. */
  | { readonly as: 'several' | 'unlike'; readonly words: string };

/**
 * The invoice among Severa's that have the number of Netvisor's.
 *
 *   reference number    | sum       | it is
 *   --------------------+-----------+--------------------------------------------
 *   the same            | any       | the one; of several, the one of the same sum
 *   not known of both   | the same  | the one
 *   not known of both   | another   | unlike: a person has to look
 *   another             | the same  | unlike
 *   another             | another   | none: numbers of two series
 *
 * Several billing companies of one Severa may number their invoices alike (contracts/severa §3.1).
 */
export function matchByNumber(invoice: NetvisorInvoice, candidates: readonly SeveraObject[]): PaymentMatch {
  const seen = candidates.map((candidate) => ({
    candidate,
    reference: likeness(invoice.reference, textIn(candidate, 'referenceNumber') ?? ''),
    sum: isOfSum(candidate, invoice.sum),
  }));
  const possible = seen.filter(({ reference, sum }) => reference !== 'other' || sum);
  const named = possible.filter(({ reference }) => reference === 'same');
  const sure = named.length > 0 ? named : possible.filter(({ reference, sum }) => reference === 'unknown' && sum);
  const best = sure.length > 1 && sure.some(({ sum }) => sum) ? sure.filter(({ sum }) => sum) : sure;
  if (best.length > 0) return oneOf(best.map(({ candidate }) => candidate));
  return possible.length === 0 ? { as: 'none' } : { as: 'unlike', words: wordsOf(possible.map((of) => of.candidate)) };
}

/**
 * The invoice among Severa's that have the reference number of Netvisor's. A customer may have one for all of its
 * invoices, so the sum has to be the same too.
 */
export const matchByReference = (invoice: NetvisorInvoice, candidates: readonly SeveraObject[]): PaymentMatch =>
  oneOf(
    candidates.filter(
      (candidate) =>
        likeness(invoice.reference, textIn(candidate, 'referenceNumber') ?? '') === 'same' &&
        isOfSum(candidate, invoice.sum),
    ),
  );

function oneOf(candidates: readonly SeveraObject[]): PaymentMatch {
  const guids = new Set(candidates.flatMap((candidate) => textIn(candidate, 'guid') ?? []));
  const [guid] = guids;
  if (guid === undefined) return { as: 'none' };
  return guids.size === 1 ? { as: 'one', guid } : { as: 'several', words: wordsOf(candidates) };
}

/** Banks write references in groups and with zeros before them. */
function likeness(one: string, other: string): 'same' | 'other' | 'unknown' {
  const [a, b] = [one, other].map((text) => text.replace(/\s/g, '').replace(/^0+/, '').toUpperCase());
  if (!a || !b) return 'unknown';
  return a === b ? 'same' : 'other';
}

/** Whether it has this sum, tax included, in any of the currencies that Severa gives it in. */
function isOfSum(candidate: SeveraObject, sum: string): boolean {
  const wanted = decimalOf(sum);
  const total = objectOf(candidate['totalIncludingTax']);
  return [total, ...objectsOf(total['multiCurrencyInfo'])].some((money) => {
    const amount = decimalOf(plainNumber(money, 'amount') ?? '');
    return wanted !== null && amount !== null && isSame(amount, wanted);
  });
}

const MOST_WORDS = 300;

const wordsOf = (candidates: readonly SeveraObject[]): string =>
  candidates
    .map((of) =>
      [
        numberIn(of, 'number'),
        textIn(of, 'receiverCustomerName') ?? textIn(of, 'customer', 'name'),
        textIn(of, 'date'),
        plainNumber(of, 'totalIncludingTax', 'amount'),
      ]
        .filter((part) => part !== null)
        .join(' '),
    )
    .sort()
    .join('; ')
    .slice(0, MOST_WORDS);
