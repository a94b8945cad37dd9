import type { Bus, Consumer } from '#lib/bus';
import { auditEvent } from '#lib/contracts';

import type { AuditLog } from './audit-log.js';
import type { AuditMetrics } from './audit-metrics.js';

/** One transaction's worth. Larger ones gain little and hold the heads of the chains longer. */
const MAX_BATCH = 200;

/** Milliseconds: support reads what happened a moment ago, and a quiet system still gets batches. */
const MAX_WAIT = 50;

/** Appends what the other services tell, in batches. A batch is acked after its commit, so nothing told is lost. */
export function consumeAuditEvents(bus: Bus, auditLog: AuditLog, metrics: AuditMetrics): Consumer {
  return bus.consumeBatch(auditEvent, {
    prefetch: 2 * MAX_BATCH,
    maxBatch: MAX_BATCH,
    maxWait: MAX_WAIT,
    handle: async (batch) => metrics.appended(await auditLog.append(batch.map(({ data }) => data))),
  });
}
