import { METRICS } from './metric-catalogue.js';
import type { LabelValues, MetricDefinition } from './metric-definition.js';
import { SERVICES } from './metric-labels.js';

const MOST_VALUES = 16;

function valuesOf(values: LabelValues): string {
  if ('boundedBy' in values) return `bounded by ${values.boundedBy}`;
  const shown = values.slice(0, MOST_VALUES).map((value) => `\`${value}\``);
  return shown.join(', ') + (values.length > MOST_VALUES ? `, and ${values.length - MOST_VALUES} more` : '');
}

function sectionOf([name, metric]: readonly [string, MetricDefinition]): string {
  const exposed = metric.exposedBy.length === SERVICES.length ? 'every service' : metric.exposedBy.join(', ');
  const facts = [`${metric.type} of ${metric.unit}`, `exposed by ${exposed}`];
  if (metric.buckets) facts.push(`buckets up to ${metric.buckets.join(', ')}`);
  const labels = Object.entries(metric.labels).map(([label, values]) => `- \`${label}\`: ${valuesOf(values)}`);
  return [`## ${name}`, metric.help, `${facts.join('; ')}.`, labels.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The reference page of all our metrics, as Markdown, in the order of the catalogue. */
export function metricsPage(): string {
  const intro = [
    '# Metrics',
    'Written from `libs/service/src/metric-catalogue.ts` by `npm run docs`; change it there.',
    `Each service answers \`/metrics\` on its operations port (${SERVICES.join(', ')}), with the standard metrics of ` +
      'Node (`process_*`, `nodejs_*`) beside these. Series of closed labels stand at 0 from the start. A value outside ' +
      'a closed list is counted as `other`. No label names an environment, a company, a user or a document.',
  ];
  return `${[...intro, ...Object.entries<MetricDefinition>(METRICS).map(sectionOf)].join('\n\n')}\n`;
}
