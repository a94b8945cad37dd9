import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { METRICS, type MetricName } from './metric-catalogue.js';
import type { Labels, LabelSet, MetricDefinition } from './metric-definition.js';
import type { ServiceName } from './metric-labels.js';
import { boundedLabels, initialLabels } from './metric-series.js';
import { within } from './time-limit.js';

/** How long one gauge may take to be read, in milliseconds: a scrape has ten seconds for all of them. */
const READ_LIMIT_MS = 2_000;

export interface CounterOf<L extends Labels> {
  add(labels: LabelSet<L>, by?: number): void;
}

export type GaugeReadings<L extends Labels> = readonly { readonly labels: LabelSet<L>; readonly value: number }[];
export interface GaugeOf<L extends Labels> {
  set(labels: LabelSet<L>, value: number): void;
  add(labels: LabelSet<L>, by: number): void;
  /**
   * Reads the gauge when it is scraped. What is not in the answer has no series
   * afterwards, except those that stand at 0 from the start. A reader that
   * throws, or takes longer than two seconds, leaves the last values.
   */
  readBy(reader: () => GaugeReadings<L> | Promise<GaugeReadings<L>>): void;
}

export interface HistogramOf<L extends Labels> {
  observe(labels: LabelSet<L>, value: number): void;
}

/** Sums of `nodejs_active_*` that the library sends as well: gauges with the suffix of a counter. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** How a metric of the catalogue is used, by its type. */
export type MetricOf<Name extends MetricName> =
  (typeof METRICS)[Name] extends MetricDefinition<infer Type, infer L>
    ? { counter: CounterOf<L>; gauge: GaugeOf<L>; histogram: HistogramOf<L> }[Type]
    : never;

/** Which build this is, for `tietovirta_build_info`. */
export interface Build {
  readonly version: string;
  readonly revision: string;
}

/**
 * One service's metrics: those of the catalogue that it exposes, and those of
 * the Node process. Series of closed labels stand at 0 from the start, so that
 * an alert and a panel tell "none" from "no data".
 *
 * A label value outside its closed list is counted as `other`, so the number of
 * series cannot grow however wrong a caller is.
 */
export class ServiceMetrics {
  private readonly registry = new Registry();
  private readonly handles: ReadonlyMap<string, object>;

  constructor(
    private readonly service: ServiceName,
    build: Build,
  ) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    const exposed = Object.entries<MetricDefinition>(METRICS).filter(([, { exposedBy }]) =>
      exposedBy.includes(service),
    );
    this.handles = new Map(exposed.map(([name, definition]) => [name, register(name, definition, this.registry)]));
    this.metric('tietovirta_build_info').set({ ...build, node: process.version }, 1);
  }

  /** The metric, ready to use. Throws when the catalogue does not have this service expose it: a mistake in wiring. */
  metric<Name extends MetricName>(name: Name): MetricOf<Name> {
    const handle = this.handles.get(name);
    if (!handle) throw new TypeError(`The catalogue does not have ${this.service} expose ${name}`);
    return handle as MetricOf<Name>;
  }

  /** The text of a scrape, as Prometheus reads it. */
  async scrape(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}

function register(name: string, definition: MetricDefinition, registry: Registry): object {
  const options = { name, help: definition.help, labelNames: Object.keys(definition.labels), registers: [registry] };
  switch (definition.type) {
    case 'counter':
      return counterOf(definition, new Counter(options));
    case 'gauge':
      return gaugeOf(definition, options);
    case 'histogram':
      return histogramOf(definition, new Histogram({ ...options, buckets: [...(definition.buckets ?? [])] }));
  }
}

function counterOf(definition: MetricDefinition, series: Counter): CounterOf<Labels> {
  for (const labels of initialLabels(definition)) series.inc(labels, 0);
  return { add: (labels, by = 1) => series.inc(boundedLabels(definition, labels), by) };
}

function histogramOf(definition: MetricDefinition, series: Histogram): HistogramOf<Labels> {
  for (const labels of initialLabels(definition)) series.zero(labels);
  return { observe: (labels, value) => series.observe(boundedLabels(definition, labels), value) };
}

type GaugeOptions = ConstructorParameters<typeof Gauge>[0];
type Reader = () => GaugeReadings<Labels> | Promise<GaugeReadings<Labels>>;

function gaugeOf(definition: MetricDefinition, options: GaugeOptions): GaugeOf<Labels> {
  let reader: Reader | undefined;
  const series = new Gauge({
    ...options,
    async collect() {
      if (!reader) return;
      const read = await within(READ_LIMIT_MS, Promise.resolve().then(reader));
      // The last values stand when the source is away: that is told by readiness, not by an empty page.
      if (read.ended === 'value') show(this, definition, read.value);
    },
  });
  show(series, definition, []);
  return {
    set: (labels, value) => series.set(boundedLabels(definition, labels), value),
    add: (labels, by) => series.inc(boundedLabels(definition, labels), by),
    readBy: (given) => {
      reader = given;
    },
  };
}

function show(series: Gauge, definition: MetricDefinition, readings: GaugeReadings<Labels>): void {
  series.reset();
  // A reset leaves a gauge without labels at 0, and for a moment 0 is the year 1970.
  if (Object.keys(definition.labels).length === 0) series.remove();
  for (const labels of initialLabels(definition)) series.set(labels, 0);
  for (const { labels, value } of readings) series.set(boundedLabels(definition, labels), value);
}
