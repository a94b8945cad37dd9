import type { DocumentRefusal } from './errors.js';
import { isBlank, trimmed } from './field-value.js';

/** The attributes of one element, without a prototype. */
export type Attributes = Readonly<Record<string, string>>;

/** Refuses the document at the letter just read. */
export type Refuse = (refusal: DocumentRefusal, message: string, limit?: number) => never;

/** What a document must be: one stream's records, for one company. */
export interface Expected {
  /** The element of a record. */
  readonly element: string;
  /** Record elements of the other streams. */
  readonly foreign: ReadonlySet<string>;
  readonly companyNumber: string;
}

const ROOT = 'FivaldiXML';
/** The root may name schemas and namespaces; the reader follows neither. */
const ROOT_ATTRIBUTE = /^(?:xmlns:|xsi:)/;

/**
 * What stands around the records, contract §2.4:
 *
 *   FivaldiXML > FVBusinessId (once, before the first record)
 *              | FVCreationTime (at most once)
 *              | record*
 *
 * Anything else under the root refuses the document.
 */
export class Envelope {
  private header = '';
  private text = '';
  private company = false;
  private creationTime = false;

  constructor(
    private readonly expected: Expected,
    private readonly refuse: Refuse,
  ) {}

  rootOpened(name: string, attributes: Attributes | null): void {
    if (name !== ROOT || attributes?.['xmlns'] !== undefined) {
      this.refuse('unknown-root', `The document must begin with ${ROOT}, in no namespace.`);
    }
    for (const given in attributes) {
      if (!ROOT_ATTRIBUTE.test(given)) this.refuse('unknown-attribute', `${ROOT} has an unknown attribute.`);
    }
  }

  /** Whether what opens under the root is a record. */
  isRecord(name: string): boolean {
    if (name !== this.expected.element) return false;
    if (!this.company) this.refuse('company-missing', 'FVBusinessId must stand before the first record.');
    return true;
  }

  headerOpened(name: string, attributes: Attributes | null): void {
    if (name === 'FVBusinessId') {
      if (this.company) this.refuse('company-repeated', 'FVBusinessId stands twice.');
    } else if (name === 'FVCreationTime') {
      if (this.creationTime) this.refuse('creation-time-repeated', 'FVCreationTime stands twice.');
      this.creationTime = true;
    } else if (this.expected.foreign.has(name)) {
      this.refuse('wrong-stream', `${name} belongs to another stream; this one takes ${this.expected.element}.`);
    } else this.refuse('unknown-element', `${ROOT} has an unknown element.`);
    if (attributes !== null) this.refuse('unknown-attribute', `${name} has an unknown attribute.`);
    this.header = name;
    this.text = '';
  }

  elementInHeader(): never {
    return this.refuse('unknown-element', `${this.header} holds text only.`);
  }

  headerText(text: string): void {
    this.text += text;
  }

  rootText(text: string): void {
    if (!isBlank(text)) this.refuse('stray-text', `${ROOT} holds text between its elements.`);
  }

  headerClosed(): void {
    if (this.header !== 'FVBusinessId') return;
    if (trimmed(this.text) !== this.expected.companyNumber) {
      this.refuse('foreign-company', 'FVBusinessId is not the number of the company that the document was sent for.');
    }
    this.company = true;
  }

  end(): void {
    if (!this.company) this.refuse('company-missing', 'FVBusinessId is missing.');
  }
}
