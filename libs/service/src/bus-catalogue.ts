import { counter, gauge, histogram, type MetricDefinition } from './metric-definition.js';
import { EXCHANGES, MESSAGE_TYPES, QUEUES, SERVICES } from './metric-labels.js';

const queue = { queue: QUEUES } as const;
const relaying = ['gateway', 'auth', 'fivaldi-connector', 'severa-connector'] as const;

/** The part of the catalogue that every service has: the bus, the outbox and the inbox. */
export const BUS_METRICS = {
  tietovirta_bus_published_total: counter({
    help: 'Messages given to the broker, by what it answered.',
    labels: {
      exchange: EXCHANGES,
      type: MESSAGE_TYPES,
      outcome: ['confirmed', 'nacked', 'returned', 'timeout'],
    },
    exposedBy: SERVICES,
  }),
  tietovirta_bus_publish_confirm_duration_seconds: histogram(
    'seconds',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10],
    { help: 'From publishing to the confirm of the broker.', labels: { exchange: EXCHANGES }, exposedBy: SERVICES },
  ),
  tietovirta_bus_consumed_total: counter({
    help: 'Deliveries that were settled, by how.',
    labels: { ...queue, outcome: ['acked', 'retried', 'dead_lettered', 'duplicate', 'rejected'] },
    exposedBy: SERVICES,
  }),
  tietovirta_bus_process_duration_seconds: histogram('seconds', [0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600], {
    help: 'From taking a delivery in hand to settling it.',
    labels: { ...queue, type: MESSAGE_TYPES },
    exposedBy: SERVICES,
    initial: [],
  }),
  tietovirta_bus_message_age_seconds: histogram('seconds', [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600], {
    help: 'Age of a message when it is taken in hand: the lag of the queue as the consumer feels it.',
    labels: queue,
    exposedBy: SERVICES,
  }),
  tietovirta_bus_in_flight_messages: gauge('things', {
    help: 'Deliveries in hand and not settled; 0 at the end of a drain.',
    labels: queue,
    exposedBy: SERVICES,
  }),
  tietovirta_bus_redelivered_total: counter({
    help: 'Deliveries that the broker marked as redelivered.',
    labels: queue,
    exposedBy: SERVICES,
  }),
  tietovirta_bus_retries_total: counter({
    help: 'Delayed retries, by the attempt that failed.',
    labels: { ...queue, attempt: ['1', '2', '3', '4', '5plus'] },
    exposedBy: SERVICES,
  }),
  tietovirta_bus_dead_lettered_total: counter({
    help: 'Messages parked for a person, by why.',
    labels: { ...queue, reason: ['max_attempts', 'poison', 'denied'] },
    exposedBy: SERVICES,
  }),
  tietovirta_bus_dead_letter_replays_total: counter({
    help: 'Parked messages put back to work, by how that went.',
    labels: { ...queue, outcome: ['confirmed', 'failed'] },
    exposedBy: SERVICES,
  }),
  tietovirta_bus_connection_state: gauge('yes or no', {
    help: '1 for the state that the connection to the broker is in.',
    labels: { role: ['publisher', 'consumer'], state: ['connected', 'disconnected', 'blocked'] },
    exposedBy: SERVICES,
  }),

  tietovirta_outbox_pending_messages: gauge('things', {
    help: 'Messages committed and not yet confirmed by the broker. One table, seen by every service that relays: take max().',
    labels: {},
    exposedBy: relaying,
  }),
  tietovirta_outbox_oldest_pending_timestamp_seconds: gauge('unix seconds', {
    help: 'When the oldest pending message was committed; no series when none is pending.',
    labels: {},
    exposedBy: relaying,
    initial: [],
  }),
  tietovirta_outbox_relayed_total: counter({
    help: 'Messages that the relay took from the outbox, by how publishing went.',
    labels: { outcome: ['confirmed', 'unavailable', 'returned'] },
    exposedBy: SERVICES,
  }),
  tietovirta_outbox_relay_delay_seconds: histogram('seconds', [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60], {
    help: 'From the commit to the confirm of the broker.',
    labels: {},
    exposedBy: SERVICES,
  }),
  tietovirta_inbox_duplicates_total: counter({
    help: 'Messages that had been dealt with before: delivery at least once, made visible.',
    labels: queue,
    exposedBy: SERVICES,
  }),
} as const satisfies Readonly<Record<string, MetricDefinition>>;
