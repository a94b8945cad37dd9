import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { decideAccess, DIRECTIONS, explainAccess, explainBody, type Principal, STREAM_NAMES } from '#lib/contracts';
import { explainReasons } from '#lib/policy';
import { preferredLanguage } from '#lib/service';

import { placed } from './admission.js';
import { Address, Caller, keeperOf, partnerOnly } from './caller.js';
import { ForPartnerUsers, Reads } from './door.js';
import { Absent } from './errors.js';

const question = z.object({ companyId: z.uuid(), stream: z.enum(STREAM_NAMES), direction: z.enum(DIRECTIONS) });
const path = z.object({ environmentId: z.uuid() });

/** "May I?" and "may they?", asked without moving anything. */
@Controller('v1')
export class DecisionsController {
  constructor(private readonly questions: QuestionClient) {}

  /** The decision for the caller, now and from here, with every reason and the next opening. */
  @Post('decisions/explain')
  @ForPartnerUsers(['access.decided'])
  @HttpCode(200)
  async explain(
    @Caller() caller: Principal,
    @Body({ schema: question }) asked: z.output<typeof question>,
    @Address() address: string | null,
    @Headers('accept-language') language: string | undefined,
  ): Promise<object> {
    const { decidedAt, allowed, reasons, waits, opensAt, company } = await this.questions.ask(decideAccess, {
      ...asked,
      partnerUserId: partnerOnly(caller).id,
      moment: { at: 'acceptance', client: address },
    });
    if (!company && reasons.includes('COMPANY_NOT_VISIBLE')) throw new Absent('company.absent');
    const explanations = explainReasons(reasons, preferredLanguage(language));
    return { decidedAt, allowed, reasons, waits, opensAt, explanations };
  }

  /** What would be decided about a partner user, now or then, from there, and with changed rules. */
  @Post('environments/:environmentId/decisions/explain')
  @Reads('decision.explain', { place: 'handler', audits: ['access.explained'] })
  @HttpCode(200)
  explainTo(
    @Caller() caller: Principal,
    @Param({ schema: path }) { environmentId }: z.output<typeof path>,
    @Body({ schema: explainBody }) asked: z.output<typeof explainBody>,
    @Address() callerAddress: string | null,
  ): Promise<object> {
    // The body says which company: an accountant's role may reach one of them only.
    placed(caller, 'decision.explain', { environmentId, companyId: asked.companyId });
    return this.questions.ask(explainAccess, { ...asked, by: keeperOf(caller), environmentId, callerAddress });
  }
}
