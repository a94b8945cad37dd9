import type { Log } from '#lib/service';

import type { Mover } from './mover.js';
import type { HeldTurn, Turns } from './turns.js';

/** How often one looks whether a link has become due, in milliseconds. */
const IDLE = 500;

/**
 * At most this share of the places is lent: each link that is held takes memory, whether it asks or not. When all begin
 * at once, at an opening, one in three of those that are held is still reading.
 */
const LENT = 1 / 2;

/** Works on links as long as the process runs. Any number of processes may; `turns.ts` says who goes next. */
export class LinkLoop {
  readonly #stopping = new AbortController();
  readonly #held = new Set<HeldTurn>();
  #running: Promise<void> | undefined;
  #woken = false;
  #wakeUp: () => void = () => undefined;

  constructor(
    private readonly turns: Turns,
    private readonly mover: Mover,
    private readonly log: Log,
    /** For links that ask one of the two systems. */
    private readonly places: number,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** A link was woken: it is looked at once. */
  nudge(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  /** Begins nothing more; calls that are under way come to their end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const held of this.#held) held.halt();
    this.nudge();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const free = this.#free();
      const taken = free > 0 ? await this.#take(free) : [];
      for (const held of taken) this.#begin(held);
      // Full, or nothing is due: until a place is free, or it is time to look again.
      if (taken.length < free || this.#free() <= 0) await this.#rest();
    }
    while (this.#held.size > 0) await this.#rest();
  }

  /** Places that are free, or lent by links that begin or end their turn, wait for Severa's pace, or store what they read. */
  #free(): number {
    let lent = 0;
    for (const { isAsking } of this.#held) lent += isAsking ? 0 : 1;
    return this.places - this.#held.size + Math.min(lent, Math.floor(this.places * LENT));
  }

  async #take(free: number): Promise<readonly HeldTurn[]> {
    try {
      return await this.turns.take(free);
    } catch (error) {
      this.log.warn({ error }, 'no turns could be taken');
      return [];
    }
  }

  #begin(held: HeldTurn): void {
    this.#held.add(held);
    held.onRest = () => this.nudge();
    if (this.#stopping.signal.aborted) held.halt();
    this.mover
      .use(held)
      .catch((error: unknown) => this.log.warn({ error, companyId: held.turn.companyId }, 'a turn was not given back'))
      .finally(() => {
        this.#held.delete(held);
        this.nudge();
      });
  }

  /** Until a turn ends or somebody nudges, but no longer than {@link IDLE}; not at all when that was meanwhile. */
  async #rest(): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, IDLE);
        this.#wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#woken = false;
  }
}
