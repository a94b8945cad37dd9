import { type Row, series } from './panels.ts';
import { quantile, rate } from './promql.ts';

const calls = 'tietovirta_upstream_requests_total';
const LINKED = 'upstream=~"severa|netvisor"';

/** Links between Severa and Netvisor; closed until it is asked. */
export const LINK_ROW: Row = {
  title: 'Are Severa and Netvisor in step?',
  collapsed: true,
  panels: [
    series({
      title: 'Transfer history, by result',
      description:
        'Rows a second. Rejected and denied wait for somebody: a link’s transfer history says for whom and why, and the ' +
        'troubles of an environment group them by cause.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: rate('tietovirta_link_records_total', { by: ['result'] }), legend: '{{result}}' }],
    }),
    series({
      title: 'Requests, by system and answer',
      description:
        'A second. Unauthorised makes a link stand still; limited is Severa’s 429, of which there should be none.',
      unit: 'reqps',
      stacked: true,
      queries: [
        { expr: rate(calls, { by: ['upstream', 'answer'], where: LINKED }), legend: '{{upstream}} {{answer}}' },
      ],
    }),
    series({
      title: 'Time to answer, 95 %',
      description: 'From sending a request to the end of its answer. Netvisor takes one call at a time for a company.',
      unit: 's',
      queries: [
        {
          expr: quantile(0.95, 'tietovirta_upstream_request_duration_seconds', { by: ['upstream'], where: LINKED }),
          legend: '{{upstream}}',
        },
      ],
    }),
  ],
};
