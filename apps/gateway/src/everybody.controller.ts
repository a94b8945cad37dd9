import { Body, Controller, Delete, Get, Header, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import {
  erasePerson,
  identityProof,
  listPeople,
  personBody,
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

const path = z.object({ personId: z.uuid() });
const page = z.object({
  cursor: z.uuid().nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Whoever changes their own e-mail gives their present password with it. */
const changedPerson = personBody.extend({ currentPassword: z.string().min(1).max(128).optional() });

/** The people of the whole service, with every role that they have: for those whose own role reaches everywhere. */
@Controller('v1/people')
export class EverybodyController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Reads('person.read')
  async list(@Query({ schema: page }) asked: z.output<typeof page>): Promise<object> {
    const { people, next } = await this.questions.ask(listPeople, asked);
    return { people: people.map(({ mark: _, ...person }) => person), next };
  }

  @Get(':personId')
  @Reads('person.read')
  async show(
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { people } = await this.questions.ask(listPeople, { personId, cursor: null, limit: 1 });
    const [found] = people;
    if (!found) throw new Absent('person.absent');
    const { mark, ...person } = found;
    tag(reply, mark);
    return person;
  }

  @Post()
  @Changes('person.manage', ['person.saved'])
  async add(
    @Caller() caller: Principal,
    @Body({ schema: personBody }) body: z.output<typeof personBody>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const change = { of: 'new-person' as const, body };
    const { personId, mark } = await this.questions.ask(savePerson, { by: keeperOf(caller), address, change });
    tag(reply, mark);
    void reply.header('location', `/v1/people/${personId}`);
    return { personId };
  }

  @Put(':personId')
  @Changes('person.manage', ['person.saved'])
  @HttpCode(204)
  async save(
    @Caller() caller: Principal,
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: changedPerson }) { currentPassword, ...body }: z.output<typeof changedPerson>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const change = { of: 'person' as const, personId, ifMark: seenMark(ifMatch), body, currentPassword };
    const { mark } = await this.questions.ask(savePerson, { by: keeperOf(caller), address, change });
    tag(reply, mark);
  }

  /** Takes every role away and switches the person off; who they were is kept until they are erased. */
  @Delete(':personId')
  @Changes('person.manage', ['person.removed'])
  @HttpCode(204)
  async remove(
    @Caller() caller: Principal,
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(removePerson, { by: keeperOf(caller), address, personId, environmentId: null });
  }

  /** A one-time password, shown here and never again. */
  @Post(':personId/password')
  @Changes('person.manage', ['password.changed'])
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  resetPassword(
    @Caller() caller: Principal,
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<object> {
    return this.questions.ask(resetPassword, { by: keeperOf(caller), address, personId, environmentId: null });
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
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Body({ schema: identityProof }) proof: z.output<typeof identityProof>,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(removeSecondFactor, {
      by: keeperOf(caller),
      address,
      proof,
      personId,
      environmentId: null,
    });
  }

  /** Forgets the name and the e-mail for good; the id stays, and what the audit log says of it. */
  @Post(':personId/erasure')
  @Changes('person.erase', ['person.erased'])
  @HttpCode(204)
  async erase(
    @Caller() caller: Principal,
    @Param({ schema: path }) { personId }: z.output<typeof path>,
    @Address() address: string | null,
  ): Promise<void> {
    await this.questions.ask(erasePerson, { by: keeperOf(caller), address, personId });
  }
}
