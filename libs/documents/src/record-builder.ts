import { type CompiledChild, type CompiledFields, compileTable } from './compiled-table.js';
import type { Attributes } from './envelope.js';
import { isBlank, trimmed } from './field-value.js';
import type { RecordListener } from './gate.js';
import { keptValues, RecordKind } from './record-kind.js';
import type { RecordTable } from './record-table.js';
import type { Children, FieldValue, ReadRecord, RecordFault, RecordReason } from './record.js';

const MAX_FAULTS = 20;
/**
 * Children of a record whose texts may be windows onto the document. A record
 * with more would hold much of the document in memory by them.
 */
const WINDOWED_CHILDREN = 100;

/**
 * Builds records from what stands inside them. One flat state, no object per
 * element: this is the hottest path of an import.
 *
 * A record with a fault is still read to its end, so that its sender learns of
 * every fault at once.
 */
export class RecordBuilder implements RecordListener {
  rejected = 0;

  private batch: ReadRecord[] = [];
  private readonly noFaults: readonly RecordFault[] = [];

  private readonly kinds: ReadonlyMap<string, RecordKind>;
  private kind: RecordKind;
  private no = 0;
  private line = 0;
  private column = 0;
  private values: FieldValue[] = [];
  private faults: RecordFault[] | null = null;
  private children: Children | null = null;
  private childCount = 0;

  /** What a value is read by now: the record's fields or a child's. */
  private scope: CompiledFields;
  private child: CompiledChild | null = null;
  private childValues: FieldValue[] = [];
  private childLine = 0;
  private childColumn = 0;
  private childNo = 0;

  /** The field being read, or -1 between fields. */
  private field = -1;
  private value = '';
  private fieldLine = 0;
  private fieldColumn = 0;
  /** Elements open inside something that is not read. */
  private skipping = 0;

  constructor(tables: readonly RecordTable[]) {
    const kinds = tables.map((table) => new RecordKind(compileTable(table)));
    const [first] = kinds;
    if (first === undefined) throw new Error('A document is read by one table at least');
    this.kind = first;
    this.scope = first.compiled;
    this.kinds = new Map(kinds.map((kind) => [kind.compiled.element, kind]));
  }

  /** The records finished since the last call. */
  take(): readonly ReadRecord[] {
    const batch = this.batch;
    if (batch.length > 0) this.batch = [];
    return batch;
  }

  recordOpened(name: string, no: number, attributes: Attributes | null, line: number, column: number): void {
    if (name !== this.kind.compiled.element) {
      this.kind = this.kinds.get(name) ?? this.kind;
      this.scope = this.kind.compiled;
    }
    this.no = no;
    this.line = line;
    this.column = column;
    this.values = this.kind.noValues.slice();
    this.faults = null;
    this.children = null;
    if (attributes !== null) this.refuseAttributes(name, attributes, line, column);
  }

  opened(name: string, attributes: Attributes | null, line: number, column: number): void {
    if (this.skipping > 0) {
      this.skipping++;
      return;
    }
    const index = this.field < 0 ? this.indexOf(name) : undefined;
    if (index === undefined) {
      this.otherOpened(name, attributes, line, column);
      return;
    }
    if (attributes !== null) this.refuseAttributes(name, attributes, line, column);
    const given = this.child === null ? this.kind.given : this.kind.givenInChild;
    const giver = this.child === null ? this.no : this.childNo;
    if (given[index] === giver) {
      this.fault('repeated-element', name, line, column);
      this.skipping = 1;
      return;
    }
    given[index] = giver;
    this.field = index;
    this.value = '';
    this.fieldLine = line;
    this.fieldColumn = column;
  }

  text(text: string): void {
    if (this.skipping > 0) return;
    if (this.field >= 0) this.value += text;
    else if (!isBlank(text)) this.strayText();
  }

  closed(): void {
    if (this.skipping > 0) this.skipping--;
    else if (this.field >= 0) {
      const values = this.child === null ? this.values : this.childValues;
      values[this.field] = this.read(this.field, this.value, this.fieldLine, this.fieldColumn);
      this.field = -1;
    } else this.childClosed();
  }

  recordClosed(): void {
    const { kind, values, line, column } = this;
    this.demandRequired(kind.compiled, values, kind.given, this.no, line, column);
    if (this.childCount > 0) {
      kind.childCounts.fill(0);
      this.childCount = 0;
    }
    if (this.faults !== null) this.rejected++;
    this.batch.push({
      table: kind.compiled.table,
      no: this.no,
      line,
      column,
      key: values[kind.compiled.key] ?? null,
      values,
      children: this.children,
      faults: this.faults ?? this.noFaults,
    });
  }

  private indexOf(name: string): number | undefined {
    return this.child === null ? this.kind.indexOf(name) : this.child.elements.get(name);
  }

  private otherOpened(name: string, attributes: Attributes | null, line: number, column: number): void {
    const child = this.field < 0 && this.child === null ? this.kind.compiled.children.get(name) : undefined;
    if (child === undefined) {
      this.fault('unknown-element', name, line, column);
      this.skipping = 1;
      return;
    }
    this.childCount++;
    const count = this.kind.countChild(child);
    if (count > child.atMost) {
      if (count === child.atMost + 1) this.fault('too-many-children', name, line, column, child.atMost);
      this.skipping = 1;
      return;
    }
    this.child = child;
    this.scope = child;
    this.childNo++;
    this.childLine = line;
    this.childColumn = column;
    this.childValues = child.fields.map(() => undefined);
    if (attributes !== null) this.readAttributes(child, attributes, line, column);
  }

  private readAttributes(child: CompiledChild, attributes: Attributes, line: number, column: number): void {
    for (const name in attributes) {
      const index = child.attributes.get(name);
      if (index === undefined) this.fault('unknown-attribute', `${child.element}@${name}`, line, column);
      else {
        this.kind.givenInChild[index] = this.childNo;
        this.childValues[index] = this.read(index, attributes[name] ?? '', line, column);
      }
    }
  }

  private childClosed(): void {
    const { child, childValues: values, childLine: line, childColumn: column } = this;
    if (child === null) return;
    this.demandRequired(child, values, this.kind.givenInChild, this.childNo, line, column);
    this.child = null;
    this.scope = this.kind.compiled;
    const id = values[child.key];
    if (typeof id !== 'string') return;
    this.children ??= Object.create(null) as Children;
    const siblings = (this.children[child.kind] ??= Object.create(null) as Children[string]);
    if (siblings[id] !== undefined) {
      this.fault('duplicate-child', child.fields[child.key]?.element ?? child.element, line, column);
      return;
    }
    siblings[id] = keptValues(child, values, this.childCount > WINDOWED_CHILDREN);
  }

  private read(index: number, raw: string, line: number, column: number): FieldValue {
    const field = this.scope.fields[index];
    if (field === undefined) return undefined;
    const value = trimmed(raw);
    if (value === '') {
      if (!field.required) return null;
      this.fault('missing-required', field.element, line, column);
      return undefined;
    }
    const canonical = field.read(value);
    if (typeof canonical === 'string') return canonical;
    this.fault(canonical.reason, field.element, line, column, canonical.limit);
    return undefined;
  }

  /** Only what was not given at all: what was given wrongly has its fault. */
  private demandRequired(
    scope: CompiledFields,
    values: readonly FieldValue[],
    given: Int32Array,
    giver: number,
    line: number,
    column: number,
  ): void {
    for (const index of scope.required) {
      const field = scope.fields[index];
      if (field !== undefined && values[index] === undefined && given[index] !== giver) {
        this.fault('missing-required', field.element, line, column);
      }
    }
  }

  private refuseAttributes(element: string, attributes: Attributes, line: number, column: number): void {
    for (const name in attributes) this.fault('unknown-attribute', `${element}@${name}`, line, column);
  }

  private strayText(): void {
    const { child, kind } = this;
    if (child === null) this.fault('text-between-elements', kind.compiled.element, this.line, this.column);
    else this.fault('text-between-elements', child.element, this.childLine, this.childColumn);
  }

  private fault(reason: RecordReason, element: string, line: number, column: number, limit?: number | string): void {
    this.faults ??= [];
    if (this.faults.length >= MAX_FAULTS) return;
    const place = { line, column, element: element.slice(0, 256), reason };
    this.faults.push(limit === undefined ? place : { ...place, limit });
  }
}
