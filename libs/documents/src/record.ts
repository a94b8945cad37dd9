/**
 * Why a record is rejected. A closed union: `record-reasons.ts` has a text for
 * each in three languages.
 */
export const RECORD_REASONS = [
  'missing-required',
  'too-long',
  'pattern-mismatch',
  'not-a-decimal',
  'decimal-comma',
  'too-many-digits',
  'not-in-code-list',
  'not-a-boolean',
  'not-a-date',
  'unknown-element',
  'unknown-attribute',
  'repeated-element',
  'duplicate-child',
  'too-many-children',
  'text-between-elements',
] as const;
export type RecordReason = (typeof RECORD_REASONS)[number];

/** One thing wrong with a record. Never carries the value: a log may show it. */
export interface RecordFault {
  /** Of the `<` of the element's start tag, from 1. Columns count characters. */
  readonly line: number;
  readonly column: number;
  /** The element, or `Element@Attribute`. At most 256 characters. */
  readonly element: string;
  readonly reason: RecordReason;
  /** What was allowed, where the reason has a bound: 40, '16,6', 'FIN, SWE, ENG'. */
  readonly limit?: number | string;
}

/** Canonical text, `null` where the element stood empty, `undefined` where it was absent or at fault. */
export type FieldValue = string | null | undefined;

/** kind → id of the child → field → value. Absent fields have no key; the id itself is only the key. */
export type Children = Record<string, Record<string, Record<string, string | null>>>;

/**
 * One record as it stood. Its texts are windows onto the part of the document
 * that they came from: write them out, do not hoard them.
 */
export interface ReadRecord {
  /** Its place in the document, from 1. */
  readonly no: number;
  /** Of the `<` of its start tag, from 1. Columns count characters. */
  readonly line: number;
  readonly column: number;
  /** `null` when it is missing, empty or at fault; then there is a fault that says so. */
  readonly key: string | null;
  /** In the order of the table's fields. */
  readonly values: readonly FieldValue[];
  /** `null` when the record has none. Made without a prototype: an id may be any text. */
  readonly children: Children | null;
  /** Empty when the record may go in. At most 20; a record that is worse is rejected all the same. */
  readonly faults: readonly RecordFault[];
}

export interface DocumentSummary {
  readonly records: number;
  /** Those of them with a fault. Always 0 from `checkDocument`, which does not look inside records. */
  readonly rejected: number;
  /** Bytes of the document itself, unpacked. */
  readonly bytes: number;
  readonly encoding: Encoding;
}

export const ENCODINGS = ['UTF-8', 'ISO-8859-1', 'ISO-8859-15', 'UTF-16LE', 'UTF-16BE'] as const;
export type Encoding = (typeof ENCODINGS)[number];
