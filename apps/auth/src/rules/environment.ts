import { defineEntity, type EntityManager, p } from '@mikro-orm/postgresql';
import type { z } from 'zod';

import type { environmentBody } from '#lib/contracts';

import { requireTimeZone, requireUuid } from './rule-fault.js';
import type { SavedRule } from './saved-rule.js';

type Body = z.output<typeof environmentBody>;

const schema = defineEntity({
  name: 'Environment',
  schema: 'auth',
  tableName: 'environment',
  properties: {
    environmentId: p.uuid().primary(),
    name: p.text(),
    active: p.boolean(),
    timeZone: p.text(),
  },
});

/** A tenant [ympäristö]. */
export class Environment extends schema.class {
  rule(): Body {
    return { name: this.name, active: this.active, timeZone: this.timeZone };
  }
}
schema.setClass(Environment);

export async function putEnvironment(em: EntityManager, id: string, body: Body): Promise<SavedRule> {
  const environmentId = requireUuid(id);
  requireTimeZone(body.timeZone);
  const standing = await em.findOne(Environment, { environmentId });
  const before = standing?.rule() ?? null;
  const environment = standing ? em.assign(standing, body) : em.create(Environment, { environmentId, ...body });
  const after = environment.rule();
  return { action: 'environment.saved', environmentId, companyId: null, partnerUserId: null, before, after };
}
