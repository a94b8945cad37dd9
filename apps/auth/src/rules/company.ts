import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { companyBody } from '#lib/contracts';
import { businessIdFault } from '#lib/policy';

import { RuleConflict, RuleSubjectAbsent, RuleUnusable } from '../errors.js';
import { requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';

type Body = z.output<typeof companyBody>;

const schema = defineEntity({
  name: 'Company',
  schema: 'auth',
  tableName: 'company',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    name: p.text(),
    fivaldiNumber: p.text(),
    businessId: p.text().nullable(),
    webServices: p.boolean(),
  },
});

/** A client company [asiakasyritys]. */
export class Company extends schema.class {
  rule(): Body {
    const { environmentId, name, fivaldiNumber, businessId, webServices } = this;
    return { environmentId, name, fivaldiNumber, businessId: businessId ?? null, webServices };
  }
}
schema.setClass(Company);

/** A company stays in its environment: its history and its rights are that tenant's. */
export async function putCompany(
  em: EntityManager,
  id: string,
  body: Body,
  within: string | null = null,
): Promise<SavedRule> {
  const companyId = requireUuid(id);
  const { environmentId: inBody, ...values } = body;
  const environmentId = requireUuid(inBody);
  if (within !== null && within !== environmentId) throw new RuleSubjectAbsent('environment.absent');
  requireBusinessId(body.businessId);
  const standing = await em.findOne(Company, { companyId });
  if (standing && standing.environmentId !== environmentId) {
    throw new RuleConflict('company.in-another-environment', 'The company belongs to another environment');
  }
  const before = standing?.rule() ?? null;
  const company = standing ? em.assign(standing, values) : em.create(Company, { environmentId, companyId, ...values });
  return { action: 'company.saved', environmentId, companyId, partnerUserId: null, before, after: company.rule() };
}

/** The company that a rule is about. Throws when there is none, or none in the environment that the keeper is within. */
export async function getCompany(em: EntityManager, id: string, within: string | null = null): Promise<Company> {
  const company = await em.findOne(Company, { companyId: requireUuid(id) });
  if (!company || (within !== null && company.environmentId !== within)) throw new RuleSubjectAbsent('company.absent');
  return company;
}

function requireBusinessId(businessId: string | null): void {
  const fault = businessId === null ? null : businessIdFault(businessId);
  if (businessId === null || fault === null) return;
  const corrected = 'expected' in fault ? { corrected: `${businessId.slice(0, -1)}${fault.expected}` } : {};
  throw new RuleUnusable([{ pointer: '/businessId', code: fault.code, ...corrected }]);
}
