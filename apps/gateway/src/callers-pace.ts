import { type Pace, takeToken, type TokenBucket } from '#lib/policy';

/** Of so many callers the gateway remembers how often they came; of the others, those forgotten first are strangers. */
const MOST_CALLERS = 50_000;
/** How often, in milliseconds, one caller who is held back makes a line in the log. */
const TOLD_EVERY = 60_000;

interface Standing {
  readonly bucket: TokenBucket;
  readonly toldAt: number | null;
}

/** Whether a request goes on; if not, after how many whole seconds another may, and whether that is worth a line. */
export type Turn =
  { readonly goesOn: true } | { readonly goesOn: false; readonly seconds: number; readonly isNews: boolean };

/**
 * How often each caller comes, and whether that is too often. Of this gateway alone: with several, each lets a caller
 * come at the whole pace.
 *
 * Bounded: whoever has been quiet longest is forgotten when there are too many, and starts again with a full bucket.
 */
export class CallersPace {
  readonly #callers = new Map<string, Standing>();

  /** `now`: milliseconds of a clock that does not go back. */
  constructor(
    private readonly pace: Pace,
    private readonly now: () => number = () => performance.now(),
    private readonly mostCallers = MOST_CALLERS,
  ) {}

  /** One request of `caller`. */
  turn(caller: string): Turn {
    const now = this.now();
    const standing = this.#callers.get(caller);
    const taking = takeToken(standing?.bucket ?? null, this.pace, now);
    const toldAt = standing?.toldAt ?? null;
    const isNews = !taking.taken && (toldAt === null || now - toldAt >= TOLD_EVERY);
    this.remember(caller, { bucket: taking.bucket, toldAt: isNews ? now : toldAt });
    return taking.taken ? { goesOn: true } : { goesOn: false, seconds: taking.retryAfterSeconds, isNews };
  }

  get remembered(): number {
    return this.#callers.size;
  }

  /** A map keeps the order in which its keys came: the first is the one that has been quiet longest. */
  private remember(caller: string, standing: Standing): void {
    this.#callers.delete(caller);
    this.#callers.set(caller, standing);
    if (this.#callers.size <= this.mostCallers) return;
    const [quietest] = this.#callers.keys();
    this.#callers.delete(quietest!);
  }
}
