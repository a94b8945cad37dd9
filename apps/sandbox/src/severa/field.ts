import { type Finder, type Given, isGiven, type Model, money, type RegisterName, textIn } from './model.js';

/** What the published interface calls the type of a field. */
export type FieldType = 'text' | 'flag' | 'integer' | 'number' | 'date' | 'money' | 'ref' | 'one';

/** A field that a caller may write. */
export interface Field {
  readonly type: FieldType;
  /** It may be null. */
  readonly nullable: boolean;
  /** A new record has to have it. */
  readonly required: boolean;
  /** The parts that a patch may name after it: `guid` of a record that is referred to. */
  readonly parts: readonly string[];
  /** What is wrong with a value that is not null; null when nothing is. */
  readonly wrong: (value: unknown, finder: Finder) => string | null;
  /** What is kept of a value in which nothing is wrong. Throws for a reference that leads nowhere. */
  readonly kept: (value: unknown, finder: Finder) => unknown;
}
export type FieldTable = Readonly<Record<string, Field>>;

const plainField = (type: FieldType, fits: (value: unknown) => boolean): Field => ({
  type,
  nullable: true,
  required: false,
  parts: [],
  wrong: (value) => (fits(value) ? null : `The value is not a valid ${type}.`),
  kept: (value) => value,
});

const isText = (value: unknown): value is string => typeof value === 'string';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const text = plainField('text', isText);
export const flag = plainField('flag', (value) => typeof value === 'boolean');
export const integer = plainField('integer', Number.isSafeInteger);
export const number = plainField('number', Number.isFinite);
export const date = plainField('date', (value) => isText(value) && DAY.test(value) && isMoment(value));

/** `{amount, currencyCode}`, or of a seed the amount alone. */
export const amount: Field = {
  ...plainField('money', (value) => isGiven(value) && isText(value['currencyCode']) && isAmount(value['amount'])),
  parts: ['amount', 'currencyCode'],
  kept: (value) =>
    isGiven(value) ? money(amountOf(value), textIn(value, 'currencyCode', 'EUR')) : money(Number(value)),
};

export const one = (...values: readonly string[]): Field =>
  plainField('one', (value) => isText(value) && values.includes(value));

/** Another record: named by its guid on the wire, and shown as `show` shows it. */
export const ref = (register: RegisterName, show: (model: Model) => Given): Field => ({
  type: 'ref',
  nullable: true,
  required: false,
  parts: ['guid'],
  wrong: (value, finder) => {
    if (!isGiven(value) || !isText(value['guid'])) return 'A guid is required.';
    return finder.find(register, { guid: value['guid'] }) ? null : 'There is no such record.';
  },
  kept: (value, finder) => {
    const found = isGiven(value) ? finder.find(register, value) : undefined;
    if (!found) throw new RangeError(`nothing in ${register} is ${JSON.stringify(value)}`);
    return show(found);
  },
});

export const solid = (field: Field): Field => ({ ...field, nullable: false });
export const required = (field: Field): Field => ({
  ...solid(field),
  required: true,
  wrong: (value, finder) => (value === '' ? 'The value is required.' : field.wrong(value, finder)),
});

/** What a table has under a name; nothing that every object has. */
export const fieldOf = (table: FieldTable, name: string): Field | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Fields that every record may bring along and nobody may write. */
const STAMPS = new Set(['guid', 'createdBy', 'createdDateTime', 'lastUpdatedBy', 'lastUpdatedDateTime']);

/** What is wrong with a body for a new record: fields that are unknown, ill-formed or missing. */
export function wrongIn(body: Given, table: FieldTable, finder: Finder): { name: string; message: string }[] {
  const missing = Object.entries(table)
    .filter(([name, field]) => field.required && (body[name] ?? null) === null)
    .map(([name]) => ({ name, message: 'The value is required.' }));
  const wrong = Object.entries(body)
    .filter(([name]) => !STAMPS.has(name))
    .map(([name, value]) => ({ name, message: wrongOf(fieldOf(table, name), value, finder) }))
    .filter((it): it is { name: string; message: string } => it.message !== null);
  return [...missing, ...wrong];
}

/** What is wrong with one value; null when nothing is. */
export function wrongOf(field: Field | undefined, value: unknown, finder: Finder): string | null {
  if (!field) return 'There is no such field to write.';
  if (value !== null) return field.wrong(value, finder);
  return field.nullable || field.required ? null : 'The value may not be null.';
}

/** What is kept of given fields. Those that the table does not have stay as they are, but for stamps. */
export function kept(given: Given, table: FieldTable, finder: Finder): Given {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const entries = said.map(([name, value]) => [
    name,
    value === null ? null : (fieldOf(table, name)?.kept(value, finder) ?? value),
  ]);
  return Object.fromEntries(entries) as Given;
}

export const writable = (body: Given): Given =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !STAMPS.has(name)));

const isAmount = (value: unknown): boolean => value === null || value === undefined || Number.isFinite(value);
const amountOf = (value: Given): number | null => (typeof value['amount'] === 'number' ? value['amount'] : null);
const isMoment = (value: string): boolean => !Number.isNaN(Date.parse(value));
