import type { Readable } from 'node:stream';

import { checkDocument, DEFAULT_LIMITS, DocumentRefused, type RecordTable, type RegisterName } from '#lib/documents';
import { Database } from '#lib/store';
import { DocumentWriter, type LaneName, type StoredDocument } from '#lib/transfers';

import { SenderStalled } from './errors.js';
import type { LaneRoom } from './lane-room.js';

export interface IncomingDocument {
  readonly body: Readable;
  /** What the sender says of its length, in bytes; `null` for a body sent in pieces. */
  readonly announced: number | null;
  readonly gzip: boolean;
  readonly charset: string | null;
  /** The kinds of record that it may hold. */
  readonly tables: readonly RecordTable[];
  readonly environmentId: string;
  /** Where it will wait. */
  readonly lane: LaneName;
  /** What the document must carry as FVBusinessId. */
  readonly companyNumber: string;
}

/** A document whose bytes are stored and sound, and not accepted yet. */
export interface ReceivedDocument {
  readonly document: StoredDocument;
  /** Those that its records belong to. */
  readonly registers: readonly RegisterName[];
  /** Forgets it again, when it turns out to be here already or may not come in. */
  readonly discard: () => Promise<void>;
}

/**
 * Takes documents in: stores their bytes as they arrive and checks at the same
 * time that they are a whole, well-formed document of this company and stream.
 * Memory does not grow with the document.
 */
export class DocumentReceiver {
  /** `silence` is how long a sender may send nothing in the middle of a body, in seconds. */
  constructor(
    private readonly database: Database,
    private readonly silence: number,
    private readonly room: Pick<LaneRoom, 'take'>,
  ) {}

  /**
   * Nothing is accepted yet: that is `acceptTransfer`. Throws `DocumentRefused`,
   * or {@link SenderStalled} when the sender falls silent or goes away; what was
   * stored until then is cleared away.
   */
  async receive(incoming: IncomingDocument): Promise<ReceivedDocument> {
    if ((incoming.announced ?? 0) > DEFAULT_LIMITS.inputBytes) {
      throw new DocumentRefused('too-large', 'The document is larger than a document may be', {
        limit: DEFAULT_LIMITS.inputBytes,
      });
    }
    await this.room.take(incoming.lane);
    const writer = new DocumentWriter(this.database, incoming);
    try {
      const { registers } = await checkDocument(this.storing(incoming.body, writer), {
        tables: incoming.tables,
        companyNumber: incoming.companyNumber,
        gzip: incoming.gzip,
        charset: incoming.charset ?? undefined,
      });
      return { document: await writer.finish(), registers, discard: () => writer.discard() };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  private async *storing(body: Readable, writer: DocumentWriter): AsyncGenerator<Buffer> {
    // Leaving the body early must not destroy it: that would take the socket, and with it the answer that says why.
    const parts = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
    try {
      for (let part = await this.next(parts); part !== undefined; part = await this.next(parts)) {
        await writer.write(part);
        yield part;
      }
    } finally {
      void parts.return?.();
    }
  }

  /** The next part of the body, or `undefined` at its end; only the sender's silence counts, not our own work. */
  private async next(parts: AsyncIterator<Buffer, undefined>): Promise<Buffer | undefined> {
    let silence: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, reject) => {
      silence = setTimeout(() => reject(new SenderStalled(this.silence)), this.silence * 1000);
    });
    try {
      return (await Promise.race([parts.next(), silent])).value;
    } catch (error) {
      throw error instanceof SenderStalled ? error : new SenderStalled(this.silence, { cause: error });
    } finally {
      clearTimeout(silence);
    }
  }
}
