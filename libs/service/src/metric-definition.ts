import type { ServiceName } from './metric-labels.js';

/** The values of a label: a closed list, or values that something else bounds, which is named. */
export type LabelValues = readonly string[] | { readonly boundedBy: string };
export type Labels = Readonly<Record<string, LabelValues>>;

/** One value for each label of a metric. */
export type LabelSet<L extends Labels> = {
  readonly [Name in keyof L]: L[Name] extends readonly (infer Value)[] ? Value : string;
};

export type MetricType = 'counter' | 'gauge' | 'histogram';
export type Unit = 'events' | 'seconds' | 'unix seconds' | 'bytes' | 'things' | 'yes or no';

export interface MetricDefinition<Type extends MetricType = MetricType, L extends Labels = Labels> {
  readonly type: Type;
  /** What is counted or measured, and when. Goes to `# HELP` and to the reference page. */
  readonly help: string;
  readonly unit: Unit;
  readonly labels: L;
  readonly exposedBy: readonly ServiceName[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
  /** The series that stand at 0 from the start; without it every combination of closed labels does. */
  readonly initial?: readonly Readonly<Record<string, string>>[];
}

type Facts<L extends Labels> = Pick<MetricDefinition<MetricType, L>, 'help' | 'labels' | 'exposedBy' | 'initial'>;

/** Counts on completion, so that a count lines up with its duration. */
export const counter = <const L extends Labels>(facts: Facts<L>): MetricDefinition<'counter', L> => ({
  type: 'counter',
  unit: 'events',
  ...facts,
});

/** Rises and falls. A moment is exported as it is, never as "seconds since". */
export const gauge = <const L extends Labels>(unit: Unit, facts: Facts<L>): MetricDefinition<'gauge', L> => ({
  type: 'gauge',
  unit,
  ...facts,
});

export const histogram = <const L extends Labels>(
  unit: 'seconds' | 'bytes',
  buckets: readonly number[],
  facts: Facts<L>,
): MetricDefinition<'histogram', L> => ({ type: 'histogram', unit, buckets, ...facts });
