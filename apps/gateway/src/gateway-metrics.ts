import type { StreamName } from '#lib/contracts';
import { flowOf, type ServiceMetrics } from '#lib/service';
import type { Accepted } from '#lib/transfers';

/** Counts what the gateway accepts, as `docs/reference/metrics.md` says. */
export class GatewayMetrics {
  constructor(private readonly metrics: ServiceMetrics) {}

  accepted(stream: StreamName, as: Accepted['as'], bytes: number): void {
    const result = { new: 'new', repeated: 'replayed', reused: 'conflict' } as const;
    this.metrics.metric('tietovirta_idempotency_total').add({ result: result[as] });
    if (as !== 'new') return;
    const flow = flowOf(stream, 'import');
    this.metrics.metric('tietovirta_transfers_requested_total').add({ flow, trigger: 'api' });
    this.metrics.metric('tietovirta_transfer_payload_bytes').observe({ flow, format: 'xml' }, bytes);
  }

  cancelled(stream: StreamName): void {
    const flow = flowOf(stream, 'import');
    this.metrics.metric('tietovirta_transfers_finished_total').add({ flow, outcome: 'cancelled', fault: 'none' });
  }
}
