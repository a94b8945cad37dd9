import { Body, Controller, HttpCode, Param, Put } from '@nestjs/common';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { type Principal, saveRule } from '#lib/contracts';

import { Changes } from './door.js';
import { Address, Caller, keeperOf } from './caller.js';

type Change = z.input<typeof saveRule.ask>['change'];
const rule = z.object({ rule: z.string(), id: z.string().max(64) });

/** What only operators do, by their role or by the installation's token: put rules in place. */
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
    await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: null,
      address,
      change: { ...named, body } as Change,
    });
  }
}
