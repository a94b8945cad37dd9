import type { FieldFact, FieldTable } from './facts/field.js';

/** What is wrong with a body, by the field's path: `customerEntityAddressDTOS[0].countryCode`. */
export interface FieldFault {
  readonly field: string | null;
  readonly message: string;
}

/** An object of JSON whose fields have been checked, or not yet. */
export type Dto = Record<string, unknown>;

export const isDto = (value: unknown): value is Dto =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every fault of a body against its table. Fields that the table does not know are passed over, as Fivaldi does. */
export function faultsIn(value: unknown, table: FieldTable, path = ''): FieldFault[] {
  if (!isDto(value)) return [{ field: path || null, message: 'must be an object' }];
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const missing = table.required.filter((name) => value[name] === undefined || value[name] === null);
  return [
    ...missing.map((name) => ({ field: at(name), message: 'must not be null' })),
    ...Object.entries(table.fields)
      .filter(([name]) => value[name] !== undefined && !missing.includes(name))
      .flatMap(([name, fact]) => faultsOfField(value[name], fact, at(name))),
  ];
}

function faultsOfField(value: unknown, fact: FieldFact, field: string): FieldFault[] {
  if (value === null) return fact.nullable ? [] : [{ field, message: 'must not be null' }];
  if (fact.type === 'object') return faultsIn(value, fact.of, field);
  if (fact.type === 'list') {
    if (!Array.isArray(value)) return [{ field, message: 'must be an array' }];
    return value.flatMap((item: unknown, index) => faultsIn(item, fact.of, `${field}[${index}]`));
  }
  const message = faultOfValue(value, fact);
  return message === null ? [] : [{ field, message }];
}

function faultOfValue(value: unknown, fact: Exclude<FieldFact, { type: 'object' | 'list' }>): string | null {
  switch (fact.type) {
    case 'text': {
      if (typeof value !== 'string') return 'must be a string';
      const fits = value.length >= fact.min && value.length <= fact.max;
      return fits ? null : `size must be between ${fact.min} and ${fact.max}`;
    }
    case 'code':
      return fact.codes.some((code) => code === value) ? null : `must be one of ${fact.codes.join(', ')}`;
    case 'day':
      return typeof value === 'string' && dayNumber(value) !== null ? null : 'must be a date, dd.mm.yyyy';
    case 'flag':
      return typeof value === 'boolean' ? null : 'must be a boolean';
    case 'number': {
      if (typeof value !== 'number') return 'must be a number';
      if (Math.abs(value) > fact.max) return `must be less than or equal to ${fact.max}`;
      return Number(value.toFixed(fact.decimals)) === value ? null : `must have at most ${fact.decimals} decimals`;
    }
  }
}

/** A day as one comparable number, `20250203` for `03.02.2025`; null for what is no day of the calendar. */
export function dayNumber(text: string): number | null {
  const [, day, month, year] = /^(\d{2})\.(\d{2})\.(\d{4})$/.exec(text) ?? [];
  if (day === undefined || month === undefined || year === undefined) return null;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const same = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
  return same ? Number(`${year}${month}${day}`) : null;
}

/** The fields of a body that a caller may set, as they are: absent stays absent, null is null. */
export function settable(body: Dto, table: FieldTable): Dto {
  const mine = Object.keys(table.fields).filter((name) => !table.own.includes(name) && body[name] !== undefined);
  return Object.fromEntries(mine.map((name) => [name, body[name]]));
}

/** What a record has where nobody gave anything: null, 0 or false. */
export function defaultsOf(table: FieldTable): Dto {
  const mine = Object.entries(table.fields).filter(([name]) => !table.own.includes(name));
  return Object.fromEntries(mine.map(([name, fact]) => [name, defaultOf(fact)]));
}

function defaultOf(fact: FieldFact): unknown {
  if (fact.type === 'flag') return false;
  return fact.type === 'number' ? 0 : null;
}
