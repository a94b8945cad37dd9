import { createHash } from 'node:crypto';

import { type Decimal, type Json, jsonText } from '#lib/upstream';

/** One value of a record as Fivaldi is given it; `null` is empty. */
export type Value = string | boolean | null | Decimal;
export type Part = Readonly<Record<string, Value>>;

/**
 * A record as Fivaldi should have it: what its register says once, and its parts that have methods of their own
 * (addresses, bank accounts, descriptions), by a name that stays theirs: `addresses/10`.
 */
export interface Content {
  readonly core: Part;
  readonly parts: Readonly<Record<string, Part>>;
}

/** What Fivaldi has of a part; its id there, where it was told. */
export interface KnownPart {
  readonly id: string | null;
  readonly as: Part;
}

/** What Fivaldi has of a record, by its own last word. */
export interface Known {
  /** `null`: there is no such record. Otherwise what it is called there: a customer's number, an order's id. */
  readonly id: string | null;
  /** `null`: it is there, but what it holds was not read. */
  readonly core: Part | null;
  readonly parts: Readonly<Record<string, KnownPart>>;
  /** It was made, and the answer named the batch that it is in, not itself. */
  readonly batch?: string;
  /** When Fivaldi says that it was last changed, after our own last change of it. */
  readonly changed?: string;
  /** A list has shown that somebody else changed it since: it has to be read before anything is sent. */
  readonly stale?: true;
  /** Of a kind that is changed as a whole: how Fivaldi showed it last, with what it had filled in itself. */
  readonly shown?: Content;
  /** For which change of ours it was read last, and when, in the database's time. */
  readonly read?: { readonly mark: string; readonly at: string };
}

/** Everything of a record in one: a field of a part stands under the part's name, `addresses/10/streetAddress`. */
export function flat(core: Part, parts: Readonly<Record<string, Part>>): Part {
  const named = Object.entries(parts).flatMap(([name, part]) =>
    Object.entries(part).map(([field, value]) => [`${name}/${field}`, value] as const),
  );
  return { ...core, ...Object.fromEntries(named) };
}

/** The core and the parts that {@link flat} has made one. */
export function unflat(values: Part): Content {
  const core: Record<string, Value> = {};
  const parts: Record<string, Record<string, Value>> = {};
  for (const [path, value] of Object.entries(values)) {
    const end = path.lastIndexOf('/');
    if (end < 0) core[path] = value;
    else (parts[path.slice(0, end)] ??= {})[path.slice(end + 1)] = value;
  }
  return { core, parts };
}

export const ABSENT: Known = { id: null, core: null, parts: {} };

/** Whether two values are one to Fivaldi: it has no difference between empty and unset, nor between unset and no. */
export const sameValue = (a: unknown, b: unknown): boolean => plain(a) === plain(b);

function plain(value: unknown): unknown {
  if (value === undefined || value === '' || value === false) return null;
  if (typeof value === 'object' && value !== null && 'decimal' in value) return Number(value.decimal);
  return value;
}

/** The values of `wanted` that differ from what there is. */
export function differing(there: Readonly<Record<string, unknown>>, wanted: Part): Part {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => !sameValue(Object.hasOwn(there, name) ? there[name] : null, value),
    ),
  );
}

export const isEmpty = (part: object): boolean => Object.keys(part).length === 0;

/** Without what is empty: a new record has nothing to be emptied. */
export const filled = (part: Part): Part =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null));

/** Of what Fivaldi said about a record, the values that we deliver. */
export function valuesOf(said: unknown, names: readonly string[]): Part {
  const record = said !== null && typeof said === 'object' ? (said as Readonly<Record<string, unknown>>) : {};
  return Object.fromEntries(names.map((name) => [name, valueOf(Object.hasOwn(record, name) ? record[name] : null)]));
}

function valueOf(said: unknown): Value {
  if (typeof said === 'string' || typeof said === 'boolean') return said;
  // Their number was a double in between; its shortest form is what was meant.
  return typeof said === 'number' && !/e/.test(String(said)) ? { decimal: String(said) } : null;
}

/** Names a content: two that are equal need no request. */
export function hashOf(content: Content): string {
  return createHash('sha256')
    .update(jsonText(sorted(content as unknown as Json)))
    .digest('hex');
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  const entries = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
