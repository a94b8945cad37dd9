import { Body, Controller, Get, Headers, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  assignRestrictionGroup,
  DIRECTIONS,
  grantsBody,
  type Principal,
  saveRule,
  showPartnerUserInCompany,
  showServiceManagement,
  STREAM_NAMES,
  STREAMS,
} from '#lib/contracts';
import { GRANT_OBJECTION_TEXTS, RIGHT_LABELS } from '#lib/policy';
import { type Language, preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, tag } from './seen-mark.js';

const path = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
const ofPartnerUser = path.extend({ partnerUserId: z.uuid() });
const page = z.object({
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(200),
});
const rights = grantsBody.omit({ partnerUserId: true });
const place = z.object({ name: z.string().min(1).max(64).nullable() });
const confirmation = z.object({ confirm: z.literal('lockout').optional() });

type InCompany = z.output<typeof showPartnerUserInCompany.answer>;

/** Service Management [Palvelunhallinta] of one company: its tree and its partner users' rights. */
@Controller('v1/environments/:environmentId/companies/:companyId')
export class ServiceManagementController {
  constructor(private readonly questions: QuestionClient) {}

  /** The tree. It has the branch of partner users [Kumppanikäyttäjät] only while the company's Web Services are on. */
  @Get('service-management')
  @Reads('grants.read')
  async tree(
    @Param({ schema: path }) named: z.output<typeof path>,
    @Query({ schema: page }) paging: z.output<typeof page>,
  ): Promise<object> {
    const { company, partnerUsers, next } = await this.questions.ask(showServiceManagement, { ...named, ...paging });
    const branch = { key: 'partner-users', label: 'Kumppanikäyttäjät', children: partnerUsers, next };
    return { ...company, children: company.webServices ? [branch] : [] };
  }

  /** A partner user here: every stream in the seed's order, what can be granted and why not, and the week. */
  @Get('partner-users/:partnerUserId')
  @Reads('grants.read')
  async partnerUser(
    @Param({ schema: ofPartnerUser }) named: z.output<typeof ofPartnerUser>,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const shown = await this.questions.ask(showPartnerUserInCompany, named);
    const { mark, groupMark: _, cells, ...rest } = shown;
    tag(reply, mark);
    return { ...rest, streams: streamsOf(cells, preferredLanguage(language)) };
  }

  /** Puts the whole set of this partner user's rights here in place. */
  @Put('partner-users/:partnerUserId/grants')
  @Changes('grants.manage', ['grants.saved'])
  @HttpCode(204)
  async grant(
    @Caller() caller: Principal,
    @Param({ schema: ofPartnerUser }) { environmentId, companyId, partnerUserId }: z.output<typeof ofPartnerUser>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: rights }) body: z.output<typeof rights>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { mark } = await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: environmentId,
      address,
      ifMark: seenMark(ifMatch),
      change: { rule: 'grants', id: companyId, body: { partnerUserId, ...body } },
    });
    tag(reply, mark);
  }

  /** The restriction group that the partner user is in here. */
  @Get('partner-users/:partnerUserId/restriction-group')
  @Reads('restriction-group.read')
  async group(
    @Param({ schema: ofPartnerUser }) named: z.output<typeof ofPartnerUser>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { restrictionGroup: name, groupMark } = await this.questions.ask(showPartnerUserInCompany, named);
    tag(reply, groupMark);
    return { name };
  }

  /** Puts the partner user into another group, or into none. */
  @Put('partner-users/:partnerUserId/restriction-group')
  @Changes('restriction-group.manage', ['restriction-group.saved'])
  @HttpCode(204)
  async assign(
    @Caller() caller: Principal,
    @Param({ schema: ofPartnerUser }) named: z.output<typeof ofPartnerUser>,
    @Headers('if-match') ifMatch: string | undefined,
    @Query({ schema: confirmation }) { confirm }: z.output<typeof confirmation>,
    @Body({ schema: place }) { name }: z.output<typeof place>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { mark } = await this.questions.ask(assignRestrictionGroup, {
      by: keeperOf(caller),
      address,
      ...named,
      name,
      ifMark: seenMark(ifMatch),
      lockoutConfirmed: confirm === 'lockout',
    });
    tag(reply, mark);
  }
}

/** The table of streams, each with both directions, for people. */
function streamsOf(cells: InCompany['cells'], language: Language): readonly object[] {
  return STREAM_NAMES.map((stream) => {
    const ofStream = cells.filter((cell) => cell.stream === stream);
    const directions = DIRECTIONS.map((direction) => {
      const cell = ofStream.find((one) => one.direction === direction);
      const why = cell?.whyNot && GRANT_OBJECTION_TEXTS[cell.whyNot][language];
      return { ...cell, label: RIGHT_LABELS[direction][language], explanation: why ?? null };
    });
    return { stream, label: STREAMS[stream].label, directions };
  });
}
