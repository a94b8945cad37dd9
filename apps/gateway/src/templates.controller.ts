import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  applyTemplate,
  listTemplates,
  type Principal,
  readInheritance,
  removeTemplate,
  saveTemplate,
  templateBody,
  templateName,
} from '#lib/contracts';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { seenMark, seenMarkOrNone, tag } from './seen-mark.js';

const environment = z.object({ environmentId: z.uuid() });
const path = environment.extend({ name: templateName });
const company = environment.extend({ companyId: z.uuid() });

/** What a firm gives its companies alike, and what each company has of it. */
@Controller('v1/environments/:environmentId')
export class TemplatesController {
  constructor(private readonly questions: QuestionClient) {}

  /** All of them, by name, with the number of companies that follow each. */
  @Get('templates')
  @Reads('company.manage')
  list(
    @Caller() caller: Principal,
    @Param({ schema: environment }) named: z.output<typeof environment>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(listTemplates, { by: keeperOf(caller), address, ...named });
  }

  @Get('templates/:name')
  @Reads('company.manage')
  async show(
    @Caller() caller: Principal,
    @Param({ schema: path }) { environmentId, name }: z.output<typeof path>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { templates } = await this.questions.ask(listTemplates, { by: keeperOf(caller), address, environmentId });
    const found = templates.find((template) => template.name === name);
    if (!found) throw new Absent('template.absent');
    tag(reply, found.mark);
    return { name, companies: found.companies, ...found.template };
  }

  /** Puts the template in place; `If-None-Match: *` makes a new one. No company changes until it is applied. */
  @Put('templates/:name')
  @Changes('company.manage', ['template.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Body({ schema: templateBody }) template: z.output<typeof templateBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ifMark = seenMarkOrNone(headers['if-match'], headers['if-none-match']);
    const asked = { by: keeperOf(caller), address, ...named, template, ifMark };
    tag(reply, (await this.questions.ask(saveTemplate, asked)).mark);
  }

  /** Takes it away; `companies` followed it, and keep what they have as their own. */
  @Delete('templates/:name')
  @Changes('company.manage', ['template.removed'])
  @HttpCode(200)
  remove(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Address() address: string | null,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, ...named, ifMark: seenMark(ifMatch) };
    return this.questions.ask(removeTemplate, asked);
  }

  /** A dry run over the companies that follow the template: look at it as an onboarding, and commit it as one. */
  @Post('templates/:name/apply')
  @Changes('company.onboard', ['onboarding.received'])
  @HttpCode(202)
  async apply(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const asked = { by: keeperOf(caller), address, ...named };
    const { onboardingId: id } = await this.questions.ask(applyTemplate, asked);
    const self = `/v1/environments/${named.environmentId}/onboardings/${id}`;
    void reply.header('location', self).header('retry-after', '1');
    return { id, links: { self, rows: `${self}/rows`, report: `${self}/report` } };
  }

  /** Setting by setting: the company's value, whether it is the template's or its own, and what the template says now. */
  @Get('companies/:companyId/inheritance')
  @Reads('company.manage')
  inheritance(
    @Caller() caller: Principal,
    @Param({ schema: company }) named: z.output<typeof company>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(readInheritance, { by: keeperOf(caller), address, ...named });
  }
}
