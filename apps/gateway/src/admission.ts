import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';

import type { Principal } from '#lib/contracts';
import { type Act, mayAct, type Place, type RoleAssignment } from '#lib/policy';
import { type Language, preferredLanguage } from '#lib/service';

import { type Door, DOOR } from './door.js';
import { type Absent, AccessDenied, OutOfReach, RoleMissing } from './errors.js';

const EVERYWHERE: Place = { environmentId: null, companyId: null };

/**
 * Says who it is that comes to a door which is not open to anybody; 401 to nobody. Apart from {@link Admission}, so that
 * who comes too often is held back in between: a refusal costs an event in the audit log.
 */
@Injectable()
export class Identification extends AuthGuard('token') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (doorOf(this.reflector, context).to !== 'anybody') await super.canActivate(context);
    return true;
  }
}

/**
 * Lets whom {@link Identification} has recognised in, or not; before anything of the request is read but its path.
 *
 *   door          | nobody signed in | partner user       | person or operator
 *   --------------+------------------+--------------------+-----------------------------------
 *   anybody       | in               | in                 | in
 *   partner users | 401              | in: the decision   | 403 role.missing
 *                 |                  | knows its windows  |
 *   roles         | 401              | 403 role.missing,  | no role with the act: 403 role.missing
 *                 |                  | or in where they   | its reach ends elsewhere: 404, as if absent
 *                 |                  | come in too, but   | else in
 *                 |                  | 403 with reasons   |
 *                 |                  | while it is closed |
 *   none declared | 500: such a gateway does not start (`doors.ts`)
 */
@Injectable()
export class Admission implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const door = doorOf(this.reflector, context);
    if (door.to === 'anybody') return true;
    const { user, params, headers } = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    admit(user, door, params as Readonly<Record<string, string>>, preferredLanguage(headers['accept-language']));
    return true;
  }
}

function doorOf(reflector: Reflector, context: ExecutionContext): Door {
  const door = reflector.get<Door | undefined>(DOOR, context.getHandler());
  if (!door) throw new Error('A route without a door');
  return door;
}

function admit(
  caller: Principal,
  door: Exclude<Door, { to: 'anybody' }>,
  params: Readonly<Record<string, string>>,
  language: Language,
): void {
  if (caller.kind === 'partner-user') {
    if (door.to === 'partner-users') return;
    if (!door.partnerUsersToo) throw new RoleMissing(door.act);
    if (caller.closed) throw new AccessDenied(caller.closed, language);
    return;
  }
  if (door.to === 'partner-users') throw new RoleMissing('partner user');
  const { environmentId = null, companyId = null } = params;
  if (door.place === 'path') return placed(caller, door.act, { environmentId, companyId });
  const decision = mayAct(rolesOf(caller), door.act, EVERYWHERE);
  if (!decision.allowed && decision.reasons.includes('ROLE_MISSING')) throw new RoleMissing(door.act);
}

/**
 * Requires that the caller's roles reach this place. Throws {@link RoleMissing} when no role of theirs has the act,
 * {@link OutOfReach} when none reaches there: what is elsewhere looks like what does not exist.
 */
export function placed(caller: Principal, act: Act, place: Place, absent: Absent['code'] = 'environment.absent'): void {
  const decision = mayAct(rolesOf(caller), act, place);
  if (decision.allowed) return;
  if (decision.reasons.includes('ROLE_MISSING')) throw new RoleMissing(act);
  throw new OutOfReach(absent);
}

/** The installation's operator token is an operator's role; a partner user has none. */
export function rolesOf(caller: Principal): readonly RoleAssignment[] {
  switch (caller.kind) {
    case 'operator':
      return [{ role: 'operator', environmentId: null, companyId: null }];
    case 'person':
      return caller.roles;
    case 'partner-user':
      return [];
  }
}
