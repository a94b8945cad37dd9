import { type ValueReader, valueReader } from './field-value.js';
import type { ChildTable, Field, RecordTable } from './record-table.js';

/** A table's row, ready to read values. */
export interface CompiledField {
  readonly field: string;
  /** What a fault calls it: `ProductName`, `CompanyAddress@Id`. */
  readonly element: string;
  readonly required: boolean;
  readonly read: ValueReader;
}

/** Elements and attributes by name, so that a document costs one look-up for each. */
export interface CompiledFields {
  readonly element: string;
  readonly fields: readonly CompiledField[];
  readonly elements: ReadonlyMap<string, number>;
  readonly attributes: ReadonlyMap<string, number>;
  readonly required: readonly number[];
  /** The index of the key. */
  readonly key: number;
}

export interface CompiledChild extends CompiledFields {
  readonly kind: string;
  readonly atMost: number;
  /** Its place among the children of its table. */
  readonly index: number;
}

export interface CompiledTable extends CompiledFields {
  readonly table: RecordTable;
  readonly children: ReadonlyMap<string, CompiledChild>;
}

const compiled = new WeakMap<RecordTable, CompiledTable>();

/** A table is compiled once, however many documents are read by it. */
export function compileTable(table: RecordTable): CompiledTable {
  const known = compiled.get(table);
  if (known !== undefined) return known;
  const made = {
    ...compileFields(table),
    table,
    children: new Map(
      table.children.map((child, index) => [
        child.element,
        { ...compileFields(child), kind: child.kind, atMost: child.atMost, index },
      ]),
    ),
  };
  compiled.set(table, made);
  return made;
}

function compileFields({ element: owner, key, fields }: RecordTable | ChildTable): CompiledFields {
  const indexes = fields.map((field, index) => ({ field, index }));
  const byName = (wanted: (field: Field) => boolean) =>
    new Map(indexes.filter(({ field }) => wanted(field)).map(({ field, index }) => [field.element, index]));
  return {
    element: owner,
    fields: fields.map(({ element, attribute, field, type, required }) => ({
      field,
      element: attribute ? `${owner}@${element}` : element,
      required: required ?? false,
      read: valueReader(type),
    })),
    elements: byName(({ attribute }) => !attribute),
    attributes: byName(({ attribute }) => attribute ?? false),
    required: indexes.filter(({ field }) => field.required).map(({ index }) => index),
    key: fields.findIndex(({ field }) => field === key),
  };
}
