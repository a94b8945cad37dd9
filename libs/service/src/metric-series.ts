import type { MetricDefinition } from './metric-definition.js';

export type AnyLabels = Readonly<Record<string, string>>;

/** Every combination of closed lists; nothing when a label is bounded by something else, or when `initial` says so. */
export function initialLabels({ labels, initial }: MetricDefinition): readonly AnyLabels[] {
  if (initial) return initial;
  let combinations: readonly AnyLabels[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    const closed: readonly string[] = 'boundedBy' in values ? [] : values;
    combinations = combinations.flatMap((labelsSoFar) => closed.map((value) => ({ ...labelsSoFar, [name]: value })));
  }
  return combinations;
}

/** The same labels with `other` for each value that the catalogue does not list; surplus labels are left out. */
export function boundedLabels({ labels }: MetricDefinition, given: AnyLabels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, values]) => {
      const value = given[name] ?? '';
      return [name, 'boundedBy' in values || values.includes(value) ? value : 'other'];
    }),
  );
}
