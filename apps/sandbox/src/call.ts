import type { Company } from './company.js';
import type { FieldTable } from './facts/field.js';
import { dayNumber, type Dto, type FieldFault, faultsIn, isDto } from './field-check.js';
import { wallDay } from './helsinki.js';
import type { Area } from './right.js';
import { type Family, invalid, type Outcome, refused } from './wire.js';

/** One call to one company, after signature, limit and rights. */
export interface Call {
  readonly company: Company;
  readonly partner: string;
  /** The path's parts in braces, decoded. */
  readonly path: (name: string) => string;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined where the call has none. */
  readonly body: unknown;
  readonly file: { readonly contentType: string; readonly bytes: Buffer } | null;
  readonly now: Date;
}

/** One operation of the API. `path` stands after `/companies/{cuid}`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly area: Area;
  readonly family: Family;
  /** The body is a file in a multipart form, whose bytes and type are not signed. */
  readonly takesFile?: true;
  readonly handle: (call: Call) => Outcome;
}

/** The body as one checked object, or every fault of it. */
export function checkedBody(call: Call, table: FieldTable): { body: Dto } | { faults: readonly FieldFault[] } {
  const faults = faultsIn(call.body, table);
  return faults.length > 0 || !isDto(call.body) ? { faults } : { body: call.body };
}

/** Handles a call that has one object for a body; a faulty body is refused before `handle` sees it. */
export const withBody =
  (table: FieldTable, handle: (body: Dto, call: Call) => Outcome) =>
  (call: Call): Outcome => {
    const checked = checkedBody(call, table);
    return 'faults' in checked ? invalid(checked.faults) : handle(checked.body, call);
  };

/**
 * Whether a moment is on or after the day that the query names: day precision, in Finland. Without the parameter every
 * moment is. Null when the parameter is no day.
 */
export function sinceDay(call: Call, parameter: string): ((at: Date) => boolean) | null {
  const asked = call.query.get(parameter);
  if (asked === null) return () => true;
  const from = dayNumber(asked);
  return from === null ? null : (at) => (dayNumber(wallDay(at)) ?? 0) >= from;
}

/** The answer to a parameter that is no day. */
export const notADay = (parameter: string): Outcome => refused('must be a date, dd.mm.yyyy', parameter);

/** The query's `fields`, a list with commas, narrows an object of the answer; without it the object is whole. */
export function narrowed(value: Dto, call: Call): Dto {
  const fields = call.query.get('fields');
  if (fields === null || fields === '') return value;
  const wanted = new Set(fields.split(',').map((field) => field.trim()));
  return Object.fromEntries(Object.entries(value).filter(([name]) => wanted.has(name)));
}

/** The operations of one area. */
export const routesOf = (
  area: Area,
  family: Family,
  routes: readonly Omit<Route, 'area' | 'family'>[],
): readonly Route[] => routes.map((route) => ({ ...route, area, family }));
