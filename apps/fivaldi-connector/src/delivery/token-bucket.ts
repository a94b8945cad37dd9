/**
 * How many requests one partner may send: a copy of Fivaldi's own bucket (contract §1.4), shared by every process.
 *
 * All functions are pure; moments are milliseconds of the database's clock.
 */
export interface Bucket {
  /** Requests given back each second. */
  readonly rate: number;
  /** The most that Fivaldi lets through at once. */
  readonly capacity: number;
  readonly tokens: number;
  readonly refilledAt: number;
  /** No request before this, however many tokens there are. */
  readonly notBefore: number | null;
}

/** What is known before the first answer: the documentation's example, and no request in hand. */
export const UNTRIED = { rate: 2, capacity: 10, tokens: 0 } as const;

/** After a 429 that does not say for how long, in milliseconds. */
const AFTER_REFUSAL = 1_000;

/**
 * The most that we let ourselves save up. Fivaldi may give its requests back once a second, all at the same moment;
 * whoever counts on every fraction of a second is then up to one second's worth ahead of it.
 */
export const mostSaved = ({ rate, capacity }: Bucket): number => Math.max(1, capacity - rate);

/** The bucket as it is now. A clock that went backwards gives nothing, and takes nothing. */
export function refill(bucket: Bucket, now: number): Bucket {
  const passed = Math.max(0, now - bucket.refilledAt) / 1000;
  const tokens = Math.min(mostSaved(bucket), bucket.tokens + bucket.rate * passed);
  return { ...bucket, tokens, refilledAt: now };
}

/**
 * One request's turn, or how long until there may be one, in milliseconds.
 *
 *   tokens       | not before     | answer
 *   -------------+----------------+--------------------------------------------
 *   any          | in the future  | wait until then
 *   1 or more    | past, or none  | taken: one less
 *   less than 1  | past, or none  | wait until the missing part has come back
 */
export function take(bucket: Bucket, now: number): { readonly taken: Bucket } | { readonly wait: number } {
  const full = refill(bucket, now);
  if (full.notBefore !== null && full.notBefore > now) return { wait: Math.ceil(full.notBefore - now) };
  if (full.tokens >= 1) return { taken: { ...full, tokens: full.tokens - 1, notBefore: null } };
  return { wait: Math.ceil(((1 - full.tokens) / full.rate) * 1000) };
}

/** The turn was taken and nothing was sent. */
export const giveBack = (bucket: Bucket): Bucket => ({
  ...bucket,
  tokens: Math.min(mostSaved(bucket), bucket.tokens + 1),
});

/** What an answer's headers said; see `RateLimits` of `libs/upstream`. */
export interface Heard {
  readonly remaining?: number;
  readonly rate?: number;
  readonly capacity?: number;
}

/**
 * The bucket after an answer to a request that was sent at `sentAt`.
 *
 *   heard                          | effect
 *   -------------------------------+-------------------------------------------------------------------
 *   rate, capacity                 | become ours, when they are numbers one can work with
 *   less remaining than we have    | theirs wins: somebody else sends too. What has come back since the
 *                                  | request went counts, so a slow answer does not stop us
 *   more remaining than we have    | ours wins: our other requests are still on their way
 */
export function hear(bucket: Bucket, heard: Heard, sentAt: number, now: number): Bucket {
  const rate = heard.rate !== undefined && heard.rate > 0 ? heard.rate : bucket.rate;
  const capacity = heard.capacity !== undefined && heard.capacity >= 1 ? heard.capacity : bucket.capacity;
  const full = refill({ ...bucket, rate, capacity }, now);
  if (heard.remaining === undefined) return full;
  const theirs = heard.remaining + rate * (Math.max(0, now - sentAt) / 1000);
  return { ...full, tokens: Math.min(full.tokens, theirs) };
}

/** Fivaldi has said 429: whatever we counted was wrong. `retryAfter` in seconds, where it was said. */
export const drain = (bucket: Bucket, now: number, retryAfter: number | null): Bucket => ({
  ...bucket,
  tokens: Math.min(0, bucket.tokens),
  refilledAt: now,
  notBefore: Math.max(bucket.notBefore ?? 0, now + (retryAfter === null ? AFTER_REFUSAL : retryAfter * 1000)),
});
