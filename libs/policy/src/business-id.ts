/** What is wrong with a business ID; `expected` is the check digit that its number has. */
export type BusinessIdFault =
  | { readonly code: 'business-id.malformed' | 'business-id.never-issued' }
  | { readonly code: 'business-id.check-digit'; readonly expected: string };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2] as const;

/**
 * What is wrong with a Finnish business ID [Y-tunnus], `null` for a sound one: seven digits, a hyphen, a check digit.
 *
 *   weighted sum of the digits, modulo 11 | check digit
 *   --------------------------------------+-------------------------------
 *   0                                     | 0
 *   1                                     | none: such numbers are not issued
 *   2 to 10                               | 11 less the remainder
 *
 * The weights are 7, 9, 10, 5, 8, 4, 2 from the left. Nothing is trimmed or mended: it has nine characters.
 */
export function businessIdFault(text: string): BusinessIdFault | null {
  const [, number, given] = /^([0-9]{7})-([0-9])$/.exec(text) ?? [];
  if (number === undefined) return { code: 'business-id.malformed' };
  const remainder = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(number[place]), 0) % 11;
  if (remainder === 1) return { code: 'business-id.never-issued' };
  const expected = String(remainder === 0 ? 0 : 11 - remainder);
  return given === expected ? null : { code: 'business-id.check-digit', expected };
}

/** A business ID with its hyphen, where it was written without; anything else as it is. */
export const hyphenated = (text: string): string => text.replace(/^([0-9]{7})([0-9])$/, '$1-$2');
