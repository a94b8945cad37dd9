import type { Readable } from 'node:stream';

import { Controller, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { decideAccess, type Principal, STREAM_NAMES } from '#lib/contracts';
import { bringsBasicData, DocumentRefused, documentTables } from '#lib/documents';
import { crashPoint, preferredLanguage } from '#lib/service';
import { Database } from '#lib/store';
import { type Acceptance, type Accepted, acceptTransfer, findAccepted } from '#lib/transfers';

import { acceptanceAnswer, admitted, fingerprintOf } from './acceptance-answer.js';
import { Address, Caller, partnerOnly } from './caller.js';
import { ForPartnerUsers } from './door.js';
import { DocumentReceiver, type ReceivedDocument } from './document-receiver.js';
import { AccessDenied, RequestUnfit } from './errors.js';
import { readKey } from './idempotency-key.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { CountedByLane } from './pace.guard.js';

const path = z.object({ company: z.uuid(), stream: z.enum(STREAM_NAMES) });
const query = z.object({
  /** Says what would happen, and changes nothing. */
  dryRun: z.stringbool().default(false),
  /** `wait` takes a document outside the window in and carries it out at the opening. */
  whenClosed: z.enum(['refuse', 'wait']).default('refuse'),
});

/** What is decided of a partner user, whatever the stream. */
type Asked = Omit<z.input<typeof decideAccess.ask>, 'stream'>;

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
  @CountedByLane()
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
    const patient = options.whenClosed === 'wait';
    const asked: Asked = {
      partnerUserId: partner.id,
      companyId,
      direction: 'import',
      moment: { at: 'acceptance', client: address },
    };
    const access = await this.questions.ask(decideAccess, { ...asked, stream });
    const company = admitted(access, patient);
    if (!company) {
      // Whom nothing is told of the company, nothing is told of an earlier request either.
      const environmentId = access.company?.environmentId;
      const key = environmentId && { environmentId, partnerUserId: partner.id, companyId, idempotencyKey };
      const language = preferredLanguage(request.headers['accept-language']);
      throw new AccessDenied(access, language, key ? await findAccepted(this.database, key) : undefined);
    }

    const received = await this.receiver.receive({
      body: request.body as Readable,
      ...form,
      tables: documentTables(stream, true),
      environmentId: company.environmentId,
      lane: { environmentId: company.environmentId, companyId, stream },
      companyNumber: company.fivaldiNumber,
    });
    if (bringsBasicData(stream, received.registers)) await this.admitBasicData(received, asked, patient);
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
    this.metrics.accepted({ stream, direction: 'import' }, accepted.as, document.bytes);
    return acceptanceAnswer(reply, accepted, access);
  }

  /**
   * Base data comes "together with other transfers" from whoever has its right as well. Asked only when a document
   * brings some: most do not, and each question is a decision in the audit log.
   */
  private async admitBasicData(received: ReceivedDocument, asked: Asked, patient: boolean): Promise<void> {
    const beside = await this.questions.ask(decideAccess, { ...asked, stream: 'perustiedot' });
    if (admitted(beside, patient)) return;
    await received.discard();
    const message = 'The document brings base data [perustiedot], which this partner user may not import';
    throw new DocumentRefused('basic-data-not-allowed', message, { reasons: beside.reasons });
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
