import { type Direction, isLinkStream, type StreamName, supports, type XmlSettings } from '#lib/contracts';
import type { AccessSnapshot, AllowedTime } from '#lib/policy';
import { rulesVersionOf, type Sql } from '#lib/store';

import { ACCOUNT_COLUMNS, accountFacts, type AccountRow } from './account.js';
import { XML_SETTINGS_COLUMNS, xmlSettingsOf, type XmlSettingsRow } from './xml-settings-row.js';

export interface AccessSubject {
  readonly partnerUserId: string;
  readonly companyId: string;
  readonly stream: StreamName;
  readonly direction: Direction;
}

/** Everything that one decision rests on, as it stood in one instant. */
export interface AccessFacts {
  /** The primary database's clock when the facts were read. */
  readonly at: Date;
  readonly snapshot: AccessSnapshot;
  /** Of the rules that these facts are; see `holdRules`. */
  readonly rulesVersion: string;
  readonly company: { readonly environmentId: string; readonly fivaldiNumber: string } | null;
  /** Of the partner user's restriction group in the company; `null` when it is in none. */
  readonly groupName: string | null;
  /** `null` until all four sections are saved. */
  readonly xmlSettings: XmlSettings | null;
}

interface FactsRow extends AccountRow, XmlSettingsRow {
  readonly at: string;
  readonly rules_version: string | null;
  readonly user_known: boolean;
  readonly environment_id: string | null;
  readonly company_id: string;
  readonly environment_active: boolean;
  readonly time_zone: string;
  readonly fivaldi_number: string;
  readonly upper_right: boolean;
  readonly granted: boolean;
  readonly group_name: string | null;
  readonly times: readonly AllowedTime[] | null;
  readonly group_addresses: readonly string[] | null;
}

// One statement is one snapshot: no rule can change between two of its facts. One row, whatever is missing.
const FACTS = `
  select clock_timestamp() as at,
         u.partner_user_id is not null as user_known, ${ACCOUNT_COLUMNS},
         c.environment_id, c.company_id, c.fivaldi_number, e.active as environment_active, e.time_zone,
         exists (select from auth.upper_right r
                  where r.partner_user_id = $1 and r.stream = $3 and r.direction = $4) as upper_right,
         exists (select from auth.company_grant r
                  where r.environment_id = c.environment_id and r.company_id = c.company_id
                    and r.partner_user_id = $1 and r.stream = $3 and r.direction = $4) as granted,
         ${rulesVersionOf('c.environment_id', 'c.company_id', 'u.partner_user_id')} as rules_version,
         m.name as group_name, g.times, g.addresses as group_addresses, ${XML_SETTINGS_COLUMNS}
    from (values (true)) as always
    left join auth.partner_user u on u.partner_user_id = $1
    left join auth.company c on c.company_id = $2
    left join auth.environment e on e.environment_id = c.environment_id
    left join auth.restriction_group_member m
      on m.environment_id = c.environment_id and m.company_id = c.company_id and m.partner_user_id = $1
    left join auth.restriction_group g
      on g.environment_id = m.environment_id and g.company_id = m.company_id and g.name = m.name
    left join auth.xml_settings x on x.environment_id = c.environment_id and x.company_id = c.company_id`;

/** Reads the facts of one decision, on the primary, in the transaction that decides. */
export async function readAccessFacts(sql: Sql, subject: AccessSubject): Promise<AccessFacts> {
  const { partnerUserId, companyId, stream, direction } = subject;
  const [row] = await sql.rows<FactsRow>(FACTS, [partnerUserId, companyId, stream, direction]);
  if (!row) throw new Error('A decision without facts: the statement always has one row');
  const { environment_id: environmentId, fivaldi_number: fivaldiNumber } = row;
  const xmlSettings = xmlSettingsOf(row);
  return {
    at: new Date(row.at),
    rulesVersion: row.rules_version ?? '',
    snapshot: {
      // A delay after wrong passwords holds up signing in, not open sessions: else strangers could stop transfers.
      partnerUser: row.user_known ? accountFacts(row, null) : null,
      company:
        environmentId === null
          ? null
          : { id: row.company_id, environmentActive: row.environment_active, timeZone: row.time_zone },
      directionSupported: supports(stream, direction),
      upperRight: row.upper_right,
      grant: row.granted,
      restrictionGroup: row.group_name !== null ? { times: row.times, addresses: row.group_addresses } : null,
      // XML settings are about documents; a link has settings of its own.
      xmlSettingsComplete: isLinkStream(stream) || xmlSettings !== null,
    },
    company: environmentId === null ? null : { environmentId, fivaldiNumber },
    groupName: row.group_name,
    xmlSettings,
  };
}
