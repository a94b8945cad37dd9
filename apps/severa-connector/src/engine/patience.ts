/** How long the engine waits for what, in milliseconds. */
export interface Patience {
  /**
   * How long one turn sends; then others have theirs. So short that a backlog takes several: who has as much to send as
   * the others ends with them, whoever began.
   */
  readonly turn: number;
  /**
   * How long a reading or a comparison goes on in one turn, where it can be broken off: longer than a turn, since what it
   * goes on with may have to be asked for once more.
   */
  readonly portion: number;
  /** After the nth time in a row that the link came to nothing: no connection, no answer. */
  afterFailure(nth: number): number;
  /** Netvisor's maintenance, where it does not say for how long. */
  readonly maintenance: number;
  /** Between the attempts of a call that only reads; after the last of them the link waits. */
  readonly reading: readonly number[];
  /** After the nth answer in a row that was lost of one record; `null` when a person has to look. */
  afterUnknown(nth: number): number | null;
  /** After the nth look at a record that waits for another one. */
  afterWait(nth: number): number;
  /** A run is not over while one of its records comes round again within this. */
  readonly linger: number;
  /** Between two looks at the credentials of a link. */
  readonly check: number;
  /** The rules change faster than they can be asked about. */
  readonly unsettled: number;
  /** A window that opens at no known time is looked at again. */
  readonly neverOpens: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const nthOf = (times: readonly number[], nth: number): number => times[Math.min(nth, times.length) - 1] ?? 0;

const AFTER_FAILURE = [15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE];

/** The first is long enough for a request that timed out to come to its end on the other side. */
const AFTER_UNKNOWN = [15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];

const AFTER_WAIT = [MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE];

export const PATIENCE: Patience = {
  turn: 1.2 * SECOND,
  portion: 30 * SECOND,
  afterFailure: (nth) => nthOf(AFTER_FAILURE, nth),
  maintenance: 15 * MINUTE,
  reading: [SECOND / 2, 2 * SECOND, 5 * SECOND],
  afterUnknown: (nth) => AFTER_UNKNOWN[nth - 1] ?? null,
  afterWait: (nth) => nthOf(AFTER_WAIT, nth),
  linger: 5 * MINUTE,
  check: 30 * MINUTE,
  unsettled: MINUTE,
  neverOpens: 24 * HOUR,
};
