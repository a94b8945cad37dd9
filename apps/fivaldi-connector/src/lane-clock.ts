import { setTimeout as pause } from 'node:timers/promises';

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import type { Log } from '#lib/service';
import type { Database } from '#lib/store';
import { resendOldTickets, sweepUploads, wakeLanes } from '#lib/transfers';

/** Lanes woken a turn: with two turns a second, a thousand companies that open together begin within five seconds. */
const WOKEN_AT_ONCE = 100;
const TURN_MS = 500;

/** A ticket older than this has been lost, or its queue is so long that one more does not matter. */
const LOST_AFTER_MINUTES = 10;
/** No upload lasts this long: the gateway cuts it off before. */
const BROKEN_OFF_AFTER_MINUTES = 60;
const SWEEP_MS = 60_000;

/**
 * What happens because time passes: openings come, tickets get lost, uploads
 * break off. Several connectors may do it at once; each skips what another holds.
 */
@Injectable()
export class LaneClock implements OnApplicationBootstrap {
  #running: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly nudge: () => void,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let turn = 0; !signal.aborted; turn += 1) {
      try {
        let woken = await wakeLanes(this.database, WOKEN_AT_ONCE);
        if (turn % (SWEEP_MS / TURN_MS) === 0) {
          woken += await resendOldTickets(this.database, LOST_AFTER_MINUTES);
          await sweepUploads(this.database, BROKEN_OFF_AFTER_MINUTES);
        }
        if (woken > 0) this.nudge();
      } catch (error) {
        this.log.warn({ error }, 'the lane clock could not look');
      }
      await pause(TURN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
