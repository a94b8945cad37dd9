/** `rate` tokens come back each second, up to `capacity`; each request takes one. */
export interface BucketSize {
  readonly rate: number;
  readonly capacity: number;
}

export interface Bucket {
  readonly tokens: number;
  /** Milliseconds. */
  readonly at: number;
}

export const fullBucket = ({ capacity }: BucketSize, at: number): Bucket => ({ tokens: capacity, at });

/** Tenths of seconds do not add up exactly. */
const ROUNDING = 1e-9;

/** The bucket after a request at `now`, and whether there was a token for it. A clock that goes back fills nothing. */
export function taken(bucket: Bucket, size: BucketSize, now: number): { bucket: Bucket; granted: boolean } {
  const passed = Math.max(0, now - bucket.at) / 1000;
  const tokens = Math.min(size.capacity, bucket.tokens + passed * size.rate);
  const granted = tokens >= 1 - ROUNDING;
  return { bucket: { tokens: granted ? Math.max(0, tokens - 1) : tokens, at: Math.max(now, bucket.at) }, granted };
}

/** The three headers that stand on every answer to a known partner. */
export const limitHeaders = ({ tokens }: Bucket, { rate, capacity }: BucketSize): Record<string, string> => ({
  'X-RateLimit-Remaining': String(Math.floor(tokens)),
  'X-RateLimit-Replenish-Rate': String(rate),
  'X-RateLimit-Burst-Capacity': String(capacity),
});
