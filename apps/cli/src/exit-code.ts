/**
 * What a command ends with, for scripts that call it.
 *
 *   code | meaning
 *   -----+------------------------------------------------------------------
 *   0    | done
 *   1    | something is wrong with the service or with this program
 *   2    | the command line cannot be understood
 *   3    | the service says no, and why: not allowed, not there, not fit
 *   4    | not signed in
 *   5    | the service cannot be reached, or has no time now; try again
 *   6    | looked at, and it is not well: an audit log that is not whole, a transfer that did not succeed
 */
export const EXIT = { done: 0, broken: 1, usage: 2, refused: 3, signedOut: 4, unreachable: 5, unwell: 6 } as const;

/** The exit code of an HTTP answer. */
export function exitCodeOf(status: number): number {
  if (status < 400) return EXIT.done;
  if (status === 401) return EXIT.signedOut;
  if (status === 429 || status === 503) return EXIT.unreachable;
  return status < 500 ? EXIT.refused : EXIT.broken;
}
