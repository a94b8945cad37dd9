import { AppError, type ErrorDetails, type ErrorKind } from '#lib/errors';

/** Every refusal of a whole document, and who must act: a refused document changes nothing. */
const REFUSALS = {
  // Its size and its wrapping.
  'too-large': 'oversized',
  'unpacks-too-large': 'oversized',
  'unpacks-suspiciously': 'oversized',
  'gzip-broken': 'invalid',
  'gzip-truncated': 'invalid',
  'gzip-not-single': 'invalid',
  // Its letters.
  empty: 'invalid',
  'encoding-unsupported': 'unsupported',
  'encoding-conflict': 'invalid',
  'encoding-broken': 'invalid',
  'encoding-windows-1252': 'invalid',
  'encoding-utf-8-in-disguise': 'invalid',
  // Its XML.
  malformed: 'invalid',
  'version-unsupported': 'unsupported',
  'doctype-forbidden': 'invalid',
  'entity-undefined': 'invalid',
  'prolog-too-long': 'oversized',
  'too-deep': 'oversized',
  'too-many-elements': 'oversized',
  'too-many-records': 'oversized',
  'record-too-large': 'oversized',
  'too-many-attributes': 'oversized',
  'attribute-too-long': 'oversized',
  'text-too-long': 'oversized',
  'name-too-long': 'oversized',
  'too-slow': 'oversized',
  // What it says.
  'unknown-root': 'invalid',
  'unknown-element': 'invalid',
  'unknown-attribute': 'invalid',
  'stray-text': 'invalid',
  'wrong-stream': 'invalid',
  'basic-data-not-allowed': 'denied',
  'company-missing': 'invalid',
  'company-repeated': 'invalid',
  'foreign-company': 'invalid',
  'creation-time-repeated': 'invalid',
} as const satisfies Record<string, ErrorKind>;

export type DocumentRefusal = keyof typeof REFUSALS;
export const DOCUMENT_REFUSALS = Object.keys(REFUSALS) as readonly DocumentRefusal[];

/**
 * The document as a whole is refused; its code is `document.<refusal>`.
 *
 * Details carry `line` and `column` from 1 where the place is known, or `byte`
 * from 0 where it is not text yet, and the limit that was passed.
 */
export class DocumentRefused extends AppError {
  readonly kind: ErrorKind;
  readonly code: `document.${DocumentRefusal}`;

  constructor(
    readonly refusal: DocumentRefusal,
    message: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, details, options);
    this.kind = REFUSALS[refusal];
    this.code = `document.${refusal}`;
  }
}

/** The code that Node gave an error; its class does not cross realms, so it is not asked. */
export function nodeCodeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
