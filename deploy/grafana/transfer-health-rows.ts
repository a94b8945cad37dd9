import { CARRYING_ROWS } from './carrying-rows.ts';
import { DELIVERY_ROW } from './delivery-rows.ts';
import { LINK_ROW } from './link-row.ts';
import { OPERATIONS_ROWS } from './operations-rows.ts';
import type { Row, Step } from './panels.ts';
import { age, inRange, level, quantile, rate, ratio } from './promql.ts';

const flow = 'flow=~"$flow"';
const good: Step = { color: 'green', value: null };
const calm: Step = { color: 'blue', value: null };
const from = (color: string, value: number): Step => ({ color, value });

const finished = 'tietovirta_transfers_finished_total';
const platform = `${flow}, fault="platform"`;

const THROUGH: Row = {
  title: 'Are documents getting through?',
  collapsed: false,
  panels: [
    {
      kind: 'stat',
      title: 'Failed by our fault',
      description:
        'Share of the finished transfers in the time shown that failed by our own fault. The objective is at most ' +
        '0.5 %; at 7.2 % the budget of a month is gone in two days. Start with the row on the bus.',
      unit: 'percentunit',
      width: 4,
      queries: [
        { expr: ratio(inRange(finished, { where: platform }), inRange(finished, { where: flow })), legend: 'share' },
      ],
      steps: [good, from('orange', 0.005), from('red', 0.072)],
    },
    {
      kind: 'stat',
      title: 'Finished',
      description: 'Transfers that reached an end in the time shown, whatever end. None on a working day is suspect.',
      unit: 'short',
      width: 4,
      queries: [{ expr: inRange(finished, { where: flow }), legend: 'finished' }],
      steps: [calm],
    },
    {
      kind: 'stat',
      title: 'Not let through',
      description: 'Transfers in the time shown that ended denied: a right or a restriction said no. Not a fault.',
      unit: 'short',
      width: 4,
      queries: [{ expr: inRange(finished, { where: `${flow}, outcome="denied"` }), legend: 'denied' }],
      steps: [{ color: 'purple', value: null }],
    },
    {
      kind: 'stat',
      title: 'Waiting for a window',
      description:
        'Transfers that wait now for a login window to open. They start by themselves; closed is not failed.',
      unit: 'short',
      width: 4,
      queries: [
        { expr: level('sum', 'tietovirta_login_window_deferred_transfers', { where: flow }), legend: 'waiting' },
      ],
      steps: [calm],
    },
    {
      kind: 'stat',
      title: 'Oldest unfinished',
      description:
        'Age of the oldest transfer without an end. One that waits for its window counts too, so look at the ' +
        'number beside this one before you worry.',
      unit: 's',
      width: 4,
      queries: [
        { expr: age('tietovirta_transfer_oldest_pending_timestamp_seconds', { where: flow }), legend: 'oldest' },
      ],
      steps: [good, from('orange', 900), from('red', 3600)],
      nothing: 'none',
    },
    {
      kind: 'stat',
      title: 'Parked messages',
      description:
        'Messages parked in the time shown. Each waits for a person: read its headers in the `.parked` queue.',
      unit: 'short',
      width: 4,
      queries: [{ expr: inRange('tietovirta_bus_dead_lettered_total'), legend: 'parked' }],
      steps: [good, from('orange', 1), from('red', 50)],
    },
  ],
};

const TRANSFERS: Row = {
  title: 'What becomes of transfers?',
  collapsed: false,
  panels: [
    {
      kind: 'timeseries',
      title: 'Finished, by outcome',
      description: 'Transfers a second that reached their one end. Partial means that some records were refused.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: rate(finished, { by: ['outcome'], where: flow }), legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Not succeeded, by whose fault',
      description: 'Whose turn it is: platform is ours, data and credentials the sender’s, policy a rule’s.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: rate(finished, { by: ['fault'], where: `${flow}, fault!="none"` }), legend: '{{fault}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Run time, 95 %',
      description: 'Run time of a transfer by flow, waits excluded.',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: quantile(0.95, 'tietovirta_transfer_duration_seconds', { by: ['flow'], where: flow }),
          legend: '{{flow}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Wait before the start, 95 %',
      description:
        'From being due to being started, by cause. Above the line is later than we promise; a window is no fault.',
      unit: 's',
      width: 8,
      steps: [good, from('red', 900)],
      queries: [{ expr: quantile(0.95, 'tietovirta_transfer_wait_seconds', { by: ['cause'] }), legend: '{{cause}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Running now',
      description:
        'Transfers in work, by flow. Flat at the limit of the connectors means that more of them would help.',
      unit: 'short',
      width: 8,
      stacked: true,
      queries: [
        { expr: level('sum', 'tietovirta_transfers_in_progress', { by: ['flow'], where: flow }), legend: '{{flow}}' },
      ],
    },
  ],
};

const RECORDS: Row = {
  title: 'What was moved?',
  collapsed: true,
  panels: [
    {
      kind: 'timeseries',
      title: 'Records, by result',
      description: 'Records of documents a second, by what became of them. Unchanged ones cost nothing.',
      unit: 'ops',
      width: 12,
      stacked: true,
      queries: [{ expr: rate('tietovirta_records_total', { by: ['result'], where: flow }), legend: '{{result}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Records refused, by reason',
      description: 'Records a second that were refused. The items of the transfer tell which and why.',
      unit: 'ops',
      width: 6,
      stacked: true,
      queries: [
        { expr: rate('tietovirta_record_rejections_total', { by: ['reason'], where: flow }), legend: '{{reason}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Previews, by result',
      description: 'Dry runs a second. Destructive ones would have emptied fields or deleted records.',
      unit: 'ops',
      width: 6,
      stacked: true,
      queries: [{ expr: rate('tietovirta_dry_runs_total', { by: ['result'], where: flow }), legend: '{{result}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Accepted, by who started it',
      description: 'Transfers accepted a second. Compare with finished: a lasting gap is a growing backlog.',
      unit: 'ops',
      width: 12,
      queries: [
        { expr: rate('tietovirta_transfers_requested_total', { by: ['trigger'], where: flow }), legend: '{{trigger}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Size of documents, 50 % and 95 %',
      description: 'Size of a document as it came, uncompressed.',
      unit: 'bytes',
      width: 12,
      queries: [
        { expr: quantile(0.5, 'tietovirta_transfer_payload_bytes', { where: flow }), legend: '50 %' },
        { expr: quantile(0.95, 'tietovirta_transfer_payload_bytes', { where: flow }), legend: '95 %' },
      ],
    },
  ],
};

/** The rows in the order in which somebody who was woken up asks. */
export const ROWS: readonly Row[] = [
  THROUGH,
  TRANSFERS,
  RECORDS,
  DELIVERY_ROW,
  LINK_ROW,
  ...CARRYING_ROWS,
  ...OPERATIONS_ROWS,
];
