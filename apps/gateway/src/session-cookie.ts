import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { NotSignedIn } from './errors.js';
import { Site } from './site.js';

/** The first step of a sign-in at the identity provider, until its answer comes back. */
const FLOW_SECONDS = 600;

/** What a browser holds for us. No script reads any of it, and no other site's request carries the session. */
@Injectable()
export class SessionCookie {
  constructor(private readonly site: Site) {}

  /** The session's token: of `Authorization: Bearer` when there is such a field at all, else of the cookie. */
  tokenOf({ headers, cookies }: FastifyRequest): string | undefined {
    if (headers.authorization !== undefined) return /^Bearer ([\w.~+/=-]{1,200})$/i.exec(headers.authorization)?.[1];
    const token = cookies[this.#session];
    return token !== undefined && /^[\w-]{1,200}$/.test(token) ? token : undefined;
  }

  /** The same, of somebody who must have one. Throws {@link NotSignedIn}. */
  neededFrom(request: FastifyRequest): string {
    const token = this.tokenOf(request);
    if (token === undefined) throw new NotSignedIn();
    return token;
  }

  set(reply: FastifyReply, token: string): void {
    void reply.setCookie(this.#session, token, { ...this.#kept, sameSite: 'strict' });
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.#session, { ...this.#kept, sameSite: 'strict' });
  }

  /** `Lax`, since the browser comes back from another site; it is good for nothing but the answer to its own question. */
  rememberFlow(reply: FastifyReply, flow: string): void {
    void reply.setCookie(this.#flow, flow, { ...this.#kept, sameSite: 'lax', maxAge: FLOW_SECONDS });
  }

  flowOf({ cookies }: FastifyRequest): string | undefined {
    return cookies[this.#flow];
  }

  forgetFlow(reply: FastifyReply): void {
    void reply.clearCookie(this.#flow, { ...this.#kept, sameSite: 'lax' });
  }

  /** Whether the request carries anything of ours. */
  isSentBy({ cookies }: FastifyRequest): boolean {
    return cookies[this.#session] !== undefined || cookies[this.#flow] !== undefined;
  }

  get #session(): string {
    return this.site.cookieName('tietovirta');
  }

  get #flow(): string {
    return this.site.cookieName('tietovirta-oidc');
  }

  get #kept() {
    return { path: '/', httpOnly: true, secure: this.site.isSecure } as const;
  }
}
