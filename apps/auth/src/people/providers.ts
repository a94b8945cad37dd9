import type { Provider } from '@nestjs/common';

import type { Database, Vault } from '#lib/store';

import type { BreachCheck } from '../breached-passwords.js';
import type { PasswordHasher } from '../password.js';
import { CredentialBook } from './credential-book.js';
import { OpenSessions } from './open-sessions.js';
import { OwnSession } from './own-session.js';
import { PeopleBook } from './people-book.js';
import { PeopleRegister } from './people-register.js';
import { PersonSignIn } from './person-sign-in.js';
import { PresentPassword } from './present-password.js';
import { SecondFactor } from './second-factor.js';

export interface PeopleSurroundings {
  readonly database: Database;
  readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>;
  /** Seals the secrets of second factors. */
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly relay: { nudge(): void };
  readonly breached: BreachCheck;
}

/** Who people are, and their sessions. Start reading at `person-sign-in.ts`. */
export const people = (
  { database, hasher, vault, relay, breached }: PeopleSurroundings,
  present = new PresentPassword(database, hasher, relay),
): Provider[] => [
  { provide: PersonSignIn, useValue: new PersonSignIn(database, hasher, vault, relay) },
  { provide: SecondFactor, useValue: new SecondFactor(database, vault, relay) },
  { provide: OwnSession, useValue: new OwnSession(database, hasher, relay, breached) },
  { provide: OpenSessions, useValue: new OpenSessions(database, relay, present) },
  { provide: PeopleRegister, useValue: new PeopleRegister(database) },
  { provide: PeopleBook, useValue: new PeopleBook(database, relay, present) },
  { provide: CredentialBook, useValue: new CredentialBook(database, hasher, relay) },
];
