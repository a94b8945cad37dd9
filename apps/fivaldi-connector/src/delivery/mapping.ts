import type { Content, Part, Value } from './content.js';

/** A record of a register as PostgreSQL shows it: texts by field, and its children by kind and id. */
export interface RegisterRow {
  readonly fields: Readonly<Record<string, string | null>>;
  readonly children: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | null>>>>>>;
}

/**
 * How a register's value becomes one of Fivaldi's, and what Fivaldi takes (contract §1.6).
 *
 *   as       | in the register | to Fivaldi          | bound
 *   ---------+-----------------+---------------------+-----------------------------------------
 *   text     | text            | text                | its length in characters
 *   number   | 1234.5          | a number, as it is  | its digits before and after the dot
 *   boolean  | true            | true                |
 *   date     | 2025-02-03      | 03.02.2025          |
 *   code     | MAIL            | the value it stands for
 *   unheld   |                 | what it has there is no value of ours: never sent, nor taken over
 */
export type Shape =
  | { readonly as: 'text'; readonly max: number }
  | { readonly as: 'number'; readonly digits: number; readonly scale: number }
  | { readonly as: 'boolean' }
  | { readonly as: 'date' }
  | { readonly as: 'code'; readonly values: Readonly<Record<string, string>> }
  | { readonly as: 'unheld' };

/** One row of a mapping: our field, Fivaldi's, and what may stand in it. */
export interface Mapped {
  readonly field: string;
  readonly to: string;
  readonly shape: Shape;
}

/** A row of a mapping with its place in the whole record: see `flat` of `content.ts`. */
export interface Placed extends Mapped {
  /** The child of ours that it is a field of, by kind and id; of the record itself when absent. */
  readonly child?: readonly [kind: string, id: string];
}

/** The rows of a part under the part's name. */
export const placed = (name: string, mapping: readonly Mapped[], child?: Placed['child']): readonly Placed[] =>
  mapping.map((mapped) => ({ ...mapped, to: `${name}/${mapped.to}`, ...(child && { child }) }));

export const text = (field: string, to: string, max: number): Mapped => ({ field, to, shape: { as: 'text', max } });
export const number = (field: string, to: string, digits: number, scale: number): Mapped => ({
  field,
  to,
  shape: { as: 'number', digits, scale },
});
export const boolean = (field: string, to: string): Mapped => ({ field, to, shape: { as: 'boolean' } });
export const date = (field: string, to: string): Mapped => ({ field, to, shape: { as: 'date' } });
export const code = (field: string, to: string, values: Readonly<Record<string, string>>): Mapped => ({
  field,
  to,
  shape: { as: 'code', values },
});
/** `field` is emptied with Fivaldi's value, but holds none of it. */
export const unheld = (field: string, to: string): Mapped => ({ field, to, shape: { as: 'unheld' } });

/** What Fivaldi would refuse; found here it costs no request. */
export interface Unfit {
  /** Fivaldi's name of the field, with its part: `addresses/10/streetAddress`. */
  readonly field: string;
  readonly cause: 'too-long' | 'too-many-digits' | 'missing' | 'not-in-list' | 'not-euro' | 'no-price';
  readonly limit?: string;
}

export type Unfits = readonly [Unfit, ...Unfit[]];

/** The content that was mapped, or all that is unfit about it. */
export const mappingOf = (content: Content, unfit: readonly Unfit[]) => {
  const [first, ...rest] = unfit;
  return first ? ({ as: 'unfit', unfit: [first, ...rest] } as const) : ({ as: 'content', content } as const);
};

/** The mapped values, and what is unfit about them. */
export interface MappedPart {
  readonly part: Part;
  readonly unfit: readonly Unfit[];
}

export function mapPart(
  fields: Readonly<Record<string, string | null>>,
  mapping: readonly Mapped[],
  place = '',
): MappedPart {
  const unfit: Unfit[] = [];
  const part: Record<string, Value> = {};
  for (const { field, to, shape } of mapping) {
    const given = (Object.hasOwn(fields, field) ? fields[field] : null) ?? null;
    const fault = given === null ? null : faultOf(given, shape);
    if (fault) unfit.push({ field: place + to, ...fault });
    else part[to] = given === null ? null : valueOf(given, shape);
  }
  return { part, unfit };
}

function faultOf(given: string, shape: Shape): Omit<Unfit, 'field'> | null {
  switch (shape.as) {
    case 'text':
      return [...given].length > shape.max ? { cause: 'too-long', limit: String(shape.max) } : null;
    case 'number': {
      const [whole = '', part = ''] = given.replace('-', '').split('.');
      const tooMany = whole.length > shape.digits || part.length > shape.scale;
      return tooMany ? { cause: 'too-many-digits', limit: `${shape.digits},${shape.scale}` } : null;
    }
    case 'code':
      return Object.hasOwn(shape.values, given) ? null : { cause: 'not-in-list' };
    case 'boolean':
    case 'date':
    case 'unheld':
      return null;
  }
}

function valueOf(given: string, shape: Shape): Value {
  switch (shape.as) {
    case 'text':
      return given;
    case 'number':
      return { decimal: canonical(given) };
    case 'boolean':
      return given === 'true' || given === 't';
    case 'date':
      return given.split('-').reverse().join('.');
    case 'code':
      return shape.values[given] ?? null;
    case 'unheld':
      return null;
  }
}

/** PostgreSQL keeps the zeros that it was given: `1.50` is `1.5` to everybody else. */
function canonical(given: string): string {
  const shorter = given.includes('.') ? given.replace(/\.?0+$/, '') : given;
  return shorter === '-0' ? '0' : shorter;
}

/** Fivaldi's value as our register has it; `undefined` where it is none that our register could hold. */
export function registerValue(value: Value, { shape }: Mapped): string | null | undefined {
  if (value === null || value === '') return null;
  switch (shape.as) {
    case 'text':
      return typeof value === 'string' && [...value].length <= shape.max ? value : undefined;
    case 'number':
      return typeof value === 'object' ? value.decimal : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'date':
      return typeof value === 'string' ? value.split('.').reverse().join('-') : undefined;
    case 'code':
      return Object.keys(shape.values).find((ours) => shape.values[ours] === value);
    case 'unheld':
      return undefined;
  }
}

/** A part that Fivaldi shows as fields of our register; what is empty there is left out. */
export function registerFields(
  part: Part,
  mapping: readonly Mapped[],
): { readonly fields: Readonly<Record<string, string>>; readonly unfit: readonly string[] } {
  const fields: Record<string, string> = {};
  const unfit: string[] = [];
  for (const mapped of mapping) {
    const value = registerValue(part[mapped.to] ?? null, mapped);
    if (value === undefined) unfit.push(mapped.to);
    else if (value !== null) fields[mapped.field] = value;
  }
  return { fields, unfit };
}

export const namesIn = (mapping: readonly Mapped[]): readonly string[] => mapping.map(({ to }) => to);
