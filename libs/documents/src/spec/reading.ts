import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
  checkDocument,
  DocumentRefused,
  type DocumentSummary,
  type ReadOptions,
  type ReadRecord,
  readRecords,
  tuoterekisteri,
  yritysrekisteri,
} from '../index.js';

export const COMPANY = '500001';
export const PRODUCTS: ReadOptions = {
  tables: [tuoterekisteri],
  companyNumber: COMPANY,
  gzip: false,
  charset: undefined,
};
export const COMPANIES: ReadOptions = { ...PRODUCTS, tables: [yritysrekisteri] };

/** A document of the right company around the given records. */
export const wrapped = (records: string, declaration = ''): string =>
  `${declaration}<FivaldiXML><FVBusinessId>${COMPANY}</FVBusinessId>${records}</FivaldiXML>`;

export const product = (inner: string): string => wrapped(`<Product><ProductCode>A1</ProductCode>${inner}</Product>`);

/** Bytes in pieces of the given sizes; the last piece is the rest. */
// eslint-disable-next-line @typescript-eslint/require-await -- an async source, as a request is
export async function* pieces(bytes: Uint8Array, ...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield bytes.subarray(from, from + size);
    from += size;
  }
  yield bytes.subarray(from);
}

export type Document = string | Uint8Array;
export const bytesOf = (document: Document): Uint8Array =>
  typeof document === 'string' ? Buffer.from(document, 'utf8') : document;

export interface Reading {
  readonly records: readonly ReadRecord[];
  readonly summary: DocumentSummary;
}

export async function read(document: Document, options = PRODUCTS, ...sizes: readonly number[]): Promise<Reading> {
  const records: ReadRecord[] = [];
  const summary = await readRecords(pieces(bytesOf(document), ...sizes), options, (batch) => {
    records.push(...batch);
  });
  return { records, summary };
}

/** The one record of a document. */
export async function readOne(document: Document, options = PRODUCTS): Promise<ReadRecord> {
  const { records } = await read(document, options);
  const [record] = records;
  if (record === undefined || records.length > 1) throw new Error(`Expected one record, got ${records.length}.`);
  return record;
}

/** How the document is refused, by the reader and by the door alike; `null` when it is not. */
export async function refusalOf(document: Document, options = PRODUCTS): Promise<DocumentRefused | null> {
  const read = await refused(readRecords(pieces(bytesOf(document)), options, () => undefined));
  const checked = await refused(checkDocument(pieces(bytesOf(document)), options));
  if (read?.code !== checked?.code) throw new Error(`The reader says ${read?.code}, the door ${checked?.code}.`);
  return read;
}

async function refused(reading: Promise<unknown>): Promise<DocumentRefused | null> {
  try {
    await reading;
    return null;
  } catch (error) {
    if (error instanceof DocumentRefused) return error;
    throw error;
  }
}

/** Field by field, what the record says; absent fields are left out. */
export function valuesOf({ table, values }: ReadRecord): Record<string, string | null> {
  const entries = table.fields.map(({ field }, index) => [field, values[index]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string | null] => entry[1] !== undefined));
}

const LATIN_9 = new Map(
  [...'€ŠšŽžŒœŸ'].map((letter, index) => [letter, '\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe'[index] ?? '']),
);

export const latin1 = (document: string): Buffer => Buffer.from(document, 'latin1');
export const latin9 = (document: string): Buffer =>
  Buffer.from([...document].map((letter) => LATIN_9.get(letter) ?? letter).join(''), 'latin1');
export const utf16le = (document: string): Buffer => Buffer.from(`\ufeff${document}`, 'utf16le');
export const utf16be = (document: string): Buffer => Buffer.from(`\ufeff${document}`, 'utf16le').swap16();

/** Line and column of the nth place where the text stands, from 1, as a person counts them. */
export function placeOf(document: string, text: string, nth = 1): { line: number; column: number } {
  let at = -1;
  for (let i = 0; i < nth; i++) at = document.indexOf(text, at + 1);
  if (at < 0) throw new Error(`The document has no ${text}.`);
  const lines = document.slice(0, at).split(/\r\n|\r|\n/);
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}

/** Bytes that are alive, once the rest is collected. */
export function alive(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
