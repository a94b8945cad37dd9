import { AppError } from '#lib/errors';

/** Values by field name. `null` is empty. */
export type Fields = Readonly<Record<string, string | null>>;

/** Child records, such as a customer's addresses: by kind, then by their id. */
export type Children = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

/** A record as the register holds it. */
export interface RegisterRecord {
  readonly fields: Fields;
  readonly children: Children;
  /** Whether an import that wrote it has ever named it; a record made by hand has not been. */
  readonly imported: boolean;
}

/** A record as a document has it. A missing property is absent; `null` is an empty element. */
export interface IncomingRecord {
  readonly fields: Fields;
  readonly children: Children;
}

/** Every field the register has: the record's own and, per kind of child, the child's. */
export interface FieldNames {
  readonly fields: readonly string[];
  readonly children: Readonly<Record<string, readonly string[]>>;
}

/** One field that differs. A child's field is `addresses/10/street`. */
export interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A record names a field or a kind of child that its register does not have: to leave it out would lose data. */
export class UnknownField extends AppError {
  readonly kind = 'broken';
  readonly code = 'record.unknown-field';

  constructor(field: string) {
    super('The record has a field that its register does not know', { field });
  }
}

/** The record with every field its register has, absent ones empty. Refuses ({@link UnknownField}) any other. */
export function complete(record: IncomingRecord, names: FieldNames): IncomingRecord {
  refuseUnknown(Object.keys(record.children), Object.keys(names.children));
  return {
    fields: completeFields(record.fields, names.fields),
    children: mapObject(names.children, (childNames, kind) =>
      mapObject(own(record.children, kind) ?? {}, (child) => completeFields(child, childNames)),
    ),
  };
}

/** `below` with what `above` gives laid over it, field by field; children are matched by id and never removed. */
export function overlay(below: IncomingRecord, above: IncomingRecord): IncomingRecord {
  return {
    fields: { ...below.fields, ...above.fields },
    children: mapObject({ ...below.children, ...above.children }, (_, kind) => {
      const lower = own(below.children, kind) ?? {};
      const upper = own(above.children, kind) ?? {};
      return mapObject({ ...lower, ...upper }, (_child, id) => ({ ...own(lower, id), ...own(upper, id) }));
    }),
  };
}

/** Every field that differs between two complete records, in the order of `names`; children by id, in code units. */
export function listChanges(before: IncomingRecord, after: IncomingRecord, names: FieldNames): readonly Change[] {
  const changes = changesOf(before.fields, after.fields, names.fields, '');
  for (const [kind, childNames] of Object.entries(names.children)) {
    for (const id of idsOf(before, after, kind)) {
      changes.push(...changesOf(childOf(before, kind, id), childOf(after, kind, id), childNames, `${kind}/${id}/`));
    }
  }
  return changes;
}

/** Whether both complete records have the same children, whatever is in them. */
export function sameChildren(before: IncomingRecord, after: IncomingRecord, names: FieldNames): boolean {
  return Object.keys(names.children).every((kind) =>
    idsOf(before, after, kind).every((id) => childOf(before, kind, id) && childOf(after, kind, id)),
  );
}

function idsOf(before: IncomingRecord, after: IncomingRecord, kind: string): readonly string[] {
  const ids = [before, after].flatMap(({ children }) => Object.keys(own(children, kind) ?? {}));
  return [...new Set(ids)].sort();
}

function childOf(record: IncomingRecord, kind: string, id: string): Fields | undefined {
  return own(own(record.children, kind) ?? {}, id);
}

function changesOf(before: Fields = {}, after: Fields = {}, names: readonly string[], path: string): Change[] {
  return names
    .map((name) => ({ field: path + name, before: own(before, name) ?? null, after: own(after, name) ?? null }))
    .filter((change) => change.before !== change.after);
}

function completeFields(fields: Fields, names: readonly string[]): Fields {
  refuseUnknown(Object.keys(fields), names);
  return Object.fromEntries(names.map((name) => [name, own(fields, name) ?? null]));
}

function refuseUnknown(given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnknownField(unknown);
}

/** Ids come from documents: an id such as `constructor` must not find what every object inherits. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function mapObject<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
