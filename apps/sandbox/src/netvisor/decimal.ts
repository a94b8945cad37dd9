/** Places that are counted with: as many as Netvisor shows of a unit price. */
const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);

/** A number with at most twelve decimals, as an integer of its last place. */
export type Decimal = bigint;

/** Of text with a comma or none, which has been found to be a number. Decimals beyond the twelfth are cut off. */
export function decimalOf(text: string): Decimal {
  const [whole = '0', decimals = ''] = text.replace('-', '').split(',');
  const value = BigInt(whole) * ONE + BigInt(decimals.slice(0, PLACES).padEnd(PLACES, '0'));
  return text.startsWith('-') ? -value : value;
}

export const times = (a: Decimal, b: Decimal): Decimal => (a * b) / ONE;

/** A share of so many hundredths. */
export const percentOf = (value: Decimal, percent: Decimal): Decimal => times(value, percent) / 100n;

/** To so many decimals, halves away from zero. */
export function rounded(value: Decimal, places: number): Decimal {
  const unit = 10n ** BigInt(PLACES - places);
  const half = value < 0n ? -unit / 2n : unit / 2n;
  return ((value + half) / unit) * unit;
}

/** With a comma and exactly so many decimals. */
export function written(value: Decimal, places: number): string {
  const near = rounded(value, places);
  const digits = String(near < 0n ? -near : near).padStart(PLACES + 1, '0');
  const whole = digits.slice(0, -PLACES);
  const decimals = digits.slice(-PLACES).slice(0, places);
  return `${near < 0n ? '-' : ''}${whole}${places > 0 ? `,${decimals}` : ''}`;
}
