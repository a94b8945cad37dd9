import { type KnownAddresses, type LockoutWarning, lockoutWarnings, type PartnerUserFacts } from '#lib/policy';
import type { RestrictionGroupFacts } from '#lib/policy';
import type { Sql } from '#lib/store';

import { ACCOUNT_COLUMNS, accountFacts, type AccountRow } from '../account.js';
import type { GroupKey } from '../rules/restriction-group.js';

/** A partner user whom a group restricts, or would. */
export interface Restricted {
  readonly partnerUserId: string;
  readonly userName: string;
  readonly facts: PartnerUserFacts;
  /** From where it last signed in; `null` when it never has. */
  readonly lastAddress: string | null;
}

interface Row extends AccountRow {
  readonly partner_user_id: string;
  readonly user_name: string;
  readonly last_address: string | null;
}

const RESTRICTED = `u.partner_user_id, u.user_name, ${ACCOUNT_COLUMNS},
  (select k.address from auth.known_address k where k.partner_user_id = u.partner_user_id
    order by k.last_used_at desc limit 1) as last_address`;

/** Those in the group, by user name. */
export async function groupMembers(sql: Sql, { environmentId, companyId, name }: GroupKey): Promise<Restricted[]> {
  const rows = await sql.rows<Row>(
    `select ${RESTRICTED}
       from auth.restriction_group_member m join auth.partner_user u using (partner_user_id)
      where m.environment_id = $1 and m.company_id = $2 and m.name = $3 order by u.user_name`,
    [environmentId, companyId, name],
  );
  return rows.map(restrictedOf);
}

/** One partner user, if it is for this company. */
export async function partnerUserOf(sql: Sql, companyId: string, id: string): Promise<Restricted | null> {
  const [row] = await sql.rows<Row>(
    `select ${RESTRICTED} from auth.partner_user u
      where u.partner_user_id = $1 and (u.scope_company_id is null or u.scope_company_id = $2)`,
    [id, companyId],
  );
  return row ? restrictedOf(row) : null;
}

const restrictedOf = (row: Row): Restricted => ({
  partnerUserId: row.partner_user_id,
  userName: row.user_name,
  facts: accountFacts(row, null),
  lastAddress: row.last_address,
});

export interface MemberWarnings {
  readonly partnerUserId: string;
  readonly warnings: LockoutWarning[];
}

/** What each would lose when one group takes another's place; `asker`: the address of whoever changes it. */
export function warningsOf(
  members: readonly Restricted[],
  before: RestrictionGroupFacts | null,
  after: RestrictionGroupFacts | null,
  asker: string | null,
): readonly MemberWarnings[] {
  return members.map(({ partnerUserId, facts: partnerUser, lastAddress: last }) => {
    const known: KnownAddresses = { last, asker };
    const warnings = lockoutWarnings({ partnerUser, group: before }, { partnerUser, group: after }, known);
    return { partnerUserId, warnings };
  });
}
