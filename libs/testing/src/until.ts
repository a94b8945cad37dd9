import { setTimeout as pause } from 'node:timers/promises';

const MS_BETWEEN_LOOKS = 20;

/** How long to look for a fact, and its name for the one who reads the failure. */
export interface Patience {
  /** Milliseconds; ten seconds unless told. */
  readonly within?: number;
  /** Completes "waited in vain for …". */
  readonly what: string;
}

/**
 * Looks every 20 ms until `fact` is known, and answers with it: the only way a test waits.
 *
 * `undefined` and `false` mean "not yet"; anything else, `0` and `null` too, is the fact. An error thrown by
 * `fact` is the failure itself and is not retried. The first look is at once, the last one after the time is up.
 */
export async function until<T>(
  fact: () => Promise<T | undefined | false> | T | undefined | false,
  { within = 10_000, what }: Patience,
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const late = performance.now() >= deadline;
    const answer = await fact();
    if (answer !== undefined && answer !== false) return answer;
    if (late) throw new Error(`waited ${within} ms in vain for ${what}`);
    await pause(MS_BETWEEN_LOOKS);
  }
}
