import type { Readable } from 'node:stream';

import { checkDocument, type DocumentSummary, type RecordTable } from '#lib/documents';
import type { Database } from '#lib/store';
import { DocumentWriter, type StoredDocument } from '#lib/transfers';

import { SenderStalled } from './errors.js';

/** How long a sender may be silent in the middle of a body, in seconds. */
const SILENCE = 30;

export interface IncomingDocument {
  readonly body: Readable;
  readonly gzip: boolean;
  readonly charset: string | null;
  readonly table: RecordTable;
  /** What the document must carry as FVBusinessId. */
  readonly companyNumber: string;
}

/**
 * Takes a document in: stores its bytes as they arrive and checks at the same
 * time that they are a whole, well-formed document of this company and stream.
 *
 * Memory does not grow with the document. Nothing is accepted yet: that is
 * `acceptTransfer`. Throws `DocumentRefused`, or {@link SenderStalled} when
 * the sender falls silent; what was stored until then is cleared away.
 */
export async function receiveDocument(
  database: Database,
  incoming: IncomingDocument,
): Promise<{ document: StoredDocument; summary: DocumentSummary; discard: () => Promise<void> }> {
  const writer = new DocumentWriter(database, incoming);
  try {
    const summary = await checkDocument(storing(incoming.body, writer), {
      table: incoming.table,
      companyNumber: incoming.companyNumber,
      gzip: incoming.gzip,
      charset: incoming.charset ?? undefined,
    });
    return { document: await writer.finish(), summary, discard: () => writer.discard() };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function* storing(body: Readable, writer: DocumentWriter): AsyncGenerator<Buffer> {
  for await (const part of unlessSilent(body)) {
    await writer.write(part);
    yield part;
  }
}

async function* unlessSilent(body: Readable): AsyncGenerator<Buffer> {
  const silence = setTimeout(() => body.destroy(new SenderStalled(SILENCE)), SILENCE * 1000);
  try {
    for await (const part of body) {
      silence.refresh();
      yield part as Buffer;
    }
  } catch (error) {
    throw error instanceof SenderStalled ? error : new SenderStalled(SILENCE, { cause: error });
  } finally {
    clearTimeout(silence);
  }
}
