import { type DynamicModule, Module } from '@nestjs/common';

import { Bus, QuestionClient } from '#lib/bus';
import { decideAccess } from '#lib/contracts';
import type { Log } from '#lib/service';
import { Database } from '#lib/store';

import { Connections } from './delivery/connections.js';
import { DeliveryController } from './delivery/delivery.controller.js';
import { executionQuestion, type Surroundings } from './journey.js';
import { LaneClock } from './lane-clock.js';
import { RecordBook } from './registers/record-book.js';
import { RegisterRestore } from './registers/register-restore.js';
import { RegisterView } from './registers/register-view.js';
import { RegistersController } from './registers/registers.controller.js';
import { StakesController } from './stakes/stakes.controller.js';
import { Stakes } from './stakes/stakes.js';
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

/**
 * Carries documents into the companies' registers: start reading at `journey.ts`. Answers people's questions about the
 * registers: `registers/registers.controller.ts`. Delivers what has changed to Fivaldi: `delivery/deliverer.ts`.
 */
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
      controllers: [RegistersController, DeliveryController, StakesController],
      providers: [
        { provide: Connections, useFactory: () => new Connections(database, nudge) },
        { provide: RegisterView, useFactory: () => new RegisterView(database) },
        { provide: RecordBook, useFactory: () => new RecordBook(database, nudge) },
        { provide: RegisterRestore, useFactory: () => new RegisterRestore(database, nudge) },
        { provide: Stakes, useFactory: () => new Stakes(database) },
        { provide: TicketsConsumer, useFactory: () => new TicketsConsumer(bus, database, around, atOnce) },
        { provide: LaneClock, useFactory: () => new LaneClock(database, nudge, log) },
      ],
    };
  }
}
