import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';

import type { Principal } from '#lib/contracts';
import { type Act, mayAct, type Place, type RoleAssignment } from '#lib/policy';

import { type Door, DOOR } from './door.js';
import { type Absent, OutOfReach, RoleMissing } from './errors.js';

const EVERYWHERE: Place = { environmentId: null, companyId: null };

/**
 * Lets a request in, or not; before anything of it is read but its path.
 *
 *   door          | nobody signed in | partner user       | person or operator
 *   --------------+------------------+--------------------+-----------------------------------
 *   anybody       | in               | in                 | in
 *   partner users | 401              | in                 | 403 role.missing
 *   roles         | 401              | 403 role.missing,  | no role with the act: 403 role.missing
 *                 |                  | or in where they   | its reach ends elsewhere: 404, as if absent
 *                 |                  | come in too        | else in
 *   none declared | 500: such a gateway does not start (`doors.ts`)
 */
@Injectable()
export class Admission extends AuthGuard('token') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const door = this.reflector.get<Door | undefined>(DOOR, context.getHandler());
    if (!door) throw new Error('A route without a door');
    if (door.to === 'anybody') return true;
    await super.canActivate(context);
    const { user, params } = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    admit(user, door, params as Readonly<Record<string, string>>);
    return true;
  }
}

function admit(
  caller: Principal,
  door: Exclude<Door, { to: 'anybody' }>,
  params: Readonly<Record<string, string>>,
): void {
  if (caller.kind === 'partner-user') {
    if (door.to === 'partner-users' || door.partnerUsersToo) return;
    throw new RoleMissing(door.act);
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
