import {
  type AccessDecision,
  type AccessQuestion,
  decideAccess,
  normaliseAddress,
  type PartnerUserFacts,
} from '#lib/policy';

/** The columns of `auth.partner_user` (as `u`) that a decision needs. */
export const ACCOUNT_COLUMNS = `u.active, u.scope_company_id, u.addresses, u.weekday_from, u.weekday_to,
  u.weekend_restricted`;

export interface AccountRow {
  readonly active: boolean;
  readonly scope_company_id: string | null;
  readonly addresses: readonly string[] | null;
  readonly weekday_from: number | null;
  readonly weekday_to: number | null;
  readonly weekend_restricted: boolean;
}

/** The environment of the one company that an account (`u`) is for, as `e`: its clock counts. */
export const ACCOUNT_ENVIRONMENT = `
  left join auth.company c on c.company_id = u.scope_company_id
  left join auth.environment e on e.environment_id = c.environment_id`;

/** An account for all environments lives by this clock. */
const HOME_ZONE = 'Europe/Helsinki';

export interface AccountInPlaceRow extends AccountRow {
  readonly environment_active: boolean | null;
  readonly time_zone: string | null;
}

export interface AccountEnvironment {
  readonly active: boolean;
  readonly timeZone: string;
}

export const environmentOf = (row: AccountInPlaceRow | undefined): AccountEnvironment => ({
  active: row?.environment_active ?? true,
  timeZone: row?.time_zone ?? HOME_ZONE,
});

/** A partner user as the rules see it. */
export function accountFacts(row: AccountRow, lockedUntil: Date | null): PartnerUserFacts {
  const { weekday_from: from, weekday_to: to } = row;
  return {
    active: row.active,
    lockedUntil,
    scopeCompanyId: row.scope_company_id,
    addresses: row.addresses,
    weekdayRestriction: from === null || to === null ? null : { from, to },
    weekendRestricted: row.weekend_restricted,
  };
}

/** Where a caller comes from. An address that cannot be read is nobody's: it matches no rule. */
export function clientAt(address: string | null): AccessQuestion['client'] {
  const readable = address === null ? undefined : normaliseAddress(address);
  return readable === undefined ? { kind: 'unreadable' } : { kind: 'address', address: readable };
}

/**
 * May this account be used now, from there? The rules of {@link decideAccess} about accounts, addresses and times,
 * asked where there is no company to move anything for: what concerns one has no objection.
 */
export function decideAccount(
  partnerUser: PartnerUserFacts | null,
  environment: AccountEnvironment,
  at: Date,
  address: string | null,
): AccessDecision {
  const company = {
    id: partnerUser?.scopeCompanyId ?? '',
    environmentActive: environment.active,
    timeZone: environment.timeZone,
  };
  const rights = { directionSupported: true, upperRight: true, grant: true };
  return decideAccess(
    { partnerUser, company, ...rights, restrictionGroup: null, xmlSettingsComplete: true },
    { at, client: clientAt(address) },
  );
}
