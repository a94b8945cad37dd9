import { categoryOf, type ServiceMetrics } from '#lib/service';

import type { VerifyResult } from './audit-log.js';
import type { Entry } from './entry.js';

export type QueryKind = 'search' | 'verify';

/** What the audit service counts of its own; names and labels are the catalogue's. */
export class AuditMetrics {
  private readonly events;
  private readonly delay;
  private readonly verifiedAt;
  private readonly breaks;
  private readonly queries;
  private readonly querySeconds;

  constructor(metrics: ServiceMetrics) {
    this.events = metrics.metric('tietovirta_audit_events_total');
    this.delay = metrics.metric('tietovirta_audit_ingest_delay_seconds');
    this.verifiedAt = metrics.metric('tietovirta_audit_chain_verified_timestamp_seconds');
    this.breaks = metrics.metric('tietovirta_audit_chain_breaks_total');
    this.queries = metrics.metric('tietovirta_audit_queries_total');
    this.querySeconds = metrics.metric('tietovirta_audit_query_duration_seconds');
  }

  /** Counts what was new; a repetition is not in `entries` and counts for nothing. */
  appended(entries: readonly Entry[]): void {
    for (const { action, outcome, occurredAt, recordedAt } of entries) {
      this.events.add({ category: categoryOf(action), outcome });
      // Two clocks: an event may seem to have been recorded before it happened.
      this.delay.observe({}, Math.max(0, Date.parse(recordedAt) - Date.parse(occurredAt)) / 1000);
    }
  }

  verified({ whole }: Pick<VerifyResult, 'whole'>): void {
    if (whole) this.verifiedAt.set({}, Date.now() / 1000);
    else this.breaks.add({});
  }

  /** Answers what `query` answers, counted and timed whether it succeeds or not. */
  async observed<T>(kind: QueryKind, query: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await query();
    } finally {
      this.queries.add({ kind });
      this.querySeconds.observe({ kind }, (performance.now() - start) / 1000);
    }
  }
}
