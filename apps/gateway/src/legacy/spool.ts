import type { Database } from '#lib/store';
import { DocumentWriter, readDocument } from '#lib/transfers';

import type { Part, ReadBytes } from './multipart.js';
import { LegacyRefused } from './outcome.js';

/** Whose a document is that came before its sender had said who they are: no environment has this id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** How many such documents may come from one address at once. */
const OF_ONE_ADDRESS = 4;
/** How long one may take to come, in milliseconds. */
const SPOOLING_TIME = 120_000;

export interface SpoolBounds {
  /** Of one document. */
  readonly bytes: number;
  /** How many at once, from all addresses. */
  readonly atOnce: number;
}

/** A document that waits for its sender to say who they are. */
export interface Spooled {
  /** Its bytes from the beginning. */
  readonly read: ReadBytes;
  readonly discard: () => Promise<void>;
}

/**
 * Keeps documents that come before user name and password, as today's clients may send them.
 *
 * Strangers write to the database here, so it is bounded: by the length of each, by their number, from one address and
 * from all, and in time. What this gateway leaves behind when it dies is an upload like any other that broke off, and
 * cleared away like those.
 */
export class Spool {
  readonly #coming = new Map<string, number>();
  #atOnce = 0;

  constructor(
    private readonly database: Database,
    private readonly bounds: SpoolBounds,
  ) {}

  /**
   * Takes the part's content in. `neighbourhood` is where it comes from. Throws {@link LegacyRefused} beyond the
   * bounds. The place is free again once the document is discarded.
   */
  async take(file: Part, neighbourhood: string): Promise<Spooled> {
    const leave = this.enter(neighbourhood);
    // Kept as it came: it is read once, and soon.
    const writer = new DocumentWriter(this.database, { environmentId: NOBODY, gzip: true, charset: null });
    const discard = async (): Promise<void> => {
      leave();
      await writer.discard();
    };
    try {
      await this.write(file, writer);
      const { id, chunks, lastChunk } = await writer.finish();
      const stored = readDocument(this.database, { id, environmentId: NOBODY, gzip: true, chunks: chunks - 1 });
      return { read: bytesOf(stored, lastChunk), discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  private async write(file: Part, writer: DocumentWriter): Promise<void> {
    const { bytes } = this.bounds;
    const deadline = performance.now() + SPOOLING_TIME;
    for (let piece = await file.read(); piece !== undefined; piece = await file.read()) {
      if (file.bytes > bytes || performance.now() > deadline) {
        throw new LegacyRefused('oversized', 'too-large-before-credentials', { limit: bytes });
      }
      await writer.write(piece);
    }
  }

  private enter(neighbourhood: string): () => void {
    const coming = this.#coming.get(neighbourhood) ?? 0;
    if (this.#atOnce >= this.bounds.atOnce || coming >= OF_ONE_ADDRESS) {
      throw new LegacyRefused('limited', 'too-many-before-credentials', { seconds: 30 });
    }
    this.#atOnce += 1;
    this.#coming.set(neighbourhood, coming + 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#atOnce -= 1;
      const left = (this.#coming.get(neighbourhood) ?? 1) - 1;
      if (left > 0) this.#coming.set(neighbourhood, left);
      else this.#coming.delete(neighbourhood);
    };
  }
}

function bytesOf(stored: AsyncGenerator<Buffer>, last: Buffer): ReadBytes {
  let isLast = false;
  return async () => {
    if (isLast) return undefined;
    const next = await stored.next();
    if (next.done !== true) return next.value;
    isLast = true;
    return last;
  };
}
