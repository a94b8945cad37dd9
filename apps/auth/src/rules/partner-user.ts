import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { partnerUserBody, ShownPartnerUser } from '#lib/contracts';
import { sqlOf } from '#lib/store';

import { RuleSubjectAbsent } from '../errors.js';
import { requireAddresses, requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';

type Body = z.output<typeof partnerUserBody>;

/** With the internal note, which is not everybody's to see. */
export type WholePartnerUser = Omit<ShownPartnerUser, 'internalNote'> & { readonly internalNote: string | null };

/** What the audit log must not hold: the means to reach somebody, and what only operators may read. */
export const WITHHELD = ['email', 'mobile', 'internalNote'] as const;
type Withheld = (typeof WITHHELD)[number];

const schema = defineEntity({
  name: 'PartnerUser',
  schema: 'auth',
  tableName: 'partner_user',
  properties: {
    partnerUserId: p.uuid().primary(),
    userName: p.text(),
    company: p.text(),
    businessId: p.text().nullable(),
    email: p.text().nullable(),
    mobile: p.text().nullable(),
    internalNote: p.text().nullable(),
    externalNote: p.text().nullable(),
    /** Counts the changes of what is withheld, so that the rule's mark changes with it. */
    withheldVersion: p.integer(),
    language: p.enum(['FIN', 'SWE', 'ENG']),
    active: p.boolean(),
    scopeCompanyId: p.uuid().nullable(),
    weekdayFrom: p.smallint().nullable(),
    weekdayTo: p.smallint().nullable(),
    weekendRestricted: p.boolean(),
    addresses: p.array().nullable(),
    passwordHash: p.text().nullable().hidden(),
    /** Of a one-time password; its own has no end. */
    passwordExpiresAt: p.datetime().nullable().hidden(),
  },
});

/** A machine identity of a partner's system [kumppanikäyttäjä]. */
export class PartnerUser extends schema.class {
  /** As the audit log has it, and as its mark names it: the password cannot be read back, what is withheld is counted. */
  rule(): Omit<Body, 'password' | Withheld> & { readonly withheldVersion: number } {
    const { id: _, email: _email, mobile: _mobile, internalNote: _note, ...shown } = this.shown();
    return { ...shown, withheldVersion: this.withheldVersion };
  }

  /** As those who keep partner users see it. */
  shown(): WholePartnerUser {
    const { weekdayFrom: from, weekdayTo: to } = this;
    return {
      id: this.partnerUserId,
      userName: this.userName,
      company: this.company,
      businessId: this.businessId ?? null,
      email: this.email ?? null,
      mobile: this.mobile ?? null,
      language: this.language,
      active: this.active,
      scopeCompanyId: this.scopeCompanyId ?? null,
      internalNote: this.internalNote ?? null,
      externalNote: this.externalNote ?? null,
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
  const standing = await em.findOne(PartnerUser, { partnerUserId });
  const withheldChanged = WITHHELD.filter((field) => (standing?.[field] ?? null) !== body[field]);
  const values = {
    ...same,
    scopeCompanyId: body.scopeCompanyId && requireUuid(body.scopeCompanyId),
    addresses: requireAddresses(body.addresses),
    weekdayFrom: weekdayRestriction?.from ?? null,
    weekdayTo: weekdayRestriction?.to ?? null,
    withheldVersion: (standing?.withheldVersion ?? 0) + (withheldChanged.length > 0 ? 1 : 0),
    ...(passwordHash !== undefined && { passwordHash, passwordExpiresAt: null }),
  };
  const before = standing?.rule() ?? null;
  const partnerUser = standing ? em.assign(standing, values) : em.create(PartnerUser, { partnerUserId, ...values });
  await em.flush();
  if (passwordHash !== undefined || !body.active) await endSessions(em, partnerUserId);
  const after = partnerUser.rule();
  const notes = { passwordSet: passwordHash !== undefined, withheldChanged };
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
