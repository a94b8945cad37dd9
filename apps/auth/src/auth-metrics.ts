import type { Direction, StreamName } from '#lib/contracts';
import type { AccessDecision } from '#lib/policy';
import { accessLabel, type ServiceMetrics } from '#lib/service';

import type { BreachOutcome } from './breached-passwords.js';

/** A denial counts under its first reason. */
const labelOf = (decision: AccessDecision) => (decision.allowed ? 'granted' : accessLabel(decision.reasons[0]));

/** What the service counts. Reasons of refused sign-ins are for us alone: callers hear none. */
export interface AuthMetrics {
  decided(stream: StreamName, direction: Direction, decision: AccessDecision, seconds: number): void;
  signedIn(decision: AccessDecision): void;
  readonly breachChecked: (outcome: BreachOutcome) => void;
}

export function authMetrics(metrics: ServiceMetrics): AuthMetrics {
  const decisions = metrics.metric('tietovirta_authz_decisions_total');
  const duration = metrics.metric('tietovirta_authz_decision_duration_seconds');
  const logins = metrics.metric('tietovirta_logins_total');
  const breaches = metrics.metric('tietovirta_breached_password_checks_total');
  return {
    decided: (stream, direction, decision, seconds) => {
      decisions.add({ decision: decision.allowed ? 'allow' : 'deny', reason: labelOf(decision), stream, direction });
      duration.observe({}, seconds);
    },
    signedIn: (decision) => {
      logins.add({ method: 'password', outcome: decision.allowed ? 'success' : 'denied', reason: labelOf(decision) });
    },
    breachChecked: (outcome) => breaches.add({ outcome }),
  };
}
