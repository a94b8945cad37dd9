import { Readable } from 'node:stream';

import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as uuid } from 'uuid';

import { auditEvent, type NewAuditEvent } from '#lib/contracts';
import { encodingOf } from '#lib/documents';
import { type Database, outgoing, writeOutbox } from '#lib/store';
import { readDocument, type Transfer } from '#lib/transfers';

interface DocumentFacts {
  readonly id: string;
  readonly bytes: string;
  readonly gzip: boolean;
  readonly charset: string | null;
  readonly chunks: number;
  readonly sha256: Buffer;
}

/** Who is given it, from where, and what else the audit log must say. */
export type Reader = Required<Pick<NewAuditEvent, 'action' | 'actor' | 'address'>> & {
  readonly details?: Readonly<Record<string, unknown>>;
};

/**
 * One transaction of the look at a transfer's document and the event that says so: who looks at it is committed before
 * its first byte leaves. `undefined` when it has none.
 */
export async function recordHandOver(
  database: Database,
  { environmentId, companyId, partnerUserId, id, documentId, stream, direction }: Transfer,
  { details, ...who }: Reader,
): Promise<DocumentFacts | undefined> {
  return database.transaction(
    async (sql) => {
      const [document] = await sql.rows<DocumentFacts & { at: string }>(
        `select id, bytes, gzip, charset, chunks, sha256, clock_timestamp() as at
           from transfers.document where id = $1 and environment_id = $2`,
        [documentId, environmentId],
      );
      if (!document) return undefined;
      const { at, sha256 } = document;
      const what = { environmentId, companyId, partnerUserId, transferId: id, documentId, stream, direction };
      const eventId = uuid();
      const event = {
        eventId,
        occurredAt: new Date(at).toISOString(),
        outcome: 'success',
        ...who,
        details: { ...details, sha256: sha256.toString('hex') },
      } as const;
      await writeOutbox(sql, [outgoing(auditEvent, { ...what, ...event }, eventId)]);
      return document;
    },
    { scope: { tenant: environmentId } },
  );
}

/** The document's bytes as an answer, under a file name; in constant memory. */
export async function handOver(
  reply: Pick<FastifyReply, 'header'>,
  database: Pick<Database, 'rows'>,
  document: DocumentFacts & { readonly environmentId: string },
  fileName: string,
): Promise<StreamableFile> {
  // RFC 9530: whoever receives it can tell whether it is what was accepted, or written.
  void reply.header('repr-digest', `sha-256=:${document.sha256.toString('base64')}:`);
  void reply.header('cache-control', 'no-store');
  const chunks = readDocument(database, document);
  const head = (await chunks.next()) as IteratorResult<Buffer, undefined>;
  const first = head.value ?? Buffer.alloc(0);
  const type = document.gzip
    ? 'application/gzip'
    : `application/xml; charset=${encodingOf(first, document.charset ?? undefined)}`;
  return new StreamableFile(Readable.from(inFrontOf(chunks, first), { objectMode: false }), {
    type,
    disposition: attachment(document.gzip ? `${fileName}.gz` : fileName),
    length: Number(document.bytes),
  });
}

/** The document whole again, whose first part has been looked at. */
async function* inFrontOf(rest: AsyncGenerator<Buffer>, first: Buffer): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** RFC 6266: the name in ASCII for those who read no better, and as it is. */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  if (plain === fileName) return `attachment; filename="${plain}"`;
  const whole = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
