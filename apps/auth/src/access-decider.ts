import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import {
  type AccessAnswer,
  auditEvent,
  type decideAccess as decideAccessContract,
  type NewAuditEvent,
} from '#lib/contracts';
import { type AccessDecision, type AccessQuestion, type AccessReason, decideAccess } from '#lib/policy';
import { crashPoint, type Log } from '#lib/service';
import { type Database, outgoing, writeOutbox } from '#lib/store';

import { type AccessFacts, readAccessFacts } from './access-facts.js';
import { clientAt } from './account.js';
import type { AuthMetrics } from './auth-metrics.js';

export type AccessAsk = z.output<typeof decideAccessContract.ask>;

/** After any of these nothing is told about the company: it may be another tenant's, or none at all. */
const STRANGERS: readonly AccessReason[] = ['AUTH_FAILED', 'COMPANY_NOT_VISIBLE', 'DECISION_ERROR'];

/**
 * May this happen? Read this first.
 *
 * Facts, decision and audit event are one transaction. Nothing is kept between two questions, so that a right that
 * was taken away is refused by the very next one; a decision that cannot be audited is not given.
 */
export class AccessDecider {
  constructor(
    private readonly database: Database,
    private readonly metrics: AuthMetrics,
    private readonly relay: { nudge(): void },
    private readonly log: Pick<Log, 'error'>,
  ) {}

  async decide(ask: AccessAsk): Promise<AccessAnswer> {
    const begun = performance.now();
    const { facts, decision } = await this.database.transaction(
      async (sql) => {
        const facts = await readAccessFacts(sql, ask);
        const decision = decideAccess(facts.snapshot, { at: facts.at, client: clientOf(ask) });
        await writeOutbox(sql, [outgoing(auditEvent, decisionEvent(ask, facts, decision))]);
        crashPoint('auth.before-decision-commit');
        return { facts, decision };
      },
      { scope: { acrossTenants: 'a company is asked for by its id alone' } },
    );
    crashPoint('auth.after-decision-commit');
    this.relay.nudge();
    this.report(ask, decision);
    this.metrics.decided(ask.stream, ask.direction, decision, (performance.now() - begun) / 1000);
    return answerOf(facts, decision);
  }

  /** A rule that threw refuses like any other, but it is our fault, and nobody else will tell. */
  private report({ partnerUserId, companyId }: AccessAsk, decision: AccessDecision): void {
    if (decision.allowed || decision.cause === undefined) return;
    this.log.error({ error: decision.cause, partnerUserId, companyId }, 'a decision could not be made');
  }
}

function clientOf({ moment }: AccessAsk): AccessQuestion['client'] {
  return moment.at === 'acceptance' ? clientAt(moment.client) : { kind: 'none' };
}

function reasonsOf(decision: AccessDecision): readonly AccessReason[] {
  return decision.allowed ? [] : decision.reasons;
}

function isVisible(decision: AccessDecision): boolean {
  return !reasonsOf(decision).some((reason) => STRANGERS.includes(reason));
}

function opening(decision: AccessDecision): string | null {
  return decision.allowed ? null : (decision.opensAt?.toISOString() ?? null);
}

function answerOf(facts: AccessFacts, decision: AccessDecision): AccessAnswer {
  const { company, xmlSettings } = facts;
  return {
    decidedAt: facts.at.toISOString(),
    allowed: decision.allowed,
    reasons: [...reasonsOf(decision)],
    waits: !decision.allowed && decision.waits,
    opensAt: opening(decision),
    rulesVersion: decision.allowed ? facts.rulesVersion : null,
    company: company !== null && isVisible(decision) ? { ...company, xmlSettings } : null,
  };
}

/** A decision about a company that the partner user may not see goes to the operator's chain: it is no tenant's. */
function decisionEvent(ask: AccessAsk, facts: AccessFacts, decision: AccessDecision): NewAuditEvent {
  const { moment } = ask;
  const client = clientOf(ask);
  return {
    eventId: newEventId(),
    environmentId: isVisible(decision) ? (facts.company?.environmentId ?? null) : null,
    occurredAt: facts.at.toISOString(),
    action: 'access.decided',
    outcome: decision.allowed ? 'success' : 'denied',
    actor: { kind: 'partner-user', id: ask.partnerUserId },
    companyId: ask.companyId,
    partnerUserId: ask.partnerUserId,
    transferId: moment.at === 'execution' ? moment.transferId : null,
    stream: ask.stream,
    direction: ask.direction,
    address: client.kind === 'address' ? client.address : null,
    reasons: [...reasonsOf(decision)],
    details: { moment: moment.at, opensAt: opening(decision) },
  };
}
