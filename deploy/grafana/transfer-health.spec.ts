import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { type LabelValues, METRICS, SERVICES, ServiceMetrics } from '#lib/service';

import { type DrawnPanel, type DrawnRow, type GridPos, layOut, series } from './panels.ts';
import { isBalanced, usesIn } from './promql-reading.spec-support.ts';
import { transferHealth, transferHealthJson } from './transfer-health.ts';

/** What Prometheus adds to every sample, and what a histogram adds to its buckets. */
const TARGET_LABELS = ['job', 'instance'];

interface Known {
  readonly type: string;
  readonly labels: readonly string[];
  /** The values of the labels whose list is closed. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Every sample name that a service may send: ours with what a histogram makes of them, and those of Node. */
async function knownSamples(): Promise<ReadonlyMap<string, Known>> {
  const ours = Object.entries(METRICS).flatMap(([name, { type, labels }]): [string, Known][] => {
    const closed = Object.entries<LabelValues>(labels).filter(([, values]) => !('boundedBy' in values));
    const values = Object.fromEntries(closed) as Known['values'];
    const known = { type, labels: Object.keys(labels), values };
    if (type !== 'histogram') return [[name, known]];
    const bucket = { ...known, type: 'bucket', labels: [...known.labels, 'le'] };
    const counting = { ...known, type: 'counter' };
    return [
      [`${name}_bucket`, bucket],
      [`${name}_sum`, counting],
      [`${name}_count`, counting],
    ];
  });
  const { body } = await new ServiceMetrics(SERVICES[0], { version: '1', revision: 'a' }).scrape();
  const node = [...body.matchAll(/^# TYPE ((?:process|nodejs)_\w+) (\w+)$/gm)].map(
    ([, name = '', type = '']): [string, Known] => [name, { type, labels: [], values: {} }],
  );
  return new Map([...node, ...ours]);
}
const known = await knownSamples();

const isRow = (panel: DrawnRow | DrawnPanel): panel is DrawnRow => panel.type === 'row';
const rows = transferHealth.panels.filter(isRow);
const panels = transferHealth.panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));
const everyQuery = [...queries, ...transferHealth.annotations.list.map(({ name, expr }) => [name, expr] as const)];

describe('every query of the dashboard', () => {
  it.each(everyQuery)('%s: asks only for metrics and labels that exist', (_title, query) => {
    const uses = usesIn(query);
    expect(uses.length).toBeGreaterThan(0);
    for (const { metric, labels } of uses) {
      expect([...known.keys()]).toContain(metric);
      expect([...(known.get(metric)?.labels ?? []), ...TARGET_LABELS]).toEqual(expect.arrayContaining([...labels]));
    }
  });

  it.each(queries)('%s: asks only for label values that can be', (_title, query) => {
    for (const { metric, values } of usesIn(query)) {
      for (const [label, value] of values) {
        const closed = known.get(metric)?.values[label];
        if (closed) expect(closed).toContain(value);
      }
    }
  });

  it.each(queries)('%s: treats a counter as one, and nothing else', (_title, query) => {
    for (const { metric } of usesIn(query)) {
      const isRated = new RegExp(`(rate|increase)\\(${metric}\\{`).test(query);
      expect(isRated).toBe(['counter', 'bucket'].includes(known.get(metric)?.type ?? ''));
    }
  });

  it.each(everyQuery)('%s: looks back as far as the dashboard says, and can be narrowed', (_title, query) => {
    expect(isBalanced(query)).toBe(true);
    for (const [, range] of query.matchAll(/\[([^\]]*)\]/g)) expect(['$__rate_interval', '$__range']).toContain(range);
    expect(query).toContain('{job=~"$job", instance=~"$instance"');
  });
});

describe('every panel', () => {
  it.each(panels)('$title: has a description, a unit, a query and the chosen data source', (panel) => {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.fieldConfig.defaults.unit).not.toBe('');
    expect(panel.targets.length).toBeGreaterThan(0);
    expect([panel.datasource, ...panel.targets.map(({ datasource }) => datasource)]).toEqual(
      Array.from({ length: panel.targets.length + 1 }, () => ({ type: 'prometheus', uid: '${datasource}' })),
    );
  });

  it('has an id of its own', () => {
    const ids = [...rows, ...panels].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lies on the 24 columns and on no other', () => {
    const cells = [...rows, ...panels].flatMap(({ gridPos }) => cellsOf(gridPos));
    expect(new Set(cells).size).toBe(cells.length);
    for (const { gridPos } of [...rows, ...panels]) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});

const cellsOf = ({ x, y, w, h }: GridPos): readonly string[] =>
  Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);

describe('the dashboard', () => {
  it('is the file that Grafana reads', () => {
    const file = readFileSync(new URL('./dashboards/transfer-health.json', import.meta.url), 'utf8');
    expect(file).toBe(transferHealthJson());
  });

  it('asks in each row, and opens at most twelve panels', () => {
    for (const { title } of rows) expect(title).toMatch(/\?$/);
    expect(transferHealth.panels.filter((panel) => !isRow(panel)).length).toBeLessThanOrEqual(12);
  });

  it('shows every metric of the catalogue somewhere', () => {
    const shown = new Set(everyQuery.flatMap(([, query]) => usesIn(query).map(({ metric }) => metric)));
    const missing = Object.keys(METRICS).filter(
      (name) => !shown.has(name) && !shown.has(`${name}_bucket`) && !shown.has(`${name}_count`),
    );
    expect(missing).toEqual([]);
  });

  it('keeps its address, is changed only in its source and tells the time of Helsinki', () => {
    const { uid, editable, timezone } = transferHealth;
    expect({ uid, editable, timezone }).toEqual({
      uid: 'tietovirta-transfer-health',
      editable: false,
      timezone: 'Europe/Helsinki',
    });
    expect(transferHealth.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance', 'flow']);
  });
});

describe('layOut', () => {
  const panel = (width: number) => series({ title: 't', description: 'd.', unit: 'short', width, queries: [] });

  it('begins a new line when the columns are full, and a new row below', () => {
    const laid = layOut([
      { title: 'a?', collapsed: false, panels: [panel(12), panel(12), panel(8)] },
      { title: 'b?', collapsed: true, panels: [panel(24)] },
    ]);
    expect(laid.map(({ gridPos: { x, y } }) => [x, y])).toEqual([
      [0, 0],
      [0, 1],
      [12, 1],
      [0, 9],
      [0, 17],
    ]);
    expect(laid.at(-1)).toMatchObject({ collapsed: true, panels: [{ gridPos: { x: 0, y: 18, w: 24, h: 8 } }] });
  });
});

describe('usesIn', () => {
  it('finds the metrics and what is asked of them', () => {
    expect(usesIn('sum by (le, flow) (rate(a_bucket{job=~"$job", x!="y"}[$__rate_interval])) / b{}')).toEqual([
      { metric: 'a_bucket', labels: ['job', 'x', 'le', 'flow'], values: [['x', 'y']] },
      { metric: 'b', labels: ['le', 'flow'], values: [] },
    ]);
  });

  it.each([
    ['sum(a{x="("}[5m])', true],
    ['sum(a{x="y"}', false],
    ['sum(a]', false],
  ])('balance of %s is %s', (query, balanced) => expect(isBalanced(query)).toBe(balanced));
});
