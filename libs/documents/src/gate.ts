import type { SaxesTagPlain, XMLDecl } from 'saxes';

import { type Attributes, Envelope, type Expected } from './envelope.js';
import { DocumentRefused, type DocumentRefusal } from './errors.js';
import { isBlank } from './field-value.js';
import type { Limits } from './limits.js';
import { RecordBound } from './record-bound.js';
import { type Handlers, handlersOf, newParser } from './parser.js';

/** Is told what stands inside records. Places are of the `<` of a start tag, from 1. */
export interface RecordListener {
  recordOpened(name: string, no: number, attributes: Attributes | null, line: number, column: number): void;
  opened(name: string, attributes: Attributes | null, line: number, column: number): void;
  text(text: string): void;
  closed(): void;
  recordClosed(): void;
}

/** saxes would skip one, but the decoder has taken the real one off. */
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Lets through one well-formed document within its bounds, and refuses the rest
 * at the first letter that is wrong. The envelope judges what stands around the
 * records, the listener what stands inside them.
 *
 * No buffer of the parser outgrows `limits.text`: whatever holds no border of a
 * tag, text or comment for so long is refused.
 */
export class Gate {
  records = 0;
  declaredEncoding: string | undefined;

  private readonly parser = newParser();
  private depth = 0;
  private elements = 0;
  private attributes = 0;
  private textLength = 0;
  private inRecord = false;
  private readonly recordBound = new RecordBound();
  /** Where the record began, in code units. */
  private recordFrom = 0;
  private rooted = false;
  private blank = true;
  private parseMs = 0;
  /** Code units given to the parser: its own position is wrong between two parts. */
  private taken = 0;
  /** Where the next `<` stands if nothing comes before it. */
  private line = 1;
  private column = 1;
  private lastBorder = 0;
  /** A text and the `<` that ends it. */
  private readonly longestRun: number;

  private readonly envelope: Envelope;

  constructor(
    private readonly expected: Expected,
    private readonly limits: Limits,
    private readonly listener: RecordListener,
    private readonly clock: () => number,
  ) {
    this.longestRun = limits.text + 1;
    this.envelope = new Envelope(expected, (...refusal) => this.refuse(...refusal));
    this.listen(handlersOf(this.parser));
  }

  /** Takes the next part of the text; a part may end anywhere. */
  write(part: string): void {
    if (part === '') return;
    if (this.taken === 0 && part.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.refuse('malformed', 'The document begins with a second byte order mark.');
    }
    this.blank &&= isBlank(part);
    this.taken += part.length;
    const from = this.clock();
    this.parser.write(part);
    this.parseMs += this.clock() - from;
    const { parseMs, prolog } = this.limits;
    if (this.parseMs > parseMs) this.refuse('too-slow', `Reading took more than ${parseMs} ms.`, parseMs);
    if (this.taken - this.lastBorder > this.longestRun) this.refuseText();
    if (this.inRecord) this.boundRecord(this.taken);
    if (!this.rooted && this.taken > prolog) this.refuseProlog();
  }

  /** The record elements that the document has. */
  get elementsSeen(): ReadonlySet<string> {
    return this.envelope.seen;
  }

  /** No more text. Refuses a document that is not whole. */
  end(): void {
    if (this.blank) throw new DocumentRefused('empty', 'The document is empty.');
    this.parser.close();
    this.envelope.end();
  }

  private listen(parser: Handlers): void {
    parser.errorHandler = (error) => this.malformed(error);
    parser.xmldeclHandler = (declaration) => this.declared(declaration);
    parser.doctypeHandler = () => this.refuse('doctype-forbidden', 'A document type is not allowed.');
    parser.attributeHandler = ({ name, value }) => this.attribute(name, value);
    parser.openTagHandler = (tag) => this.opened(tag);
    parser.closeTagHandler = () => this.closed();
    parser.textHandler = (text) => this.text(text);
    parser.cdataHandler = (text) => this.cdata(text);
    parser.commentHandler = () => this.passed(2);
    parser.piHandler = () => this.passed(1);
  }

  private opened(tag: SaxesTagPlain): void {
    const { line, column, limits } = this;
    const attributes = this.attributes === 0 ? null : tag.attributes;
    this.attributes = 0;
    this.textLength = 0;
    this.depth++;
    this.elements++;
    if (tag.name.length > limits.name) this.refuseName();
    if (this.depth > limits.depth) this.refuse('too-deep', 'Elements are nested too deep.', limits.depth);
    if (this.elements > limits.elements) {
      this.refuse('too-many-elements', 'The document has too many elements. Split it.', limits.elements);
    }
    if (this.inRecord) {
      if (!this.recordBound.takes(this.depth === 3)) {
        this.refuse('record-too-large', 'A record has more elements than any of its kind may have.');
      }
      this.listener.opened(tag.name, attributes, line, column);
    } else if (this.depth === 2) this.topOpened(tag.name, attributes);
    else if (this.depth === 1) this.rootOpened(tag.name, attributes);
    else this.envelope.elementInHeader();
    this.passed(1);
  }

  private closed(): void {
    this.textLength = 0;
    const depth = this.depth--;
    if (this.inRecord) {
      if (depth === 2) {
        this.inRecord = false;
        this.boundRecord(this.parser.position);
        this.listener.recordClosed();
      } else this.listener.closed();
    } else if (depth === 2) this.envelope.headerClosed();
    this.passed(1);
  }

  private text(text: string): void {
    this.given(text);
    // The parser has taken the `<` that ended the text.
    this.passed(0);
  }

  private cdata(text: string): void {
    this.given(text);
    this.passed(1);
  }

  private given(text: string): void {
    this.textLength += text.length;
    if (this.textLength > this.limits.text) this.refuseText();
    if (this.inRecord) this.listener.text(text);
    else if (this.depth === 2) this.envelope.headerText(text);
    else if (this.depth === 1) this.envelope.rootText(text);
  }

  private attribute(name: string, value: string): void {
    const { limits } = this;
    this.attributes++;
    if (this.attributes > limits.attributes) {
      this.refuse('too-many-attributes', 'An element has too many attributes.', limits.attributes);
    }
    if (name.length > limits.name) this.refuseName();
    if (value.length > limits.attributeValue) {
      this.refuse('attribute-too-long', "An attribute's value is too long.", limits.attributeValue);
    }
    this.bordered();
  }

  private rootOpened(name: string, attributes: Attributes | null): void {
    this.rooted = true;
    if (this.parser.position > this.limits.prolog) this.refuseProlog();
    this.envelope.rootOpened(name, attributes);
  }

  private topOpened(name: string, attributes: Attributes | null): void {
    this.inRecord = this.envelope.isRecord(name);
    if (!this.inRecord) return this.envelope.headerOpened(name, attributes);
    this.records++;
    const { records } = this.limits;
    if (this.records > records)
      this.refuse('too-many-records', 'The document has too many records. Split it.', records);
    this.recordFrom = this.parser.position;
    this.recordBound.begin(this.expected.elements.get(name));
    this.listener.recordOpened(name, this.records, attributes, this.line, this.column);
  }

  private declared({ version, encoding }: XMLDecl): void {
    if (version !== '1.0') this.refuse('version-unsupported', 'The document must be XML 1.0.');
    this.declaredEncoding = encoding;
    this.passed(1);
  }

  /** Remembers the place `ahead` of the letter just read. */
  private passed(ahead: 0 | 1 | 2): void {
    const { parser } = this;
    this.line = parser.line;
    this.column = parser.column + ahead;
    this.bordered();
  }

  private bordered(): void {
    const border = this.parser.position;
    if (border - this.lastBorder > this.longestRun) this.refuseText();
    this.lastBorder = border;
  }

  private malformed({ message }: Error): never {
    if (message.startsWith('undefined entity'))
      this.refuse('entity-undefined', 'Only the five entities of XML are known.');
    if (message.includes('doctype')) this.refuse('doctype-forbidden', 'A document type is not allowed.');
    return this.refuse('malformed', `The document is not well-formed: ${message.slice(0, 200)}`);
  }

  private boundRecord(until: number): void {
    const { record } = this.limits;
    if (until - this.recordFrom > record) this.refuse('record-too-large', 'A record is too large. Split it.', record);
  }

  private refuseText(): never {
    return this.refuse('text-too-long', 'A text, comment or tag is too long.', this.limits.text);
  }

  private refuseName(): never {
    return this.refuse('name-too-long', 'The name of an element or attribute is too long.', this.limits.name);
  }

  private refuseProlog(): never {
    return this.refuse('prolog-too-long', 'Too much stands before the root element.', this.limits.prolog);
  }

  /** Refuses at the letter just read. */
  private refuse(refusal: DocumentRefusal, message: string, limit?: number): never {
    const place = { line: this.parser.line, column: Math.max(1, this.parser.column) };
    throw new DocumentRefused(refusal, message, limit === undefined ? place : { ...place, limit });
  }
}
