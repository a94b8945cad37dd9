import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type explainAccess } from '#lib/contracts';
import {
  ACCESS_EXPLANATIONS,
  type AccessDecision,
  type AccessQuestion,
  type AccessSnapshot,
  applyChanges,
  decideAccess,
  ruleWords,
} from '#lib/policy';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { type AccessFacts, readAccessFacts } from './access-facts.js';
import { clientAt } from './account.js';
import { RuleSubjectAbsent, RuleUnusable } from './errors.js';
import { addressFaults, requireText } from './rules/rule-fault.js';

export type ExplainAsk = z.output<typeof explainAccess.ask>;
export type ExplainAnswer = z.output<typeof explainAccess.answer>;
type Verdict = ExplainAnswer['now'];

/** The word for the address that a partner user last signed in from. */
const SAME_AS_LAST = 'same-as-last';

/**
 * Tells people what would be decided, and why: now or at another time, by the rules as they are and as they might be.
 *
 * The facts and the function are the decision's own, so an explanation cannot say anything else than the decision
 * would. One transaction with the event that somebody asked.
 */
export class Explainer {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
  ) {}

  async explain(ask: ExplainAsk): Promise<ExplainAnswer> {
    requireReadable(ask);
    const answer = await this.database.transaction(
      async (sql) => {
        const facts = await readAccessFacts(sql, ask);
        await requirePlace(sql, ask, facts);
        const client = await clientOf(sql, ask);
        const answer = answerTo(ask, facts, client);
        await record(sql, ask, answer);
        return answer;
      },
      { scope: { tenant: ask.environmentId } },
    );
    this.relay.nudge();
    return answer;
  }
}

/** A supposed rule must be one that could be saved. */
function requireReadable({ changes }: ExplainAsk): void {
  if (!changes) return;
  requireText(changes);
  const faults = [
    ...under('/partnerAddresses', addressFaults(changes.partnerAddresses ?? null)),
    ...under('/group/addresses', addressFaults(changes.group?.addresses ?? null)),
  ];
  if (faults.length > 0) throw new RuleUnusable(faults);
}

const under = (place: string, faults: ReturnType<typeof addressFaults>): ReturnType<typeof addressFaults> =>
  faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace('/addresses', `/changes${place}`) }));

/** Another environment's company is absent here; so is a partner user that is for one of those alone. */
async function requirePlace(
  sql: Sql,
  { environmentId }: ExplainAsk,
  { snapshot, company }: AccessFacts,
): Promise<void> {
  if (company?.environmentId !== environmentId) throw new RuleSubjectAbsent('company.absent');
  const { partnerUser } = snapshot;
  if (partnerUser === null) throw new RuleSubjectAbsent('partner-user.absent');
  if (partnerUser.scopeCompanyId === null) return;
  const own = await sql.rows('select from auth.company where environment_id = $1 and company_id = $2', [
    environmentId,
    partnerUser.scopeCompanyId,
  ]);
  if (own.length === 0) throw new RuleSubjectAbsent('partner-user.absent');
}

/** The last address is a secret to those who ask about another company than the partner user is for. */
async function clientOf(
  sql: Sql,
  { address, partnerUserId, companyId }: ExplainAsk,
): Promise<AccessQuestion['client']> {
  if (address === null) return { kind: 'none' };
  if (address !== SAME_AS_LAST) return clientAt(address);
  const [last] = await sql.rows<{ address: string }>(
    `select k.address from auth.known_address k join auth.partner_user u using (partner_user_id)
      where u.partner_user_id = $1 and coalesce(u.scope_company_id, $2) = $2 order by k.last_used_at desc limit 1`,
    [partnerUserId, companyId],
  );
  return clientAt(last?.address ?? null);
}

function answerTo(ask: ExplainAsk, facts: AccessFacts, client: AccessQuestion['client']): ExplainAnswer {
  const at = ask.at === null ? facts.at : new Date(ask.at);
  const judged = (snapshot: AccessSnapshot, group: string | null): Verdict =>
    verdictOf(decideAccess(snapshot, { at, client }), snapshot, group);
  const supposed = ask.changes && applyChanges(facts.snapshot, ask.changes);
  return {
    decidedAt: facts.at.toISOString(),
    at: at.toISOString(),
    address: client.kind === 'address' ? client.address : null,
    now: judged(facts.snapshot, facts.groupName),
    changed: supposed ? judged(supposed, ask.changes?.group === undefined ? facts.groupName : null) : null,
  };
}

function verdictOf(decision: AccessDecision, snapshot: AccessSnapshot, group: string | null): Verdict {
  if (decision.allowed) return { allowed: true, reasons: [], waits: false, opensAt: null };
  return {
    allowed: false,
    reasons: decision.reasons.map((reason) => {
      const { owner, ...message } = ACCESS_EXPLANATIONS[reason];
      return { reason, owner, message, rule: ruleWords(reason, snapshot, group) };
    }),
    waits: decision.waits,
    opensAt: decision.opensAt?.toISOString() ?? null,
  };
}

async function record(
  sql: Sql,
  ask: ExplainAsk,
  { decidedAt, at, address, now, changed }: ExplainAnswer,
): Promise<void> {
  const { by, callerAddress, environmentId, companyId, partnerUserId, stream, direction, changes } = ask;
  const subject = { environmentId, companyId, partnerUserId, stream, direction };
  await writeOutbox(sql, [
    outgoing(auditEvent, {
      eventId: newEventId(),
      ...subject,
      occurredAt: decidedAt,
      action: 'access.explained',
      outcome: 'success',
      actor: by,
      address: callerAddress,
      reasons: now.reasons.map(({ reason }) => reason),
      details: {
        at,
        from: address,
        allowed: now.allowed,
        ...(changed && {
          changes,
          changed: { allowed: changed.allowed, reasons: changed.reasons.map((one) => one.reason) },
        }),
      },
    }),
  ]);
}
