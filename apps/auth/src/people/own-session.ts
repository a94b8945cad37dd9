import type { z } from 'zod';

import type { changePassword, closeSession, describeSession } from '#lib/contracts';
import type { Database } from '#lib/store';

import type { BreachCheck } from '../breached-passwords.js';
import type { PasswordHasher } from '../password.js';
import { SignInCounters } from '../sign-in-counters.js';
import { PasswordUnfit } from './errors.js';
import { passwordFaults } from './new-password.js';
import { namesAround } from './person-names.js';
import { personActor, tell } from './person-event.js';
import { readable, type SignInRefusal } from './person-sign-in.js';
import { presentPasswordCounters } from './present-password.js';
import { endSession, endSessionsOf, openSession, readSession, SESSION_SCOPE, type StandingSession } from './session.js';

export type DescribeSessionAnswer = z.output<typeof describeSession.answer>;
export type CloseSessionAsk = z.output<typeof closeSession.ask>;
export type ChangePasswordAsk = z.output<typeof changePassword.ask>;
export type ChangePasswordAnswer = z.output<typeof changePassword.answer>;

const SCOPE = { scope: SESSION_SCOPE } as const;

/** What a person does with their own session: see it, end it, change the password it came from. */
export class OwnSession {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly relay: { nudge(): void },
    private readonly breached: BreachCheck,
  ) {
    this.#counters = new SignInCounters(database);
  }

  /** Who somebody is, is told once they have proven it with both factors. */
  async describe(token: string): Promise<DescribeSessionAnswer> {
    const session = await this.read(token);
    if (!session) return { session: null };
    const { stage, expiresAt, personId: id, email, name, language, roles, recoveryCodesLeft } = session;
    const isProven = stage === 'open' || stage === 'password';
    const person = isProven ? { id, email, name, language, roles: [...roles], recoveryCodesLeft } : null;
    return { session: { stage, expiresAt: expiresAt.toISOString(), person } };
  }

  async close({ token, address }: CloseSessionAsk): Promise<{ closed: boolean }> {
    const closed = await this.database.transaction(async (sql) => {
      const personId = await endSession(sql, token);
      if (personId === null) return false;
      const actor = personActor(personId);
      await tell(sql, [{ action: 'session.closed', environmentId: null, actor, address: readable(address) }]);
      return true;
    });
    this.relay.nudge();
    return { closed };
  }

  /** Guesses at the present password are counted before they are compared. Throws {@link PasswordUnfit}. */
  async changePassword({ token, current, password, address: given }: ChangePasswordAsk): Promise<ChangePasswordAnswer> {
    const session = await this.read(token);
    if (!session || (session.stage !== 'password' && session.stage !== 'open')) return { session: null };
    const names = await this.database.transaction((sql) => namesAround(sql, session), SCOPE);
    const faults = await passwordFaults(password, { email: session.email, names }, current);
    if (faults.length > 0) throw new PasswordUnfit(faults);
    if (await this.breached.has(password)) throw new PasswordUnfit(['password.breached']);

    const address = readable(given);
    const counters = presentPasswordCounters(session.personId);
    const isLocked = !(await this.#counters.count(counters));
    const fresh = await this.#counters.compared(counters, !isLocked, async () => {
      const { matches } = await this.hasher.verify(current, session.passwordHash);
      return matches && !isLocked ? this.hasher.hash(password) : null;
    });
    if (fresh === null) return this.refuse(session, address, isLocked ? 'ACCOUNT_LOCKED' : 'AUTH_FAILED');
    const changed = await this.replace(token, session, fresh, address);
    this.relay.nudge();
    await this.#counters.forgive(counters, true);
    return { session: changed && { ...changed, stage: 'open' } };
  }

  private read(token: string): Promise<StandingSession | null> {
    return this.database.transaction((sql) => readSession(sql, token), SCOPE);
  }

  private async refuse({ personId }: StandingSession, address: string | null, reason: SignInRefusal) {
    const refusal = { action: 'password.changed', outcome: 'denied', environmentId: null } as const;
    const actor = personActor(personId);
    await this.database.transaction((sql) => tell(sql, [{ ...refusal, actor, address, reasons: [reason] }]));
    this.relay.nudge();
    return { session: null };
  }

  private replace(token: string, { personId, passwordHash }: StandingSession, fresh: string, address: string | null) {
    return this.database.transaction(async (sql) => {
      // The person first, as all who end sessions do. What was ended meanwhile must not be followed by another.
      await sql.rows('select from auth.person where person_id = $1 for update', [personId]);
      if ((await endSession(sql, token)) === null) return null;
      const changed = await sql.rows(
        `update auth.person set password_hash = $3, must_change_password = false, password_expires_at = null
          where person_id = $1 and password_hash = $2 and active returning 1`,
        [personId, passwordHash, fresh],
      );
      if (changed.length === 0) return null;
      const sessionsEnded = 1 + (await endSessionsOf(sql, personId));
      const actor = personActor(personId);
      const details = { sessionsEnded };
      await tell(sql, [{ action: 'password.changed', environmentId: null, actor, address, details }]);
      return openSession(sql, { personId, method: 'password', secondFactor: true, address });
    });
  }
}
