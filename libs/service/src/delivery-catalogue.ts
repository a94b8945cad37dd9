import { counter, gauge, histogram, type MetricDefinition } from './metric-definition.js';
import {
  DELIVERED_REGISTERS,
  DELIVERY_OUTCOMES,
  DELIVERY_STATES,
  LINK_FLOWS,
  LINK_RESULTS,
  UPSTREAM_ANSWERS,
  UPSTREAM_OPERATIONS,
  UPSTREAMS,
} from './metric-labels.js';

const connector = ['fivaldi-connector'] as const;
const connectors = ['fivaldi-connector', 'severa-connector'] as const;
const call = { upstream: UPSTREAMS, operation: UPSTREAM_OPERATIONS } as const;

/** The part of the catalogue about delivering to a partner's own interface. */
export const DELIVERY_METRICS = {
  tietovirta_upstream_requests_total: counter({
    help: 'Requests to a partner’s interface, by what they were for and what the answer meant; limited is a 429.',
    labels: { ...call, answer: UPSTREAM_ANSWERS },
    exposedBy: connectors,
  }),
  tietovirta_upstream_request_duration_seconds: histogram(
    'seconds',
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 250],
    {
      help: 'From sending a request to the end of its answer, or to giving it up.',
      labels: call,
      exposedBy: connectors,
    },
  ),
  tietovirta_deliveries_total: counter({
    help: 'Records whose delivery came to rest, by how; a record counts each time.',
    labels: { register: DELIVERED_REGISTERS, outcome: DELIVERY_OUTCOMES },
    exposedBy: connector,
  }),
  tietovirta_deliveries_waiting: gauge('things', {
    help: 'Records that wait to be delivered: due, on their way, or sent with the answer lost.',
    labels: { register: DELIVERED_REGISTERS, state: DELIVERY_STATES },
    exposedBy: connector,
  }),
  tietovirta_delivery_oldest_waiting_timestamp_seconds: gauge('unix seconds', {
    help: 'When the record that waits longest was last changed here; no series when none waits.',
    labels: { register: DELIVERED_REGISTERS },
    exposedBy: connector,
    initial: [],
  }),
  tietovirta_link_records_total: counter({
    help: 'Rows of the transfer histories of links between Severa and Netvisor, by flow and by what became of the record.',
    labels: { flow: LINK_FLOWS, result: LINK_RESULTS },
    exposedBy: ['severa-connector'],
  }),
} as const satisfies Readonly<Record<string, MetricDefinition>>;
