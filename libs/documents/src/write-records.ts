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

  /** Throws {@link UnwritableValue}; whoever gets it throws the document away. */
  records(table: RecordTable, records: readonly WritableRecord[]): Buffer {
    let writer = this.#writers.get(table);
    if (!writer) this.#writers.set(table, (writer = recordText(table)));
    let text = '';
    for (const record of records) text += writer(record);
    return this.#bytes(text);
  }

  tail(): Buffer {
    return this.#bytes('</FivaldiXML>\n');
  }

  #bytes(text: string): Buffer {
    return writtenBytes(text, this.charset);
  }
}

type RecordText = (record: WritableRecord) => string;
type PartText = (valueOf: (place: Place) => FieldValue, key: string) => string;

/** A field of a record or a child, and which of its fields it is. */
interface Place {
  readonly field: Field;
  readonly index: number;
}

function recordText(table: RecordTable): RecordText {
  const attributes = partText(table, attributeText, ({ attribute }) => attribute === true);
  const elements = partText(table, elementText, ({ attribute }) => attribute !== true);
  const children = table.children.map((child) => childrenText(child));
  const keyIndex = table.fields.findIndex(({ field }) => field === table.key);
  return ({ values, children: held }) => {
    const key = values[keyIndex] ?? '';
    const valueOf = ({ index }: Place): FieldValue => values[index];
    let inner = elements(valueOf, key);
    if (held !== null) for (const kind of children) inner += kind(held, key);
    return `<${table.element}${attributes(valueOf, key)}>${inner}</${table.element}>\n`;
  };
}

function childrenText(child: ChildTable): (held: Children, key: string) => string {
  const attributes = partText(child, attributeText, ({ attribute }) => attribute === true);
  const elements = partText(child, elementText, ({ attribute }) => attribute !== true);
  return (held, key) => {
    const siblings = Object.hasOwn(held, child.kind) ? held[child.kind] : undefined;
    if (siblings === undefined) return '';
    let text = '';
    for (const [id, given] of Object.entries(siblings)) {
      const valueOf = ({ field: { field } }: Place): FieldValue => {
        if (field === child.key) return id;
        return Object.hasOwn(given, field) ? given[field] : undefined;
      };
      text += `<${child.element}${attributes(valueOf, key)}>${elements(valueOf, key)}</${child.element}>`;
    }
    return text;
  };
}

function partText(
  { element: owner, fields }: RecordTable | ChildTable,
  write: (field: Field, value: string) => string,
  wanted: (field: Field) => boolean,
): PartText {
  const places = fields.map((field, index): Place => ({ field, index })).filter(({ field }) => wanted(field));
  return (valueOf, key) => {
    let text = '';
    for (const place of places) {
      const value = valueOf(place);
      if (value === null || value === undefined) continue;
      text += write(place.field, written(owner, place.field, value, key));
    }
    return text;
  };
}

function written(owner: string, field: Field, value: string, key: string): string {
  const asItIs = plain(value);
  if (!asItIs && unwritable(value)) {
    throw new UnwritableValue(field.attribute ? `${owner}@${field.element}` : field.element, key);
  }
  if (field.type.kind === 'boolean') return value === 'true' ? '1' : '0';
  return asItIs ? value : writtenText(value);
}

const attributeText = ({ element }: Field, text: string): string => ` ${element}="${text}"`;
const elementText = ({ element }: Field, text: string): string => `<${element}>${text}</${element}>`;
