const MB = 1_000_000;

/**
 * What a document may cost. Each bound has its own refusal; see `errors.ts`.
 *
 * The defaults let through what a company may have: a hundred thousand orders
 * with a million rows, every field of them given, and a payroll batch of a
 * hundred thousand rows, which is one record. Only a record is ever held whole.
 */
export interface Limits {
  /** Bytes as they came in. */
  readonly inputBytes: number;
  /** Bytes once unpacked. */
  readonly unpackedBytes: number;
  /** Unpacked over packed, once the first megabyte is out. */
  readonly gzipRatio: number;
  /** Elements inside elements. */
  readonly depth: number;
  readonly elements: number;
  readonly records: number;
  /** Characters of one record after its start tag: all of it is held until its end. */
  readonly record: number;
  readonly attributes: number;
  /** Characters of one attribute's value. */
  readonly attributeValue: number;
  /** Characters of one element's or attribute's name. */
  readonly name: number;
  /** Characters of one element's text, and of whatever else stands without a tag's border. */
  readonly text: number;
  /** Characters before the root element. */
  readonly prolog: number;
  /** Milliseconds spent parsing, waiting not counted. */
  readonly parseMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  inputBytes: 1000 * MB,
  unpackedBytes: 1000 * MB,
  gzipRatio: 50,
  depth: 64,
  elements: 25 * MB,
  records: MB,
  record: 100 * MB,
  attributes: 64,
  attributeValue: 64 * 1024,
  name: 256,
  text: 1024 * 1024,
  prolog: 64 * 1024,
  parseMs: 120_000,
};
