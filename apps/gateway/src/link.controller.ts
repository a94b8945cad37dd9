import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  acknowledgePhase,
  checkLink,
  linkBody,
  linkCredentials,
  listLinkResources,
  type Principal,
  saveLink,
  saveLinkCredentials,
  showLink,
  showPartnerUserInCompany,
  turnLink,
} from '#lib/contracts';
import { LINK_PHASES } from '#lib/policy';
import { preferredLanguage } from '#lib/service';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { seenMarkOrNone, tag } from './seen-mark.js';

const company = z.object({ environmentId: z.uuid(), companyId: z.uuid() });
type Company = z.output<typeof company>;
const phase = company.extend({ phase: z.enum(LINK_PHASES) });
type Phase = z.output<typeof phase>;

type Sent = Readonly<Record<string, string | undefined>>;

/** A test waits for the turn that is under way, and for the other systems. */
const TESTING = { timeoutMs: 25_000 };

/** How a company's Severa and Netvisor are linked [liittymä], and its way into use [käyttöönotto]. */
@Controller('v1/environments/:environmentId/companies/:companyId/link')
export class LinkController {
  constructor(private readonly questions: QuestionClient) {}

  /** The link with its phases, checks and flows. */
  @Get()
  @Reads('link.read')
  async show(
    @Param({ schema: company }) named: Company,
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { link } = await this.questions.ask(showLink, { ...named, language: preferredLanguage(accepted) });
    if (!link) throw new Absent('link.absent');
    const { mark, ...shown } = link;
    tag(reply, mark);
    return shown;
  }

  /** Links the company (`If-None-Match: *`), or changes how it is linked and what moves. */
  @Put()
  @Changes('link.manage', ['link.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers() headers: Sent,
    @Body({ schema: linkBody }) link: z.output<typeof linkBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMarkOrNone(headers['if-match'], headers['if-none-match']);
    // The connector knows links only: another environment's company, or none, must not be given one, and no link acts as
    // a partner user that there is not, or that is another company's.
    await this.questions.ask(showPartnerUserInCompany, { ...named, partnerUserId: link.partnerUserId });
    const asked = { ...named, by: keeperOf(caller), address, ifMark, link };
    tag(reply, (await this.questions.ask(saveLink, asked)).mark);
  }

  /** Stores the credentials [tunnistautumistiedot] of one system and tests them: a green tick, or a yellow triangle. */
  @Post('credentials')
  @Changes('link.manage', ['link.credentials-saved', 'link.checked'])
  @HttpCode(200)
  saveCredentials(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers('accept-language') accepted: string | undefined,
    @Body({ schema: linkCredentials }) credentials: z.output<typeof linkCredentials>,
    @Address() address: string | null,
  ): Promise<object> {
    const asked = { ...named, by: keeperOf(caller), address, language: preferredLanguage(accepted) };
    return this.questions.ask(saveLinkCredentials, { ...asked, credentials }, TESTING);
  }

  /** Tests the credentials as they stand. */
  @Post('check')
  @Changes('link.manage', ['link.checked'])
  @HttpCode(200)
  check(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
  ): Promise<object> {
    const language = preferredLanguage(accepted);
    return this.questions.ask(checkLink, { ...named, by: keeperOf(caller), address, language }, TESTING);
  }

  /** Acknowledges a phase as done [kuittaa tehdyksi]. */
  @Put('phases/:phase/acknowledgement')
  @Changes('link.manage', ['link.phase-acknowledged'])
  @HttpCode(204)
  acknowledge(
    @Caller() caller: Principal,
    @Param({ schema: phase }) named: Phase,
    @Address() address: string | null,
  ): Promise<void> {
    return this.#acknowledge(caller, named, address, true);
  }

  /** Takes the acknowledgement back. */
  @Delete('phases/:phase/acknowledgement')
  @Changes('link.manage', ['link.phase-acknowledged'])
  @HttpCode(204)
  withdraw(
    @Caller() caller: Principal,
    @Param({ schema: phase }) named: Phase,
    @Address() address: string | null,
  ): Promise<void> {
    return this.#acknowledge(caller, named, address, false);
  }

  /** *Aloita käyttö*: from now on the registers move by themselves. */
  @Post('start')
  @Changes('link.manage', ['link.started'])
  @HttpCode(200)
  start(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
  ): Promise<object> {
    const asked = { ...named, by: keeperOf(caller), address, language: preferredLanguage(accepted) };
    return this.questions.ask(turnLink, { ...asked, as: 'start' });
  }

  /** Nothing moves any more; what is known stays. */
  @Post('stop')
  @Changes('link.manage', ['link.stopped'])
  @HttpCode(200)
  stop(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: Company,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
  ): Promise<object> {
    const asked = { ...named, by: keeperOf(caller), address, language: preferredLanguage(accepted) };
    return this.questions.ask(turnLink, { ...asked, as: 'stop' });
  }

  /** The API resources that integrations need [Integraatioiden tarvitsemat rajapintaresurssit], and which are in use. */
  @Get('resources')
  @Reads('link.read')
  resources(@Param({ schema: company }) named: Company): Promise<object> {
    return this.questions.ask(listLinkResources, named);
  }

  async #acknowledge(caller: Principal, named: Phase, address: string | null, acknowledged: boolean): Promise<void> {
    await this.questions.ask(acknowledgePhase, { ...named, by: keeperOf(caller), address, acknowledged });
  }
}
