import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import passport from 'passport';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { identify } from '#lib/contracts';
import { Database } from '#lib/store';

import { addressOf } from './caller.js';
import { DecisionsController } from './decisions.controller.js';
import { DocumentReceiver } from './document-receiver.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { ImportsController } from './imports.controller.js';
import { OperatorController } from './operator.controller.js';
import { SessionController } from './session.controller.js';
import { TokenStrategy } from './token.strategy.js';
import { TransfersController } from './transfers.controller.js';

export interface GatewayParts {
  readonly database: Database;
  readonly questions: QuestionClient;
  readonly relay: OutboxRelay;
  readonly receiver: DocumentReceiver;
  readonly metrics: GatewayMetrics;
}

/** The one HTTP door. A document comes in at `imports.controller.ts`. */
@Module({})
export class GatewayModule implements OnModuleInit {
  constructor(private readonly questions: QuestionClient) {}

  static over({ database, questions, relay, receiver, metrics }: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [ImportsController, TransfersController, SessionController, DecisionsController, OperatorController],
      providers: [
        { provide: Database, useValue: database },
        { provide: QuestionClient, useValue: questions },
        { provide: OutboxRelay, useValue: relay },
        { provide: DocumentReceiver, useValue: receiver },
        { provide: GatewayMetrics, useValue: metrics },
      ],
    };
  }

  onModuleInit(): void {
    passport.use(
      new TokenStrategy(async (token, request) => {
        const asked = { token, address: addressOf(request) };
        return (await this.questions.ask(identify, asked)).principal;
      }),
    );
  }
}
