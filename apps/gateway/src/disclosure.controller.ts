import { Readable } from 'node:stream';

import { Body, Controller, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { OutboxRelay } from '#lib/bus';
import { auditEvent, type Principal } from '#lib/contracts';
import { Database, outgoing, writeOutbox } from '#lib/store';
import { findTransfer, readDocument, type Transfer } from '#lib/transfers';

import { placed } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { Changes } from './door.js';
import { Absent } from './errors.js';

const path = z.object({ id: z.uuid() });
const why = z.object({ reason: z.string().trim().min(10).max(500) });

interface DocumentFacts {
  readonly id: string;
  readonly bytes: string;
  readonly gzip: boolean;
  readonly charset: string | null;
  readonly chunks: number;
  readonly sha256: Buffer;
}

/** What a client company has sent is shown to nobody without a stated reason. */
@Controller('v1/transfers/:id/disclosure')
export class DisclosureController {
  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
  ) {}

  /** The document as its sender sent it. Who looks at it, and why, is committed before its first byte leaves. */
  @Post()
  @Changes('document.disclose', ['document.disclosed'], { place: 'handler' })
  @HttpCode(200)
  async disclose(
    @Caller() caller: Principal,
    @Param({ schema: path }) { id }: z.output<typeof path>,
    @Body({ schema: why }) { reason }: z.output<typeof why>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const transfer = await findTransfer(this.database, id);
    if (!transfer) throw new Absent('transfer.absent');
    placed(caller, 'document.disclose', transfer, 'transfer.absent');
    const document = await this.record(transfer, { by: keeperOf(caller), address, reason });
    this.relay.nudge();
    // RFC 9530: whoever receives it can tell whether it is what was accepted.
    void reply.header('repr-digest', `sha-256=:${document.sha256.toString('base64')}:`);
    void reply.header('cache-control', 'no-store');
    const charset = document.charset === null ? '' : `; charset=${document.charset}`;
    return new StreamableFile(
      Readable.from(readDocument(this.database, { ...document, environmentId: transfer.environmentId }), {
        objectMode: false,
      }),
      {
        type: document.gzip ? 'application/gzip' : `application/xml${charset}`,
        disposition: `attachment; filename="${document.id}.xml${document.gzip ? '.gz' : ''}"`,
        length: Number(document.bytes),
      },
    );
  }

  /** One transaction of the look at the document's row and the event that says so. */
  private record(
    { environmentId, companyId, partnerUserId, id, documentId, stream, direction }: Transfer,
    { by, address, reason }: { by: ReturnType<typeof keeperOf>; address: string | null; reason: string },
  ): Promise<DocumentFacts> {
    return this.database.transaction(
      async (sql) => {
        const [document] = await sql.rows<DocumentFacts & { at: string }>(
          `select id, bytes, gzip, charset, chunks, sha256, clock_timestamp() as at
             from transfers.document where id = $1 and environment_id = $2`,
          [documentId, environmentId],
        );
        if (!document) throw new Absent('transfer.absent');
        const { at, sha256 } = document;
        const what = { environmentId, companyId, partnerUserId, transferId: id, documentId, stream, direction };
        const eventId = uuid();
        const event = {
          eventId,
          occurredAt: new Date(at).toISOString(),
          action: 'document.disclosed',
          outcome: 'success',
          actor: by,
          address,
          details: { reason, sha256: sha256.toString('hex') },
        } as const;
        await writeOutbox(sql, [outgoing(auditEvent, { ...what, ...event }, eventId)]);
        return document;
      },
      { scope: { tenant: environmentId } },
    );
  }
}
