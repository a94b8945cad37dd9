import { Body, Controller, Delete, Get, Header, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  identityProof,
  listMembers,
  memberBody,
  newMemberBody,
  type Principal,
  removePerson,
  removeSecondFactor,
  resetPassword,
  savePerson,
} from '#lib/contracts';

import { Address, Caller, keeperOf } from './caller.js';
import { Changes, Reads } from './door.js';
import { Absent } from './errors.js';
import { seenMark, tag } from './seen-mark.js';

const environment = z.object({ environmentId: z.uuid() });
const path = environment.extend({ personId: z.uuid() });
const page = z.object({
  cursor: z.uuid().nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The people of one environment: who has a role there, and which. What they are elsewhere is not told here. */
@Controller('v1/environments/:environmentId/people')
export class PeopleController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Reads('person.read')
  async list(
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Query({ schema: page }) asked: z.output<typeof page>,
  ): Promise<object> {
    const { people, next } = await this.questions.ask(listMembers, { environmentId, ...asked });
    return { people: people.map(({ mark: _, ...member }) => member), next };
  }

  @Get(':personId')
  @Reads('person.read')
  async show(
    @Param({ schema: path }) named: z.output<typeof path>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { people } = await this.questions.ask(listMembers, { ...named, cursor: null, limit: 1 });
    const [found] = people;
    if (!found) throw new Absent('person.absent');
    const { mark, ...member } = found;
    tag(reply, mark);
    return member;
  }

  /** Somebody new to the environment; whoever has the e-mail already is that person, and keeps their password. */
  @Post()
  @Changes('person.manage', ['person.saved'])
  async add(
    @Caller() caller: Principal,
    @Param({ schema: environment }) { environmentId }: z.output<typeof environment>,
    @Body({ schema: newMemberBody }) body: z.output<typeof newMemberBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const change = { of: 'new-member' as const, environmentId, body };
    const { personId, mark } = await this.questions.ask(savePerson, { by: keeperOf(caller), address, change });
    tag(reply, mark);
    void reply.header('location', `/v1/environments/${environmentId}/people/${personId}`);
    return { personId };
  }

  @Put(':personId')
  @Changes('person.manage', ['person.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: memberBody }) body: z.output<typeof memberBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const change = { of: 'member' as const, ...named, ifMark: seenMark(ifMatch), body };
    const { mark } = await this.questions.ask(savePerson, { by: keeperOf(caller), address, change });
    tag(reply, mark);
  }

  @Delete(':personId')
  @Changes('person.manage', ['person.removed'])
  @HttpCode(204)
  async remove(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(removePerson, { by: keeperOf(caller), address, ...named });
  }

  /** A one-time password, shown here and never again. */
  @Post(':personId/password')
  @Changes('person.manage', ['password.changed'])
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  resetPassword(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(resetPassword, { by: keeperOf(caller), address, ...named });
  }

  /**
   * For somebody who has lost their authenticator and the recovery codes: the next sign-in enrols another. How they
   * were known for who they are is said, and stays in the audit log.
   */
  @Delete(':personId/second-factor')
  @Changes('person.manage', ['second-factor.removed'])
  @HttpCode(204)
  async removeSecondFactor(
    @Caller() caller: Principal,
    @Param({ schema: path }) named: z.output<typeof path>,
    @Body({ schema: identityProof }) proof: z.output<typeof identityProof>,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(removeSecondFactor, { by: keeperOf(caller), address, proof, ...named });
  }
}
