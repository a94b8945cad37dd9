import { type DynamicModule, Module } from '@nestjs/common';

import type { Log } from '#lib/service';
import type { Database } from '#lib/store';

import { AccessDecider } from './access-decider.js';
import type { AuthMetrics } from './auth-metrics.js';
import { AuthController } from './auth.controller.js';
import { PasswordHasher } from './password.js';
import { Principals } from './principals.js';
import { RuleBook } from './rule-book.js';
import { SignIn } from './sign-in.js';

export interface AuthSurroundings {
  readonly database: Database;
  readonly metrics: AuthMetrics;
  /** Told of every commit that left a message to send. */
  readonly relay: { nudge(): void };
  readonly log: Log;
  readonly operatorTokenHash: Buffer | null;
}

/** Who may do what, and who is who. Start reading at `access-decider.ts`. */
@Module({})
export class AuthModule {
  static over({ database, metrics, relay, log, operatorTokenHash }: AuthSurroundings): DynamicModule {
    const hasher = new PasswordHasher();
    return {
      module: AuthModule,
      controllers: [AuthController],
      providers: [
        { provide: AccessDecider, useValue: new AccessDecider(database, metrics, relay, log) },
        { provide: SignIn, useValue: new SignIn(database, hasher, metrics, relay) },
        { provide: Principals, useValue: new Principals(database, operatorTokenHash) },
        { provide: RuleBook, useValue: new RuleBook(database, hasher, relay) },
      ],
    };
  }
}
