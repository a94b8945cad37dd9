import type { ExportCharset } from '#lib/contracts';
import { AppError } from '#lib/errors';

import type { ChildTable, Field, RecordTable } from './record-table.js';
import type { Children, FieldValue } from './record.js';
import { plain, unwritable, writtenBytes, writtenText } from './written-text.js';

/** A record as a register holds it: canonical texts in the order of the table's fields. `null` and absent are not written. */
export interface WritableRecord {
  readonly values: readonly FieldValue[];
  readonly children: Children | null;
}

/** A value holds a character that no XML document can: a control character, half a pair, U+FFFE or U+FFFF. */
export class UnwritableValue extends AppError {
  readonly kind = 'invalid';
  readonly code = 'document.unwritable';

  constructor(element: string, key: string) {
    super(`${element} of the record ${key} holds a character that XML cannot carry`, { element, key });
  }
}

/**
 * Writes the documents that `read-records.ts` reads, part by part: head, any number of records, tail. The parts are
 * bytes to be joined; nothing of the document is kept.
 *
 *   canonical text      | written
 *   --------------------+----------------------------------------------
 *   none (null, absent) | no element: it says nothing, in every import mode
 *   true, false         | 1, 0
 *   anything else       | itself, escaped
 *
 * Names come from the record table alone. Equal records give equal bytes.
 */
export class RecordWriter {
  readonly #writers = new Map<RecordTable, RecordText>();

  constructor(private readonly charset: ExportCharset) {}

  /** `createdAt` is the moment that the document shows, as xs:dateTime. */
  head(companyNumber: string, createdAt: string): Buffer {
    return this.#bytes(
      `<?xml version="1.0" encoding="${this.charset}"?>\n<FivaldiXML>\n` +
        `<FVBusinessId>${writtenText(companyNumber)}</FVBusinessId>\n` +
        `<FVCreationTime>${writtenText(createdAt)}</FVCreationTime>\n`,
    );
  }

  /**
   * The records are taken one by one, so that whoever makes them as they are taken holds one of them at a time. Throws
   * {@link UnwritableValue}; whoever gets it throws the document away.
   */
  records(table: RecordTable, records: Iterable<WritableRecord>): Buffer {
    let writer = this.#writers.get(table);
    if (!writer) this.#writers.set(table, (writer = recordText(table)));
    const parts: Buffer[] = [];
    let text = '';
    for (const record of records) {
      text += writer(record);
      if (text.length < ENOUGH) continue;
      parts.push(this.#bytes(text));
      text = '';
    }
    parts.push(this.#bytes(text));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  tail(): Buffer {
    return this.#bytes('</FivaldiXML>\n');
  }

  #bytes(text: string): Buffer {
    return writtenBytes(text, this.charset);
  }
}

/** So many characters are made bytes at once: text in pieces that waits any longer is copied by garbage collections. */
const ENOUGH = 16_384;

type RecordText = (record: WritableRecord) => string;
/** Values in the order of the fields, written out. */
type FieldsText = (values: readonly FieldValue[], key: string) => string;

function recordText(table: RecordTable): RecordText {
  const fields = fieldsText(table);
  const children = table.children.map((child) => childrenText(child));
  const keyIndex = table.fields.findIndex(({ field }) => field === table.key);
  return ({ values, children: held }) => {
    const key = values[keyIndex] ?? '';
    let inner = '';
    if (held !== null) for (const kind of children) inner += kind(held, key);
    return `<${table.element}${fields(values, key)}${inner}</${table.element}>\n`;
  };
}

function childrenText(child: ChildTable): (held: Children, key: string) => string {
  const fields = fieldsText(child);
  const places = new Map(child.fields.map(({ field }, index) => [field, index]));
  const keyIndex = places.get(child.key) ?? -1;
  return (held, key) => {
    const siblings = Object.hasOwn(held, child.kind) ? held[child.kind] : undefined;
    if (siblings === undefined) return '';
    let text = '';
    for (const [id, given] of Object.entries(siblings)) {
      // A row has few of its fields, as a rule: each that it has is put at its place, the others are not asked for.
      const values = new Array<FieldValue>(child.fields.length);
      for (const name of Object.keys(given)) {
        const place = places.get(name);
        if (place !== undefined) values[place] = given[name];
      }
      values[keyIndex] = id;
      text += `<${child.element}${fields(values, key)}</${child.element}>`;
    }
    return text;
  };
}

/** The rest of a start tag, its end included, and the elements behind it. */
function fieldsText({ element: owner, fields }: RecordTable | ChildTable): FieldsText {
  const places = fields.map((field, index) => ({ field, index, ...around(field) }));
  const attributes = places.filter(({ field }) => field.attribute === true);
  const elements = places.filter(({ field }) => field.attribute !== true);
  const textOf = (some: typeof places, values: readonly FieldValue[], key: string): string => {
    let text = '';
    for (const { field, index, before, after } of some) {
      const value = values[index];
      if (value !== null && value !== undefined) text += before + written(owner, field, value, key) + after;
    }
    return text;
  };
  return (values, key) => `${textOf(attributes, values, key)}>${textOf(elements, values, key)}`;
}

const around = ({ element, attribute }: Field): { readonly before: string; readonly after: string } =>
  attribute ? { before: ` ${element}="`, after: '"' } : { before: `<${element}>`, after: `</${element}>` };

function written(owner: string, field: Field, value: string, key: string): string {
  const asItIs = plain(value);
  if (!asItIs && unwritable(value)) {
    throw new UnwritableValue(field.attribute ? `${owner}@${field.element}` : field.element, key);
  }
  if (field.type.kind === 'boolean') return value === 'true' ? '1' : '0';
  return asItIs ? value : writtenText(value);
}
