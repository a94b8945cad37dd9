import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { decideAccess, DIRECTIONS, type Principal, STREAM_NAMES } from '#lib/contracts';
import { explainReasons } from '#lib/policy';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, partnerOnly } from './caller.js';
import { ForPartnerUsers } from './door.js';
import { Absent } from './errors.js';

const question = z.object({ companyId: z.uuid(), stream: z.enum(STREAM_NAMES), direction: z.enum(DIRECTIONS) });

/** "May I?", asked without moving anything. */
@Controller('v1/decisions')
export class DecisionsController {
  constructor(private readonly questions: QuestionClient) {}

  /** The decision for the caller, now and from here, with every reason and the next opening. */
  @Post('explain')
  @ForPartnerUsers(['access.decided'])
  @HttpCode(200)
  async explain(
    @Caller() caller: Principal,
    @Body({ schema: question }) asked: z.output<typeof question>,
    @Address() address: string | null,
    @Headers('accept-language') language: string | undefined,
  ): Promise<object> {
    const { company, ...decision } = await this.questions.ask(decideAccess, {
      ...asked,
      partnerUserId: partnerOnly(caller).id,
      moment: { at: 'acceptance', client: address },
    });
    if (!company && decision.reasons.includes('COMPANY_NOT_VISIBLE')) throw new Absent('company.absent');
    return { ...decision, explanations: explainReasons(decision.reasons, preferredLanguage(language)) };
  }
}
