import { setTimeout as pause } from 'node:timers/promises';

/** Without a document of another lane for so long, there is nobody to give way to; in milliseconds. */
const QUIET = 25;
/** Nobody gives way for longer, so a lane with a backlog gets on by four documents a second at the least. */
const LONGEST = 250;

/**
 * How long a ticket gives way, in milliseconds; pure.
 *
 *   the ticket                  | the last ticket of a lane that had been at rest came | it waits
 *   ----------------------------+------------------------------------------------------+--------------------------
 *   begins: the lane had rested | –                                                    | 0
 *   follows on: more was        | 25 ms ago or earlier                                 | 0
 *   waiting in the lane         | more recently                                        | until it is 25 ms ago, but
 *                               |                                                      | 250 ms in all at the most
 */
export function wayGiven({
  followsOn,
  since,
  othersAt,
  now,
}: {
  readonly followsOn: boolean;
  /** When the ticket came. */
  readonly since: number;
  /** When the last ticket that begins came. */
  readonly othersAt: number;
  readonly now: number;
}): number {
  if (!followsOn) return 0;
  return Math.max(0, Math.min(othersAt + QUIET, since + LONGEST) - now);
}

/**
 * Who goes first in one connector: a company with a single document before one with twenty thousand.
 *
 * Tickets alone would let a lane with a backlog have whatever is left of the machine, which the others feel. Only so
 * many give way at a time that the rest of the places stays free for whom they give way to.
 */
export class RightOfWay {
  private othersAt = -Infinity;
  private giving = 0;

  constructor(
    private readonly atMost: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Resolves when it is the ticket's turn. */
  async await(followsOn: boolean): Promise<void> {
    const since = this.now();
    if (!followsOn) this.othersAt = since;
    if (this.giving >= this.atMost) return;
    this.giving += 1;
    try {
      for (;;) {
        const left = wayGiven({ followsOn, since, othersAt: this.othersAt, now: this.now() });
        if (left <= 0) return;
        await pause(left);
      }
    } finally {
      this.giving -= 1;
    }
  }
}
