import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';

import type { Principal } from '#lib/contracts';

import { NotSignedIn } from './errors.js';
import type { SessionCookie } from './session-cookie.js';

/**
 * Passport's way in for tokens, of a machine's header or of a person's cookie: whoever holds one is asked of the auth
 * service on every request, so that a session ended there is ended here.
 */
export class TokenStrategy extends Strategy {
  override readonly name = 'token';

  constructor(
    private readonly cookie: Pick<SessionCookie, 'tokenOf'>,
    private readonly identify: (token: string, request: FastifyRequest) => Promise<Principal | null>,
  ) {
    super();
  }

  override authenticate(request: unknown): void {
    const fastify = request as FastifyRequest;
    const token = this.cookie.tokenOf(fastify);
    if (token === undefined) return this.error(new NotSignedIn());
    this.identify(token, fastify).then(
      (principal) => (principal ? this.success(principal) : this.error(new NotSignedIn())),
      (error: unknown) => this.error(error),
    );
  }
}
