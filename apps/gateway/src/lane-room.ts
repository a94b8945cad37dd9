import type { LaneName } from '#lib/transfers';

import { LaneFull } from './errors.js';

/** How long a count is good for, in milliseconds: counting 100,000 takes longer than taking a small document in. */
const COUNTED_FOR = 1_000;
const MOST_LANES = 10_000;

interface Counted {
  readonly until: number;
  /** Shared by all who came while it was counted. */
  readonly room: Promise<{ left: number }>;
}

/**
 * Keeps one sender from filling the database: a lane in which too many documents wait takes no more.
 *
 * The lane is counted once a second at most, and what this gateway lets in meanwhile is taken off. So the limit may be
 * passed by what several gateways take in within a second, and by documents that take longer than that to arrive.
 */
export class LaneRoom {
  readonly #lanes = new Map<string, Counted>();

  /** `count`: how many wait, counted no further than so many. `now`: milliseconds. */
  constructor(
    private readonly count: (lane: LaneName, atMost: number) => Promise<number>,
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Throws {@link LaneFull} when the lane has no room for another document. */
  async take(lane: LaneName): Promise<void> {
    const room = await this.roomOf(lane);
    if (room.left <= 0) throw new LaneFull(this.most);
    room.left -= 1;
  }

  private roomOf(lane: LaneName): Promise<{ left: number }> {
    const name = `${lane.environmentId} ${lane.companyId} ${lane.stream}`;
    const standing = this.#lanes.get(name);
    if (standing && this.now() < standing.until) return standing.room;
    const room = this.count(lane, this.most).then((waiting) => ({ left: this.most - waiting }));
    // What could not be counted is counted anew by the next.
    room.catch(() => this.#lanes.delete(name));
    this.#lanes.delete(name);
    this.#lanes.set(name, { until: this.now() + COUNTED_FOR, room });
    if (this.#lanes.size > MOST_LANES) this.#lanes.delete(this.#lanes.keys().next().value!);
    return room;
  }
}
