import { Decoder } from './decode.js';
import { DocumentRefused } from './errors.js';
import { Gate, type RecordListener } from './gate.js';
import { DEFAULT_LIMITS } from './limits.js';
import { expectedOf } from './read-records.js';
import type { RecordTable, RegisterName } from './record-table.js';

/** Whoever needs more before the first record than this holds something else than a document. */
const HEAD_BYTES = 1024 * 1024;

export interface Head {
  /** Whose record stands first; `null` for a document of none. */
  readonly register: RegisterName | null;
  /** All that was taken from the source; what stands behind it is still there. */
  readonly read: readonly Buffer[];
}

/**
 * Reads a document no further than its first record, for whoever was not told
 * what is in it. `next` gives its next bytes, `undefined` at its end.
 *
 * Throws {@link DocumentRefused} for what is wrong up to there. What stands
 * behind it is not parsed; letters of a wrong encoding may be met in the same part.
 */
export async function firstRecord(
  next: () => Promise<Buffer | undefined>,
  expected: { readonly tables: readonly RecordTable[]; readonly companyNumber: string },
): Promise<Head> {
  const decoder = new Decoder(undefined);
  const finder = new Finder();
  const gate = new Gate(expectedOf(expected), DEFAULT_LIMITS, finder, () => performance.now());
  const read: Buffer[] = [];
  let bytes = 0;
  const look = (text: string): boolean => finder.finds(() => gate.write(text));
  for (let part = await next(); part !== undefined; part = await next()) {
    read.push(part);
    bytes += part.length;
    if (look(decoder.write(part))) break;
    if (bytes > HEAD_BYTES) {
      const message = `More than ${HEAD_BYTES} bytes stand before the first record.`;
      throw new DocumentRefused('prolog-too-long', message, { limit: HEAD_BYTES });
    }
  }
  if (finder.element === null && !look(decoder.end())) gate.end();
  const table = expected.tables.find(({ element }) => element === finder.element);
  return { register: table?.register ?? null, read };
}

class Found extends Error {}

const nothing = (): void => undefined;

/** Stops the parser at the first record. */
class Finder implements RecordListener {
  element: string | null = null;
  readonly opened = nothing;
  readonly text = nothing;
  readonly closed = nothing;
  readonly recordClosed = nothing;

  recordOpened(name: string): void {
    this.element = name;
    throw new Found();
  }

  finds(look: () => void): boolean {
    try {
      look();
      return false;
    } catch (error) {
      if (error instanceof Found) return true;
      throw error;
    }
  }
}
