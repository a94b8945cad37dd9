import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

import { Bus, type Consumer } from '#lib/bus';
import { laneTicket, rulesChanged } from '#lib/contracts';
import { Database } from '#lib/store';
import { wakeAfterChange } from '#lib/transfers';

import { carryOut, type Surroundings } from './journey.js';
import { RightOfWay } from './right-of-way.js';

/** How long the notice of a changed rule may take to be heeded while the service stops, in milliseconds. */
const CHANGES_DRAIN = 1_000;

/** The share of the places that tickets may hold while they give way. */
const GIVING_WAY = 0.75;

/** What the connector listens to: tickets of lanes that have work, and rules that have changed. */
@Injectable()
export class TicketsConsumer implements OnApplicationBootstrap {
  #tickets: Consumer | undefined;
  #changes: Consumer | undefined;

  /** `atOnce` is how many transfers are carried out at the same time. */
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly around: Surroundings,
    private readonly atOnce: number,
  ) {}

  onApplicationBootstrap(): void {
    const way = new RightOfWay(Math.floor(this.atOnce * GIVING_WAY));
    this.#tickets = this.bus.consume(laneTicket, {
      prefetch: this.atOnce,
      handle: async ({ data, redelivered, attempt }) => {
        await way.await(data.followsOn);
        await carryOut(data, redelivered || attempt > 1, this.around);
      },
    });
    this.#changes = this.bus.consume(rulesChanged, {
      prefetch: 1,
      handle: ({ data }) => wakeAfterChange(this.database, data),
    });
  }

  /** Whether tickets can arrive; for readiness. */
  get attached(): boolean {
    return this.#tickets?.attached ?? false;
  }

  /** Takes nothing more and lets what is under way come to its end. */
  async drain(milliseconds: number): Promise<void> {
    await Promise.all([this.#tickets?.drain(milliseconds), this.#changes?.drain(CHANGES_DRAIN)]);
  }
}
