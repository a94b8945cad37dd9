import { decimalOf, fixedText } from '#lib/policy';

/**
 * A decimal as Netvisor writes it: with a comma and exactly so many places (contract §2). What is no decimal is given
 * back as it stands.
 */
export function netvisorNumber(text: string, places = 2): string {
  const value = decimalOf(text);
  return value === null ? text : fixedText(value, places).replace('.', ',');
}

/** More places than any price has; what lies beyond is what a double adds to a sum. */
const MOST_PLACES = 6;

/**
 * The same with two places, or as many as it has: a price or a quantity that were rounded to two would come to another
 * sum there.
 */
export function exactNetvisorNumber(text: string): string {
  const value = decimalOf(text);
  const places = value === null ? 0 : (decimalOf(fixedText(value, MOST_PLACES))?.places ?? 0);
  return netvisorNumber(text, Math.max(2, places));
}

/** A decimal as Netvisor answers with it, by comma or point; canonical, `null` where there is none. */
export function decimalIn(text: string | undefined): string | null {
  const plain = (text ?? '').replace(/[\s\u00a0]/g, '').replace(',', '.');
  return decimalOf(plain) === null ? null : plain;
}
