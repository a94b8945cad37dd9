import { SetMetadata } from '@nestjs/common';

import type { AuditAction } from '#lib/contracts';
import type { Act } from '#lib/policy';

/** Who a route lets in, and what its use leaves in the audit log. */
export type Door =
  | { readonly to: 'anybody'; readonly because: string; readonly audits: readonly AuditAction[] }
  | { readonly to: 'partner-users'; readonly audits: readonly AuditAction[] }
  | {
      readonly to: 'roles';
      readonly act: Act;
      /** Partner users come in by their rights, which the handler has decided. */
      readonly partnerUsersToo: boolean;
      /** `path`: by its `:environmentId` and `:companyId`. `handler`: what it is about says where, see `placed`. */
      readonly place: 'path' | 'handler';
      readonly audits: readonly AuditAction[];
    };

type Audits = readonly [AuditAction, ...AuditAction[]];

export const DOOR = 'tietovirta:door';

const door = (value: Door): MethodDecorator => SetMetadata(DOOR, value);

interface RoleOptions {
  readonly partnerUsersToo?: boolean;
  readonly place?: 'path' | 'handler';
}

/** The route only reads. What is read without a trace needs no `audits`. */
export const Reads = (
  act: Act,
  {
    partnerUsersToo = false,
    place = 'path',
    audits = [],
  }: RoleOptions & { readonly audits?: readonly AuditAction[] } = {},
): MethodDecorator => door({ to: 'roles', act, partnerUsersToo, place, audits });

/** The route changes something; it cannot be declared without the events that say so. */
export const Changes = (
  act: Act,
  audits: Audits,
  { partnerUsersToo = false, place = 'path' }: RoleOptions = {},
): MethodDecorator => door({ to: 'roles', act, partnerUsersToo, place, audits });

/** For partners' machines alone; their rights decide, not a role. */
export const ForPartnerUsers = (audits: Audits): MethodDecorator => door({ to: 'partner-users', audits });

/** Without signing in. */
export const OpenToAnybody = (because: string, audits: readonly AuditAction[] = []): MethodDecorator =>
  door({ to: 'anybody', because, audits });
