import type { ServiceMetrics } from '#lib/service';

import type { FlowName, Incoming, Operation, System } from './flow.js';
import type { Told } from './history.js';

/** What a call is for: an operation of a record, or reading. */
export type CallOperation = Exclude<Operation, 'link'> | 'read';

/** Is told what the engine does. */
export interface EngineObserver {
  /** A request came to its end, this way. */
  called(system: System, operation: CallOperation, answer: Incoming['reply']['as'], seconds: number): void;
  /** The transfer history was given a row; it is written down with the next request. */
  told(flow: FlowName, result: Told['result']): void;
}

/** Counts what links move as `docs/reference/metrics.md` says. */
export function engineMetrics(metrics: ServiceMetrics): EngineObserver {
  const requests = metrics.metric('tietovirta_upstream_requests_total');
  const duration = metrics.metric('tietovirta_upstream_request_duration_seconds');
  const records = metrics.metric('tietovirta_link_records_total');
  return {
    called: (upstream, operation, answer, seconds) => {
      requests.add({ upstream, operation, answer });
      duration.observe({ upstream, operation }, seconds);
    },
    told: (flow, result) => records.add({ flow, result }),
  };
}
