import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { environmentBody, listEnvironments, type Principal, saveRule, showEnvironment } from '#lib/contracts';
import { mayAct } from '#lib/policy';

import { rolesOf } from './admission.js';
import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { seenMark, tag } from './seen-mark.js';

const path = z.object({ environmentId: z.uuid() });
const page = z.object({
  search: z.string().max(100).optional(),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The tenants [ympäristöt]: accounting firms and groups. */
@Controller('v1/environments')
export class EnvironmentsController {
  constructor(private readonly questions: QuestionClient) {}

  /** A page by name of those that the caller's roles reach. */
  @Get()
  @Reads('environment.read', { place: 'handler' })
  list(@Caller() caller: Principal, @Query({ schema: page }) filters: z.output<typeof page>): Promise<object> {
    return this.questions.ask(listEnvironments, { among: reachOf(caller), ...filters });
  }

  @Post()
  @Changes('environment.manage', ['environment.saved'])
  @HttpCode(201)
  async create(
    @Caller() caller: Principal,
    @Body({ schema: environmentBody }) environment: z.output<typeof environmentBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const environmentId = uuid();
    const { mark } = await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: null,
      address,
      change: { rule: 'environment', id: environmentId, body: environment },
    });
    tag(reply, mark);
    void reply.header('location', `/v1/environments/${environmentId}`);
    return { environmentId, ...environment };
  }

  @Get(':environmentId')
  @Reads('environment.read')
  async show(
    @Param({ schema: path }) { environmentId }: z.output<typeof path>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { mark, ...environment } = await this.found(environmentId);
    tag(reply, mark);
    return environment;
  }

  /** Switched off (`active: false`), nothing of its companies moves until it is switched on again. */
  @Put(':environmentId')
  @Changes('environment.manage', ['environment.saved'])
  async change(
    @Caller() caller: Principal,
    @Param({ schema: path }) { environmentId }: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: environmentBody }) environment: z.output<typeof environmentBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const ifMark = seenMark(ifMatch);
    await this.found(environmentId);
    const { mark } = await this.questions.ask(saveRule, {
      by: keeperOf(caller),
      within: null,
      address,
      ifMark,
      change: { rule: 'environment', id: environmentId, body: environment },
    });
    tag(reply, mark);
    return { environmentId, ...environment };
  }

  private async found(environmentId: string) {
    const { environment } = await this.questions.ask(showEnvironment, { environmentId });
    if (!environment) throw new Absent('environment.absent');
    return environment;
  }
}

/** The environments that the caller's roles reach; `null` is all of them. A role in one company reaches its environment. */
function reachOf(caller: Principal): string[] | null {
  const roles = rolesOf(caller);
  if (mayAct(roles, 'environment.read', { environmentId: null, companyId: null }).allowed) return null;
  return [...new Set(roles.flatMap(({ environmentId }) => (environmentId === null ? [] : [environmentId])))];
}
