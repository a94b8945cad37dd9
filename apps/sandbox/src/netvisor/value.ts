import { COUNTRIES } from './shapes/countries.js';

/** What an element may hold. `mayBeEmpty`: even where the element is mandatory. */
export type Value = { readonly mayBeEmpty?: true } & (
  | { readonly type: 'text'; readonly max: number | null }
  | { readonly type: 'code'; readonly codes: readonly string[] }
  | { readonly type: 'decimal' | 'integer' | 'flag' | 'day' | 'moment' | 'time' | 'country' | 'base64' }
);

/** Characters, spaces and line breaks counted. */
export const text = (max: number | null = null): Value => ({ type: 'text', max });
export const code = (...codes: readonly string[]): Value => ({ type: 'code', codes });
export const decimal: Value = { type: 'decimal' };
export const integer: Value = { type: 'integer' };
export const flag: Value = { type: 'flag' };
export const day: Value = { type: 'day' };
/** `YYYY-MM-DD HH:mm:ss`. */
export const moment: Value = { type: 'moment' };
/** `8:00`. */
export const time: Value = { type: 'time' };
export const country: Value = { type: 'country' };
export const base64: Value = { type: 'base64' };
export const orEmpty = (value: Value): Value => ({ ...value, mayBeEmpty: true });

export interface ValueFault {
  readonly isSize: boolean;
  readonly text: string;
}

const wrong = (message: string): ValueFault => ({ isSize: false, text: message });

/** What is wrong with a value that is not empty; null when nothing is. */
export function faultOfValue(given: string, value: Value): ValueFault | null {
  switch (value.type) {
    case 'text': {
      const length = [...given].length;
      if (value.max === null || length <= value.max) return null;
      return { isSize: true, text: `is ${length} characters long, at most ${value.max} are allowed` };
    }
    case 'code':
      return value.codes.includes(given) ? null : wrong(`may not be ${given}`);
    case 'decimal':
      if (/^-?\d+\.\d+$/.test(given)) return wrong('needs a comma for its decimals');
      return /^-?\d+(,\d+)?$/.test(given) ? null : wrong('is not a number');
    case 'integer':
      return /^-?\d+$/.test(given) ? null : wrong('is not an integer');
    case 'flag':
      return given === '0' || given === '1' ? null : wrong('must be 0 or 1');
    case 'day':
      return isDay(given) ? null : wrong('is not a date, YYYY-MM-DD');
    case 'moment':
      return isMoment(given) ? null : wrong('is not a time, YYYY-MM-DD HH:mm:ss');
    case 'time':
      return /^([01]?\d|2[0-3]):[0-5]\d$/.test(given) ? null : wrong('is not a time of day');
    case 'country':
      return COUNTRIES.has(given) ? null : wrong(`is not a country of ISO 3166: ${given}`);
    case 'base64':
      return isBase64(given) ? null : wrong('is not Base64');
  }
}

/** A day of the calendar, `YYYY-MM-DD`. */
export function isDay(given: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(given)) return false;
  const date = new Date(`${given}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(given);
}

function isMoment(given: string): boolean {
  const [date = '', clock = ''] = given.split(' ');
  return isDay(date) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(clock);
}

/** Linear even for megabytes: the characters, then the length. */
function isBase64(given: string): boolean {
  const plain = given.replaceAll(/\s/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}
