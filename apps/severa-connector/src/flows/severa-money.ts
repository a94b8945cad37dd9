import { decimalOf, decimalText } from '#lib/policy';

import { numberIn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';

/** A number of Severa's as a canonical decimal. */
export function plainNumber(object: SeveraObject, ...path: readonly [string, ...string[]]): string | null {
  const value = decimalOf(numberIn(object, ...path) ?? '');
  return value === null ? null : decimalText(value);
}

/**
 * A sum in the currency that is wanted: money of Severa has one of its own, and may have the same sum in others. Where
 * it is in none that fits, its own is given.
 */
export function moneyIn(
  money: unknown,
  wanted: string | null,
): { readonly amount: string | null; readonly currency: string | null } {
  const own = objectOf(money);
  const currency = textIn(own, 'currencyCode');
  const other = objectsOf(own['multiCurrencyInfo']).find((info) => textIn(info, 'currencyCode') === wanted);
  if (currency === wanted || other === undefined) return { amount: plainNumber(own, 'amount'), currency };
  return { amount: plainNumber(other, 'amount'), currency: wanted };
}
