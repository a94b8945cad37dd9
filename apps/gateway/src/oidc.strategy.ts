import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';

import type { PersonSession } from '#lib/contracts';

import { RequestUnfit } from './errors.js';

/** Passport's way in for people who come back from the identity provider: its answer, for a session. */
export class OidcStrategy extends Strategy {
  override readonly name = 'oidc';

  constructor(private readonly answered: (request: FastifyRequest) => Promise<PersonSession | null>) {
    super();
  }

  override authenticate(request: unknown): void {
    this.answered(request as FastifyRequest).then(
      (session) => (session ? this.success(session) : this.error(refusal())),
      (error: unknown) => this.error(error),
    );
  }
}

const refusal = () =>
  new RequestUnfit('unauthenticated', 'session.refused', 'The identity provider does not let you in here');
