/** One metric in a query, with every label that the query asks of it. */
export interface Use {
  readonly metric: string;
  readonly labels: readonly string[];
  /** The labels that are compared with one value, and that value. */
  readonly values: readonly (readonly [label: string, value: string])[];
}

/** Words of the language that look like a metric without a selector; a metric always has one here. */
const SELECTOR = /([a-zA-Z_:][\w:]*)\{([^}]*)\}/g;
const GROUPING = /\bby \(([^)]*)\)/g;

/** What Grafana puts in before it asks. */
const withoutVariables = (query: string): string =>
  query.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll(/"\$\w+"/g, '".*"');

/**
 * Reads the metrics out of a query of ours: `name{label=~"value"}`, and the
 * labels that it is grouped by. Not a parser; it knows what `promql.ts` writes.
 */
export function usesIn(query: string): readonly Use[] {
  const text = withoutVariables(query);
  const grouped = [...text.matchAll(GROUPING)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
  return [...text.matchAll(SELECTOR)].map(([, metric = '', matchers = '']) => {
    const read = [...matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)];
    return {
      metric,
      labels: [...read.map(([, label = '']) => label), ...grouped],
      values: read
        .filter(([, , operator = '']) => !operator.includes('~'))
        .map(([, label = '', , value = '']) => [label, value] as const),
    };
  });
}

/** Whether every bracket of a query is closed by its own kind. */
export function isBalanced(query: string): boolean {
  const open: string[] = [];
  const closes: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of query.replaceAll(/"[^"]*"/g, '""')) {
    if ('([{'.includes(character)) open.push(character);
    else if (character in closes && open.pop() !== closes[character]) return false;
  }
  return open.length === 0;
}
