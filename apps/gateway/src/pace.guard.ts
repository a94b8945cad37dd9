import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import type { Principal } from '#lib/contracts';
import type { Log } from '#lib/service';

import type { CallersPace } from './callers-pace.js';
import { TooManyRequests } from './errors.js';

/** What the guard goes by: the pace of whoever is signed in, and where it says that somebody is held back. */
export interface CallersHeldBack {
  readonly pace: CallersPace;
  readonly log: Pick<Log, 'info'>;
}
export const CALLERS_HELD_BACK = Symbol('callers held back');

const COUNTED_BY_LANE = 'tietovirta:counted-by-lane';

/** Documents are not counted as requests, since machines send them in bursts: `lane-room.ts` counts those that wait. */
export const CountedByLane = (): MethodDecorator => SetMetadata(COUNTED_BY_LANE, true);

/**
 * Holds back whoever is signed in and comes too often.
 *
 *   who                                  | counted
 *   -------------------------------------+----------------------------------------------
 *   a partner user, a person             | each by themselves, wherever they come from
 *   the installation's operator token    | no: who has it has set the limit
 *   nobody yet                           | by their address alone, as everybody is
 *   anybody who sends a document         | not here, but see `lane-room.ts`
 */
@Injectable()
export class PaceGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(CALLERS_HELD_BACK) private readonly heldBack: CallersHeldBack,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { user } = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    if (!user || user.kind === 'operator') return true;
    if (this.reflector.get<boolean | undefined>(COUNTED_BY_LANE, context.getHandler())) return true;
    const turn = this.heldBack.pace.turn(`${user.kind} ${user.id}`);
    if (turn.goesOn) return true;
    if (turn.isNews) this.heldBack.log.info({ caller: user.kind, id: user.id }, 'a caller is held back');
    throw new TooManyRequests(turn.seconds);
  }
}
