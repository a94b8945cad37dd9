import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  changePartnerPassword,
  createPartnerUser,
  listPartnerUsers,
  orderPassword,
  readPartnerUser,
  readPartnerUserWeek,
  readSandboxSms,
  readUpperRights,
  changePartnerUser,
} from '#lib/contracts';

import { SandboxAbsent } from './errors.js';
import { PartnerUsers } from './partner-users.js';
import { PasswordChange, type PasswordChangeAsk } from './password-change.js';
import type { SandboxInbox } from './sms/sandbox-inbox.js';

type Ask<Contract extends { ask: z.ZodType }> = z.output<Contract['ask']>;
type Answer<Contract extends { answer: z.ZodType }> = Promise<z.output<Contract['answer']>>;

/** The sandbox's telephone, `null` where there is none. */
export const SANDBOX_INBOX = Symbol('sandbox inbox');

/** The questions about partner users and their passwords. */
@Controller()
export class PartnerUsersController {
  constructor(
    private readonly partnerUsers: PartnerUsers,
    private readonly passwords: PasswordChange,
    @Inject(SANDBOX_INBOX) private readonly inbox: SandboxInbox | null,
  ) {}

  @MessagePattern<string>(listPartnerUsers.pattern)
  list(@Payload({ schema: listPartnerUsers.ask }) ask: Ask<typeof listPartnerUsers>): Answer<typeof listPartnerUsers> {
    return this.partnerUsers.list(ask);
  }

  @MessagePattern<string>(readPartnerUser.pattern)
  read(@Payload({ schema: readPartnerUser.ask }) ask: Ask<typeof readPartnerUser>): Answer<typeof readPartnerUser> {
    return this.partnerUsers.read(ask);
  }

  @MessagePattern<string>(readPartnerUserWeek.pattern)
  week(
    @Payload({ schema: readPartnerUserWeek.ask }) ask: Ask<typeof readPartnerUserWeek>,
  ): Answer<typeof readPartnerUserWeek> {
    return this.partnerUsers.week(ask);
  }

  @MessagePattern<string>(readUpperRights.pattern)
  upperRights(
    @Payload({ schema: readUpperRights.ask }) { partnerUserId }: Ask<typeof readUpperRights>,
  ): Answer<typeof readUpperRights> {
    return this.partnerUsers.upperRights(partnerUserId);
  }

  @MessagePattern<string>(createPartnerUser.pattern)
  async create(
    @Payload({ schema: createPartnerUser.ask }) ask: Ask<typeof createPartnerUser>,
  ): Answer<typeof createPartnerUser> {
    return { mark: await this.partnerUsers.create(ask) };
  }

  @MessagePattern<string>(changePartnerUser.pattern)
  async change(
    @Payload({ schema: changePartnerUser.ask }) ask: Ask<typeof changePartnerUser>,
  ): Answer<typeof changePartnerUser> {
    return { mark: await this.partnerUsers.change(ask) };
  }

  @MessagePattern<string>(orderPassword.pattern)
  async orderPassword(
    @Payload({ schema: orderPassword.ask }) ask: Ask<typeof orderPassword>,
  ): Answer<typeof orderPassword> {
    await this.partnerUsers.orderPassword(ask);
    return {};
  }

  @MessagePattern<string>(changePartnerPassword.pattern)
  async changePassword(
    @Payload({ schema: changePartnerPassword.ask }) ask: PasswordChangeAsk,
  ): Answer<typeof changePartnerPassword> {
    return { changed: await this.passwords.change(ask) };
  }

  @MessagePattern<string>(readSandboxSms.pattern)
  async sandboxSms(
    @Payload({ schema: readSandboxSms.ask }) { limit, to }: Ask<typeof readSandboxSms>,
  ): Answer<typeof readSandboxSms> {
    if (!this.inbox) throw new SandboxAbsent();
    return { messages: await this.inbox.messages(limit, to) };
  }
}
