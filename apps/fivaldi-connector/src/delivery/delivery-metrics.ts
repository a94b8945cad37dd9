import { DELIVERY_OUTCOMES, type ServiceMetrics } from '#lib/service';
import type { Database } from '#lib/store';
import type { Answer } from '#lib/upstream';

import type { DeliveredRegister } from './courier.js';
import type { Settlement } from './delivery-queue.js';
import type { Action } from './plan.js';

/** What a request to Fivaldi is for. */
export type Operation = Action | 'pull';

/** Is told what delivery does. */
export interface DeliveryObserver {
  /** A request came to its end, this way. */
  called(operation: Operation, answer: Answer['as'], seconds: number): void;
  /** A turn left a record so, and that is committed. */
  left(register: DeliveredRegister, state: Settlement['state']): void;
}

/** Counts deliveries as `docs/reference/metrics.md` says. */
export function deliveryMetrics(metrics: ServiceMetrics): DeliveryObserver {
  const requests = metrics.metric('tietovirta_upstream_requests_total');
  const duration = metrics.metric('tietovirta_upstream_request_duration_seconds');
  const deliveries = metrics.metric('tietovirta_deliveries_total');
  const upstream = 'fivaldi';
  return {
    called: (operation, answer, seconds) => {
      requests.add({ upstream, operation, answer });
      duration.observe({ upstream, operation }, seconds);
    },
    left: (register, state) => {
      const outcome = DELIVERY_OUTCOMES.find((one) => one === state);
      if (outcome) deliveries.add({ register, outcome });
    },
  };
}

interface Waiting {
  readonly register: DeliveredRegister;
  readonly state: 'due' | 'sending' | 'unknown';
  readonly records: number;
  readonly oldest: string;
}

/** The gauges that are read from the database when they are scraped; also where nothing is delivered. */
export function readDeliveryGauges(metrics: ServiceMetrics, database: Database): void {
  const waiting = () =>
    database.rows<Waiting>(
      `select d.register, d.state, count(*)::int as records, extract(epoch from min(d.marked_at)) as oldest
         from fivaldi.delivery d
         join fivaldi.connection c on c.environment_id = d.environment_id and c.company_id = d.company_id and c.active
        where d.state in ('due', 'sending', 'unknown') group by d.register, d.state`,
      [],
      { scope: { acrossTenants: 'a gauge counts the deliveries of every environment' } },
    );
  metrics
    .metric('tietovirta_deliveries_waiting')
    .readBy(async () =>
      (await waiting()).map(({ register, state, records }) => ({ labels: { register, state }, value: records })),
    );
  metrics.metric('tietovirta_delivery_oldest_waiting_timestamp_seconds').readBy(async () => {
    const oldest = new Map<DeliveredRegister, number>();
    for (const one of await waiting()) {
      oldest.set(one.register, Math.min(Number(one.oldest), oldest.get(one.register) ?? Infinity));
    }
    return [...oldest].map(([register, value]) => ({ labels: { register }, value }));
  });
}
