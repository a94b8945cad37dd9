import type { Settlement, Work } from './delivery-queue.js';

/** How long delivery waits for what, in milliseconds. */
export interface Patience {
  /** For another record that has to go first. */
  readonly dependency: number;
  /** For a connection that is down, or that said no to our credentials. */
  readonly connection: number;
  /** After the nth request in a row of which nobody knows; `null` when a person has to look. */
  afterUnknown(attempt: number): number | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The first is long enough for a request that timed out to come to its end on the other side. */
const AFTER_UNKNOWN = [15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];

export const PATIENCE: Patience = {
  dependency: MINUTE,
  connection: 30 * SECOND,
  afterUnknown: (attempt) => AFTER_UNKNOWN[attempt - 1] ?? null,
};

/** Once more, after a longer while each time; at last it is a person's. */
export function inAWhile(
  work: Work,
  state: 'unknown' | 'due',
  patience: Patience,
  cause: 'no-answer' | 'made-not-found',
): Settlement {
  const attempts = work.attempts + 1;
  const inMilliseconds = patience.afterUnknown(attempts);
  return inMilliseconds === null ? { state: 'review', cause } : { state, attempts, inMilliseconds };
}
