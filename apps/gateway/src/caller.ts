import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import type { Keeper, Principal } from '#lib/contracts';
import { type AddressRule, clientAddress } from '#lib/policy';

import { RoleMissing } from './errors.js';

/** The principal that `admission.ts` has let in. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>().user,
);

/** The person or operator that a change is by. Throws {@link RoleMissing} for a machine. */
export function keeperOf(caller: Principal): Keeper {
  if (caller.kind === 'partner-user') throw new RoleMissing('person');
  return { kind: caller.kind, id: caller.id };
}

/** Throws {@link RoleMissing} for anybody but a partner user. */
export function partnerOnly(caller: Principal): Extract<Principal, { kind: 'partner-user' }> {
  if (caller.kind !== 'partner-user') throw new RoleMissing('partner user');
  return caller;
}

/** The address that counts for a request; `null` when it cannot be known, which no address rule allows. */
export function callerAddress(request: FastifyRequest, trustedProxies: readonly AddressRule[]): string | null {
  const forwarded = request.headers['x-forwarded-for'];
  const hops = forwarded === undefined ? undefined : Array.isArray(forwarded) ? forwarded : [forwarded];
  return clientAddress(request.socket.remoteAddress, hops, trustedProxies) ?? null;
}

/** The caller's address, as `http-server.ts` has noted it on the request. */
export const Address = createParamDecorator((_: unknown, context: ExecutionContext): string | null =>
  addressOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

const ADDRESS = Symbol('address');

export function noteAddress(request: FastifyRequest, address: string | null): void {
  Object.assign(request, { [ADDRESS]: address });
}

/** What {@link noteAddress} has noted; a request without a note has no known address. */
export const addressOf = (request: FastifyRequest): string | null =>
  (request as FastifyRequest & { [ADDRESS]?: string | null })[ADDRESS] ?? null;
