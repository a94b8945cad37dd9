export interface BackoffRange {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** What held this long has recovered: the next loss starts over with the shortest wait. */
const STEADY_MS = 10_000;

/** Milliseconds before try `failures + 1`: doubled each time, capped, and anywhere in the upper half of that. */
export function backoffMs(failures: number, { firstMs, maxMs }: BackoffRange, random: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(whole * (0.5 + random / 2));
}

/**
 * How long to wait before the next try.
 *
 * Coming up is not yet success: what opens and is closed at once would
 * otherwise be tried without a pause. Only holding for {@link STEADY_MS} is.
 */
export class Backoff {
  private failures = 0;
  private upSince: number | undefined;

  constructor(
    private readonly range: BackoffRange,
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  cameUp(): void {
    this.upSince ??= this.now();
  }

  nextMs(): number {
    if (this.upSince !== undefined && this.now() - this.upSince >= STEADY_MS) this.failures = 0;
    this.upSince = undefined;
    this.failures += 1;
    return backoffMs(this.failures, this.range, this.random());
  }
}
