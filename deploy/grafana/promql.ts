/**
 * Queries over our own metrics. A metric that the catalogue lacks, or a type
 * that does not fit, does not compile; the rest is checked by the spec.
 */
import type { METRICS, MetricName } from '#lib/service';

type Catalogue = typeof METRICS;
type NamesOf<Type extends 'counter' | 'gauge' | 'histogram'> = {
  [Name in MetricName]: Catalogue[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Labels to keep, and matchers beside those of the dashboard's variables. */
export interface Selection {
  readonly by?: readonly string[];
  readonly where?: string;
  /** Look at the time before, for example `1w`. */
  readonly offset?: string;
}

/** Every query is narrowed by the variables `job` and `instance`; what has a flow, by `flow` too. */
function selected(name: string, where?: string): string {
  return `${name}{${['job=~"$job"', 'instance=~"$instance"', ...(where ? [where] : [])].join(', ')}}`;
}

const grouped = (aggregate: string, by: readonly string[] | undefined, inner: string): string =>
  by ? `${aggregate} by (${by.join(', ')}) (${inner})` : `${aggregate}(${inner})`;

const shifted = (offset: string | undefined): string => (offset ? ` offset ${offset}` : '');

/** Events a second. */
export const rate = (name: NamesOf<'counter'>, { by, where, offset }: Selection = {}): string =>
  grouped('sum', by, `rate(${selected(name, where)}[$__rate_interval]${shifted(offset)})`);

/** Observations of a histogram a second. */
export const rateOfObservations = (name: NamesOf<'histogram'>, { by, where }: Selection = {}): string =>
  grouped('sum', by, `rate(${selected(`${name}_count`, where)}[$__rate_interval])`);

/** Events in the time that the dashboard shows. */
export const inRange = (name: NamesOf<'counter'>, { by, where }: Selection = {}): string =>
  grouped('sum', by, `increase(${selected(name, where)}[$__range])`);

/** A quantile of a histogram, 0 to 1. */
export const quantile = (q: number, name: NamesOf<'histogram'>, { by = [], where }: Selection = {}): string =>
  `histogram_quantile(${q}, ${grouped('sum', ['le', ...by], `rate(${selected(`${name}_bucket`, where)}[$__rate_interval])`)})`;

/** A gauge as it is; several replicas that look at one table tell the same, hence `max`. */
export const level = (aggregate: 'sum' | 'max', name: NamesOf<'gauge'>, { by, where }: Selection = {}): string =>
  grouped(aggregate, by, selected(name, where));

/** Seconds since a moment; the oldest where there are several. */
export const age = (name: NamesOf<'gauge'>, { by, where }: Selection = {}): string =>
  grouped('max', by, `time() - ${selected(name, where)}`);

/** A standard metric of the Node process, as it is. */
export const ofProcess = (name: `process_${string}` | `nodejs_${string}`, aggregate: 'max' | 'sum'): string =>
  grouped(aggregate, ['job', 'instance'], selected(name));
export const rateOfProcess = (name: `process_${string}`): string =>
  grouped('sum', ['job', 'instance'], `rate(${selected(name)}[$__rate_interval])`);

/** A share that is 0, not undefined, when nothing happened. */
export const ratio = (part: string, whole: string): string => `${part} / clamp_min(${whole}, 1e-9)`;
