import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import passport from 'passport';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { identify } from '#lib/contracts';
import { Database } from '#lib/store';

import { Admission } from './admission.js';
import { addressOf } from './caller.js';
import { CONTROLLERS } from './controllers.js';
import { routesOf } from './doors.js';
import { DocumentReceiver } from './document-receiver.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { TokenStrategy } from './token.strategy.js';

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
    // A route without a door stops the gateway here, before it has let anybody in.
    routesOf(CONTROLLERS);
    return {
      module: GatewayModule,
      controllers: CONTROLLERS,
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
    passport.use(
      new TokenStrategy(async (token, request) => {
        const asked = { token, address: addressOf(request) };
        return (await this.questions.ask(identify, asked)).principal;
      }),
    );
  }
}
