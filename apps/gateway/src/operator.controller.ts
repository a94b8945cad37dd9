import { Body, Controller, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { type Principal, saveRule, searchAudit, verifyAudit } from '#lib/contracts';

import { Changes, Reads } from './door.js';
import { Address, Caller, operatorOnly } from './caller.js';

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
export class OperatorController {
  constructor(private readonly questions: QuestionClient) {}

  /** Puts one rule in place: the whole of it, with its audit event, or nothing. */
  @Put('rules/:rule/:id')
  @Changes('environment.manage', [
    'environment.saved',
    'company.saved',
    'partner-user.saved',
    'upper-rights.saved',
    'grants.saved',
    'restriction-group.saved',
    'xml-settings.saved',
  ])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: rule }) named: z.output<typeof rule>,
    @Body() body: unknown,
    @Address() address: string | null,
  ): Promise<void> {
    const operator = operatorOnly(caller);
    await this.questions.ask(saveRule, {
      by: { kind: 'operator', id: operator.id },
      within: null,
      address,
      change: { ...named, body } as Change,
    });
  }

  @Get('audit')
  @Reads('audit.read', { place: 'handler', audits: ['audit.searched'] })
  async search(
    @Caller() caller: Principal,
    @Query({ schema: search }) filters: z.output<typeof search>,
  ): Promise<object> {
    operatorOnly(caller);
    return this.questions.ask(searchAudit, filters);
  }

  @Get('audit/verification')
  @Reads('audit.read', { place: 'handler', audits: ['audit.verified'] })
  async verify(
    @Caller() caller: Principal,
    @Query({ schema: chain }) filters: z.output<typeof chain>,
  ): Promise<object> {
    operatorOnly(caller);
    return this.questions.ask(verifyAudit, filters, { timeoutMs: 120_000 });
  }
}
