import { randomBytes, randomUUID } from 'node:crypto';

import { Secret } from 'otpauth';

import { type AuditEvent, type Keeper, savePerson } from '#lib/contracts';
import { AppError } from '#lib/errors';
import type { RoleAssignment } from '#lib/policy';
import { Vault } from '#lib/store';

import { AuthUnderTest } from '../auth.spec-support.js';
import { CredentialBook } from './credential-book.js';
import { OpenSessions } from './open-sessions.js';
import { OwnSession } from './own-session.js';
import { PeopleBook } from './people-book.js';
import { PeopleRegister } from './people-register.js';
import { PersonSignIn } from './person-sign-in.js';
import { PresentPassword } from './present-password.js';
import { SecondFactor } from './second-factor.js';
import { totpCode } from './totp.js';

export const OPERATOR: Keeper = { kind: 'operator', id: 'operator' };
export const HOME = '192.0.2.7';
export const ELSEWHERE = '203.0.113.66';
/** How a keeper knew somebody who had lost their second factor. */
export const PROOF = { provenBy: 'meeting', reason: 'came to the office with their passport' } as const;
export const CHOSEN = 'a long and quiet word of mine';

export interface TestPerson {
  readonly personId: string;
  readonly email: string;
  readonly password: string;
}

/** Somebody who has enrolled and chosen a password. */
export interface Enrolled extends TestPerson {
  readonly secret: Buffer;
  readonly recoveryCodes: readonly string[];
  /** The session that came of it. */
  readonly token: string;
}

/** Everything about people over a database of their own, without the bus. */
export class PeopleUnderTest {
  /** Passwords that are known from a breach. */
  readonly breached = new Set<string>();
  readonly signIns: PersonSignIn;
  readonly secondFactor: SecondFactor;
  readonly own: OwnSession;
  readonly openSessions: OpenSessions;
  readonly book: PeopleBook;
  readonly credentials: CredentialBook;
  readonly register: PeopleRegister;

  private constructor(
    readonly auth: AuthUnderTest,
    vault: Vault,
  ) {
    const { database, hasher } = auth;
    const relay = { nudge: () => void (auth.nudges += 1) };
    this.signIns = new PersonSignIn(database, hasher, vault, relay);
    this.secondFactor = new SecondFactor(database, vault, relay);
    this.own = new OwnSession(database, hasher, relay, {
      has: (password) => Promise.resolve(this.breached.has(password)),
    });
    const present = new PresentPassword(database, hasher, relay);
    this.openSessions = new OpenSessions(database, relay, present);
    this.book = new PeopleBook(database, relay, present);
    this.credentials = new CredentialBook(database, hasher, relay);
    this.register = new PeopleRegister(database);
  }

  static async start(): Promise<PeopleUnderTest> {
    const auth = await AuthUnderTest.start();
    const keyring = { keys: new Map([['spec', randomBytes(32)]]), current: 'spec' };
    return new PeopleUnderTest(auth, await Vault.open(auth.database, keyring));
  }

  sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.auth.database.rows(text, values, { scope: { acrossTenants: 'a spec looks everywhere' } });
  }

  /** As another service would ask: through the contract's schema. */
  save(change: object, by: Keeper = OPERATOR): Promise<{ personId: string; mark: string }> {
    return this.book.save(savePerson.ask.parse({ by, address: HOME, change }));
  }

  /** A person with these roles and a one-time password. */
  async person(roles: readonly RoleAssignment[], email = `${randomUUID()}@example.fi`): Promise<TestPerson> {
    const body = { email, name: 'Maija Meikäläinen', language: 'fi', roles };
    const { personId } = await this.save({ of: 'new-person', body });
    return { personId, email, password: await this.oneTimePassword(personId) };
  }

  async oneTimePassword(personId: string): Promise<string> {
    const ask = { by: OPERATOR, address: HOME, personId, environmentId: null };
    return (await this.credentials.resetPassword(ask)).password;
  }

  /** Goes the whole way: one-time password, first code, password of one's own. */
  async enrolled(roles: readonly RoleAssignment[]): Promise<Enrolled> {
    const person = await this.person(roles);
    const { session } = await this.signIns.signIn({ ...person, address: HOME });
    const secret = secretOf(session!.otpauthUri!);
    const { recoveryCodes, token } = (await this.passWithCode(session!.token, secret))!;
    const changed = await this.own.changePassword({
      token,
      current: person.password,
      password: CHOSEN,
      address: HOME,
    });
    return {
      ...person,
      password: CHOSEN,
      secret,
      recoveryCodes: recoveryCodes!,
      token: changed.session!.token,
    };
  }

  /** Password and code of somebody who has done so before. */
  async signedIn({ email, password, secret, personId }: Enrolled, address = HOME): Promise<string> {
    const { session } = await this.signIns.signIn({ email, password, address });
    await this.forgetCodes(personId);
    return (await this.passWithCode(session!.token, secret, address))!.token;
  }

  /** Gives the code that the authenticator shows, and where its half-minute ended on the way the next one too. */
  async passWithCode(token: string, secret: Buffer, address = HOME) {
    for (;;) {
      const shown = totpCode(secret, new Date());
      const { session } = await this.secondFactor.pass({ token, code: shown, address });
      if (session || totpCode(secret, new Date()) === shown) return session;
    }
  }

  /** What the provider says of somebody; each test has somebody else come, unless it says who. */
  vouch(identity: { subject?: string; issuer?: string; email?: string | null } | null, address = HOME) {
    const said = { subject: randomUUID(), issuer: 'https://id.example', email: null, ...identity };
    return this.signIns.vouch({ identity: identity && said, address });
  }

  /** As though a minute had gone by: a code that was used may be used again. */
  async forgetCodes(personId: string): Promise<void> {
    await this.sql('update auth.person set totp_last_step = 0 where person_id = $1', [personId]);
  }

  /** Makes sure that the delays that run still run in a moment, however slow the machine. */
  async prolongDelays(): Promise<void> {
    await this.sql(`update auth.sign_in_counter set last_at = last_at + interval '1 minute'`);
  }

  /** How many wait for somebody else's lock in this database. */
  async waiting(): Promise<unknown> {
    const [row] = await this.sql(`
      select count(*)::int as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`);
    return row!['count'];
  }

  /** Events of a person, by what they did or by what was done to them, the last one last. */
  async events(action: AuditEvent['action'], personId: string): Promise<AuditEvent[]> {
    const events = await this.auth.auditEvents(action);
    return events.filter(({ actor, details }) => actor.id === personId || details['personId'] === personId);
  }

  identify(token: string, address: string | null = HOME) {
    return this.auth.principals().identify(token, address);
  }
}

export const secretOf = (otpauthUri: string): Buffer =>
  Buffer.from(Secret.fromBase32(new URL(otpauthUri).searchParams.get('secret')!).bytes);

export const OPERATOR_ROLE: RoleAssignment = { role: 'operator', environmentId: null, companyId: null };
export const mainUser = (environmentId: string): RoleAssignment => ({
  role: 'main-user',
  environmentId,
  companyId: null,
});
export const userAdministrator = (environmentId: string): RoleAssignment => ({
  role: 'user-administrator',
  environmentId,
  companyId: null,
});
export const accountant = (environmentId: string, companyId: string | null = null): RoleAssignment => ({
  role: 'accountant',
  environmentId,
  companyId,
});
export const asKeeper = ({ personId }: { personId: string }): Keeper => ({ kind: 'person', id: personId });

/** Kind and code of a refusal; `done` when there was none. */
export const codeOf = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? `${error.kind} ${error.code}` : String(error)),
  );
