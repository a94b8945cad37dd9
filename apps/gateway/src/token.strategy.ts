import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';

import type { Principal } from '#lib/contracts';

import { NotSignedIn } from './errors.js';

/**
 * Passport's way in for bearer tokens: whoever holds one is asked of the auth
 * service on every request, so that a session ended there is ended here.
 */
export class TokenStrategy extends Strategy {
  override readonly name = 'token';

  constructor(private readonly identify: (token: string, request: FastifyRequest) => Promise<Principal | null>) {
    super();
  }

  override authenticate(request: unknown): void {
    const fastify = request as FastifyRequest;
    const token = /^Bearer ([\w.~+/=-]{1,200})$/i.exec(fastify.headers.authorization ?? '')?.[1];
    if (token === undefined) return this.error(new NotSignedIn());
    this.identify(token, fastify).then(
      (principal) => (principal ? this.success(principal) : this.error(new NotSignedIn())),
      (error: unknown) => this.error(error),
    );
  }
}
