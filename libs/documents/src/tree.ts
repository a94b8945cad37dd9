import type { SaxesTagPlain } from 'saxes';

import { Decoder } from './decode.js';
import { DocumentRefused, type DocumentRefusal } from './errors.js';
import { isBlank } from './field-value.js';
import { handlersOf, newParser } from './parser.js';

/** An element with all that is in it. */
export interface TreeElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly TreeElement[];
  /** What stands directly in it, as it stood; `''` where only blanks do. */
  readonly text: string;
}

export interface TreeLimits {
  /** Of bytes, or of characters where a text is given. */
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
  /** What the transport called the encoding. */
  readonly charset?: string;
  /**
   * Is offered each element two below the root as it ends, with all that is in it and its parent's name; the tree is
   * without those that it takes. So a long list is never held as a whole. The document may still turn out to be refused.
   */
  readonly take?: ((element: TreeElement, parent: string) => boolean) | undefined;
}

/** So much of a document is text at a time, in bytes. */
const PORTION = 64 * 1024;

/** How deep the elements stand that {@link TreeLimits.take} is offered: a list's rows, below the root and the list. */
const ROWS = 2;

interface Growing {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  children: TreeElement[];
  text: string;
}

// Most elements have neither: shared, they halve what a long list takes of the memory.
const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});
const NO_CHILDREN: TreeElement[] = [];
Object.freeze(NO_CHILDREN);

/**
 * A small document, whole; records by the thousand are read by `read-records.ts`, which holds none of them long.
 *
 * Refuses what the gate refuses: a document type, an entity that is not XML's own, XML that is not 1.0 or not
 * well-formed, an encoding that is not what it says, and whatever passes the limits.
 *
 * @throws DocumentRefused
 */
export function readTree(source: Uint8Array | string, limits: TreeLimits): TreeElement {
  if (source.length > limits.maxBytes) {
    throw new DocumentRefused('too-large', 'The document is too large.', { limit: limits.maxBytes });
  }
  return new Tree(limits).read(typeof source === 'string' ? [source] : decoded(source, limits.charset));
}

function* decoded(bytes: Uint8Array, charset: string | undefined): Generator<string> {
  const decoder = new Decoder(charset);
  for (let from = 0; from < bytes.length; from += PORTION) yield decoder.write(bytes.subarray(from, from + PORTION));
  yield decoder.end();
}

class Tree {
  private readonly parser = newParser();
  private readonly open: Growing[] = [];
  private elements = 0;
  private root: TreeElement | undefined;

  constructor(private readonly limits: TreeLimits) {
    const handlers = handlersOf(this.parser);
    handlers.errorHandler = (error) => this.malformed(error);
    handlers.doctypeHandler = () => this.refuse('doctype-forbidden', 'A document type is not allowed.');
    handlers.xmldeclHandler = ({ version }) => {
      if (version !== '1.0') this.refuse('version-unsupported', 'The document must be XML 1.0.');
    };
    handlers.openTagHandler = (tag) => this.opened(tag);
    handlers.closeTagHandler = () => this.closed();
    handlers.textHandler = (text) => this.given(text);
    handlers.cdataHandler = (text) => this.given(text);
  }

  read(portions: Iterable<string>): TreeElement {
    let empty = true;
    for (const text of portions) {
      empty &&= isBlank(text);
      if (text !== '') this.parser.write(text);
    }
    if (empty) throw new DocumentRefused('empty', 'The document is empty.');
    this.parser.close();
    return this.root ?? this.refuse('malformed', 'The document has no root element.');
  }

  private opened({ name, attributes }: SaxesTagPlain): void {
    this.elements++;
    const { maxDepth, maxElements } = this.limits;
    if (this.elements > maxElements)
      this.refuse('too-many-elements', 'The document has too many elements.', maxElements);
    if (this.open.length >= maxDepth) this.refuse('too-deep', 'Elements are nested too deep.', maxDepth);
    const given = Object.keys(attributes).length === 0 ? NO_ATTRIBUTES : { ...attributes };
    this.open.push({ name, attributes: given, children: NO_CHILDREN, text: '' });
  }

  private closed(): void {
    const element = this.open.pop();
    if (element === undefined) return;
    if (isBlank(element.text)) element.text = '';
    const parent = this.open.at(-1);
    if (parent === undefined) this.root = element;
    else if (this.open.length === ROWS && this.limits.take?.(element, parent.name) === true) return;
    else if (parent.children === NO_CHILDREN) parent.children = [element];
    else parent.children.push(element);
  }

  private given(text: string): void {
    const element = this.open.at(-1);
    if (element !== undefined) element.text += text;
  }

  private malformed({ message }: Error): never {
    if (message.startsWith('undefined entity'))
      return this.refuse('entity-undefined', 'Only the five entities of XML are known.');
    if (message.includes('doctype')) return this.refuse('doctype-forbidden', 'A document type is not allowed.');
    return this.refuse('malformed', `The document is not well-formed: ${message.slice(0, 200)}`);
  }

  private refuse(refusal: DocumentRefusal, message: string, limit?: number): never {
    const place = { line: this.parser.line, column: Math.max(1, this.parser.column) };
    throw new DocumentRefused(refusal, message, limit === undefined ? place : { ...place, limit });
  }
}
