import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { restrictionGroupBody } from '#lib/contracts';
import type { AllowedTime } from '#lib/policy';
import { sqlOf } from '#lib/store';

import { type RuleFault, RuleUnusable } from '../errors.js';
import { ruleMark } from '../rule-mark.js';
import { getCompany } from './company.js';
import { addressFaults, requireAddresses, requireName, requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';
import { takeTurn } from './turn.js';

type Body = z.output<typeof restrictionGroupBody> & { readonly companyId: string };
type Restrictions = Pick<Body, 'times' | 'addresses'>;

const schema = defineEntity({
  name: 'RestrictionGroup',
  schema: 'auth',
  tableName: 'restriction_group',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    name: p.text().primary(),
    times: p.json<AllowedTime[]>().nullable(),
    addresses: p.array().nullable(),
  },
});

/** A login restriction group [kirjautumisen rajoitusryhmä] of one company, named within it. */
export class RestrictionGroup extends schema.class {
  rule(members: readonly string[]): Body {
    return {
      companyId: this.companyId,
      times: this.times ?? null,
      addresses: this.addresses ?? null,
      partnerUserIds: [...members].sort(),
    };
  }
}
schema.setClass(RestrictionGroup);

/** A partner user is in at most one group of a company, so a second one is a conflict, never a silent move. */
export const RestrictionGroupMember = defineEntity({
  name: 'RestrictionGroupMember',
  schema: 'auth',
  tableName: 'restriction_group_member',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    partnerUserId: p.uuid().primary(),
    name: p.text(),
  },
});

/** Where a group is: its company, and its name there. */
export interface GroupKey {
  readonly environmentId: string;
  readonly companyId: string;
  readonly name: string;
}

/** The group with its members' ids, `null` when there is none. */
export async function findGroup(
  em: EntityManager,
  key: GroupKey,
): Promise<{ readonly group: RestrictionGroup; readonly members: readonly string[] } | null> {
  const group = await em.findOne(RestrictionGroup, key);
  if (!group) return null;
  const members = await em.find(RestrictionGroupMember, key);
  return { group, members: members.map(({ partnerUserId }) => partnerUserId) };
}

/** Names a partner user's place in the groups of a company: the group's name, or none. */
export const placeMark = (name: string | null): string => ruleMark(name === null ? null : { group: name });

/** Changes of a company's groups and of who is in them go one after the other. */
export const takeGroupsTurn = (em: EntityManager, companyId: string): Promise<void> =>
  takeTurn(sqlOf(em), `restriction-groups ${companyId}`);

/** The operator's way: the group and its members, as a whole. */
export async function putRestrictionGroup(
  em: EntityManager,
  name: string,
  body: Body,
  within: string | null = null,
): Promise<SavedRule> {
  requireName(name);
  const { environmentId, companyId } = await getCompany(em, body.companyId, within);
  const values = { times: body.times, addresses: requireAddresses(body.addresses) };
  const partnerUserIds = [...new Set(body.partnerUserIds.map(requireUuid))];
  const key = { environmentId, companyId, name };
  await takeGroupsTurn(em, companyId);
  const standing = await em.findOne(RestrictionGroup, key);
  const members = await em.find(RestrictionGroupMember, key);
  const before = standing?.rule(members.map(({ partnerUserId }) => partnerUserId)) ?? null;

  const group = standing ? em.assign(standing, values) : em.create(RestrictionGroup, { ...key, ...values });
  // Members refer to the group, and the two are strangers to the unit of work: it must not choose the order.
  await em.flush();
  const wanted = new Set(partnerUserIds);
  for (const member of members) if (!wanted.delete(member.partnerUserId)) em.remove(member);
  for (const partnerUserId of wanted) em.create(RestrictionGroupMember, { ...key, partnerUserId });

  return savedGroup(key, before, group.rule(partnerUserIds));
}

/** What became of a group, for the rule book. */
export function savedGroup(key: GroupKey, before: Body | null, after: Body | null): SavedRule {
  const { environmentId, companyId, name } = key;
  const action = after === null ? 'restriction-group.removed' : 'restriction-group.saved';
  return { action, environmentId, companyId, partnerUserId: null, before, after, notes: { group: name } };
}

/** Refuses, all at once, what cannot be a group's restriction; the operator's rows from elsewhere are not so strict. */
export function requireRestrictions(restrictions: Restrictions): void {
  const faults = restrictionFaults(restrictions);
  if (faults.length > 0) throw new RuleUnusable(faults);
}

/** Times that allow no minute, and addresses that cannot be read. */
export function restrictionFaults({ times, addresses }: Restrictions): readonly RuleFault[] {
  const empty = (times ?? []).flatMap(({ from, to }, index): RuleFault[] =>
    from === to ? [{ pointer: `/times/${index}/to`, code: 'time.without-length', corrected: '1440' }] : [],
  );
  return [...empty, ...addressFaults(addresses)];
}
