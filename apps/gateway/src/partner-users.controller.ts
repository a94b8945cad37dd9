import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as newId } from 'uuid';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  changePartnerUser,
  createPartnerUser,
  DIRECTIONS,
  listPartnerUsers,
  orderPassword,
  type PartnerUserForm,
  partnerUserForm,
  type Principal,
  readPartnerUser,
  readPartnerUserWeek,
  readUpperRights,
  saveRule,
  STREAM_NAMES,
  supports,
  upperRightsBody,
  usageRestrictionsForm,
} from '#lib/contracts';
import { mayAct } from '#lib/policy';

import { rolesOf } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, tag } from './seen-mark.js';

const keptText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const cursor = z
  .base64url()
  .max(120)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .refine((name) => keptText(name) && name.length <= 20, 'no cursor of this list');
const list = z.object({
  search: z.string().max(100).refine(keptText, 'it holds a character that cannot be searched for').optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const path = z.object({ partnerUserId: z.uuid() });
const inCompany = z.object({ companyId: z.uuid().optional() });

type Path = z.output<typeof path>;
type Restrictions = z.output<typeof usageRestrictionsForm>;

/** The operator keeps partner users [kumppanikäyttäjä] here, and support looks them up. */
@Controller('v1/partner-users')
export class PartnerUsersController {
  constructor(private readonly questions: QuestionClient) {}

  /** By user name; `search` is any part of the user name or the company. */
  @Get()
  @Reads('partner-user.read')
  async list(
    @Caller() caller: Principal,
    @Query({ schema: list }) { cursor: after, ...asked }: z.output<typeof list>,
  ): Promise<object> {
    const page = await this.questions.ask(listPartnerUsers, { ...asked, after, internal: keeps(caller) });
    return { ...page, next: page.next === null ? null : Buffer.from(page.next).toString('base64url') };
  }

  /** Creates a partner user, and has its user name and a one-time password sent to its mobile in its language. */
  @Post()
  @Changes('partner-user.manage', ['partner-user.saved', 'partner-user.password-sent'])
  async create(
    @Caller() caller: Principal,
    @Body({ schema: partnerUserForm }) partnerUser: PartnerUserForm,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const partnerUserId = newId();
    await this.questions.ask(createPartnerUser, { by: keeperOf(caller), address, partnerUserId, partnerUser });
    void reply.header('location', `/v1/partner-users/${partnerUserId}`);
    return this.shown(caller, partnerUserId, reply);
  }

  @Get(':partnerUserId')
  @Reads('partner-user.read')
  read(
    @Caller() caller: Principal,
    @Param({ schema: path }) { partnerUserId }: Path,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.shown(caller, partnerUserId, reply);
  }

  @Put(':partnerUserId')
  @Changes('partner-user.manage', ['partner-user.saved'])
  async change(
    @Caller() caller: Principal,
    @Param({ schema: path }) { partnerUserId }: Path,
    @Headers('if-match') seen: string | undefined,
    @Body({ schema: partnerUserForm }) values: PartnerUserForm,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const change = { by: keeperOf(caller), address, partnerUserId, ifMark: seenMark(seen) };
    await this.questions.ask(changePartnerUser, { ...change, values });
    return this.shown(caller, partnerUserId, reply);
  }

  /** The operator's restrictions [käyttörajoitukset] and the week that follows from them. */
  @Get(':partnerUserId/usage-restrictions')
  @Reads('partner-user.read')
  restrictions(
    @Param({ schema: path }) { partnerUserId }: Path,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.shownRestrictions(partnerUserId, reply);
  }

  @Put(':partnerUserId/usage-restrictions')
  @Changes('partner-user.manage', ['partner-user.saved'])
  async restrict(
    @Caller() caller: Principal,
    @Param({ schema: path }) { partnerUserId }: Path,
    @Headers('if-match') seen: string | undefined,
    @Body({ schema: usageRestrictionsForm }) values: Restrictions,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const change = { by: keeperOf(caller), address, partnerUserId, ifMark: seenMark(seen) };
    await this.questions.ask(changePartnerUser, { ...change, values });
    return this.shownRestrictions(partnerUserId, reply);
  }

  /** With `companyId`, together with the times of its restriction group there. */
  @Get(':partnerUserId/week')
  @Reads('partner-user.read')
  week(
    @Param({ schema: path }) { partnerUserId }: Path,
    @Query({ schema: inCompany }) { companyId }: z.output<typeof inCompany>,
  ): Promise<object> {
    return this.questions.ask(readPartnerUserWeek, { partnerUserId, companyId });
  }

  /** Every stream and direction: whether there is such a thing, and whether it is given. */
  @Get(':partnerUserId/upper-rights')
  @Reads('partner-user.read')
  upperRights(
    @Param({ schema: path }) { partnerUserId }: Path,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.shownRights(partnerUserId, reply);
  }

  /** The whole set: what is not in it is withdrawn. */
  @Put(':partnerUserId/upper-rights')
  @Changes('upper-rights.manage', ['upper-rights.saved'])
  async giveUpperRights(
    @Caller() caller: Principal,
    @Param({ schema: path }) { partnerUserId }: Path,
    @Headers('if-match') seen: string | undefined,
    @Body({ schema: upperRightsBody }) body: z.output<typeof upperRightsBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: null,
      address,
      ifMark: seenMark(seen),
      change: { rule: 'upper-rights', id: partnerUserId, body },
    });
    return this.shownRights(partnerUserId, reply);
  }

  /** Has a new one-time password sent. The one that stands works until the message leaves. */
  @Post(':partnerUserId/password')
  @Changes('partner-user.manage', ['partner-user.password-sent'])
  @HttpCode(202)
  async orderPassword(
    @Caller() caller: Principal,
    @Param({ schema: path }) { partnerUserId }: Path,
    @Address() address: string | null,
  ): Promise<object> {
    await this.questions.ask(orderPassword, { by: keeperOf(caller), address, partnerUserId });
    const { password } = await this.questions.ask(readPartnerUser, { partnerUserId, internal: false });
    return password;
  }

  private async shown(caller: Principal, partnerUserId: string, reply: FastifyReply): Promise<object> {
    const { partnerUser, mark, ...beside } = await this.questions.ask(readPartnerUser, {
      partnerUserId,
      internal: keeps(caller),
    });
    tag(reply, mark);
    return { ...partnerUser, ...beside };
  }

  private async shownRestrictions(partnerUserId: string, reply: FastifyReply): Promise<object> {
    const { partnerUser, mark, week } = await this.questions.ask(readPartnerUser, { partnerUserId, internal: false });
    tag(reply, mark);
    const { weekdayRestriction, weekendRestricted, addresses } = partnerUser;
    return { weekdayRestriction, weekendRestricted, addresses, week };
  }

  private async shownRights(partnerUserId: string, reply: FastifyReply): Promise<object> {
    const { rights, mark } = await this.questions.ask(readUpperRights, { partnerUserId });
    tag(reply, mark);
    const cells = STREAM_NAMES.flatMap((stream) =>
      DIRECTIONS.map((direction) => ({
        stream,
        direction,
        supported: supports(stream, direction),
        given: rights.some((right) => right.stream === stream && right.direction === direction),
      })),
    );
    return { cells };
  }
}

/** Whether somebody keeps partner users, and so reads the internal note. */
function keeps(caller: Principal): boolean {
  return mayAct(rolesOf(caller), 'partner-user.manage', { environmentId: null, companyId: null }).allowed;
}
