import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import passport from 'passport';

import { OutboxRelay, QuestionClient } from '#lib/bus';
import { identify, vouchForPerson } from '#lib/contracts';
import { Database } from '#lib/store';

import { Admission, Identification } from './admission.js';
import { addressOf } from './caller.js';
import { CONTROLLERS } from './controllers.js';
import { routesOf } from './doors.js';
import { DocumentReceiver } from './document-receiver.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { ImportDesk } from './import-desk.js';
import { LaneRoom } from './lane-room.js';
import { LegacyDoor, type LegacySettings } from './legacy/legacy-door.js';
import { Oidc } from './oidc.js';
import { OidcStrategy } from './oidc.strategy.js';
import { OwnSiteGuard } from './own-site.guard.js';
import { CALLERS_HELD_BACK, type CallersHeldBack, PaceGuard } from './pace.guard.js';
import { SessionCookie } from './session-cookie.js';
import { Site } from './site.js';
import { TokenStrategy } from './token.strategy.js';

export interface GatewayParts {
  readonly database: Database;
  readonly questions: QuestionClient;
  readonly relay: OutboxRelay;
  readonly receiver: DocumentReceiver;
  readonly room: LaneRoom;
  readonly metrics: GatewayMetrics;
  readonly site: Site;
  readonly oidc: Oidc;
  readonly heldBack: CallersHeldBack;
  readonly legacy: LegacySettings;
}

/** The one HTTP door. A document comes in at `imports.controller.ts`. */
@Module({})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly questions: QuestionClient,
    private readonly cookie: SessionCookie,
    private readonly oidc: Oidc,
  ) {}

  static over(parts: GatewayParts): DynamicModule {
    const { database, questions, relay, receiver, room, metrics, site, oidc, heldBack } = parts;
    // A route without a door stops the gateway here, before it has let anybody in.
    routesOf(CONTROLLERS);
    const desk = new ImportDesk(database, questions, relay, metrics);
    return {
      module: GatewayModule,
      controllers: CONTROLLERS,
      providers: [
        // In this order: what another site's page asks is refused whoever is signed in, and who comes too often is held
        // back before a door is shut on them, which is written down each time.
        { provide: APP_GUARD, useClass: OwnSiteGuard },
        { provide: APP_GUARD, useClass: Identification },
        { provide: APP_GUARD, useClass: PaceGuard },
        { provide: APP_GUARD, useClass: Admission },
        { provide: CALLERS_HELD_BACK, useValue: heldBack },
        { provide: Site, useValue: site },
        { provide: Oidc, useValue: oidc },
        SessionCookie,
        { provide: Database, useValue: database },
        { provide: QuestionClient, useValue: questions },
        { provide: OutboxRelay, useValue: relay },
        { provide: DocumentReceiver, useValue: receiver },
        { provide: LaneRoom, useValue: room },
        { provide: GatewayMetrics, useValue: metrics },
        { provide: ImportDesk, useValue: desk },
        { provide: LegacyDoor, useFactory: () => new LegacyDoor({ ...parts, desk }) },
      ],
    };
  }

  onModuleInit(): void {
    passport.use(
      new TokenStrategy(this.cookie, async (token, request) => {
        const asked = { token, address: addressOf(request) };
        return (await this.questions.ask(identify, asked)).principal;
      }),
    );
    passport.use(
      new OidcStrategy(async (request) => {
        const flow = this.cookie.flowOf(request);
        if (flow === undefined) return null;
        const identity = await this.oidc.finish(new URL(request.url, 'http://query').search, flow);
        return (await this.questions.ask(vouchForPerson, { identity, address: addressOf(request) })).session;
      }),
    );
  }
}
