import type { RecordTable, RegisterName } from './record-table.js';

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
  'forbidden-character',
  // These two the registers say, not the document.
  'unknown-product',
  'repeated-batch',
] as const;
export type RecordReason = (typeof RECORD_REASONS)[number];

/** One thing wrong with a record. Never carries a value of the document but a product's code: a log may show it. */
export interface RecordFault {
  /** Of the `<` of the element's start tag, from 1. Columns count characters. */
  readonly line: number;
  readonly column: number;
  /** The element, or `Element@Attribute`. At most 256 characters. */
  readonly element: string;
  readonly reason: RecordReason;
  /** What was allowed, where the reason has a bound: 40, '16,6', 'FIN, SWE, ENG'. */
  readonly limit?: number | string;
  /** The id of the child that it stands in, where the place is that of the whole record: a row's number. */
  readonly child?: string;
  /** The code that the register does not have. */
  readonly code?: string;
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
  /** What kind of record it is. */
  readonly table: RecordTable;
  /** Its place in the document, from 1. */
  readonly no: number;
  /** Of the `<` of its start tag, from 1. Columns count characters. */
  readonly line: number;
  readonly column: number;
  /** `null` when it is missing, empty or at fault; then there is a fault that says so. */
  readonly key: string | null;
  /** In the order of its table's fields. */
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
  /** Those that its records belong to, in the order of the tables it was read by. */
  readonly registers: readonly RegisterName[];
  /** Bytes of the document itself, unpacked. */
  readonly bytes: number;
  readonly encoding: Encoding;
}

export const ENCODINGS = ['UTF-8', 'ISO-8859-1', 'ISO-8859-15', 'UTF-16LE', 'UTF-16BE'] as const;
export type Encoding = (typeof ENCODINGS)[number];
