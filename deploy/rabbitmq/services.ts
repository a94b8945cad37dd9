import type { BrokerBusiness } from '#lib/bus';
import { auditEvent, laneTicket, onboardingWork, rulesChanged } from '#lib/contracts';

/** What each service does on the broker, as its `main.ts` has it; the names are those of the services' users there. */
export const ON_THE_BROKER = {
  gateway: {
    publishes: [auditEvent, laneTicket],
    consumes: [],
    asks: ['auth', 'audit', 'fivaldi', 'severa'],
    answers: [],
  },
  auth: {
    publishes: [auditEvent, rulesChanged, onboardingWork],
    consumes: [onboardingWork],
    asks: [],
    answers: ['auth'],
  },
  connector: {
    publishes: [auditEvent, laneTicket],
    consumes: [laneTicket, rulesChanged],
    asks: ['auth'],
    answers: ['fivaldi'],
  },
  severa: { publishes: [auditEvent], consumes: [], asks: ['auth'], answers: ['severa'] },
  audit: { publishes: [], consumes: [auditEvent], asks: [], answers: ['audit'] },
} satisfies Readonly<Record<string, BrokerBusiness>>;

export type BrokerUser = keyof typeof ON_THE_BROKER;
