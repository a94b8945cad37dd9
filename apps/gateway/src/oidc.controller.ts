import { Controller, Get, Header, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { QuestionClient } from '#lib/bus';
import { closeSession, type PersonSession } from '#lib/contracts';

import { Address, Caller } from './caller.js';
import { OpenToAnybody } from './door.js';
import { Oidc } from './oidc.js';
import { SessionCookie } from './session-cookie.js';
import { Site } from './site.js';

/** Sign-in at the identity provider: there, and back again. */
@Controller('v1/session/oidc')
export class OidcController {
  constructor(
    private readonly oidc: Oidc,
    private readonly cookie: SessionCookie,
    private readonly site: Site,
    private readonly questions: QuestionClient,
  ) {}

  /**
   * Where a page of ours sends the browser next. Only asked for and by POST, so that no link on another page signs
   * anybody in. A session that the browser still holds ends: who signs in anew leaves none behind.
   */
  @Post()
  @OpenToAnybody('whoever comes is sent to the identity provider, which asks who they are', ['session.closed'])
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async leave(
    @Req() request: FastifyRequest,
    @Address() address: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string }> {
    const { url, flow } = await this.oidc.begin();
    const standing = this.cookie.tokenOf(request);
    if (standing !== undefined) {
      await this.questions.ask(closeSession, { token: standing, address });
      this.cookie.clear(reply);
    }
    this.cookie.rememberFlow(reply, flow);
    return { url: url.href };
  }

  /** `oidc.strategy.ts` has read the provider's answer. The page that follows finds the session's cookie. */
  @Get('callback')
  @OpenToAnybody('the identity provider sends people back here', ['session.opened', 'session.refused'])
  @UseGuards(AuthGuard('oidc'))
  @Header('cache-control', 'no-store')
  async comeBack(@Caller() session: unknown, @Res() reply: FastifyReply): Promise<void> {
    this.cookie.forgetFlow(reply);
    this.cookie.set(reply, (session as PersonSession).token);
    await reply.redirect(this.site.url('/').href, 303);
  }
}
