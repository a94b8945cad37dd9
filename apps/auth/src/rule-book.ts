import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type Keeper, rulesChanged, type saveRule } from '#lib/contracts';
import { assertNever } from '#lib/errors';
import { type Database, outgoing, type Scope, type Sql, sqlOf, writeOutbox } from '#lib/store';

import type { PasswordHasher } from './password.js';
import { RuleConflict, RuleSubjectAbsent } from './errors.js';
import { requireMark, ruleMark } from './rule-mark.js';
import { ruleConflict } from './rule-conflict.js';
import { putCompany } from './rules/company.js';
import { putEnvironment } from './rules/environment.js';
import { putPartnerUser } from './rules/partner-user.js';
import { requireText } from './rules/rule-fault.js';
import { putRestrictionGroup } from './rules/restriction-group.js';
import { putGrants, putUpperRights } from './rules/rights.js';
import type { SavedRule } from './rules/saved-rule.js';
import { takeTurn } from './rules/turn.js';
import { putXmlSettings } from './rules/xml-settings.js';

export type SaveRuleAsk = z.output<typeof saveRule.ask>;
type RuleChange = SaveRuleAsk['change'];

/** Who changes a rule, within which environment (`null`: the operator, in any), from where, having seen which mark. */
export type Keeping = Pick<SaveRuleAsk, 'by' | 'within' | 'address' | 'ifMark'>;

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
  async save({ change, ...keeping }: SaveRuleAsk): Promise<string> {
    requireText({ id: change.id, ...change.body });
    // Before the transaction: a hash takes a while, and a row must not be held for it.
    const passwordHash = await this.passwordHashOf(change);
    // An id may be spelt in capitals: it is the same rule, and its turn.
    return this.keep(keeping, `rule ${change.rule} ${change.id.toLowerCase()}`, (em) =>
      put(em, change, { by: keeping.by, within: keeping.within, passwordHash }),
    );
  }

  /** Carries out one change of a rule, when it is the `subject`'s turn; returns the mark of the rule as it then is. */
  async keep(keeping: Keeping, subject: string, change: (em: EntityManager) => Promise<SavedRule>): Promise<string> {
    const { by, within, address, ifMark } = keeping;
    let saved: SavedRule;
    try {
      saved = await this.database.entities(
        async (em) => {
          const sql = sqlOf(em);
          await takeTurn(sql, subject);
          const saved = await change(em);
          requireMark(ifMark, saved.before);
          requireWithin(within, saved);
          await em.flush();
          await announce(sql, by, address, saved);
          return saved;
        },
        { scope: scopeOf(within) },
      );
    } catch (error) {
      throw asSeenWithin(within, ruleConflict(error));
    }
    this.relay.nudge();
    return ruleMark(saved.after);
  }

  private async passwordHashOf(change: RuleChange): Promise<string | undefined> {
    if (change.rule !== 'partner-user' || change.body.password === undefined) return undefined;
    return this.hasher.hash(change.body.password);
  }
}

interface Circumstances {
  readonly by: Keeper;
  readonly within: string | null;
  readonly passwordHash: string | undefined;
}

function put(em: EntityManager, change: RuleChange, { by, within, passwordHash }: Circumstances): Promise<SavedRule> {
  switch (change.rule) {
    case 'environment':
      return putEnvironment(em, change.id, change.body);
    case 'company':
      return putCompany(em, change.id, change.body, within);
    case 'partner-user':
      return putPartnerUser(em, change.id, change.body, passwordHash);
    case 'upper-rights':
      return putUpperRights(em, change.id, change.body);
    case 'grants':
      return putGrants(em, change.id, change.body, within);
    case 'restriction-group':
      return putRestrictionGroup(em, change.id, change.body, within);
    case 'xml-settings':
      return putXmlSettings(em, change.id, change.body, { by, within });
    default:
      return assertNever(change, 'rule');
  }
}

const scopeOf = (within: string | null): Scope =>
  within === null ? { acrossTenants: 'the operator keeps rules of every environment' } : { tenant: within };

/** What lies outside is absent to whoever keeps the rules of one environment; so are those of all environments. */
function requireWithin(within: string | null, { environmentId, companyId }: SavedRule): void {
  if (within === null || within === environmentId) return;
  throw new RuleSubjectAbsent(companyId === null ? 'environment.absent' : 'company.absent');
}

/** That an id is another environment's is nothing to tell inside one. */
function asSeenWithin(within: string | null, error: unknown): unknown {
  const elsewhere = error instanceof RuleConflict && error.code === 'company.in-another-environment';
  return within !== null && elsewhere ? new RuleSubjectAbsent('company.absent') : error;
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
