import { type DynamicModule, Module } from '@nestjs/common';

import type { Log } from '#lib/service';
import type { Database, Vault } from '#lib/store';

import { AccessDecider } from './access-decider.js';
import type { AuthMetrics } from './auth-metrics.js';
import { AuthController } from './auth.controller.js';
import type { BreachCheck } from './breached-passwords.js';
import { EnvironmentsController } from './environments.controller.js';
import { Environments } from './environments.js';
import { ExplainController } from './explain.controller.js';
import { Explainer } from './explainer.js';
import { OnboardingController } from './onboarding.controller.js';
import { onboarding } from './onboarding/providers.js';
import { PartnerUsers } from './partner-users.js';
import { PartnerUsersController, SANDBOX_INBOX } from './partner-users.controller.js';
import { PasswordChange } from './password-change.js';
import { PeopleController } from './people.controller.js';
import { people } from './people/providers.js';
import { PersonSessionController } from './person-session.controller.js';
import { PasswordHasher } from './password.js';
import { Principals } from './principals.js';
import { RuleBook } from './rule-book.js';
import { ServiceManagementController } from './service-management.controller.js';
import { serviceManagement } from './service-management/providers.js';
import { SignIn } from './sign-in.js';
import type { SandboxInbox } from './sms/sandbox-inbox.js';
import { XmlSettingsController } from './xml-settings.controller.js';

export interface AuthSurroundings {
  readonly database: Database;
  readonly metrics: AuthMetrics;
  /** Told of every commit that left a message to send. */
  readonly relay: { nudge(): void };
  readonly log: Log;
  readonly operatorTokenHash: Buffer | null;
  /** Asked about each password that somebody chooses. */
  readonly breached: BreachCheck;
  /** Seals the secrets of people's second factors. */
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  /** Sends the passwords that were ordered; `null` when there is no way to. */
  readonly passwordPost: { nudge(): void } | null;
  /** The sandbox's telephone; `null` where there is none. */
  readonly sandboxInbox: SandboxInbox | null;
}

/** Who may do what, and who is who. Start reading at `access-decider.ts`. */
@Module({})
export class AuthModule {
  static over(surroundings: AuthSurroundings): DynamicModule {
    const { database, metrics, relay, log, operatorTokenHash, vault, breached, ...sms } = surroundings;
    const hasher = new PasswordHasher();
    const ruleBook = new RuleBook(database, hasher, relay);
    return {
      module: AuthModule,
      controllers: [
        AuthController,
        EnvironmentsController,
        ExplainController,
        PeopleController,
        PersonSessionController,
        PartnerUsersController,
        ServiceManagementController,
        OnboardingController,
        XmlSettingsController,
      ],
      providers: [
        { provide: AccessDecider, useValue: new AccessDecider(database, metrics, relay, log) },
        { provide: Explainer, useValue: new Explainer(database, relay) },
        { provide: SignIn, useValue: new SignIn(database, hasher, metrics, relay) },
        { provide: Principals, useValue: new Principals(database, operatorTokenHash) },
        ...people({ database, hasher, vault, relay, breached }),
        { provide: RuleBook, useValue: ruleBook },
        { provide: PartnerUsers, useValue: new PartnerUsers(database, ruleBook, sms.passwordPost) },
        { provide: PasswordChange, useValue: new PasswordChange(database, hasher, relay, breached) },
        { provide: SANDBOX_INBOX, useValue: sms.sandboxInbox },
        { provide: Environments, useValue: new Environments(database) },
        ...serviceManagement(database, relay),
        ...onboarding(database, relay),
      ],
    };
  }
}
