import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { restrictionGroupBody } from '#lib/contracts';
import type { AllowedTime } from '#lib/policy';

import { getCompany } from './company.js';
import { requireAddresses, requireName, requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';

type Body = z.output<typeof restrictionGroupBody> & { readonly companyId: string };

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

export async function putRestrictionGroup(em: EntityManager, name: string, body: Body): Promise<SavedRule> {
  requireName(name);
  const { environmentId, companyId } = await getCompany(em, body.companyId);
  const values = { times: body.times, addresses: requireAddresses(body.addresses) };
  const partnerUserIds = [...new Set(body.partnerUserIds.map(requireUuid))];
  const key = { environmentId, companyId, name };
  const standing = await em.findOne(RestrictionGroup, key);
  const members = await em.find(RestrictionGroupMember, key);
  const before = standing?.rule(members.map(({ partnerUserId }) => partnerUserId)) ?? null;

  const group = standing ? em.assign(standing, values) : em.create(RestrictionGroup, { ...key, ...values });
  // Members refer to the group, and the two are strangers to the unit of work: it must not choose the order.
  await em.flush();
  const wanted = new Set(partnerUserIds);
  for (const member of members) if (!wanted.delete(member.partnerUserId)) em.remove(member);
  for (const partnerUserId of wanted) em.create(RestrictionGroupMember, { ...key, partnerUserId });

  const after = group.rule(partnerUserIds);
  const notes = { group: name };
  return { action: 'restriction-group.saved', environmentId, companyId, partnerUserId: null, before, after, notes };
}
