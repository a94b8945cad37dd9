import { Body, Controller, HttpCode, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { OutboxRelay } from '#lib/bus';
import type { Principal } from '#lib/contracts';
import { Database } from '#lib/store';
import { findTransfer } from '#lib/transfers';

import { placed } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { handOver, recordHandOver } from './document-hand-over.js';
import { Changes } from './door.js';
import { Absent } from './errors.js';

const path = z.object({ id: z.uuid() });
const why = z.object({ reason: z.string().trim().min(10).max(500) });

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
    const reader = { action: 'document.disclosed', actor: keeperOf(caller), address, details: { reason } } as const;
    const document = await recordHandOver(this.database, transfer, reader);
    if (!document) throw new Absent('transfer.absent');
    this.relay.nudge();
    return handOver(reply, this.database, { ...document, environmentId: transfer.environmentId }, `${document.id}.xml`);
  }
}
