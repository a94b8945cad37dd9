import { sortableTime } from './answer.js';
import { childrenOf, textOf, type XmlElement } from './xml.js';
import type { DimensionUse } from './dimension-tree.js';
import type { Language, Organisation } from './organisation.js';
import { invalid, type Outcome } from './outcome.js';
import { faultOf, type Part } from './shape.js';

/** A call to one company that is who it says it is. */
export interface Call {
  readonly organisation: Organisation;
  readonly language: Language;
  readonly now: Date;
  /** With slash: what `Uri`s in answers begin with. */
  readonly base: string;
  /** A parameter of the query, by lower-case name; undefined where it is absent or empty. */
  readonly query: (name: string) => string | undefined;
  /** What stands in `<root>`. Null in a GET. */
  readonly body: XmlElement | null;
}

export type Handle = (call: Call) => Outcome;

export interface Resource {
  readonly method: 'GET' | 'POST';
  readonly handle: Handle;
}

export const reads = (handle: Handle): Resource => ({ method: 'GET', handle });

/** A POST whose body is of this shape; any other is refused before `handle` sees it. */
export const writes = (shape: Part, handle: (body: XmlElement, call: Call) => Outcome): Resource => ({
  method: 'POST',
  handle: (call) => {
    const { body } = call;
    if (body?.name.toLowerCase() !== shape.name) return invalid(`Element ${shape.name} is missing`);
    return faultOf(body, shape) ?? handle(body, call);
  },
});

/** What to do by the query's `method`. An edit names its target with `id`. */
export function byMethod(call: Call, add: () => Outcome, edit: (id: number) => Outcome): Outcome {
  const method = call.query('method')?.toLowerCase();
  if (method === 'add') return add();
  if (method !== 'edit') return invalid('Parameter method must be add or edit');
  const id = call.query('id');
  return id === undefined || !/^\d+$/.test(id) ? invalid('Parameter id is missing or no number') : edit(Number(id));
}

export const dimensionsOf = (element: XmlElement | undefined): DimensionUse[] =>
  (element ? childrenOf(element, 'dimension') : []).map((dimension) => ({
    name: textOf(dimension, 'dimensionname') ?? '',
    item: textOf(dimension, 'dimensionitem') ?? '',
  }));

/** Keys or codes in a list with commas; null when there are more than allowed. */
export function listOf(text: string, most: number): string[] | null {
  const all = text.split(',').map((one) => one.trim());
  return all.length > most ? null : all;
}

/** The day in Finland, `YYYY-MM-DD`. */
export const today = (call: Call): string => sortableTime(call.now).slice(0, 10);

/** Whether a moment lies within two parameters of the query; a day without a time is the whole of it. */
export function within(call: Call, from: string, to: string): (moment: string) => boolean {
  const start = call.query(from) ?? '';
  const end = call.query(to);
  const last = end === undefined ? '9' : end.length === 10 ? `${end}T23:59:59` : end;
  return (moment) => moment >= start && moment <= last;
}
