const MB = 1_000_000;

/** What a document may cost. Each bound has its own refusal; see `errors.ts`. */
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
  inputBytes: 200 * MB,
  unpackedBytes: 200 * MB,
  gzipRatio: 50,
  depth: 64,
  elements: 5 * MB,
  attributes: 64,
  attributeValue: 64 * 1024,
  name: 256,
  text: 1024 * 1024,
  prolog: 64 * 1024,
  parseMs: 30_000,
};
