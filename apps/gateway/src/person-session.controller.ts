import { Body, Controller, Delete, Get, Header, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { QuestionClient } from '#lib/bus';
import { changePassword, closeSession, describeSession, passSecondFactor, signInPerson } from '#lib/contracts';
import { type Language, preferredLanguage } from '#lib/service';

import { Address } from './caller.js';
import { OpenToAnybody } from './door.js';
import { NotSignedIn, RequestUnfit } from './errors.js';
import { SessionCookie } from './session-cookie.js';

const credentials = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(128) });
const secondFactor = z.object({ code: z.string().min(1).max(64) });
const passwords = z.object({ current: z.string().min(1).max(128), password: z.string().min(1).max(1024) });

/**
 * People sign in here, in steps: the password, a code of the second factor, and where the password was a one-time
 * one a password of their own. The token goes into the cookie, another at each step, and into no answer.
 *
 * The doors are open since a session that waits for its second factor is nobody's yet: auth asks for it.
 */
@Controller('v1/session')
export class PersonSessionController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly cookie: SessionCookie,
  ) {}

  @Post()
  @OpenToAnybody('people sign in here', ['session.refused', 'session.closed'])
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async open(
    @Req() request: FastifyRequest,
    @Body({ schema: credentials }) { email, password }: z.output<typeof credentials>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { session } = await this.questions.ask(signInPerson, {
      email,
      password,
      address,
      standing: this.cookie.tokenOf(request),
    });
    // Unknown, wrong, delayed and switched off are one answer: which it was would help whoever guesses.
    if (!session) throw refused('The e-mail or the password does not let you in now');
    const { token, ...step } = session;
    this.cookie.set(reply, token);
    return step;
  }

  @Post('second-factor')
  @OpenToAnybody('who has given the password gives the code here', [
    'session.opened',
    'session.refused',
    'second-factor.enrolled',
  ])
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async pass(
    @Req() request: FastifyRequest,
    @Body({ schema: secondFactor }) { code }: z.output<typeof secondFactor>,
    @Headers('accept-language') accepted: string | undefined,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { session } = await this.questions.ask(passSecondFactor, {
      token: this.cookie.neededFrom(request),
      code,
      address,
    });
    if (!session) throw refused(CODE_REFUSED[preferredLanguage(accepted)]);
    const { token, ...step } = session;
    this.cookie.set(reply, token);
    return step;
  }

  /** How far the session has come, and once both factors are given, whose it is. */
  @Get()
  @OpenToAnybody('a page asks whether somebody is signed in')
  @Header('cache-control', 'no-store')
  async show(@Req() request: FastifyRequest): Promise<object> {
    const { session } = await this.questions.ask(describeSession, { token: this.cookie.neededFrom(request) });
    if (!session) throw new NotSignedIn();
    return session;
  }

  @Delete()
  @OpenToAnybody('who has a session may end it, however far it has come', ['session.closed'])
  @HttpCode(204)
  async close(
    @Req() request: FastifyRequest,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.questions.ask(closeSession, { token: this.cookie.neededFrom(request), address });
    this.cookie.clear(reply);
  }

  /** Every session of the person ends; the answer's cookie is a new one. */
  @Post('password')
  @OpenToAnybody('who has given both factors changes a one-time password before anything else', ['password.changed'])
  @HttpCode(204)
  @Header('cache-control', 'no-store')
  async changePassword(
    @Req() request: FastifyRequest,
    @Body({ schema: passwords }) { current, password }: z.output<typeof passwords>,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const asked = { token: this.cookie.neededFrom(request), current, password, address };
    const { session } = await this.questions.ask(changePassword, asked);
    if (!session)
      throw new RequestUnfit(
        'denied',
        'password.refused',
        'This is not your present password, or you must wait a while',
      );
    this.cookie.set(reply, session.token);
  }
}

/** The same whatever was wrong, so that it tells nothing of the code; most often somebody was slow, or a clock is off. */
const CODE_REFUSED: Readonly<Record<Language, string>> = {
  fi: 'Koodi ei päästä sisään nyt. Odota seuraavaa koodia ja kirjoita se heti. Jos sekään ei kelpaa, tarkista, että puhelimen kello asettuu automaattisesti.',
  sv: 'Koden släpper inte in dig nu. Vänta på nästa kod och skriv in den genast. Om inte heller den duger, kontrollera att telefonens klocka ställs automatiskt.',
  en: 'The code does not let you in now. Wait for the next one and type it at once. If that one is refused too, see that the telephone sets its clock by itself.',
};

const refused = (message: string) => new RequestUnfit('unauthenticated', 'session.refused', message);
