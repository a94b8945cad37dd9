import type { ShownTransfer } from '../local/api-client.ts';

/** One thing the demonstration shows: whether it came out, and the lines that say how. */
export interface Scene {
  readonly title: string;
  readonly well: boolean;
  readonly lines: readonly string[];
}

/** What became of a transfer, in a line. */
export function summary({ state, effect, problem }: ShownTransfer): string {
  const counts = Object.entries(effect ?? {})
    .filter(([, count]) => typeof count === 'number' && count > 0)
    .map(([name, count]) => `${String(count)} ${name}`);
  return `${state}: ${counts.join(', ') || (problem?.title ?? 'nothing to do')}`;
}
