import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  groupRestrictions,
  listRestrictionGroups,
  previewRestrictionGroup,
  type Principal,
  removeRestrictionGroup,
  saveRestrictionGroup,
  showRestrictionGroup,
} from '#lib/contracts';
import { explainLockout } from '#lib/policy';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, seenMarkOrNone, tag } from './seen-mark.js';

const company = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
const path = company.extend({ name: z.string().min(1).max(64) });
const lockout = z.object({ confirm: z.literal('lockout').optional() });
const removal = z.object({ confirm: z.literal('members').optional() });

/** A company's login restriction groups [kirjautumisen rajoitusryhmät]. */
@Controller('v1/environments/:environmentId/companies/:companyId/restriction-groups')
export class RestrictionGroupsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Reads('restriction-group.read')
  list(@Param({ schema: company }) named: z.output<typeof company>): Promise<object> {
    return this.questions.ask(listRestrictionGroups, named);
  }

  @Get(':name')
  @Reads('restriction-group.read')
  async show(
    @Param({ schema: path }) named: z.output<typeof path>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { group, mark } = await this.questions.ask(showRestrictionGroup, named);
    tag(reply, mark);
    return group;
  }

  /** What these restrictions would mean to the members; nothing is saved. */
  @Post(':name/preview')
  @Reads('restriction-group.manage', { audits: ['access.explained'] })
  @HttpCode(200)
  async preview(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Body({ schema: groupRestrictions }) restrictions: z.output<typeof groupRestrictions>,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, ...named, restrictions };
    const answer = await this.questions.ask(previewRestrictionGroup, asked);
    tag(reply, answer.mark);
    const language = preferredLanguage(accepted);
    const members = answer.members.map((member) => ({
      ...member,
      warnings: member.warnings.map((warning) => ({ ...warning, message: explainLockout(warning, language) })),
    }));
    return { members, locksOut: answer.locksOut };
  }

  /** Puts the group's times and addresses in place; `If-None-Match: *` makes a new one. Its members stay. */
  @Put(':name')
  @Changes('restriction-group.manage', ['restriction-group.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Query({ schema: lockout }) { confirm }: z.output<typeof lockout>,
    @Body({ schema: groupRestrictions }) restrictions: z.output<typeof groupRestrictions>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { mark } = await this.questions.ask(saveRestrictionGroup, {
      by: keeperOf(caller),
      address,
      ...named,
      restrictions,
      ifMark: seenMarkOrNone(headers['if-match'], headers['if-none-match']),
      lockoutConfirmed: confirm === 'lockout',
    });
    tag(reply, mark);
  }

  /** Removes the group. It opens to its members what it had closed, so that must be confirmed when there are any. */
  @Delete(':name')
  @Changes('restriction-group.manage', ['restriction-group.removed'])
  @HttpCode(200)
  remove(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Query({ schema: removal }) { confirm }: z.output<typeof removal>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(removeRestrictionGroup, {
      by: keeperOf(caller),
      address,
      ...named,
      ifMark: seenMark(ifMatch),
      membersConfirmed: confirm === 'members',
    });
  }
}
