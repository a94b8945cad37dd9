import type { Direction, DocumentStream } from '#lib/contracts';
import { type Flow, flowOf, type REQUEST_REFUSALS, type ServiceMetrics } from '#lib/service';
import type { ErrorKind } from '#lib/errors';
import type { Accepted } from '#lib/transfers';

interface Moved {
  readonly stream: DocumentStream;
  readonly direction: Direction;
}

/** Counts what the gateway accepts, as `docs/reference/metrics.md` says. */
export class GatewayMetrics {
  constructor(private readonly metrics: ServiceMetrics) {}

  /** `bytes` of the document that came; an export has none yet. */
  accepted({ stream, direction }: Moved, as: Accepted['as'], bytes?: number): void {
    const result = { new: 'new', repeated: 'replayed', reused: 'conflict' } as const;
    this.metrics.metric('tietovirta_idempotency_total').add({ result: result[as] });
    if (as !== 'new') return;
    const flow = flowOf(stream, direction);
    this.metrics.metric('tietovirta_transfers_requested_total').add({ flow, trigger: 'api' });
    if (bytes !== undefined) this.observe(flow, bytes);
  }

  /** The document of an export goes out. */
  handedOver(stream: DocumentStream, bytes: number): void {
    this.observe(flowOf(stream, 'export'), bytes);
  }

  cancelled({ stream, direction }: Moved): void {
    const flow = flowOf(stream, direction);
    this.metrics.metric('tietovirta_transfers_finished_total').add({ flow, outcome: 'cancelled', fault: 'none' });
  }

  /** A request was answered with a no. */
  refused(kind: ErrorKind, code: string): void {
    const reason = code === 'request.cross-site' ? 'cross_site' : REFUSALS[kind];
    if (reason) this.metrics.metric('tietovirta_requests_refused_total').add({ reason });
  }

  private observe(flow: Flow, bytes: number): void {
    this.metrics.metric('tietovirta_transfer_payload_bytes').observe({ flow, format: 'xml' }, bytes);
  }
}

type Refusal = (typeof REQUEST_REFUSALS)[number];

/** What a no is counted as. Kinds that are not here are not counted: what is not there, or has changed meanwhile. */
const REFUSALS: Readonly<Partial<Record<ErrorKind, Refusal>>> = {
  invalid: 'malformed',
  unsupported: 'malformed',
  oversized: 'malformed',
  limited: 'limited',
  unauthenticated: 'unauthenticated',
  denied: 'denied',
};
