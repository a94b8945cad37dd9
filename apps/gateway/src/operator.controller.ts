import { Body, Controller, Get, HttpCode, Param, Put, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { type Principal, saveRule, searchAudit, verifyAudit } from '#lib/contracts';

import { Caller, operatorOnly, SignedIn } from './caller.js';

type Change = z.input<typeof saveRule.ask>['change'];
const rule = z.object({ rule: z.string(), id: z.string().max(64) });
const search = z.object({
  ...searchAudit.ask.shape,
  environmentId: z.uuid().nullable().default(null),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const chain = z.object({ environmentId: z.uuid().nullable().default(null) });

/** What only the operator does: put rules in place, read and verify the audit log. */
@Controller('v1')
@UseGuards(SignedIn)
export class OperatorController {
  constructor(private readonly questions: QuestionClient) {}

  /** Puts one rule in place: the whole of it, with its audit event, or nothing. */
  @Put('rules/:rule/:id')
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: rule }) named: z.output<typeof rule>,
    @Body() body: unknown,
  ): Promise<void> {
    const operator = operatorOnly(caller);
    await this.questions.ask(saveRule, {
      operatorId: operator.id,
      change: { ...named, body } as Change,
    });
  }

  @Get('audit')
  async search(
    @Caller() caller: Principal,
    @Query({ schema: search }) filters: z.output<typeof search>,
  ): Promise<object> {
    operatorOnly(caller);
    return this.questions.ask(searchAudit, filters);
  }

  @Get('audit/verification')
  async verify(
    @Caller() caller: Principal,
    @Query({ schema: chain }) filters: z.output<typeof chain>,
  ): Promise<object> {
    operatorOnly(caller);
    return this.questions.ask(verifyAudit, filters, { timeoutMs: 120_000 });
  }
}
