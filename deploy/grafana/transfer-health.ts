/**
 * The dashboard "Transfer health": whether documents get through, and where they stop when they do not.
 *
 * `node deploy/grafana/transfer-health.ts` writes it to `dashboards/`; a spec
 * fails when the file there is not what this writes.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { type DrawnPanel, type DrawnRow, layOut } from './panels.ts';
import { ROWS } from './transfer-health-rows.ts';

const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** A choice of label values; all of them until somebody narrows it. */
const choice = (name: string, label: string, query: string) => ({
  name,
  label,
  type: 'query',
  datasource,
  query: { query, refId: name },
  includeAll: true,
  allValue: '.*',
  multi: true,
  // The values change with the time that is shown.
  refresh: 2,
  sort: 1,
  current: { text: ['All'], value: ['$__all'] },
});

const VARIABLES = [
  {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    current: { text: 'Prometheus', value: 'prometheus' },
  },
  choice('job', 'Service', 'label_values(tietovirta_build_info, job)'),
  choice('instance', 'Instance', 'label_values(tietovirta_build_info{job=~"$job"}, instance)'),
  choice('flow', 'Flow', 'label_values(tietovirta_transfers_finished_total{job=~"$job"}, flow)'),
];

const DEPLOYMENTS = {
  name: 'Deployments',
  datasource,
  enable: true,
  iconColor: 'blue',
  expr: 'changes(process_start_time_seconds{job=~"$job", instance=~"$instance"}[$__rate_interval]) > 0',
  titleFormat: '{{job}} started',
};

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly timezone: string;
  readonly panels: readonly (DrawnRow | DrawnPanel)[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
  readonly [other: string]: unknown;
}

/** The whole dashboard, as Grafana's file provider reads it. */
export const transferHealth: Dashboard = {
  uid: 'tietovirta-transfer-health',
  title: 'Transfer health',
  description: 'Whether documents get through, and where they stop when they do not.',
  tags: ['tietovirta'],
  schemaVersion: 42,
  version: 1,
  editable: false,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'Europe/Helsinki',
  links: [
    {
      type: 'dashboards',
      tags: ['tietovirta'],
      title: 'Tietovirta',
      asDropdown: true,
      includeVars: true,
      keepTime: true,
    },
  ],
  annotations: { list: [DEPLOYMENTS] },
  templating: { list: VARIABLES },
  panels: layOut(ROWS),
};

/** The text of the dashboard's file. */
export const transferHealthJson = (): string => `${JSON.stringify(transferHealth, null, 2)}\n`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('./dashboards/transfer-health.json', import.meta.url), transferHealthJson());
}
