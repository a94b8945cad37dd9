import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type {
  createPartnerUser,
  Keeper,
  listPartnerUsers,
  orderPassword as orderPasswordContract,
  readPartnerUser,
  readPartnerUserWeek,
  readUpperRights,
  changePartnerUser,
  ShownPartnerUser,
} from '#lib/contracts';
import { type AllowedTime, minutesOpen, weekOf, type WeekRules } from '#lib/policy';
import { type Database, type Sql, sqlOf } from '#lib/store';

import { RuleConflict, RuleSubjectAbsent } from './errors.js';
import type { RuleBook } from './rule-book.js';
import { ruleMark } from './rule-mark.js';
import { getPartnerUser, PartnerUser, putPartnerUser, type WholePartnerUser } from './rules/partner-user.js';
import type { SavedRule } from './rules/saved-rule.js';
import { orderPassword } from './sms/password-order.js';

type ListAsk = z.output<typeof listPartnerUsers.ask>;
type ReadAsk = z.output<typeof readPartnerUser.ask>;
type ReadAnswer = z.output<typeof readPartnerUser.answer>;
type WeekAsk = z.output<typeof readPartnerUserWeek.ask>;
type RightsAnswer = z.output<typeof readUpperRights.answer>;
type CreateAsk = z.output<typeof createPartnerUser.ask>;
type ChangeAsk = z.output<typeof changePartnerUser.ask>;
type OrderAsk = z.output<typeof orderPasswordContract.ask>;

const SCOPE = { acrossTenants: 'a partner user belongs to no environment' } as const;

/** Partner users as the operator keeps them. */
export class PartnerUsers {
  /** `post`: sends what was ordered; `null` when there is no way to send anything. */
  constructor(
    private readonly database: Database,
    private readonly ruleBook: RuleBook,
    private readonly post: { nudge(): void } | null,
  ) {}

  async list({ search, after, limit, internal }: ListAsk): Promise<z.output<typeof listPartnerUsers.answer>> {
    const words = search === undefined ? null : `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    const page = await this.database.entities(async (em) => {
      const found = await sqlOf(em).rows<{ id: string }>(
        `select partner_user_id as id from auth.partner_user
          where ($1::text is null or user_name ilike $1 or company ilike $1) and ($2::text is null or user_name > $2)
          order by user_name limit $3`,
        [words, after ?? null, limit + 1],
      );
      const ids = found.map(({ id }) => id);
      const byId = new Map((await em.find(PartnerUser, { partnerUserId: ids })).map((one) => [one.partnerUserId, one]));
      return ids.map((id) => byId.get(id)!.shown());
    });
    const partnerUsers = page.slice(0, limit).map((one) => shownTo(internal, one));
    return { partnerUsers, next: page.length > limit ? (partnerUsers.at(-1)?.userName ?? null) : null };
  }

  async read({ partnerUserId, internal }: ReadAsk): Promise<ReadAnswer> {
    return this.database.entities(async (em) => {
      const partnerUser = await getPartnerUser(em, partnerUserId);
      return {
        partnerUser: shownTo(internal, partnerUser.shown()),
        password: await passwordState(sqlOf(em), partnerUser),
        week: writable(weekOf(rulesOf(partnerUser, null))),
        mark: ruleMark(partnerUser.rule()),
      };
    });
  }

  /** With a company: together with the times of its restriction group there. */
  async week({ partnerUserId, companyId }: WeekAsk): Promise<z.output<typeof readPartnerUserWeek.answer>> {
    return this.database.entities(
      async (em) => {
        const partnerUser = await getPartnerUser(em, partnerUserId);
        const times = companyId === undefined ? null : await groupTimes(sqlOf(em), partnerUserId, companyId);
        const week = weekOf(rulesOf(partnerUser, times));
        return { week: writable(week), minutesOpen: minutesOpen(week) };
      },
      { scope: SCOPE },
    );
  }

  async upperRights(partnerUserId: string): Promise<RightsAnswer> {
    return this.database.entities(async (em) => {
      await getPartnerUser(em, partnerUserId);
      const rights = await sqlOf(em).rows<RightsAnswer['rights'][number]>(
        `select stream, direction from auth.upper_right where partner_user_id = $1
          order by (stream || '.' || direction) collate "C"`,
        [partnerUserId],
      );
      return { rights, mark: ruleMark(rights.length === 0 ? null : rights) };
    });
  }

  /** Also orders that it be sent its password: a partner user that nobody could tell of it is not created. */
  async create({ partnerUserId, partnerUser, ...keeping }: CreateAsk): Promise<string> {
    const post = this.requirePost();
    const mark = await this.keep({ ...keeping, partnerUserId, ifMark: ruleMark(null) }, async (em) => {
      const saved = await putPartnerUser(em, partnerUserId, partnerUser, undefined);
      await orderPassword(sqlOf(em), { partnerUserId, ...keeping });
      return saved;
    });
    post.nudge();
    return mark;
  }

  /** What `values` does not name stays as it is. */
  async change({ partnerUserId, values, ...keeping }: ChangeAsk): Promise<string> {
    return this.keep({ ...keeping, partnerUserId }, async (em) => {
      const { id: _, ...standing } = (await getPartnerUser(em, partnerUserId)).shown();
      return putPartnerUser(em, partnerUserId, { ...standing, ...values }, undefined);
    });
  }

  /** The password that stands works until the new one leaves. */
  async orderPassword({ partnerUserId, by, address }: OrderAsk): Promise<void> {
    const post = this.requirePost();
    await this.database.entities(async (em) => {
      const { mobile } = await getPartnerUser(em, partnerUserId);
      if (mobile == null) {
        throw new RuleConflict('partner-user.mobile-missing', 'The partner user has no mobile number to send it to');
      }
      await orderPassword(sqlOf(em), { partnerUserId, by, address });
    });
    post.nudge();
  }

  private async keep(
    keeping: { by: Keeper; address: string | null; partnerUserId: string; ifMark: string },
    change: (em: EntityManager) => Promise<SavedRule>,
  ): Promise<string> {
    const { partnerUserId, ...how } = keeping;
    // The subject that `saveRule` takes its turn under, so that the two never change one partner user at once.
    return this.ruleBook.keep({ ...how, within: null }, `rule partner-user ${partnerUserId.toLowerCase()}`, change);
  }

  private requirePost(): { nudge(): void } {
    if (this.post) return this.post;
    throw new RuleConflict(
      'sms.provider-missing',
      'No SMS provider is configured (SMS_URL, SMS_TOKEN), so the password could not be sent: nothing was changed',
    );
  }
}

function shownTo(internal: boolean, { internalNote, ...shown }: WholePartnerUser): ShownPartnerUser {
  return internal ? { ...shown, internalNote } : shown;
}

function rulesOf(partnerUser: PartnerUser, times: WeekRules['groupTimes']): WeekRules {
  const { weekdayRestriction, weekendRestricted } = partnerUser.rule();
  return { weekdayRestriction, weekendRestricted, groupTimes: times };
}

/** The times of its restriction group in the company, `null` for none. Throws when it does not see such a company. */
async function groupTimes(sql: Sql, partnerUserId: string, companyId: string): Promise<readonly AllowedTime[] | null> {
  const [row] = await sql.rows<{ times: readonly AllowedTime[] | null }>(
    `select g.times
       from auth.company c
       join auth.partner_user u on u.partner_user_id = $1 and coalesce(u.scope_company_id, $2) = $2
       left join auth.restriction_group_member m
         on m.environment_id = c.environment_id and m.company_id = c.company_id and m.partner_user_id = $1
       left join auth.restriction_group g
         on g.environment_id = m.environment_id and g.company_id = m.company_id and g.name = m.name
      where c.company_id = $2`,
    [partnerUserId, companyId],
  );
  if (!row) throw new RuleSubjectAbsent('company.absent');
  return row.times;
}

interface DeliveryRow {
  readonly state: 'waiting' | 'sending' | 'sent' | 'gave-up';
  readonly ordered_at: string;
  readonly attempts: number;
  readonly next_at: string;
}

async function passwordState(sql: Sql, partnerUser: PartnerUser): Promise<ReadAnswer['password']> {
  const [row] = await sql.rows<DeliveryRow>(
    'select state, ordered_at, attempts, next_at from auth.sms_outgoing where partner_user_id = $1',
    [partnerUser.partnerUserId],
  );
  const { passwordHash, passwordExpiresAt } = partnerUser;
  return {
    kind: passwordHash == null ? 'none' : passwordExpiresAt == null ? 'own' : 'one-time',
    expiresAt: passwordExpiresAt?.toISOString() ?? null,
    delivery: row
      ? {
          state: row.state,
          orderedAt: new Date(row.ordered_at).toISOString(),
          attempts: row.attempts,
          nextAttemptAt: row.state === 'waiting' ? new Date(row.next_at).toISOString() : null,
        }
      : null,
  };
}

/** The contract's arrays can be written to; a rule's cannot. */
function writable(week: ReturnType<typeof weekOf>): ReadAnswer['week'] {
  return week.map(({ weekday, pieces }) => ({
    weekday,
    pieces: pieces.map(({ closedBy, ...piece }) => ({ ...piece, closedBy: [...closedBy] })),
  }));
}
