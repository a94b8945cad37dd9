import { Body, Controller, Delete, Get, Header, HttpCode, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { endSessions, listSessions } from '#lib/contracts';

import { Address } from './caller.js';
import { OpenToAnybody } from './door.js';
import { Absent, NotSignedIn } from './errors.js';
import { SessionCookie } from './session-cookie.js';

const path = z.object({ sessionId: z.uuid() });
/** Needed for other sessions than this, once the sign-in is five minutes ago. */
const proof = z.object({ currentPassword: z.string().min(1).max(128).optional() }).nullish();
type Proof = z.output<typeof proof>;

/**
 * Where else a person is signed in. The doors are open since it takes no role: whoever has an open session sees and
 * ends their own, and auth asks whose it is.
 */
@Controller('v1/person/sessions')
export class PersonSessionsController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @OpenToAnybody('who is signed in sees their own sessions')
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest): Promise<object> {
    const { sessions } = await this.questions.ask(listSessions, { token: this.cookie.neededFrom(request) });
    if (!sessions) throw new NotSignedIn();
    return { sessions };
  }

  /** Ends one of them; it may be this one. */
  @Delete(':sessionId')
  @OpenToAnybody('who is signed in ends their own sessions', ['session.closed'])
  @HttpCode(204)
  async end(
    @Req() request: FastifyRequest,
    @Param({ schema: path }) { sessionId }: z.output<typeof path>,
    @Body({ schema: proof }) given: Proof,
    @Address() address: string | null,
  ): Promise<void> {
    if ((await this.ended(request, { sessionId, address, ...given })) === 0) throw new Absent('person-session.absent');
  }

  /** Ends all others, those too that wait for a second factor. */
  @Delete()
  @OpenToAnybody('who is signed in ends their own sessions', ['session.closed'])
  @HttpCode(200)
  async endOthers(
    @Req() request: FastifyRequest,
    @Body({ schema: proof }) given: Proof,
    @Address() address: string | null,
  ): Promise<object> {
    return { ended: await this.ended(request, { sessionId: null, address, ...given }) };
  }

  private async ended(
    request: FastifyRequest,
    asked: { readonly sessionId: string | null; readonly address: string | null },
  ): Promise<number> {
    const token = this.cookie.neededFrom(request);
    const { ended } = await this.questions.ask(endSessions, { token, ...asked });
    if (ended === null) throw new NotSignedIn();
    return ended;
  }
}
