import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { companyBody } from '#lib/contracts';

import { RuleConflict, RuleSubjectAbsent } from '../errors.js';
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
  },
});

/** A client company [asiakasyritys]. */
export class Company extends schema.class {
  rule(): Body {
    return { environmentId: this.environmentId, name: this.name, fivaldiNumber: this.fivaldiNumber };
  }
}
schema.setClass(Company);

/** A company stays in its environment: its history and its rights are that tenant's. */
export async function putCompany(em: EntityManager, id: string, body: Body): Promise<SavedRule> {
  const companyId = requireUuid(id);
  const { name, fivaldiNumber } = body;
  const environmentId = requireUuid(body.environmentId);
  const standing = await em.findOne(Company, { companyId });
  if (standing && standing.environmentId !== environmentId) {
    throw new RuleConflict('company.in-another-environment', 'The company belongs to another environment');
  }
  const before = standing?.rule() ?? null;
  const company = standing
    ? em.assign(standing, { name, fivaldiNumber })
    : em.create(Company, { environmentId, companyId, name, fivaldiNumber });
  return { action: 'company.saved', environmentId, companyId, partnerUserId: null, before, after: company.rule() };
}

/** The company that a rule is about. Throws when there is none. */
export async function getCompany(em: EntityManager, id: string): Promise<Company> {
  const company = await em.findOne(Company, { companyId: requireUuid(id) });
  if (!company) throw new RuleSubjectAbsent('company.absent');
  return company;
}
