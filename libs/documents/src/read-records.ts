import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

import { Decoder } from './decode.js';
import type { Expected } from './envelope.js';
import { DocumentRefused } from './errors.js';
import { Gate, type RecordListener } from './gate.js';
import { capped, gunzip } from './gunzip.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { mostElements } from './record-bound.js';
import { RecordBuilder } from './record-builder.js';
import type { RecordTable } from './record-table.js';
import type { DocumentSummary, ReadRecord } from './record.js';
import { TABLES, tablesOf } from './streams/tables.js';

/** Bytes given to the parser at a time: a few milliseconds, then others may run. */
const SLICE_BYTES = 64 * 1024;

export interface ReadOptions {
  /** The kinds of record that the document may hold: {@link documentTables}. */
  readonly tables: readonly RecordTable[];
  /** The number that FVBusinessId must be. */
  readonly companyNumber: string;
  readonly gzip: boolean;
  /** Of the Content-Type, where it named one. */
  readonly charset: string | undefined;
  readonly limits?: Partial<Limits>;
  /** Milliseconds that only grow; the machine's own unless given. */
  readonly clock?: () => number;
}

/**
 * Reads a document's records, a batch at a time.
 *
 * Each batch is awaited before more is read, so a slow taker slows the source
 * and memory does not grow with the document. Records with faults come too, at
 * their place. Throws {@link DocumentRefused} when the document as a whole is
 * no good, possibly after records were taken: nothing counts before this
 * returns. A valid root without records is a legal document of none.
 */
export async function readRecords(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  take: (batch: readonly ReadRecord[]) => Promise<void> | void,
): Promise<DocumentSummary> {
  const builder = new RecordBuilder(options.tables);
  const summary = await pass(source, options, builder, async () => {
    const batch = builder.take();
    if (batch.length > 0) await take(batch);
  });
  return { ...summary, rejected: builder.rejected };
}

/**
 * Passes a document through the same gate without building its records.
 *
 * For the door: what it lets through is whole, well-formed, in its encoding,
 * of this stream and for this company. Records may still have faults.
 */
export async function checkDocument(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<DocumentSummary> {
  return { ...(await pass(source, options, DEAF, () => Promise.resolve())), rejected: 0 };
}

const nothing = (): void => undefined;
const DEAF: RecordListener = {
  recordOpened: nothing,
  opened: nothing,
  text: nothing,
  closed: nothing,
  recordClosed: nothing,
};

async function pass(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  listener: RecordListener,
  afterSlice: () => Promise<void>,
): Promise<Omit<DocumentSummary, 'rejected'>> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const decoder = new Decoder(options.charset);
  const gate = new Gate(expectedOf(options), limits, listener, options.clock ?? (() => performance.now()));
  const input = capped(source, limits.inputBytes);

  for await (const chunk of options.gzip ? gunzip(input, limits) : input) {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      gate.write(decoder.write(chunk.subarray(from, from + SLICE_BYTES)));
      await afterSlice();
      await setImmediate();
    }
  }
  gate.write(decoder.end());
  gate.end();
  // The bytes were read as the first look said; the parser must have read the same there.
  if (gate.declaredEncoding !== decoder.declared) {
    throw new DocumentRefused('malformed', 'The XML declaration cannot be read.', { line: 1, column: 1 });
  }
  await afterSlice();
  const registers = options.tables.filter(({ element }) => gate.elementsSeen.has(element));
  return {
    records: gate.records,
    registers: registers.map(({ register }) => register),
    bytes: decoder.bytes,
    encoding: decoder.encoding,
  };
}

const elementsOf = (tables: readonly RecordTable[]): ReadonlySet<string> =>
  new Set(tables.map(({ element }) => element));
const KNOWN = elementsOf(TABLES);
const BASIC = elementsOf(tablesOf('perustiedot'));

/** What the gate must let through. */
export const expectedOf = ({ tables, companyNumber }: Pick<ReadOptions, 'tables' | 'companyNumber'>): Expected => ({
  elements: new Map(tables.map((table) => [table.element, mostElements(table)])),
  basic: BASIC,
  known: KNOWN,
  companyNumber,
});
