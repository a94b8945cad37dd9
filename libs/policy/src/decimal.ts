/**
 * A decimal number, exactly: `units` divided by ten to the power of `places`. Sums of money, prices, quantities and
 * percents are counted with these; a float would round what nobody asked it to.
 */
export interface ExactDecimal {
  readonly units: bigint;
  readonly places: number;
}

export const ZERO: ExactDecimal = { units: 0n, places: 0 };

const TEXT = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * The number that a text or a JSON number stands for; `null`: it is none.
 *
 * A JSON number was read into a double before it came here. Its shortest text is what the sender wrote, as long as that
 * had at most 15 significant digits.
 */
export function decimalOf(value: string | number): ExactDecimal | null {
  const [, sign, whole, fraction = '', power = '0'] = TEXT.exec(String(value)) ?? [];
  if (whole === undefined) return null;
  const units = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const places = fraction.length - Number(power);
  return shortest(places < 0 ? { units: units * 10n ** BigInt(-places), places: 0 } : { units, places });
}

/** Canonical text with a point: `-1234.5`. */
export function decimalText(value: ExactDecimal): string {
  const { units, places } = shortest(value);
  return written(units, places);
}

/** Text with exactly so many decimals, rounded to them: `-1234.50`. */
export const fixedText = (value: ExactDecimal, places: number): string => written(rounded(value, places).units, places);

export function plus(...values: readonly ExactDecimal[]): ExactDecimal {
  const places = Math.max(0, ...values.map((value) => value.places));
  return { units: values.reduce((sum, value) => sum + unitsAt(value, places), 0n), places };
}

export const minus = (value: ExactDecimal, other: ExactDecimal): ExactDecimal => plus(value, negated(other));

export const times = (value: ExactDecimal, other: ExactDecimal): ExactDecimal =>
  shortest({ units: value.units * other.units, places: value.places + other.places });

export const negated = ({ units, places }: ExactDecimal): ExactDecimal => ({ units: -units, places });

/** Less than nothing, nothing, or more: -1, 0 or 1. */
export const signOf = ({ units }: ExactDecimal): -1 | 0 | 1 => (units === 0n ? 0 : units < 0n ? -1 : 1);

export const isSame = (value: ExactDecimal, other: ExactDecimal): boolean => signOf(minus(value, other)) === 0;

/**
 * Rounded to so many decimals, a half away from zero, as sums of money are in Finland. The answer has exactly those
 * places.
 *
 *   value  | to 2 decimals
 *   -------+--------------
 *   1.004  | 1.00
 *   1.005  | 1.01
 *   -1.005 | -1.01
 *   1.5    | 1.50
 */
export function rounded(value: ExactDecimal, places: number): ExactDecimal {
  if (value.places <= places) return { units: unitsAt(value, places), places };
  const step = 10n ** BigInt(value.places - places);
  const size = value.units < 0n ? -value.units : value.units;
  const whole = (size + step / 2n) / step;
  return { units: value.units < 0n ? -whole : whole, places };
}

/**
 * Exact shares rounded to so many decimals so that they add up to the whole, which is rounded first. What rounding
 * leaves over goes one unit at a time to the shares that lost the most by it, the earlier first.
 */
export function roundedTogether(shares: readonly ExactDecimal[], places: number): readonly ExactDecimal[] {
  const whole = rounded(plus(...shares), places);
  const plain = shares.map((share) => rounded(share, places));
  const missing = minus(whole, plus(...plain)).units;
  const unit = missing < 0n ? -1n : 1n;
  const lost = shares.map((share, at) => ({ at, by: minus(share, plain[at] ?? ZERO) }));
  const first = lost.toSorted((one, other) => signOf(minus(other.by, one.by)) * Number(unit));
  const chosen = new Set(first.slice(0, Number(missing * unit)).map(({ at }) => at));
  return plain.map((value, at) => (chosen.has(at) ? { units: value.units + unit, places } : value));
}

function shortest({ units, places }: ExactDecimal): ExactDecimal {
  let left = { units, places };
  while (left.places > 0 && left.units % 10n === 0n) left = { units: left.units / 10n, places: left.places - 1 };
  return left;
}

const unitsAt = (value: ExactDecimal, places: number): bigint => value.units * 10n ** BigInt(places - value.places);

function written(units: bigint, places: number): string {
  const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const text = places === 0 ? whole : `${whole}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
}
