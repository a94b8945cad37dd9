import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  type OnModuleDestroy,
  Param,
  Post,
  Query,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import {
  type AccessAnswer,
  decideAccess,
  type Principal,
  DOCUMENT_STREAM_NAMES,
  type DocumentStream,
} from '#lib/contracts';
import { crashPoint, preferredLanguage } from '#lib/service';
import { Database } from '#lib/store';
import { type Accepted, acceptExport, findAccepted, findTransfer, isTerminal, type Transfer } from '#lib/transfers';

import { acceptanceAnswer, admitted, fingerprintOf } from './acceptance-answer.js';
import { addressOf, Caller, partnerOnly } from './caller.js';
import { handOver, recordHandOver } from './document-hand-over.js';
import { ForPartnerUsers } from './door.js';
import { AccessDenied, Absent, RequestUnfit } from './errors.js';
import { type ExportOrder, exportOrder, exportQuery, levelFor } from './export-order.js';
import { readKey } from './idempotency-key.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { LaneRoom } from './lane-room.js';

const path = z.object({ company: z.uuid(), stream: z.enum(DOCUMENT_STREAM_NAMES) });
const transferPath = z.object({ id: z.uuid() });
const closed = z.object({ whenClosed: z.enum(['refuse', 'wait']).default('refuse') });

/** How an export is asked for. */
interface Asking {
  readonly caller: Principal;
  readonly companyId: string;
  readonly stream: DocumentStream;
  readonly order: ExportOrder;
  readonly patient: boolean;
  readonly idempotencyKey: string;
  readonly request: FastifyRequest;
}

const DEFAULT_FILE_NAME = 'ulosluettu.xml';

/** How often a waiting caller's export is looked at, in milliseconds. */
const LOOK = 100;

/**
 * Registers are read out here. They are written into a document by `apps/fivaldi-connector/src/export.ts`, when their
 * turn among the imports of the same stream has come.
 *
 * The right "käyttö" is decided three times: when an export is asked for, when it is written and when it is read.
 */
@Controller('v1')
export class ExportsController implements OnModuleDestroy {
  #stopping = false;

  constructor(
    private readonly questions: QuestionClient,
    private readonly database: Database,
    private readonly relay: OutboxRelay,
    private readonly room: LaneRoom,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** Whoever waits is told where the document will be, so that the service can stop. */
  onModuleDestroy(): void {
    this.#stopping = true;
  }

  /** Takes the order for an export: 202 and where its transfer, and then its document, can be found. */
  @Post('companies/:company/streams/:stream/exports')
  @ForPartnerUsers(['access.decided', 'transfer.accepted'])
  @HttpCode(202)
  async accept(
    @Caller() caller: Principal,
    @Param({ schema: path }) { company: companyId, stream }: z.output<typeof path>,
    @Query({ schema: closed }) { whenClosed }: z.output<typeof closed>,
    @Headers('idempotency-key') key: string | undefined,
    @Body({ schema: exportOrder }) order: ExportOrder,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asking = { caller, companyId, stream, order, patient: whenClosed === 'wait', request };
    const { accepted, access } = await this.take({ ...asking, idempotencyKey: readKey(key) });
    return acceptanceAnswer(reply, accepted, access);
  }

  /** The document itself, for whoever would rather wait than ask again. Each call is an export of its own. */
  @Get('companies/:company/streams/:stream/export')
  @ForPartnerUsers(['access.decided', 'transfer.accepted', 'document.fetched'])
  async fetch(
    @Caller() caller: Principal,
    @Param({ schema: path }) { company: companyId, stream }: z.output<typeof path>,
    @Query({ schema: exportQuery }) { wait, ...order }: z.output<typeof exportQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | object | undefined> {
    const asking = { caller, companyId, stream, order, patient: false, request };
    const { accepted, access } = await this.take({ ...asking, idempotencyKey: `export ${uuid()}` });
    const answer = acceptanceAnswer(reply, accepted, access);
    const transfer = 'transferId' in accepted ? await this.ended(accepted.transferId, wait, reply) : undefined;
    if (transfer) return this.deliver(transfer, request, reply.removeHeader('retry-after'));
    void reply.status(202);
    return answer;
  }

  /** The document of an export that has succeeded, for the partner user who asked for it. */
  @Get('transfers/:id/document')
  @ForPartnerUsers(['access.decided', 'document.fetched'])
  async document(
    @Caller() caller: Principal,
    @Param({ schema: transferPath }) { id }: z.output<typeof transferPath>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const partner = partnerOnly(caller);
    const transfer = await findTransfer(this.database, id);
    if (!transfer || transfer.partnerUserId !== partner.id) throw new Absent('transfer.absent');
    if (transfer.direction !== 'export') throw new Absent('document.absent');
    if (!isTerminal(transfer.state)) {
      throw new RequestUnfit(
        'conflict',
        'export.not-ended',
        'The export has not been written yet; follow its transfer',
      );
    }
    return this.deliver(transfer, request, reply);
  }

  private async take(asking: Asking): Promise<{ readonly accepted: Accepted; readonly access: AccessAnswer }> {
    const { caller, companyId, stream, patient, idempotencyKey, request, order } = asking;
    const partner = partnerOnly(caller);
    const address = addressOf(request);
    const access = await this.decide(partner.id, companyId, stream, request);
    const company = admitted(access, patient);
    if (!company) {
      const environmentId = access.company?.environmentId;
      const key = environmentId && { environmentId, partnerUserId: partner.id, companyId, idempotencyKey };
      throw new AccessDenied(access, languageOf(request), key ? await findAccepted(this.database, key) : undefined);
    }
    const { since, charset, gzip } = order;
    const level = levelFor(stream, order.level, company.xmlSettings);
    const { environmentId } = company;
    await this.room.take({ environmentId, companyId, stream });
    const accepted = await this.database.transaction(
      async (sql) => {
        const outcome = await acceptExport(sql, {
          environmentId,
          companyId,
          partnerUserId: partner.id,
          stream,
          address,
          idempotencyKey,
          // As it was asked: a default that changes in between does not make it another request.
          fingerprint: fingerprintOf(['export', stream, since, order.level ?? null, charset, gzip]),
          exportRequest: { since, level, charset, gzip },
        });
        crashPoint('gateway.before-accept-commit');
        return outcome;
      },
      { scope: { tenant: environmentId } },
    );
    crashPoint('gateway.after-accept-commit');
    this.relay.nudge();
    this.metrics.accepted({ stream, direction: 'export' }, accepted.as);
    return { accepted, access };
  }

  /** The transfer as soon as it has ended; `undefined` when it has not in time, or nobody waits any more. */
  private async ended(id: string, seconds: number, reply: FastifyReply): Promise<Transfer | undefined> {
    const deadline = performance.now() + seconds * 1000;
    do {
      const transfer = await findTransfer(this.database, id);
      if (transfer && isTerminal(transfer.state)) return transfer;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    } while (performance.now() < deadline && !this.#stopping && !reply.raw.destroyed);
    return undefined;
  }

  private async deliver(
    transfer: Transfer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { partnerUserId, companyId, stream, environmentId } = transfer;
    if (transfer.state === 'denied') {
      throw new AccessDenied({ reasons: [...transfer.reasons], opensAt: null }, languageOf(request));
    }
    const access = await this.decide(partnerUserId, companyId, stream, request);
    const company = admitted(access, false);
    if (!company) throw new AccessDenied(access, languageOf(request));
    if (transfer.documentId === null) {
      const { code, title } = transfer.problem ?? {};
      throw new RequestUnfit('conflict', code ?? `export.${transfer.state}`, title ?? 'The export was not written');
    }
    const actor = { kind: 'partner-user', id: partnerUserId } as const;
    const reader = { action: 'document.fetched', actor, address: addressOf(request) } as const;
    const document = await recordHandOver(this.database, transfer, reader);
    if (!document) throw new Absent('document.absent');
    this.relay.nudge();
    this.metrics.handedOver(stream, Number(document.bytes));
    void reply.header('etag', `"${document.sha256.toString('hex')}"`);
    const fileName = company.xmlSettings?.export.fileName ?? DEFAULT_FILE_NAME;
    return handOver(reply, this.database, { ...document, environmentId }, fileName);
  }

  private decide(
    partnerUserId: string,
    companyId: string,
    stream: DocumentStream,
    request: FastifyRequest,
  ): Promise<AccessAnswer> {
    const moment = { at: 'acceptance', client: addressOf(request) } as const;
    return this.questions.ask(decideAccess, { partnerUserId, companyId, stream, direction: 'export', moment });
  }
}

const languageOf = ({ headers }: FastifyRequest) => preferredLanguage(headers['accept-language']);
