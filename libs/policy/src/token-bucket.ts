/** How often somebody may come. */
export interface Pace {
  /** Requests a second in the long run. */
  readonly perSecond: number;
  /** Requests that may come at once after a quiet time. */
  readonly atOnce: number;
}

/** What is left of one caller's tokens, and when that was so, in milliseconds of any one clock. */
export interface TokenBucket {
  readonly tokens: number;
  readonly at: number;
}

/** The bucket as it stands after a request, and whether the request may go on. */
export type Taking =
  | { readonly taken: true; readonly bucket: TokenBucket }
  | {
      readonly taken: false;
      readonly bucket: TokenBucket;
      /** Whole seconds, at least one, after which there is a token again. */
      readonly retryAfterSeconds: number;
    };

/**
 * One request of a caller, at a pace.
 *
 *   tokens by now                            | the request | tokens afterwards
 *   -----------------------------------------+-------------+-------------------
 *   nobody has seen the caller: all of them  | goes on     | one less
 *   one or more                              | goes on     | one less
 *   less than one                            | waits       | the same
 *
 * A second brings `perSecond` tokens, and there are never more than `atOnce`. A clock that went back brings none.
 */
export function takeToken(standing: TokenBucket | null, { perSecond, atOnce }: Pace, now: number): Taking {
  const elapsed = standing ? Math.max(0, now - standing.at) / 1000 : 0;
  const tokens = standing ? Math.min(atOnce, standing.tokens + elapsed * perSecond) : atOnce;
  if (tokens >= 1) return { taken: true, bucket: { tokens: tokens - 1, at: now } };
  const retryAfterSeconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
  return { taken: false, bucket: { tokens, at: now }, retryAfterSeconds };
}
