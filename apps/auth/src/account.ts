import { type AccessQuestion, normaliseAddress, type PartnerUserFacts } from '#lib/policy';

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
