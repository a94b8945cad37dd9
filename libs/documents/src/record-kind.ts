import type { CompiledChild, CompiledTable } from './compiled-table.js';
import { detached } from './field-value.js';
import type { FieldValue } from './record.js';

/**
 * One kind of record while a document is read: what is remembered from record
 * to record, so that nothing has to be cleared or made anew for each.
 */
export class RecordKind {
  /** The values of a record that has not said anything yet. */
  readonly noValues: readonly FieldValue[];
  /** The number of the record, or child, that last gave each field. */
  readonly given: Int32Array;
  readonly givenInChild: Int32Array;
  /** How many of each child the record has so far. */
  readonly childCounts: Int32Array;

  /** The record's last field, and for each field the one that came after it. */
  private previous = 0;
  private readonly following: Int32Array;

  constructor(readonly compiled: CompiledTable) {
    const { fields, children } = compiled;
    this.noValues = fields.map(() => undefined);
    this.given = new Int32Array(fields.length);
    this.following = new Int32Array(fields.length);
    this.givenInChild = new Int32Array(Math.max(0, ...[...children.values()].map((child) => child.fields.length)));
    this.childCounts = new Int32Array(children.size);
  }

  /** Records of one document give their fields in the same order, so what came next last time is tried first. */
  indexOf(name: string): number | undefined {
    const { compiled, previous, following } = this;
    const guess = following[previous] ?? 0;
    if (compiled.fields[guess]?.element === name) return (this.previous = guess);
    const index = compiled.elements.get(name);
    if (index !== undefined) this.previous = following[previous] = index;
    return index;
  }

  /** Counts one more child of a kind, and says how many that makes. */
  countChild({ index }: CompiledChild): number {
    return (this.childCounts[index] = (this.childCounts[index] ?? 0) + 1);
  }
}

/** What a child says, without its id. `alone`: its texts hold on to nothing of the document. */
export function keptValues(
  child: CompiledChild,
  values: readonly FieldValue[],
  alone: boolean,
): Record<string, string | null> {
  // A literal, whose shape siblings share: its names are the table's, none of the document's.
  const kept: Record<string, string | null> = {};
  for (let index = 0; index < child.fields.length; index++) {
    const value = values[index];
    const field = child.fields[index];
    if (field === undefined || value === undefined || index === child.key) continue;
    kept[field.field] = alone && value !== null ? detached(value) : value;
  }
  return kept;
}
