import { type Finder, type Given, guidIn, type Model, textIn } from './model.js';
import type { Stored } from './register.js';

/** A parameter of a list that leaves records out. */
export interface Filter {
  readonly name: string;
  /** It may stand several times, and any of the values will do. */
  readonly many: boolean;
  /** The value that a text says; undefined for one that says none. */
  readonly read: (text: string) => unknown;
  /** Whether a record stays, for one of the values. */
  readonly fits: (stored: Stored, value: unknown, finder: Finder) => boolean;
}

const whole = (text: string): unknown => (/^-?\d+$/.test(text) ? Number(text) : undefined);
const decimal = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);
const asIs = (text: string): unknown => text;
const TRUTHS = new Map([
  ['true', true],
  ['false', false],
]);
const truth = (text: string): unknown => TRUTHS.get(text.toLowerCase());

/** A day alone, or a moment; without a zone it is UTC. */
function milliseconds(text: string): unknown {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return undefined;
  const moment = Date.parse(/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

const filter = (
  name: string,
  read: Filter['read'],
  fits: (model: Model, value: never, stored: Stored, finder: Finder) => boolean,
  many = false,
): Filter => ({
  name,
  many,
  read,
  fits: (stored, value, finder) => fits(stored.model, value as never, stored, finder),
});

/** What a filter looks at; a list of values fits by any of them. */
type Of = (model: Model, finder: Finder) => unknown;

/** `true` or `false`: only those; without it all. */
export const flagged = (name: string, of = 'isActive'): Filter =>
  filter(name, truth, (model, value: boolean) => model[of] === value);

/** Added or changed then or later. */
export const since = (name = 'changedSince'): Filter =>
  filter(name, milliseconds, (_, value: number, { changedAt }) => changedAt >= value);

const among = (read: Filter['read']) => (name: string, of: Of) =>
  filter(
    name,
    read,
    (model, value: unknown, _, finder) => {
      const own = of(model, finder);
      return Array.isArray(own) ? own.includes(value) : own === value;
    },
    true,
  );
export const textsAmong = among(asIs);
export const wholesAmong = among(whole);

/** Any of the guids is that of the record that a field refers to. */
export const referring = (name: string, to: string): Filter => textsAmong(name, (model) => guidIn(model, to));

/** Equal; an empty one asks nothing. */
export const equalling = (name: string, of: Of = (model) => model[name]): Filter =>
  filter(name, asIs, (model, value: string, _, finder) => value === '' || of(model, finder) === value);

/** Some field has the text in it, in whatever case. */
export const searching = (...fields: string[]): Filter =>
  filter('textToSearch', asIs, (model, value: string) =>
    fields.some((name) => textIn(model, name).toLowerCase().includes(value.toLowerCase())),
  );

const moment = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** A day or moment that is not before, or not after. */
export const from = (name: string, of: string): Filter =>
  filter(name, milliseconds, (model, value: number) => moment(model[of]) >= value);
export const until = (name: string, of: string): Filter =>
  filter(name, milliseconds, (model, value: number) => moment(model[of]) <= value);

export const atLeast = (name: string, of: Of): Filter =>
  filter(name, decimal, (model, value: number, _, finder) => Number(of(model, finder)) >= value);
export const atMost = (name: string, of: Of): Filter =>
  filter(name, decimal, (model, value: number, _, finder) => Number(of(model, finder)) <= value);

/** Guids in a list of references. */
export const guidsOf = (model: Given, name: string): unknown[] => {
  const list = model[name];
  return Array.isArray(list) ? list.map((one: Given) => one['guid']) : [];
};
