import { type Row, series } from './panels.ts';
import { age, inRange, level, ofProcess, quantile, rate, rateOfObservations, rateOfProcess, ratio } from './promql.ts';

const AUDIT: Row = {
  title: 'Is the audit log whole?',
  collapsed: true,
  panels: [
    {
      kind: 'stat',
      title: 'Broken chains found',
      description: 'Verifications in the time shown that found a chain altered, cut or reordered. One is an incident.',
      unit: 'short',
      width: 6,
      queries: [{ expr: inRange('tietovirta_audit_chain_breaks_total'), legend: 'breaks' }],
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 1 },
      ],
    },
    {
      kind: 'stat',
      title: 'Last found whole',
      description: 'Time since a chain was last verified whole by this process.',
      unit: 's',
      width: 6,
      queries: [{ expr: age('tietovirta_audit_chain_verified_timestamp_seconds'), legend: 'since' }],
      steps: [
        { color: 'green', value: null },
        { color: 'orange', value: 172_800 },
      ],
      nothing: 'not since the start',
    },
    series({
      title: 'Stored after, 99 %',
      description: 'From an event happening to its being stored for good. The promise is 60 s.',
      unit: 's',
      width: 12,
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 60 },
      ],
      queries: [{ expr: quantile(0.99, 'tietovirta_audit_ingest_delay_seconds'), legend: 'delay' }],
    }),
    series({
      title: 'Events, by outcome',
      description: 'Events appended a second; duplicates are not counted.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_audit_events_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Questions, by kind',
      description: 'Questions asked of the log a second.',
      unit: 'ops',
      queries: [{ expr: rate('tietovirta_audit_queries_total', { by: ['kind'] }), legend: '{{kind}}' }],
    }),
    series({
      title: 'Time to answer, 95 %',
      description: 'From a question to its answer. A verification reads the whole chain.',
      unit: 's',
      queries: [
        { expr: quantile(0.95, 'tietovirta_audit_query_duration_seconds', { by: ['kind'] }), legend: '{{kind}}' },
      ],
    }),
  ],
};

const http = 'http_server_request_duration_seconds';

const DOOR: Row = {
  title: 'Is the door open?',
  collapsed: true,
  panels: [
    series({
      title: 'Requests that we failed',
      description: 'Share of the answers that were a 5xx. The objective is at most 0.1 %.',
      unit: 'percentunit',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 0.001 },
      ],
      queries: [
        {
          expr: ratio(
            rateOfObservations(http, { where: 'http_response_status_code=~"5.."' }),
            rateOfObservations(http),
          ),
          legend: 'share',
        },
      ],
    }),
    series({
      title: 'Answers, by status',
      description: 'Answers a second, by status code.',
      unit: 'reqps',
      stacked: true,
      queries: [
        {
          expr: rateOfObservations(http, { by: ['http_response_status_code'] }),
          legend: '{{http_response_status_code}}',
        },
      ],
    }),
    series({
      title: 'Time to answer, 95 %',
      description: 'From a request to the end of its answer, by route. A large document takes as long as its sender.',
      unit: 's',
      queries: [{ expr: quantile(0.95, http, { by: ['http_route'] }), legend: '{{http_route}}' }],
    }),
    series({
      title: 'Refused, by why',
      description: 'Requests refused a second. Many of another site, malformed or by nobody are somebody trying doors.',
      unit: 'reqps',
      width: 24,
      stacked: true,
      queries: [{ expr: rate('tietovirta_requests_refused_total', { by: ['reason'] }), legend: '{{reason}}' }],
    }),
    series({
      title: 'Idempotency keys',
      description: 'What a key met. Conflicts are a mistake of the sender: one key, two bodies.',
      unit: 'ops',
      width: 24,
      stacked: true,
      queries: [{ expr: rate('tietovirta_idempotency_total', { by: ['result'] }), legend: '{{result}}' }],
    }),
  ],
};

const PROCESSES: Row = {
  title: 'Are the processes well?',
  collapsed: true,
  panels: [
    series({
      title: 'Event loop lag, 99 %',
      description: 'How late the process gets round to things. Above the line, everything it does is late.',
      unit: 's',
      steps: [
        { color: 'green', value: null },
        { color: 'red', value: 0.25 },
      ],
      queries: [{ expr: ofProcess('nodejs_eventloop_lag_p99_seconds', 'max'), legend: '{{job}} {{instance}}' }],
    }),
    series({
      title: 'Memory',
      description: 'Resident memory. It must not grow with the size of documents.',
      unit: 'bytes',
      queries: [{ expr: ofProcess('process_resident_memory_bytes', 'max'), legend: '{{job}} {{instance}}' }],
    }),
    series({
      title: 'Processor',
      description: 'Cores in use.',
      unit: 'short',
      queries: [{ expr: rateOfProcess('process_cpu_seconds_total'), legend: '{{job}} {{instance}}' }],
    }),
    series({
      title: 'Builds running',
      description: 'Processes by version and revision: two at once during a rollout, one otherwise.',
      unit: 'short',
      width: 24,
      stacked: true,
      queries: [
        {
          expr: level('sum', 'tietovirta_build_info', { by: ['job', 'version', 'revision'] }),
          legend: '{{job}} {{version}} {{revision}}',
        },
      ],
    }),
  ],
};

/** The audit log, the HTTP door and the processes; closed until it is asked. */
export const OPERATIONS_ROWS: readonly Row[] = [AUDIT, DOOR, PROCESSES];
