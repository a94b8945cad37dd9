import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, DiscoveryService } from '@nestjs/core';
import passport from 'passport';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { identify } from '#lib/contracts';
import { Database } from '#lib/store';

import { Admission } from './admission.js';
import { addressOf } from './caller.js';
import { DecisionsController } from './decisions.controller.js';
import { routesOf } from './doors.js';
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
  constructor(
    private readonly questions: QuestionClient,
    private readonly discovery: DiscoveryService,
  ) {}

  static over({ database, questions, relay, receiver, metrics }: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      imports: [DiscoveryModule],
      controllers: [ImportsController, TransfersController, SessionController, DecisionsController, OperatorController],
      providers: [
        { provide: APP_GUARD, useClass: Admission },
        { provide: Database, useValue: database },
        { provide: QuestionClient, useValue: questions },
        { provide: OutboxRelay, useValue: relay },
        { provide: DocumentReceiver, useValue: receiver },
        { provide: GatewayMetrics, useValue: metrics },
      ],
    };
  }

  onModuleInit(): void {
    routesOf(this.discovery);
    passport.use(
      new TokenStrategy(async (token, request) => {
        const asked = { token, address: addressOf(request) };
        return (await this.questions.ask(identify, asked)).principal;
      }),
    );
  }
}
