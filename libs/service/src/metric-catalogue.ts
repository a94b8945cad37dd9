import { DIRECTIONS, STREAM_NAMES, supports } from '#lib/contracts';

import { BUS_METRICS } from './bus-catalogue.js';
import { DELIVERY_METRICS } from './delivery-catalogue.js';
import { counter, gauge, histogram, type MetricDefinition } from './metric-definition.js';
import {
  ACCESS_LABELS,
  AUDIT_CATEGORIES,
  AUDIT_OUTCOMES,
  DRY_RUN_RESULTS,
  FAULTS,
  FLOWS,
  RECORD_RESULTS,
  REJECTIONS,
  REQUEST_REFUSALS,
  SERVICES,
  TRANSFER_ENDS,
  TRANSFER_OUTCOMES,
  TRIGGERS,
  WAIT_CAUSES,
} from './metric-labels.js';

const cells = STREAM_NAMES.flatMap((stream) => DIRECTIONS.map((direction) => ({ stream, direction })));

/** A direction that a stream lacks has one answer; every other cell has all the others. */
const decisions = cells.flatMap((cell) =>
  supports(cell.stream, cell.direction)
    ? ACCESS_LABELS.filter((reason) => reason !== 'direction_unsupported').map((reason) => ({
        ...cell,
        decision: reason === 'granted' ? 'allow' : 'deny',
        reason,
      }))
    : [{ ...cell, decision: 'deny', reason: 'direction_unsupported' }],
);

const connector = ['fivaldi-connector'] as const;
const flow = { flow: FLOWS } as const;

/**
 * Every metric of our own. The registry, the reference page and the check of
 * the dashboard all read this list, so none of them can know another.
 *
 * Names: one prefix, base units, `_total` on counters, the unit as the suffix,
 * `_timestamp_seconds` for moments. No label tells one tenant from another:
 * 10,000 tenants in a label would be a scrape that stops the event loop.
 */
export const METRICS = {
  tietovirta_build_info: gauge('yes or no', {
    help: 'Always 1; which build this is.',
    labels: {
      version: { boundedBy: 'the release' },
      revision: { boundedBy: 'the commit' },
      node: { boundedBy: 'the runtime' },
    },
    exposedBy: SERVICES,
  }),

  tietovirta_transfers_requested_total: counter({
    help: 'Transfers accepted, by flow and by who started them.',
    labels: { ...flow, trigger: TRIGGERS },
    exposedBy: ['gateway'],
  }),
  tietovirta_transfers_finished_total: counter({
    help: 'Transfers that reached their end, counted once, by outcome and by whose fault it is.',
    labels: { ...flow, outcome: TRANSFER_OUTCOMES, fault: FAULTS },
    exposedBy: ['gateway', 'fivaldi-connector'],
    initial: FLOWS.flatMap((one) => TRANSFER_ENDS.map((end) => ({ flow: one, ...end }))),
  }),
  tietovirta_transfer_duration_seconds: histogram('seconds', [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600], {
    help: 'Run time of a transfer, waits excluded.',
    labels: flow,
    exposedBy: connector,
  }),
  tietovirta_transfer_wait_seconds: histogram('seconds', [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400], {
    help: 'From being due to being started, one observation per cause of the wait.',
    labels: { cause: WAIT_CAUSES },
    exposedBy: connector,
  }),
  tietovirta_transfers_in_progress: gauge('things', {
    help: 'Transfers that run now.',
    labels: flow,
    exposedBy: connector,
  }),
  tietovirta_transfer_oldest_pending_timestamp_seconds: gauge('unix seconds', {
    help: 'When the oldest unfinished transfer was accepted; no series when none is unfinished.',
    labels: flow,
    exposedBy: connector,
    initial: [],
  }),
  tietovirta_records_total: counter({
    help: 'Records of documents, by what became of them.',
    labels: { ...flow, result: RECORD_RESULTS },
    exposedBy: connector,
  }),
  tietovirta_record_rejections_total: counter({
    help: 'Records refused, by the group of the reason.',
    labels: { ...flow, reason: REJECTIONS },
    exposedBy: connector,
  }),
  tietovirta_transfer_payload_bytes: histogram('bytes', [1e3, 1e4, 1e5, 1e6, 1e7, 1e8], {
    help: 'Size of a document as it came or went, uncompressed.',
    labels: { ...flow, format: ['xml'] },
    exposedBy: ['gateway'],
  }),
  tietovirta_dry_runs_total: counter({
    help: 'Previews, by what the import would do; destructive means that it would empty fields or delete records.',
    labels: { ...flow, result: DRY_RUN_RESULTS },
    exposedBy: connector,
  }),

  tietovirta_authz_decisions_total: counter({
    help: 'Access decisions, one each; a denial counts under its first reason.',
    labels: { decision: ['allow', 'deny'], reason: ACCESS_LABELS, stream: STREAM_NAMES, direction: DIRECTIONS },
    exposedBy: ['auth'],
    initial: decisions,
  }),
  // No `cache` label: rights are read anew for every decision, so that a revoked one is refused on the next call.
  tietovirta_authz_decision_duration_seconds: histogram(
    'seconds',
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    { help: 'From the question to the committed decision.', labels: {}, exposedBy: ['auth'] },
  ),
  tietovirta_logins_total: counter({
    help: 'Attempts to sign in; the reason is for us alone, the caller hears none.',
    labels: { method: ['password'], outcome: ['success', 'denied'], reason: ACCESS_LABELS },
    exposedBy: ['auth'],
    initial: ACCESS_LABELS.map((reason) => ({
      method: 'password',
      outcome: reason === 'granted' ? 'success' : 'denied',
      reason,
    })),
  }),
  tietovirta_breached_password_checks_total: counter({
    help: 'Chosen passwords that the service of breached passwords was to be asked about; not_asked: it was away, and the password was taken.',
    labels: { outcome: ['clean', 'breached', 'not_asked'] },
    exposedBy: ['auth'],
  }),
  tietovirta_login_window_deferred_transfers: gauge('things', {
    help: 'Transfers that wait for a login window to open.',
    labels: flow,
    exposedBy: connector,
  }),

  ...DELIVERY_METRICS,

  ...BUS_METRICS,

  tietovirta_audit_events_total: counter({
    help: 'Events appended to the audit log, duplicates not counted.',
    labels: { category: AUDIT_CATEGORIES, outcome: AUDIT_OUTCOMES },
    exposedBy: ['audit'],
  }),
  tietovirta_audit_ingest_delay_seconds: histogram('seconds', [0.1, 0.5, 1, 5, 15, 60, 300], {
    help: 'From an event happening to its being stored for good.',
    labels: {},
    exposedBy: ['audit'],
  }),
  tietovirta_audit_chain_verified_timestamp_seconds: gauge('unix seconds', {
    help: 'When a chain was last verified whole; no series before the first time.',
    labels: {},
    exposedBy: ['audit'],
    initial: [],
  }),
  tietovirta_audit_chain_breaks_total: counter({
    help: 'Verifications that found a chain broken.',
    labels: {},
    exposedBy: ['audit'],
  }),
  tietovirta_audit_queries_total: counter({
    help: 'Questions asked of the audit log.',
    labels: { kind: ['search', 'verify'] },
    exposedBy: ['audit'],
  }),
  tietovirta_audit_query_duration_seconds: histogram('seconds', [0.005, 0.025, 0.1, 0.5, 1, 5, 30], {
    help: 'From a question to the audit log to its answer.',
    labels: { kind: ['search', 'verify'] },
    exposedBy: ['audit'],
  }),

  http_server_request_duration_seconds: histogram(
    'seconds',
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    {
      help: 'From a request to the end of its answer. Name and labels are those of OpenTelemetry.',
      labels: {
        http_request_method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '_OTHER'],
        http_route: { boundedBy: 'the routes of the gateway' },
        http_response_status_code: { boundedBy: 'the status codes that we send' },
      },
      exposedBy: ['gateway'],
    },
  ),
  tietovirta_requests_refused_total: counter({
    help: 'Requests refused: of another site, malformed, too many, by nobody who is signed in, or not allowed.',
    labels: { reason: REQUEST_REFUSALS },
    exposedBy: ['gateway'],
  }),
  tietovirta_idempotency_total: counter({
    help: 'Requests with an idempotency key, by what the key met.',
    labels: { result: ['new', 'replayed', 'conflict', 'in_progress'] },
    exposedBy: ['gateway'],
  }),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type Metrics = typeof METRICS;
export type MetricName = keyof Metrics;
