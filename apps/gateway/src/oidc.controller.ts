import { Controller, Get, Header, Res, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply } from 'fastify';

import type { PersonSession } from '#lib/contracts';

import { Caller } from './caller.js';
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
  ) {}

  @Get()
  @OpenToAnybody('whoever comes is sent to the identity provider, which asks who they are')
  @Header('cache-control', 'no-store')
  async leave(@Res() reply: FastifyReply): Promise<void> {
    const { url, flow } = await this.oidc.begin();
    this.cookie.rememberFlow(reply, flow);
    await reply.redirect(url.href, 302);
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
