import { type Row, series } from './panels.ts';
import { age, inRange, level, quantile, rate } from './promql.ts';

const calls = 'tietovirta_upstream_requests_total';
const FIVALDI = 'upstream="fivaldi"';
const waiting = 'tietovirta_deliveries_waiting';

/** Delivery to the partners' own interfaces; closed until it is asked. */
export const DELIVERY_ROW: Row = {
  title: 'Does Fivaldi get it?',
  collapsed: true,
  panels: [
    {
      kind: 'stat',
      title: 'Wait to be delivered',
      description:
        'Records that have changed here and wait for their turn. One limit of requests is shared by all companies, so ' +
        'a large import stands here for a while; growing for a day means that the limit is too small.',
      unit: 'short',
      width: 6,
      queries: [{ expr: level('max', waiting, { by: ['register'], where: 'state="due"' }), legend: '{{register}}' }],
      steps: [{ color: 'blue', value: null }],
    },
    {
      kind: 'stat',
      title: 'Waiting longest',
      description:
        'Time since the record that waits longest was changed here. It may wait for a window, or for a paused ' +
        'connection: the company’s page of its connection says which.',
      unit: 's',
      width: 6,
      queries: [{ expr: age('tietovirta_delivery_oldest_waiting_timestamp_seconds'), legend: 'longest' }],
      steps: [
        { color: 'green', value: null },
        { color: 'orange', value: 3600 },
        { color: 'red', value: 86_400 },
      ],
      nothing: 'none',
    },
    {
      kind: 'stat',
      title: 'Answer lost',
      description: 'Records that were sent and got no answer. Each is read back before anything is sent again.',
      unit: 'short',
      width: 6,
      queries: [{ expr: level('max', waiting, { where: 'state="unknown"' }), legend: 'unknown' }],
      steps: [
        { color: 'green', value: null },
        { color: 'orange', value: 10 },
      ],
    },
    {
      kind: 'stat',
      title: 'Refused by the limit',
      description: 'Requests in the time shown that were one too many (429). Many mean that somebody else sends, too.',
      unit: 'short',
      width: 6,
      queries: [{ expr: inRange(calls, { where: `answer="limited",${FIVALDI}` }), legend: 'refused' }],
      steps: [
        { color: 'green', value: null },
        { color: 'orange', value: 10 },
      ],
    },
    series({
      title: 'Came to rest, by outcome',
      description: 'Records a second. All but delivered wait for somebody; each company’s list says for whom and why.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_deliveries_total', { by: ['outcome'] }), legend: '{{outcome}}' }],
    }),
    series({
      title: 'Requests, by answer',
      description: 'Requests to Fivaldi a second. Unauthorised pauses a company; unknown and unreachable are theirs.',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: rate(calls, { by: ['answer'], where: FIVALDI }), legend: '{{answer}}' }],
    }),
    series({
      title: 'Time to answer, 95 %',
      description: 'From sending a request to the end of its answer, by what it was for.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.95, 'tietovirta_upstream_request_duration_seconds', { by: ['operation'], where: FIVALDI }),
          legend: '{{operation}}',
        },
      ],
    }),
  ],
};
