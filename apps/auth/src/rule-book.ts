import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type Keeper, rulesChanged, type saveRule } from '#lib/contracts';
import { assertNever } from '#lib/errors';
import { type Database, outgoing, type Sql, sqlOf, writeOutbox } from '#lib/store';

import type { PasswordHasher } from './password.js';
import { RuleOutdated, RuleSubjectAbsent } from './errors.js';
import { ruleMark } from './rule-mark.js';
import { ruleConflict } from './rule-conflict.js';
import { putCompany } from './rules/company.js';
import { putEnvironment } from './rules/environment.js';
import { putPartnerUser } from './rules/partner-user.js';
import { requireText } from './rules/rule-fault.js';
import { putRestrictionGroup } from './rules/restriction-group.js';
import { putGrants, putUpperRights } from './rules/rights.js';
import type { SavedRule } from './rules/saved-rule.js';
import { putXmlSettings } from './rules/xml-settings.js';

export type SaveRuleAsk = z.output<typeof saveRule.ask>;
type RuleChange = SaveRuleAsk['change'];

/**
 * Keeps the rules: every change is one transaction of the rule, its audit event with before and after, and the
 * message that has waiting work decided anew.
 */
export class RuleBook {
  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash'>,
    private readonly relay: { nudge(): void },
  ) {}

  /** Puts one rule in place, the whole of it. Refuses with the errors of `errors.ts`, and then nothing has changed. */
  async save({ by, within, address, ifMark, change }: SaveRuleAsk): Promise<string> {
    requireText({ id: change.id, ...change.body });
    // Before the transaction: a hash takes a while, and a row must not be held for it.
    const passwordHash = await this.passwordHashOf(change);
    let saved: SavedRule;
    try {
      saved = await this.database.entities(
        async (em) => {
          const sql = sqlOf(em);
          await takeTurn(sql, change);
          const saved = await put(em, change, passwordHash);
          if (ifMark !== undefined && ifMark !== ruleMark(saved.before)) throw new RuleOutdated();
          requireWithin(within, saved);
          await em.flush();
          await announce(sql, by, address, saved);
          return saved;
        },
        {
          scope:
            within === null ? { acrossTenants: 'the operator keeps rules of every environment' } : { tenant: within },
        },
      );
    } catch (error) {
      throw ruleConflict(error);
    }
    this.relay.nudge();
    return ruleMark(saved.after);
  }

  private async passwordHashOf(change: RuleChange): Promise<string | undefined> {
    if (change.rule !== 'partner-user' || change.body.password === undefined) return undefined;
    return this.hasher.hash(change.body.password);
  }
}

function put(em: EntityManager, change: RuleChange, passwordHash: string | undefined): Promise<SavedRule> {
  switch (change.rule) {
    case 'environment':
      return putEnvironment(em, change.id, change.body);
    case 'company':
      return putCompany(em, change.id, change.body);
    case 'partner-user':
      return putPartnerUser(em, change.id, change.body, passwordHash);
    case 'upper-rights':
      return putUpperRights(em, change.id, change.body);
    case 'grants':
      return putGrants(em, change.id, change.body);
    case 'restriction-group':
      return putRestrictionGroup(em, change.id, change.body);
    case 'xml-settings':
      return putXmlSettings(em, change.id, change.body);
    default:
      return assertNever(change, 'rule');
  }
}

/** What lies outside is absent to whoever keeps the rules of one environment; so are those of all environments. */
function requireWithin(within: string | null, { environmentId, companyId }: SavedRule): void {
  if (within === null || within === environmentId) return;
  throw new RuleSubjectAbsent(companyId === null ? 'environment.absent' : 'company.absent');
}

/** Changes of one subject go one after the other, so that each one's "before" is the last one's "after". */
async function takeTurn(sql: Sql, { rule, id }: RuleChange): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`auth.rule ${rule} ${id}`]);
}

async function announce(sql: Sql, by: Keeper, address: string | null, saved: SavedRule): Promise<void> {
  const { action, environmentId, companyId, partnerUserId, before, after, notes } = saved;
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      environmentId,
      occurredAt: new Date(clock!.at).toISOString(),
      action,
      outcome: 'success',
      actor: by,
      address,
      companyId,
      partnerUserId,
      details: { before, after, ...notes },
    }),
    outgoing(rulesChanged, { environmentId, companyId, partnerUserId }),
  ]);
}
