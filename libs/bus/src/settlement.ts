import { type ErrorKind, kindOf } from '#lib/errors';

import { RETRY_DELAYS_MS } from './topology.js';

/** A fault of ours may pass with a restart or a deployment nearby; after this many tries it needs a person. */
export const MAX_BROKEN_ATTEMPTS = 5;

/** What becomes of a message whose handler threw. `delayMs` is one of {@link RETRY_DELAYS_MS}. */
export type Settlement =
  | { readonly do: 'retry'; readonly nextAttempt: number; readonly delayMs: number }
  | { readonly do: 'park'; readonly reason: 'max_attempts' | 'poison' | 'denied' };

const ATTEMPTS: Readonly<Record<ErrorKind, number>> = {
  invalid: 1,
  unauthenticated: 1,
  denied: 1,
  absent: 1,
  stalled: 1,
  conflict: 1,
  outdated: 1,
  oversized: 1,
  unsupported: 1,
  reused: 1,
  unconditional: 1,
  limited: Infinity,
  broken: MAX_BROKEN_ATTEMPTS,
  unavailable: Infinity,
};

/**
 * The only place that decides it, by the kind of the error alone (the table is in `#lib/errors`):
 *
 *   kind                 | attempt | the message is
 *   ---------------------+---------+-------------------------------------------------
 *   limited, unavailable | any     | tried again after 1 s, 5 s, 30 s, then every 2 min
 *   broken, or unknown   | 1 to 4  | the same
 *   broken, or unknown   | 5       | parked: `max_attempts`
 *   denied               | any     | parked: `denied`
 *   every other          | any     | parked: `poison`
 */
export function settlementFor(error: unknown, attempt: number): Settlement {
  const kind = kindOf(error);
  if (attempt < ATTEMPTS[kind]) return { do: 'retry', nextAttempt: attempt + 1, delayMs: delayAfter(attempt) };
  if (kind === 'denied') return { do: 'park', reason: 'denied' };
  return { do: 'park', reason: kind === 'broken' ? 'max_attempts' : 'poison' };
}

function delayAfter(attempt: number): number {
  return RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] ?? RETRY_DELAYS_MS[0];
}
