import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import { v7 as uuid } from 'uuid';

import type { Database, Scope } from '#lib/store';

import { UploadForgotten } from './errors.js';

const deflateAside = promisify(deflateRaw);
const inflateAside = promisify(inflateRaw);

/** Bytes of a document in one chunk, before compression. Small enough for memory, large enough for PostgreSQL. */
const CHUNK = 256 * 1024;

/** So few bytes are packed and unpacked on the spot: to hand them to another thread and back takes longer. */
const FEW = 16 * 1024;

/** A document whose bytes are all here. `lastChunk` is stored by whoever accepts it, in the same transaction. */
export interface StoredDocument {
  readonly id: string;
  readonly sha256: Buffer;
  readonly bytes: number;
  readonly gzip: boolean;
  readonly charset: string | null;
  readonly chunks: number;
  readonly lastChunk: Buffer;
}

/**
 * Takes a document's bytes as they arrive, in constant memory.
 *
 * All chunks but the last are stored at once, each in a short transaction of
 * its own; they mean nothing until `acceptTransfer` writes the document's row.
 * An upload that breaks off leaves chunks that `sweepUploads` clears away.
 */
export class DocumentWriter {
  readonly id = uuid();
  readonly #hash = createHash('sha256');
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #chunks = 0;

  constructor(
    private readonly database: Database,
    private readonly kind: {
      readonly environmentId: string;
      readonly gzip: boolean;
      readonly charset: string | null;
      /** The export that it is written for. */
      readonly transferId?: string;
    },
  ) {}

  async write(part: Buffer): Promise<void> {
    this.#hash.update(part);
    this.#bytes += part.length;
    this.#waiting.push(part);
    this.#waitingBytes += part.length;
    while (this.#waitingBytes > CHUNK) await this.#spill();
  }

  async finish(): Promise<StoredDocument> {
    return {
      id: this.id,
      sha256: this.#hash.digest(),
      bytes: this.#bytes,
      gzip: this.kind.gzip,
      charset: this.kind.charset,
      chunks: this.#chunks + 1,
      lastChunk: await this.#pack(Buffer.concat(this.#waiting)),
    };
  }

  /** Forgets what was stored of a document that will not be accepted. */
  async discard(): Promise<void> {
    if (this.#chunks > 0) await forgetUploads(this.database, [this.id], { tenant: this.kind.environmentId });
  }

  async #spill(): Promise<void> {
    const chunk = this.#takeChunk();
    const { environmentId } = this.kind;
    const scope = { tenant: environmentId };
    if (this.#chunks === 0) {
      await this.database.rows(
        'insert into transfers.upload (environment_id, document_id, transfer_id) values ($1, $2, $3)',
        [environmentId, this.id, this.kind.transferId ?? null],
        { scope },
      );
    }
    // Under the upload's lock: once it has been cleared away, nothing is added that nobody would clear away again.
    const stored = await this.database.rows(
      `with upload as (
         select from transfers.upload where document_id = $2 and environment_id = $1 for key share
       )
       insert into transfers.document_chunk (environment_id, document_id, no, data)
       select $1, $2, $3::int, $4::bytea from upload returning no`,
      [environmentId, this.id, this.#chunks, await this.#pack(chunk)],
      { scope },
    );
    if (stored.length === 0) throw new UploadForgotten(this.id);
    this.#chunks += 1;
  }

  /** The first bytes that wait, as many as a chunk has; each is copied once at most, however long its part is. */
  #takeChunk(): Buffer {
    const parts: Buffer[] = [];
    let lacking = CHUNK;
    while (lacking > 0) {
      const part = this.#waiting.shift()!;
      if (part.length > lacking) this.#waiting.unshift(part.subarray(lacking));
      const taken = part.subarray(0, lacking);
      parts.push(taken);
      lacking -= taken.length;
    }
    this.#waitingBytes -= CHUNK;
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** What came as gzip is compressed enough. */
  async #pack(bytes: Buffer): Promise<Buffer> {
    return this.kind.gzip ? bytes : deflate(bytes);
  }
}

/** Chunks on their way from PostgreSQL while one is read. */
const FETCHED_AHEAD = 3;

/** A document's bytes as its sender sent them, chunk by chunk, the next ones fetched while one is read. */
export async function* readDocument(
  database: Pick<Database, 'rows'>,
  document: { readonly id: string; readonly environmentId: string; readonly gzip: boolean; readonly chunks: number },
): AsyncGenerator<Buffer> {
  const fetch = async (no: number): Promise<Buffer> => {
    const [row] = await database.rows<{ data: Buffer }>(
      'select data from transfers.document_chunk where document_id = $1 and no = $2 and environment_id = $3',
      [document.id, no, document.environmentId],
      { scope: { tenant: document.environmentId } },
    );
    if (!row) throw new Error(`Chunk ${no} of document ${document.id} is missing`);
    return document.gzip ? row.data : inflate(row.data);
  };
  const coming: Promise<Buffer>[] = [];
  for (let no = 0; no < document.chunks; no += 1) {
    for (let next = no + coming.length; next < document.chunks && coming.length < FETCHED_AHEAD; next += 1) {
      const chunk = fetch(next);
      // The reader may fail while this one is on its way; its failure is then nobody's to handle.
      chunk.catch(() => undefined);
      coming.push(chunk);
    }
    yield (await coming.shift())!;
  }
}

/** Clears away uploads that broke off, once they are older than any upload may last. */
export async function sweepUploads(database: Database, olderThanMinutes: number): Promise<number> {
  const scope = { acrossTenants: 'an upload breaks off in any environment' };
  const left = await database.rows<{ document_id: string }>(
    `select document_id from transfers.upload
      where started_at < clock_timestamp() - make_interval(mins => $1) limit 100`,
    [olderThanMinutes],
    { scope },
  );
  if (left.length > 0)
    await forgetUploads(
      database,
      left.map((row) => row.document_id),
      scope,
    );
  return left.length;
}

/** Clears away what earlier attempts at an export have left: whoever is still at one of them cannot go on. */
export async function forgetAttempts(
  database: Database,
  { id, environmentId }: { readonly id: string; readonly environmentId: string },
): Promise<void> {
  const scope = { tenant: environmentId };
  const left = await database.rows<{ document_id: string }>(
    'select document_id from transfers.upload where transfer_id = $1',
    [id],
    { scope },
  );
  const documents = left.map((row) => row.document_id);
  if (documents.length > 0) await forgetUploads(database, documents, scope);
}

async function forgetUploads(database: Database, documentIds: readonly string[], scope: Scope): Promise<void> {
  await database.transaction(
    async (sql) => {
      const gone = await sql.rows<{ document_id: string }>(
        'delete from transfers.upload where document_id = any($1::uuid[]) returning document_id',
        [documentIds],
      );
      await sql.rows('delete from transfers.document_chunk where document_id = any($1::uuid[])', [
        gone.map((row) => row.document_id),
      ]);
    },
    { scope },
  );
}

async function deflate(bytes: Buffer): Promise<Buffer> {
  const level = constants.Z_BEST_SPEED;
  return bytes.length <= FEW ? deflateRawSync(bytes, { level }) : deflateAside(bytes, { level, chunkSize: CHUNK / 4 });
}

/** In one step: a buffer of the default size would be filled, and handed back, sixteen times for each chunk. */
async function inflate(bytes: Buffer): Promise<Buffer> {
  const maxOutputLength = CHUNK;
  return bytes.length <= FEW
    ? inflateRawSync(bytes, { maxOutputLength })
    : inflateAside(bytes, { maxOutputLength, chunkSize: CHUNK });
}
