/** Grafana's panels as far as we use them: a question in a row, its panels, and where they lie on 24 columns. */

export type GrafanaUnit = 'short' | 's' | 'bytes' | 'percentunit' | 'ops' | 'reqps' | 'bool_yes_no';

export interface Step {
  readonly color: string;
  /** From this value on; `null` is the lowest step. */
  readonly value: number | null;
}

export interface Query {
  readonly expr: string;
  /** What the series is called, with `{{label}}` for a label. */
  readonly legend: string;
}

interface Shown {
  readonly title: string;
  /** What is counted, and what a reader should do about it. */
  readonly description: string;
  readonly unit: GrafanaUnit;
  readonly width: number;
  readonly queries: readonly Query[];
}

export interface Stat extends Shown {
  readonly kind: 'stat';
  readonly steps: readonly Step[];
  /** What stands there when there is no series, where that is good news. */
  readonly nothing?: string;
}

export interface Series extends Shown {
  readonly kind: 'timeseries';
  readonly stacked?: boolean;
  /** A line at each step; without it nothing is drawn. */
  readonly steps?: readonly Step[];
}

export type Panel = Stat | Series;

/** Lines or a pile over time, a third of the width unless told. */
export const series = (panel: Omit<Series, 'kind' | 'width'> & { readonly width?: number }): Series => ({
  kind: 'timeseries',
  width: 8,
  ...panel,
});

export interface Row {
  /** A question; its panels are the answer. */
  readonly title: string;
  /** Closed until somebody opens it: its queries cost nothing until then. */
  readonly collapsed: boolean;
  readonly panels: readonly Panel[];
}

const COLUMNS = 24;
const HEIGHTS = { stat: 4, timeseries: 8 } as const;

const datasource = { type: 'prometheus', uid: '${datasource}' } as const;

/** The same outcome has the same colour everywhere. */
const COLOURS: Readonly<Record<string, string>> = {
  succeeded: 'green',
  allow: 'green',
  acked: 'green',
  confirmed: 'green',
  success: 'green',
  delivered: 'green',
  partial: 'yellow',
  retried: 'yellow',
  failed: 'red',
  rejected: 'red',
  conflict: 'orange',
  review: 'yellow',
  failure: 'red',
  platform: 'red',
  dead_lettered: 'red',
  destructive: 'red',
  denied: 'purple',
  deny: 'purple',
  expired: 'orange',
  cancelled: 'text',
  window: 'blue',
};

/** The labels whose values have a colour of their own. */
const COLOURED = new Set(['{{outcome}}', '{{fault}}', '{{decision}}', '{{cause}}', '{{result}}']);

const overrides = Object.entries(COLOURS).map(([name, color]) => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
}));

const targetsOf = (queries: readonly Query[]) =>
  queries.map(({ expr, legend }, index) => ({
    datasource,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    range: true,
    refId: String.fromCharCode(65 + index),
  }));

const steps = (given: readonly Step[] = [{ color: 'green', value: null }]) => ({ mode: 'absolute', steps: given });

function fieldsOf(panel: Panel) {
  if (panel.kind === 'stat') {
    return {
      defaults: {
        unit: panel.unit,
        color: { mode: 'thresholds' },
        thresholds: steps(panel.steps),
        ...(panel.nothing !== undefined && { noValue: panel.nothing }),
      },
      overrides: [],
    };
  }
  const custom = {
    fillOpacity: panel.stacked ? 30 : 0,
    lineWidth: 1,
    showPoints: 'never',
    stacking: { mode: panel.stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: panel.steps ? 'dashed' : 'off' },
  };
  const coloured = panel.queries.some(({ legend }) => COLOURED.has(legend));
  const color = { mode: 'palette-classic-by-name' };
  return {
    defaults: { unit: panel.unit, min: 0, color, custom, thresholds: steps(panel.steps) },
    overrides: coloured ? overrides : [],
  };
}

const OPTIONS = {
  stat: {
    colorMode: 'background_solid',
    graphMode: 'area',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    textMode: 'value',
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
} as const;

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const drawn = (panel: Panel, id: number, gridPos: GridPos) => ({
  id,
  type: panel.kind,
  title: panel.title,
  description: panel.description,
  datasource,
  gridPos,
  targets: targetsOf(panel.queries),
  fieldConfig: fieldsOf(panel),
  options: OPTIONS[panel.kind],
});
export type DrawnPanel = ReturnType<typeof drawn>;

export interface DrawnRow {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPos;
  readonly panels: readonly DrawnPanel[];
}

/** Lays rows out from the top: panels from left to right, a new line when the 24 columns are full. */
export function layOut(rows: readonly Row[]): readonly (DrawnRow | DrawnPanel)[] {
  let id = 0;
  let y = 0;
  return rows.flatMap((row): readonly (DrawnRow | DrawnPanel)[] => {
    const head = { id: ++id, type: 'row' as const, title: row.title, collapsed: row.collapsed };
    const gridPos = { x: 0, y: y++, w: COLUMNS, h: 1 };
    let x = 0;
    let lineHeight = 0;
    const panels = row.panels.map((panel) => {
      if (x + panel.width > COLUMNS) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      const h = HEIGHTS[panel.kind];
      const at = { x, y, w: panel.width, h };
      x += panel.width;
      lineHeight = Math.max(lineHeight, h);
      return drawn(panel, ++id, at);
    });
    y += lineHeight;
    return row.collapsed ? [{ ...head, gridPos, panels }] : [{ ...head, gridPos, panels: [] }, ...panels];
  });
}
