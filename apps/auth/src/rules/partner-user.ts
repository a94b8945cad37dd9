import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { partnerUserBody } from '#lib/contracts';
import { sqlOf } from '#lib/store';

import { RuleSubjectAbsent } from '../errors.js';
import { requireAddresses, requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';

type Body = z.output<typeof partnerUserBody>;

const schema = defineEntity({
  name: 'PartnerUser',
  schema: 'auth',
  tableName: 'partner_user',
  properties: {
    partnerUserId: p.uuid().primary(),
    userName: p.text(),
    company: p.text(),
    language: p.enum(['FIN', 'SWE', 'ENG']),
    active: p.boolean(),
    scopeCompanyId: p.uuid().nullable(),
    weekdayFrom: p.smallint().nullable(),
    weekdayTo: p.smallint().nullable(),
    weekendRestricted: p.boolean(),
    addresses: p.array().nullable(),
    passwordHash: p.text().nullable().hidden(),
  },
});

/** A machine identity of a partner's system [kumppanikäyttäjä]. */
export class PartnerUser extends schema.class {
  /** As the operator sees it: there is no way to read the password back. */
  rule(): Omit<Body, 'password'> {
    const { weekdayFrom: from, weekdayTo: to } = this;
    return {
      userName: this.userName,
      company: this.company,
      language: this.language,
      active: this.active,
      scopeCompanyId: this.scopeCompanyId ?? null,
      weekdayRestriction: from == null || to == null ? null : { from, to },
      weekendRestricted: this.weekendRestricted,
      addresses: this.addresses ?? null,
    };
  }
}
schema.setClass(PartnerUser);

/** `passwordHash`: of the new password; absent leaves the one that stands. */
export async function putPartnerUser(
  em: EntityManager,
  id: string,
  body: Body,
  passwordHash: string | undefined,
): Promise<SavedRule> {
  const partnerUserId = requireUuid(id);
  const { password: _, weekdayRestriction, ...same } = body;
  const values = {
    ...same,
    scopeCompanyId: body.scopeCompanyId && requireUuid(body.scopeCompanyId),
    addresses: requireAddresses(body.addresses),
    weekdayFrom: weekdayRestriction?.from ?? null,
    weekdayTo: weekdayRestriction?.to ?? null,
    ...(passwordHash !== undefined && { passwordHash }),
  };
  const standing = await em.findOne(PartnerUser, { partnerUserId });
  const before = standing?.rule() ?? null;
  const partnerUser = standing ? em.assign(standing, values) : em.create(PartnerUser, { partnerUserId, ...values });
  await em.flush();
  if (passwordHash !== undefined || !body.active) await endSessions(em, partnerUserId);
  const after = partnerUser.rule();
  const notes = { passwordSet: passwordHash !== undefined };
  return { action: 'partner-user.saved', environmentId: null, companyId: null, partnerUserId, before, after, notes };
}

/** The partner user that a rule is about. Throws when there is none. */
export async function getPartnerUser(em: EntityManager, id: string): Promise<PartnerUser> {
  const partnerUser = await em.findOne(PartnerUser, { partnerUserId: requireUuid(id) });
  if (!partnerUser) throw new RuleSubjectAbsent('partner-user.absent');
  return partnerUser;
}

/** A session lives no longer than the password it was opened with. After the flush, which waits for sign-ins under way. */
async function endSessions(em: EntityManager, partnerUserId: string): Promise<void> {
  await sqlOf(em).rows('delete from auth.token where partner_user_id = $1', [partnerUserId]);
}
