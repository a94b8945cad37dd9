import type { z } from 'zod';

import {
  type Direction,
  DIRECTIONS,
  type showPartnerUserInCompany,
  type showServiceManagement,
  STREAM_NAMES,
  type StreamName,
  supports,
} from '#lib/contracts';
import { type AllowedTime, grantability, weekOf } from '#lib/policy';
import type { Database } from '#lib/store';

import { ACCOUNT_COLUMNS, accountFacts, type AccountRow } from '../account.js';
import { RuleSubjectAbsent } from '../errors.js';
import { ruleMark } from '../rule-mark.js';
import { placeMark } from '../rules/restriction-group.js';
import { distinct } from '../rules/rights.js';
import { requireCompany } from './companies.js';
import { pageOf, placeOf } from './page-cursor.js';

type Tree = z.output<typeof showServiceManagement.answer>;
type PartnerUserInCompany = z.output<typeof showPartnerUserInCompany.answer>;

interface Right {
  readonly stream: StreamName;
  readonly direction: Direction;
}

interface LeafRow {
  readonly partner_user_id: string;
  readonly user_name: string;
  readonly company: string;
  readonly external_note: string | null;
  readonly active: boolean;
}

interface DetailRow extends LeafRow, AccountRow {
  readonly upper: readonly Right[];
  readonly granted: readonly Right[];
  readonly group_name: string | null;
  readonly times: readonly AllowedTime[] | null;
}

/** Never the internal note: it is the operator's. */
const LEAF = 'u.partner_user_id, u.user_name, u.company, u.external_note';

/** A partner user is for every company, or for the one of its scope [asyritys]. */
const VISIBLE = '(u.scope_company_id is null or u.scope_company_id = $1)';

const DETAIL = `
  select ${LEAF}, ${ACCOUNT_COLUMNS}, m.name as group_name, g.times,
         (select coalesce(json_agg(json_build_object('stream', r.stream, 'direction', r.direction)), '[]')
            from auth.upper_right r where r.partner_user_id = u.partner_user_id) as upper,
         (select coalesce(json_agg(json_build_object('stream', r.stream, 'direction', r.direction)), '[]')
            from auth.company_grant r where r.environment_id = $3 and r.company_id = $1
                                        and r.partner_user_id = u.partner_user_id) as granted
    from auth.partner_user u
    left join auth.restriction_group_member m
      on m.environment_id = $3 and m.company_id = $1 and m.partner_user_id = u.partner_user_id
    left join auth.restriction_group g
      on g.environment_id = m.environment_id and g.company_id = m.company_id and g.name = m.name
   where u.partner_user_id = $2 and ${VISIBLE}`;

/** The branch of partner users [Kumppanikäyttäjät] in one company: who is there, and what each may be given. */
export class PartnerUsersInCompany {
  constructor(private readonly database: Database) {}

  /** With Web Services off the branch is empty, whatever has been granted before. */
  async tree({ environmentId, companyId, cursor, limit }: z.output<typeof showServiceManagement.ask>): Promise<Tree> {
    return this.database.transaction(
      async (sql) => {
        const company = await requireCompany(sql, environmentId, companyId);
        if (!company.webServices) return { company, partnerUsers: [], next: null };
        const [place, id] = placeOf(cursor) ?? [null, null];
        const rows = await sql.rows<LeafRow>(
          `select ${LEAF}, u.active from auth.partner_user u
            where ${VISIBLE} and ($2::text is null or (u.user_name, u.partner_user_id) > ($2, $3::uuid))
            order by u.user_name, u.partner_user_id limit $4`,
          [companyId, place, id, limit + 1],
        );
        const { shown, next } = pageOf(rows, limit, (row) => [row.user_name, row.partner_user_id]);
        return { company, partnerUsers: shown.map(leafOf), next };
      },
      { scope: { tenant: environmentId } },
    );
  }

  async show(ask: z.output<typeof showPartnerUserInCompany.ask>): Promise<PartnerUserInCompany> {
    const { environmentId, companyId, partnerUserId } = ask;
    return this.database.transaction(
      async (sql) => {
        const { webServices } = await requireCompany(sql, environmentId, companyId);
        const [row] = await sql.rows<DetailRow>(DETAIL, [companyId, partnerUserId, environmentId]);
        if (!row) throw new RuleSubjectAbsent('partner-user.absent');
        return { ...detailOf(row), webServices };
      },
      { scope: { tenant: environmentId } },
    );
  }
}

const leafOf = (row: LeafRow): Tree['partnerUsers'][number] => ({
  partnerUserId: row.partner_user_id,
  userName: row.user_name,
  company: row.company,
  externalNote: row.external_note,
  active: row.active,
});

function detailOf(row: DetailRow): Omit<PartnerUserInCompany, 'webServices'> {
  const { weekdayRestriction, weekendRestricted } = accountFacts(row, null);
  const has = (rights: readonly Right[], stream: StreamName, direction: Direction) =>
    rights.some((right) => right.stream === stream && right.direction === direction);
  return {
    ...leafOf(row),
    cells: STREAM_NAMES.flatMap((stream) =>
      DIRECTIONS.map((direction) => ({
        stream,
        direction,
        ...grantability({
          supported: supports(stream, direction),
          upperRight: has(row.upper, stream, direction),
          granted: has(row.granted, stream, direction),
        }),
      })),
    ),
    restrictionGroup: row.group_name,
    week: weekOf({ weekdayRestriction, weekendRestricted, groupTimes: row.times }),
    mark: ruleMark(distinct(row.granted)),
    groupMark: placeMark(row.group_name),
  };
}
