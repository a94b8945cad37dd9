import type { EntityManager } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type {
  assignRestrictionGroup,
  GroupRestrictions,
  listRestrictionGroups,
  previewRestrictionGroup,
  removeRestrictionGroup,
  saveRestrictionGroup,
  showRestrictionGroup,
} from '#lib/contracts';
import { locksOut, type RestrictionGroupFacts, weekOf } from '#lib/policy';
import { type Database, type Sql, sqlOf } from '#lib/store';

import { ConfirmationMissing, RuleSubjectAbsent } from '../errors.js';
import type { Keeping, RuleBook } from '../rule-book.js';
import { requireMark, ruleMark } from '../rule-mark.js';
import { getCompany } from '../rules/company.js';
import {
  findGroup,
  type GroupKey,
  placeMark,
  requireRestrictions,
  RestrictionGroup,
  RestrictionGroupMember,
  savedGroup,
  takeGroupsTurn,
} from '../rules/restriction-group.js';
import { requireName, requireText } from '../rules/rule-fault.js';
import type { SavedRule } from '../rules/saved-rule.js';
import { requireCompany } from './companies.js';
import { groupMembers, type MemberWarnings, partnerUserOf, warningsOf } from './group-members.js';
import { recordPreview } from './preview-event.js';

type SaveAsk = z.output<typeof saveRestrictionGroup.ask>;
type RemoveAsk = z.output<typeof removeRestrictionGroup.ask>;
type AssignAsk = z.output<typeof assignRestrictionGroup.ask>;

/** A company's login restriction groups [kirjautumisen rajoitusryhmät], and who would be locked out by a change. */
export class RestrictionGroups {
  constructor(
    private readonly database: Database,
    private readonly book: Pick<RuleBook, 'keep'>,
  ) {}

  async list({ environmentId, companyId }: z.output<typeof listRestrictionGroups.ask>) {
    return this.database.transaction(
      async (sql) => {
        await requireCompany(sql, environmentId, companyId);
        const groups = await sql.rows<GroupRestrictions & { name: string; members: number }>(
          `select g.name, g.times, g.addresses,
                  (select count(*) from auth.restriction_group_member m
                    where m.environment_id = g.environment_id and m.company_id = g.company_id
                      and m.name = g.name)::int as members
             from auth.restriction_group g where g.environment_id = $1 and g.company_id = $2 order by g.name`,
          [environmentId, companyId],
        );
        return { groups };
      },
      { scope: { tenant: environmentId } },
    );
  }

  async show({ environmentId, companyId, name }: z.output<typeof showRestrictionGroup.ask>) {
    const { standing, members } = await this.#read({ environmentId, companyId, name });
    if (!standing) throw new RuleSubjectAbsent('restriction-group.absent');
    const { times, addresses } = standing;
    const named = members.map(({ partnerUserId, userName }) => ({ partnerUserId, userName }));
    return { group: { name, times, addresses, members: named }, mark: ruleMark(standing) };
  }

  /** Nothing is saved: the members' weeks as they would be, and what each would lose. */
  async preview(ask: z.output<typeof previewRestrictionGroup.ask>) {
    const { by, environmentId, companyId, name, restrictions, address } = ask;
    requireText({ restrictions });
    requireRestrictions(restrictions);
    const { standing, members } = await this.#read({ environmentId, companyId, name }, (sql) =>
      recordPreview(sql, {
        by,
        address,
        environmentId,
        companyId,
        details: { asked: 'restriction-group', group: name },
      }),
    );
    const warnings = warningsOf(members, standing, restrictions, address);
    return {
      members: members.map(({ partnerUserId, userName, facts }, index) => ({
        partnerUserId,
        userName,
        week: weekOf({ ...facts, groupTimes: restrictions.times }),
        warnings: warnings[index]!.warnings,
      })),
      locksOut: needsConfirmation(restrictions, warnings),
      mark: ruleMark(standing),
    };
  }

  async save(ask: SaveAsk): Promise<{ mark: string }> {
    const { name, restrictions } = ask;
    requireText({ restrictions });
    requireName(name);
    requireRestrictions(restrictions);
    return { mark: await this.#keep(ask, (em, key) => saveGroup(em, key, ask)) };
  }

  async remove(ask: RemoveAsk): Promise<z.output<typeof removeRestrictionGroup.answer>> {
    let membersFreed = 0;
    await this.#keep(ask, async (em, key) => {
      const found = await findGroup(em, key);
      if (!found) throw new RuleSubjectAbsent('restriction-group.absent');
      const before = found.group.rule(found.members);
      requireMark(ask.ifMark, before);
      membersFreed = found.members.length;
      if (membersFreed > 0 && !ask.membersConfirmed) {
        throw new ConfirmationMissing(
          'restriction-group.has-members',
          'The group has members; without it they may come whenever and from wherever it had closed',
          { members: membersFreed },
        );
      }
      await em.nativeDelete(RestrictionGroupMember, key);
      em.remove(found.group);
      return savedGroup(key, before, null);
    });
    return { membersFreed };
  }

  async assign(ask: AssignAsk): Promise<{ mark: string }> {
    await this.#keep(ask, (em, key) => assignGroup(em, key, ask));
    return { mark: placeMark(ask.name) };
  }

  /** One change of one company's groups, in its turn. */
  async #keep(
    ask: Pick<Keeping, 'by' | 'address'> & { environmentId: string; companyId: string; name: string | null },
    change: (em: EntityManager, key: GroupKey) => Promise<SavedRule>,
  ): Promise<string> {
    const { by, address, environmentId: within } = ask;
    requireText({ name: ask.name });
    return this.book.keep({ by, address, within }, `rule restriction-group ${ask.name}`, async (em) => {
      const { environmentId, companyId } = await getCompany(em, ask.companyId, within);
      await takeGroupsTurn(em, companyId);
      return change(em, { environmentId, companyId, name: ask.name ?? '' });
    });
  }

  /** The group as the rule book knows it, `null` when there is none, and its members. */
  async #read(key: GroupKey, record: (sql: Sql) => Promise<void> = () => Promise.resolve()) {
    requireText({ name: key.name });
    return this.database.entities(
      async (em) => {
        const { companyId } = await getCompany(em, key.companyId, key.environmentId);
        const found = await findGroup(em, { ...key, companyId });
        const members = found ? await groupMembers(sqlOf(em), key) : [];
        await record(sqlOf(em));
        return { standing: found?.group.rule(found.members) ?? null, members };
      },
      { scope: { tenant: key.environmentId } },
    );
  }
}

async function saveGroup(em: EntityManager, key: GroupKey, ask: SaveAsk): Promise<SavedRule> {
  const { times, addresses } = ask.restrictions;
  const found = await findGroup(em, key);
  const before = found?.group.rule(found.members) ?? null;
  requireMark(ask.ifMark ?? ruleMark(null), before);
  if (!ask.lockoutConfirmed) {
    const members = await groupMembers(sqlOf(em), key);
    requireConfirmation(ask.restrictions, warningsOf(members, before, ask.restrictions, ask.address));
  }
  const group = found
    ? em.assign(found.group, { times, addresses })
    : em.create(RestrictionGroup, { ...key, times, addresses });
  return savedGroup(key, before, group.rule(found?.members ?? []));
}

async function assignGroup(em: EntityManager, key: GroupKey, ask: AssignAsk): Promise<SavedRule> {
  const { environmentId, companyId } = key;
  const member = await partnerUserOf(sqlOf(em), companyId, ask.partnerUserId);
  if (!member) throw new RuleSubjectAbsent('partner-user.absent');
  const { partnerUserId } = member;
  const place = { environmentId, companyId, partnerUserId };
  const standing = await em.findOne(RestrictionGroupMember, place);
  const before = standing ? { group: standing.name } : null;
  requireMark(ask.ifMark, before);
  const after = ask.name === null ? null : await em.findOne(RestrictionGroup, key);
  if (ask.name !== null && !after) throw new RuleSubjectAbsent('restriction-group.absent');
  if (after && !ask.lockoutConfirmed) {
    const now = standing && (await em.findOne(RestrictionGroup, { environmentId, companyId, name: standing.name }));
    requireConfirmation(null, warningsOf([member], factsOf(now), factsOf(after), ask.address));
  }
  if (after && standing) em.assign(standing, { name: after.name });
  else if (after) em.create(RestrictionGroupMember, { ...place, name: after.name });
  else if (standing) em.remove(standing);
  const saved = { action: 'restriction-group.saved', ...place, before } as const;
  return { ...saved, after: after && { group: after.name } };
}

const factsOf = (group: RestrictionGroup | null): RestrictionGroupFacts | null =>
  group && { times: group.times ?? null, addresses: group.addresses ?? null };

/** An empty list is meant to lock everybody out, those too who are put into the group later. */
function needsConfirmation(restrictions: GroupRestrictions | null, members: readonly MemberWarnings[]): boolean {
  const { times = null, addresses = null } = restrictions ?? {};
  return times?.length === 0 || addresses?.length === 0 || members.some(({ warnings }) => locksOut(warnings));
}

function requireConfirmation(restrictions: GroupRestrictions | null, members: readonly MemberWarnings[]): void {
  if (!needsConfirmation(restrictions, members)) return;
  throw new ConfirmationMissing(
    'restriction-group.locks-out',
    'This would lock somebody out; repeat it with confirm=lockout if it is meant',
    {
      emptyLists: [
        ...(restrictions?.times?.length === 0 ? ['/times'] : []),
        ...(restrictions?.addresses?.length === 0 ? ['/addresses'] : []),
      ],
      members: members.filter(({ warnings }) => locksOut(warnings)),
    },
  );
}
