import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import { Controller, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { type AccessAnswer, decideAccess, type Principal, STREAM_NAMES } from '#lib/contracts';
import { tableOf } from '#lib/documents';
import { crashPoint, preferredLanguage } from '#lib/service';
import { Database } from '#lib/store';
import { type Acceptance, type Accepted, acceptTransfer, findAccepted } from '#lib/transfers';

import { Address, Caller, partnerOnly } from './caller.js';
import { ForPartnerUsers } from './door.js';
import { DocumentReceiver } from './document-receiver.js';
import { AccessDenied, Absent, RequestUnfit } from './errors.js';
import { readKey } from './idempotency-key.js';
import { GatewayMetrics } from './gateway-metrics.js';

const path = z.object({ company: z.uuid(), stream: z.enum(STREAM_NAMES) });
const query = z.object({
  /** Says what would happen, and changes nothing. */
  dryRun: z.stringbool().default(false),
  /** `wait` takes a document outside the window in and carries it out at the opening. */
  whenClosed: z.enum(['refuse', 'wait']).default('refuse'),
});

/** Documents come in here. What follows is in `apps/fivaldi-connector/src/journey.ts`. */
@Controller('v1/companies/:company/streams/:stream')
export class ImportsController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly database: Database,
    private readonly relay: OutboxRelay,
    private readonly receiver: DocumentReceiver,
    private readonly metrics: GatewayMetrics,
  ) {}

  /**
   * Accepts a document for import: 202 and where its transfer can be followed.
   *
   * Once this has answered 202 the document is ours: it ends in exactly one
   * terminal state whatever happens to the broker or to any process.
   */
  @Post('imports')
  @ForPartnerUsers(['access.decided', 'transfer.accepted'])
  @HttpCode(202)
  async accept(
    @Caller() caller: Principal,
    @Param({ schema: path }) { company: companyId, stream }: z.output<typeof path>,
    @Query({ schema: query }) options: z.output<typeof query>,
    @Headers('idempotency-key') key: string | undefined,
    @Address() address: string | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const partner = partnerOnly(caller);
    const idempotencyKey = readKey(key);
    const form = readForm(request);
    const table = tableOf(stream);
    const access = await this.questions.ask(decideAccess, {
      partnerUserId: partner.id,
      companyId,
      stream,
      direction: 'import',
      moment: { at: 'acceptance', client: address },
    });
    const company = admitted(access, options.whenClosed === 'wait');
    if (!company) {
      // Whom nothing is told of the company, nothing is told of an earlier request either.
      const environmentId = access.company?.environmentId;
      const key = environmentId && { environmentId, partnerUserId: partner.id, companyId, idempotencyKey };
      const language = preferredLanguage(request.headers['accept-language']);
      throw new AccessDenied(access, language, key ? await findAccepted(this.database, key) : undefined);
    }
    if (!table) throw new RequestUnfit('unsupported', 'stream.unsupported', 'This stream is not imported yet');

    const received = await this.receiver.receive({
      body: request.body as Readable,
      ...form,
      table,
      environmentId: company.environmentId,
      companyNumber: company.fivaldiNumber,
    });
    const { document } = received;
    const accepted = await this.take({
      environmentId: company.environmentId,
      companyId,
      partnerUserId: partner.id,
      stream,
      direction: 'import',
      dryRun: options.dryRun,
      document,
      address,
      idempotencyKey,
      fingerprint: fingerprintOf([stream, options.dryRun, form.gzip, form.charset], document.sha256),
    });
    if (accepted.as !== 'new') await received.discard();
    this.metrics.accepted(stream, accepted.as, document.bytes);
    return answer(reply, accepted, access);
  }

  private async take(acceptance: Acceptance): Promise<Accepted> {
    const accepted = await this.database.transaction(
      async (sql) => {
        const outcome = await acceptTransfer(sql, acceptance);
        crashPoint('gateway.before-accept-commit');
        return outcome;
      },
      { scope: { tenant: acceptance.environmentId } },
    );
    crashPoint('gateway.after-accept-commit');
    this.relay.nudge();
    return accepted;
  }
}

/** What the request was, whatever its key: another one under the same key has another fingerprint. */
const fingerprintOf = (asked: readonly unknown[], sha256: Buffer): Buffer =>
  createHash('sha256').update(JSON.stringify(asked)).update(sha256).digest();

function answer(reply: FastifyReply, accepted: Accepted, { allowed, opensAt }: AccessAnswer): object {
  if (accepted.as === 'reused') {
    throw new RequestUnfit('reused', 'idempotency-key.reused', 'This Idempotency-Key stands for another request');
  }
  const self = `/v1/transfers/${accepted.transferId}`;
  void reply.header('location', self).header('retry-after', '1');
  if (accepted.as === 'repeated') void reply.header('idempotency-replayed', 'true');
  return { id: accepted.transferId, waitsUntil: allowed ? null : opensAt, links: { self, items: `${self}/items` } };
}

/** The company, when the rules let the document in: now, or at the next opening for a sender who waits. */
function admitted(access: AccessAnswer, patient: boolean): AccessAnswer['company'] {
  // A company that is not the caller's and one that does not exist are the same 404.
  if (!access.company && access.reasons.includes('COMPANY_NOT_VISIBLE')) throw new Absent('company.absent');
  const waits = patient && access.waits && access.opensAt !== null;
  return access.allowed || waits ? access.company : null;
}

/** How the body is packed and written, from Content-Type and Content-Encoding. */
function readForm({ headers }: FastifyRequest): { gzip: boolean; charset: string | null; announced: number | null } {
  const type = headers['content-type'] ?? '';
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new RequestUnfit('unsupported', 'request.encoding', 'Send the body as it is, or with Content-Encoding: gzip');
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)"?/i.exec(type)?.[1] ?? null;
  const length = headers['content-length'];
  return {
    gzip: encoding === 'gzip' || /^application\/(x-)?gzip\b/i.test(type),
    charset,
    announced: length === undefined ? null : Number(length),
  };
}
