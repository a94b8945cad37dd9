import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { companyBody, listCompanies, type Principal, saveRule, showCompany } from '#lib/contracts';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { seenMark, tag } from './seen-mark.js';

const environment = z.object({ environmentId: z.uuid() });
const path = environment.extend({ companyId: z.uuid() });
const body = companyBody.omit({ environmentId: true });
const page = z.object({
  search: z.string().max(100).optional(),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** An environment's client companies [asiakasyritykset]. */
@Controller('v1/environments/:environmentId/companies')
export class CompaniesController {
  constructor(private readonly questions: QuestionClient) {}

  /** A page by name; `search` is part of a name, or the start of a business ID or Fivaldi number. */
  @Get()
  @Reads('company.read')
  list(
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: page }) filters: z.output<typeof page>,
  ): Promise<object> {
    return this.questions.ask(listCompanies, { environmentId, ...filters });
  }

  @Post()
  @Changes('company.manage', ['company.saved'])
  @HttpCode(201)
  async create(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Body({ schema: body }) company: z.output<typeof body>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const companyId = uuid();
    const { mark } = await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: environmentId,
      address,
      change: { rule: 'company', id: companyId, body: { environmentId, ...company } },
    });
    tag(reply, mark);
    void reply.header('location', `/v1/environments/${environmentId}/companies/${companyId}`);
    return { companyId, ...company };
  }

  @Get(':companyId')
  @Reads('company.read')
  async show(
    @Param({ schema: path }) named: z.output<typeof path>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { company, mark } = await this.questions.ask(showCompany, named);
    tag(reply, mark);
    return company;
  }

  @Put(':companyId')
  @Changes('company.manage', ['company.saved'])
  async change(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: body }) company: z.output<typeof body>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { environmentId, companyId } = named;
    const ifMark = seenMark(ifMatch);
    // Companies are made by POST alone: what is not there is absent, whatever mark it is asked for with.
    await this.questions.ask(showCompany, named);
    const { mark } = await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: environmentId,
      address,
      ifMark,
      change: { rule: 'company', id: companyId, body: { environmentId, ...company } },
    });
    tag(reply, mark);
    return { companyId, ...company };
  }
}
