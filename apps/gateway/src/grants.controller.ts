import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { giveGrants, grantMatrixBody, listGrants, previewGrants, type Principal, STREAM_NAMES } from '#lib/contracts';
import { type GrantOutcome, GRANT_OBJECTION_TEXTS } from '#lib/policy';
import { type Language, preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, tag } from './seen-mark.js';

const path = z.object({ environmentId: z.uuid() });
const paging = {
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
const page = z.object(paging);
const filters = z.object({
  partnerUserId: z.uuid().optional(),
  stream: z.enum(STREAM_NAMES).optional(),
  search: z.string().max(100).optional(),
  ...paging,
});

/** A whole matrix of rights takes its time; a thousand companies are well within this, in milliseconds. */
const MATRIX_TIME = 30_000;

/** The rights of many partner users in many companies at once. */
@Controller('v1/environments/:environmentId/grants')
export class GrantsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Reads('grants.read')
  list(
    @Param({ schema: path }) named: z.output<typeof path>,
    @Query({ schema: filters }) wanted: z.output<typeof filters>,
  ): Promise<object> {
    return this.questions.ask(listGrants, { ...named, ...wanted });
  }

  /** What the change would do; its ETag is what the change itself must carry. */
  @Post('preview')
  @Reads('grants.manage', { audits: ['access.explained'] })
  @HttpCode(200)
  async preview(
    @Caller() caller: Principal,
    @Param({ schema: path }) { environmentId }: z.output<typeof path>,
    @Query({ schema: page }) paged: z.output<typeof page>,
    @Body({ schema: grantMatrixBody }) matrix: z.output<typeof grantMatrixBody>,
    @Headers('accept-language') language: string | undefined,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, environmentId, matrix, ...paged };
    const { mark, ...shown } = await this.questions.ask(previewGrants, asked, { timeoutMs: MATRIX_TIME });
    tag(reply, mark);
    return { ...shown, explanations: explanationsOf(shown.counts, preferredLanguage(language)) };
  }

  /** Does what the preview with this ETag has shown; 412 when it would do anything else by now. */
  @Post()
  @Changes('grants.manage', ['grants.saved'])
  @HttpCode(200)
  change(
    @Caller() caller: Principal,
    @Param({ schema: path }) { environmentId }: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: grantMatrixBody }) matrix: z.output<typeof grantMatrixBody>,
    @Address() address: string | null,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, environmentId, matrix, ifMark: seenMark(ifMatch) };
    return this.questions.ask(giveGrants, asked, { timeoutMs: MATRIX_TIME });
  }
}

/** Why some rights cannot be given, in somebody's language. */
function explanationsOf(counts: Partial<Record<GrantOutcome, number>>, language: Language): Record<string, string> {
  const texts = Object.entries(GRANT_OBJECTION_TEXTS).filter(([outcome]) => outcome in counts);
  return Object.fromEntries(texts.map(([outcome, words]) => [outcome, words[language]]));
}
