import { setTimeout as pause } from 'node:timers/promises';

import type { Log } from '#lib/service';

import type { Deliverer } from './deliverer.js';

/** How often one looks whether something has become due, in milliseconds. */
const IDLE = 500;

/** Turns under way at once in one process: answers take longer than the requests are apart. */
const WORKERS = 4;

/** Delivers as long as the process runs. Any number of processes may; `turns.ts` says who goes next. */
export class DeliveryLoop {
  readonly #stopping = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(
    private readonly deliverer: Deliverer,
    private readonly log: Log,
    private readonly close: () => void = () => undefined,
  ) {}

  start(): void {
    this.#running ??= Promise.all(Array.from({ length: WORKERS }, () => this.#work()));
  }

  /** Begins nothing more; a request that is under way comes to its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.close();
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let rest = IDLE;
      try {
        const handed = await this.deliverer.turn();
        if (handed.as === 'turn') continue;
        if (handed.as === 'wait') rest = handed.milliseconds;
      } catch (error) {
        this.log.warn({ error }, 'a delivery could not be carried on');
      }
      await pause(rest, undefined, { signal }).catch(() => undefined);
    }
  }
}
