import { type ValueFault, type ValueReader, trimmed, valueReader } from './field-value.js';
import type { ChildTable, Field, FieldType, Label, RecordTable } from './record-table.js';
import type { Children, RecordReason } from './record.js';
import { unwritable } from './written-text.js';

type Values = Readonly<Record<string, string | null>>;

/** A record as a person gives it, by the register's own names. A child has its id in its id field. */
export interface GivenRecord {
  readonly fields: Values;
  readonly children: Readonly<Record<string, readonly Values[]>>;
}

/** One thing wrong with it. Never carries the value. */
export interface GivenFault {
  /** JSON Pointer (RFC 6901) into the record: `/fields/name1`, `/children/addresses/0/country`; `/key`. */
  readonly pointer: string;
  /** What the field is called. */
  readonly label: Label;
  readonly reason: RecordReason;
  readonly limit?: number | string;
}

export interface ReadGiven {
  /** In canonical texts; what was at fault is not in it. */
  readonly fields: Values;
  readonly children: Children;
  /** Empty when the record may go in; at most fifty. */
  readonly faults: readonly GivenFault[];
}

const MOST_FAULTS = 50;

/**
 * Reads a record by the rules that documents are read by, and finds every fault at once.
 *
 * `standing`: the children that the record has and keeps, when only a part of it is given: then nothing that it has
 * already is demanded. `null`: the whole record is given.
 */
export function readGiven(table: RecordTable, given: GivenRecord, standing: Children | null): ReadGiven {
  const faults: GivenFault[] = [];
  const own = table.fields.filter(({ field }) => field !== table.key);
  const fields = readValues(own, given.fields, { at: '/fields', isWhole: standing === null, faults });
  const kinds = Object.entries(given.children).flatMap(([kind, all]) => {
    const child = table.children.find((one) => one.kind === kind);
    const at = `/children/${escaped(kind)}`;
    if (child) return [[kind, readChildren(child, all, { at, standing: standing?.[kind] ?? {}, faults })] as const];
    faults.push({ pointer: at, label: named(kind), reason: 'unknown-element' });
    return [];
  });
  return { fields, children: Object.fromEntries(kinds), faults: faults.slice(0, MOST_FAULTS) };
}

/** Whether a new record may have this key, letter by letter. */
export function keyFaults(table: RecordTable, key: string): readonly GivenFault[] {
  const field = table.fields.find((one) => one.field === table.key);
  if (!field) throw new TypeError(`The key of ${table.register} is none of its fields`);
  const read = readValue(field, key);
  if (read.fault) return [{ pointer: '/key', label: field.label, ...read.fault }];
  if (read.value === key) return [];
  return [{ pointer: '/key', label: field.label, reason: 'pattern-mismatch', limit: read.value ?? '' }];
}

interface Reading {
  readonly at: string;
  /** What is required must be given; else it must not be emptied. */
  readonly isWhole: boolean;
  readonly faults: GivenFault[];
}

function readValues(
  fields: readonly Field[],
  given: Values,
  { at, isWhole, faults }: Reading,
): Record<string, string | null> {
  for (const name of Object.keys(given)) {
    if (fields.some(({ field }) => field === name)) continue;
    faults.push({ pointer: `${at}/${escaped(name)}`, label: named(name), reason: 'unknown-element' });
  }
  const values: Record<string, string | null> = {};
  for (const field of fields) {
    const isGiven = Object.hasOwn(given, field.field);
    if (!isGiven && !isWhole) continue;
    const read = readValue(field, given[field.field] ?? null);
    if (read.fault) faults.push({ pointer: `${at}/${field.field}`, label: field.label, ...read.fault });
    else if (isGiven) values[field.field] = read.value;
  }
  return values;
}

interface ReadingChildren {
  readonly at: string;
  readonly standing: Children[string];
  readonly faults: GivenFault[];
}

function readChildren(child: ChildTable, given: readonly Values[], { at, standing, faults }: ReadingChildren) {
  const idField = child.fields.find(({ field }) => field === child.key);
  if (!idField) throw new TypeError(`The id of ${child.kind} is none of its fields`);
  const others = child.fields.filter((field) => field !== idField);
  const ids = new Set<string>();
  const children = given.flatMap((values, index) => {
    const place = `${at}/${index}`;
    const idPointer = `${place}/${child.key}`;
    const { value: id, fault } = readValue(idField, values[child.key] ?? null);
    if (fault) faults.push({ pointer: idPointer, label: idField.label, ...fault });
    else if (id !== null && ids.has(id))
      faults.push({ pointer: idPointer, label: idField.label, reason: 'duplicate-child' });
    const { [child.key]: _, ...rest } = values;
    const isWhole = id === null || !Object.hasOwn(standing, id);
    const read = readValues(others, rest, { at: place, isWhole, faults });
    if (id === null) return [];
    ids.add(id);
    return [[id, read] as const];
  });
  const together = new Set([...ids, ...Object.keys(standing)]).size;
  if (together > child.atMost) {
    faults.push({ pointer: at, label: child.label, reason: 'too-many-children', limit: child.atMost });
  }
  return Object.fromEntries(children);
}

type Read =
  | { readonly value: string | null; readonly fault?: undefined }
  | { readonly value: null; readonly fault: { readonly reason: RecordReason } | ValueFault };

function readValue({ type, required }: Field, given: string | null): Read {
  const value = trimmed(given ?? '');
  if (value === '') return required ? { value: null, fault: { reason: 'missing-required' } } : { value: null };
  if (unwritable(value)) return { value: null, fault: { reason: 'forbidden-character' } };
  const read = readerOf(type)(type.kind === 'boolean' ? (DIGITS.get(value) ?? value) : value);
  return typeof read === 'string' ? { value: read } : { value: null, fault: read };
}

/** Documents write 1 and 0; what a register answers with must be taken back. */
const DIGITS: ReadonlyMap<string, string> = new Map([
  ['true', '1'],
  ['false', '0'],
]);

const readers = new WeakMap<FieldType, ValueReader>();

function readerOf(type: FieldType): ValueReader {
  let reader = readers.get(type);
  if (!reader) readers.set(type, (reader = valueReader(type)));
  return reader;
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const named = (name: string): Label => ({ fi: name, sv: name, en: name });
