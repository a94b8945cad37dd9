import { type DynamicModule, Module } from '@nestjs/common';

import { Bus, QuestionClient } from '#lib/bus';
import { decideAccess } from '#lib/contracts';
import type { Log } from '#lib/service';
import { Database } from '#lib/store';

import { executionQuestion, type Surroundings } from './journey.js';
import { LaneClock } from './lane-clock.js';
import { TicketsConsumer } from './tickets.consumer.js';

export interface ConnectorParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly questions: QuestionClient;
  readonly observe: Surroundings['observe'];
  readonly nudge: () => void;
  readonly log: Log;
  readonly atOnce: number;
}

/** Carries documents into the companies' registers. Start reading at `journey.ts`. */
@Module({})
export class FivaldiConnectorModule {
  static over({ database, bus, questions, observe, nudge, log, atOnce }: ConnectorParts): DynamicModule {
    const around: Surroundings = {
      database,
      decide: (transfer) => questions.ask(decideAccess, executionQuestion(transfer)),
      nudge,
      observe,
    };
    return {
      module: FivaldiConnectorModule,
      providers: [
        { provide: TicketsConsumer, useFactory: () => new TicketsConsumer(bus, database, around, atOnce) },
        { provide: LaneClock, useFactory: () => new LaneClock(database, nudge, log) },
      ],
    };
  }
}
