/** A number that must reach the other side digit by digit; a double would round the sixteenth. */
export interface Decimal {
  /** Canonical: `-1234.5`. */
  readonly decimal: string;
}

export type Json =
  string | number | boolean | null | Decimal | readonly Json[] | { readonly [name: string]: Json | undefined };

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** JSON in which a {@link Decimal} is a number, written as it stands. Absent properties are left out. */
export function jsonText(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`;
  if (isDecimal(value)) {
    if (!DECIMAL.test(value.decimal)) throw new TypeError('Not a decimal number');
    return value.decimal;
  }
  const properties = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return `{${properties.map(([name, inner]) => `${JSON.stringify(name)}:${jsonText(inner)}`).join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const isDecimal = (value: object): value is Decimal => 'decimal' in value && typeof value.decimal === 'string';
