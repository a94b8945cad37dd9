import type { DocumentRefusal } from './errors.js';
import { isBlank, trimmed } from './field-value.js';
import type { MostElements } from './record-bound.js';

/** The attributes of one element, without a prototype. */
export type Attributes = Readonly<Record<string, string>>;

/** Refuses the document at the letter just read. */
export type Refuse = (refusal: DocumentRefusal, message: string, limit?: number) => never;

/** What a document must be: records of these kinds, for one company. */
export interface Expected {
  /** The elements of records, and how many elements may stand in one. */
  readonly elements: ReadonlyMap<string, MostElements>;
  /** Base data's record elements: they may stand in documents of other streams, for whoever is allowed to. */
  readonly basic: ReadonlySet<string>;
  /** Every stream's record elements. */
  readonly known: ReadonlySet<string>;
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
  private last = '';
  readonly seen = new Set<string>();

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
    if (name === this.last) return true;
    if (!this.expected.elements.has(name)) return false;
    if (!this.company) this.refuse('company-missing', 'FVBusinessId must stand before the first record.');
    this.last = name;
    this.seen.add(name);
    return true;
  }

  headerOpened(name: string, attributes: Attributes | null): void {
    if (name === 'FVBusinessId') {
      if (this.company) this.refuse('company-repeated', 'FVBusinessId stands twice.');
    } else if (name === 'FVCreationTime') {
      if (this.creationTime) this.refuse('creation-time-repeated', 'FVCreationTime stands twice.');
      this.creationTime = true;
    } else this.refuseRecord(name);
    if (attributes !== null) this.refuse('unknown-attribute', `${name} has an unknown attribute.`);
    this.header = name;
    this.text = '';
  }

  private refuseRecord(name: string): never {
    const { basic, known, elements } = this.expected;
    if (basic.has(name)) {
      this.refuse('basic-data-not-allowed', `${name} is base data, which this sender may not bring in.`);
    }
    if (!known.has(name)) this.refuse('unknown-element', `${ROOT} has an unknown element.`);
    const taken = [...elements.keys()].join(', ');
    return this.refuse('wrong-stream', `${name} belongs to another stream; this one takes ${taken}.`);
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
