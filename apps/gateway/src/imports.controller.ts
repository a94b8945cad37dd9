import type { Readable } from 'node:stream';

import { Controller, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type Principal, DOCUMENT_STREAM_NAMES } from '#lib/contracts';
import { DocumentRefused, documentTables } from '#lib/documents';
import { preferredLanguage } from '#lib/service';
import { Database } from '#lib/store';
import { findAccepted } from '#lib/transfers';

import { acceptanceAnswer, admitted } from './acceptance-answer.js';
import { Address, Caller, partnerOnly } from './caller.js';
import { ForPartnerUsers } from './door.js';
import { DocumentReceiver } from './document-receiver.js';
import { AccessDenied, RequestUnfit } from './errors.js';
import { readKey } from './idempotency-key.js';
import { ImportDesk } from './import-desk.js';
import { CountedByLane } from './pace.guard.js';

const path = z.object({ company: z.uuid(), stream: z.enum(DOCUMENT_STREAM_NAMES) });
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
    private readonly desk: ImportDesk,
    private readonly receiver: DocumentReceiver,
    private readonly database: Database,
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
    const bringer = { partnerUserId: partner.id, companyId, address, patient };
    const access = await this.desk.decide(bringer, stream);
    const company = admitted(access, patient);
    if (!company) {
      // Whom nothing is told of the company, nothing is told of an earlier request either.
      const environmentId = access.company?.environmentId;
      const key = environmentId && { environmentId, partnerUserId: partner.id, companyId, idempotencyKey };
      const language = preferredLanguage(request.headers['accept-language']);
      throw new AccessDenied(access, language, key ? await findAccepted(this.database, key) : undefined);
    }

    const { environmentId } = company;
    const received = await this.receiver.receive({
      body: request.body as Readable,
      ...form,
      tables: documentTables(stream, true),
      environmentId,
      lane: { environmentId, companyId, stream },
      companyNumber: company.fivaldiNumber,
    });
    const denial = await this.desk.basicDataDenial(bringer, stream, received.registers);
    if (denial) {
      await received.discard();
      const message = 'The document brings base data [perustiedot], which this partner user may not import';
      throw new DocumentRefused('basic-data-not-allowed', message, { reasons: denial.reasons });
    }
    const order = { environmentId, stream, dryRun: options.dryRun, idempotencyKey };
    return acceptanceAnswer(reply, await this.desk.accept(received, bringer, order), access);
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
