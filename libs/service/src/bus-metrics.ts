import { BUS_METRICS } from './bus-catalogue.js';
import type { LabelSet } from './metric-definition.js';
import type { ServiceMetrics } from './metrics.js';

type Bus = typeof BUS_METRICS;

/** The values that a label of a bus metric may have. */
type Of<Name extends keyof Bus, Label extends keyof Bus[Name]['labels']> = LabelSet<Bus[Name]['labels']>[Label];

const STATES = BUS_METRICS.tietovirta_bus_connection_state.labels.state;

/**
 * What the bus counts, written into the catalogue's metrics.
 *
 * It has the shape that `#lib/bus` asks for, and neither room knows the other.
 * A queue or a type that is in no contract is counted as `other`.
 */
export function busMetrics(metrics: ServiceMetrics) {
  return { ...publishing(metrics), ...consuming(metrics), ...relaying(metrics), ...connecting(metrics) };
}

function publishing(metrics: ServiceMetrics) {
  const published = metrics.metric('tietovirta_bus_published_total');
  const confirmed = metrics.metric('tietovirta_bus_publish_confirm_duration_seconds');
  return {
    published: (exchange: string, type: string, outcome: Of<'tietovirta_bus_published_total', 'outcome'>) =>
      published.add({ exchange, type, outcome }),
    confirmed: (exchange: string, seconds: number) => confirmed.observe({ exchange }, seconds),
  };
}

function consuming(metrics: ServiceMetrics) {
  const consumed = metrics.metric('tietovirta_bus_consumed_total');
  const processed = metrics.metric('tietovirta_bus_process_duration_seconds');
  const age = metrics.metric('tietovirta_bus_message_age_seconds');
  const inFlight = metrics.metric('tietovirta_bus_in_flight_messages');
  const redelivered = metrics.metric('tietovirta_bus_redelivered_total');
  const retried = metrics.metric('tietovirta_bus_retries_total');
  const parked = metrics.metric('tietovirta_bus_dead_lettered_total');
  const replayed = metrics.metric('tietovirta_bus_dead_letter_replays_total');
  const duplicates = metrics.metric('tietovirta_inbox_duplicates_total');
  return {
    consumed: (queue: string, outcome: Of<'tietovirta_bus_consumed_total', 'outcome'>) =>
      consumed.add({ queue, outcome }),
    processed: (queue: string, type: string, seconds: number) => processed.observe({ queue, type }, seconds),
    messageAge: (queue: string, seconds: number) => age.observe({ queue }, seconds),
    inFlight: (queue: string, messages: number) => inFlight.set({ queue }, messages),
    redelivered: (queue: string) => redelivered.add({ queue }),
    retried: (queue: string, attempt: Of<'tietovirta_bus_retries_total', 'attempt'>) => retried.add({ queue, attempt }),
    parked: (queue: string, reason: Of<'tietovirta_bus_dead_lettered_total', 'reason'>) =>
      parked.add({ queue, reason }),
    replayed: (queue: string, outcome: Of<'tietovirta_bus_dead_letter_replays_total', 'outcome'>) =>
      replayed.add({ queue, outcome }),
    inboxDuplicate: (queue: string) => duplicates.add({ queue }),
  };
}

function relaying(metrics: ServiceMetrics) {
  const relayed = metrics.metric('tietovirta_outbox_relayed_total');
  const delay = metrics.metric('tietovirta_outbox_relay_delay_seconds');
  return {
    relayed: (outcome: Of<'tietovirta_outbox_relayed_total', 'outcome'>) => relayed.add({ outcome }),
    relayDelay: (seconds: number) => delay.observe({}, seconds),
  };
}

function connecting(metrics: ServiceMetrics) {
  const connection = metrics.metric('tietovirta_bus_connection_state');
  return {
    connection: (
      role: Of<'tietovirta_bus_connection_state', 'role'>,
      now: Of<'tietovirta_bus_connection_state', 'state'>,
    ) => {
      for (const state of STATES) connection.set({ role, state }, state === now ? 1 : 0);
    },
  };
}

/** What waits in an outbox, and since when the oldest of it does. */
interface Waiting {
  readonly messages: number;
  readonly oldest: Date | null;
}

/** Reads the outbox's two gauges from the table itself, when they are scraped. */
export function watchOutbox(metrics: ServiceMetrics, outbox: { pending(): Promise<Waiting> }): void {
  metrics
    .metric('tietovirta_outbox_pending_messages')
    .readBy(async () => [{ labels: {}, value: (await outbox.pending()).messages }]);
  metrics.metric('tietovirta_outbox_oldest_pending_timestamp_seconds').readBy(async () => {
    const { oldest } = await outbox.pending();
    return oldest ? [{ labels: {}, value: oldest.getTime() / 1000 }] : [];
  });
}
