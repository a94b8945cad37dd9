import type { z } from 'zod';

import type { erasePerson, Keeper, removeSecondFactor, resetPassword } from '#lib/contracts';
import type { Database, Sql } from '#lib/store';

import type { PasswordHasher } from '../password.js';
import { forgetSecondFactor } from './discard.js';
import { PersonAbsent, PersonConflict, PersonKeptByOperator, RolesRefused } from './errors.js';
import { keeperRoles, requireKeeper, takeTurn } from './keeper-roles.js';
import { oneTimePassword } from './new-password.js';
import { tell } from './person-event.js';
import { readPerson } from './person-record.js';
import { environmentsOf } from './role-book.js';
import { keepsAll } from './role-change.js';
import { endSessionsOf } from './session.js';

export type ResetPasswordAsk = z.output<typeof resetPassword.ask>;
export type ResetPasswordAnswer = z.output<typeof resetPassword.answer>;
export type RemoveSecondFactorAsk = z.output<typeof removeSecondFactor.ask>;
export type ErasePersonAsk = z.output<typeof erasePerson.ask>;

/** What is done, to whom, for which environment. */
type OnPerson = Omit<RemoveSecondFactorAsk, 'proof'>;

const SCOPE = { scope: { acrossTenants: 'a person has one password wherever they have roles' } } as const;

/**
 * What others do to a person's credentials. Whoever may give a new password may act in its owner's place, so it takes
 * a keeper of every role that the person has:
 *
 *   the person has                             | a user administrator | a main user          | an operator
 *   -------------------------------------------+----------------------+----------------------+------------
 *   roles of the environment, none main user   | yes                  | yes                  | yes
 *   the main user of the environment           | no                   | yes                  | yes
 *   a role elsewhere, or everywhere            | no                   | no                   | yes
 *
 * And nobody does it to themselves: that is what `own-session.ts` is for, which asks for the present password.
 */
export class CredentialBook {
  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash'>,
    private readonly relay: { nudge(): void },
  ) {}

  /** Ends every session of the person. The password is in the answer and nowhere else. */
  async resetPassword(asked: ResetPasswordAsk): Promise<ResetPasswordAnswer> {
    const password = oneTimePassword();
    const hash = await this.hasher.hash(password);
    const expiresAt = await this.turn(asked, async (sql, ask) => {
      const [row] = await sql.rows<{ expires_at: string }>(
        `update auth.person
            set password_hash = $2, must_change_password = true,
                password_expires_at = clock_timestamp() + interval '24 hours'
          where person_id = $1 returning password_expires_at as expires_at`,
        [ask.personId, hash],
      );
      await this.announce(sql, 'password.changed', ask, { oneTime: true });
      return new Date(row!.expires_at).toISOString();
    });
    return { password, expiresAt };
  }

  /** Ends every session of the person; the next sign-in enrols another second factor. The proof stays in the log. */
  async removeSecondFactor({ proof, ...asked }: RemoveSecondFactorAsk): Promise<void> {
    await this.turn(asked, async (sql, ask) => {
      await forgetSecondFactor(sql, ask.personId);
      await this.announce(sql, 'second-factor.removed', ask, proof);
    });
  }

  /** The id stays, with the roles it had and what the audit log says of it. There is no way back. */
  async erase(asked: ErasePersonAsk): Promise<void> {
    await this.turn({ ...asked, environmentId: null }, async (sql, { by, address, personId }) => {
      await forgetSecondFactor(sql, personId);
      await sql.rows(
        `update auth.person
            set email = null, name = null, active = false, password_hash = null, must_change_password = false,
                password_expires_at = null, erased_at = clock_timestamp()
          where person_id = $1`,
        [personId],
      );
      await sql.rows('update auth.person_membership set name = null where person_id = $1', [personId]);
      await sql.rows('delete from auth.person_known_address where person_id = $1', [personId]);
      await tell(sql, [{ action: 'person.erased', environmentId: null, actor: by, address, details: { personId } }]);
    });
  }

  private async turn<T>(asked: OnPerson, work: (sql: Sql, ask: OnPerson) => Promise<T>): Promise<T> {
    // In the one spelling that PostgreSQL gives back: one's own id in capitals is one's own.
    const ask = { ...asked, personId: asked.personId.toLowerCase() };
    const done = await this.database.transaction(async (sql) => {
      await takeTurn(sql);
      await requireKept(sql, ask);
      await endSessionsOf(sql, ask.personId);
      return work(sql, ask);
    }, SCOPE);
    this.relay.nudge();
    return done;
  }

  private async announce(
    sql: Sql,
    action: 'password.changed' | 'second-factor.removed',
    { by, address, personId, environmentId }: OnPerson,
    details: object,
  ): Promise<void> {
    await tell(sql, [{ action, environmentId, actor: by, address, details: { personId, ...details } }]);
  }
}

async function requireKept(sql: Sql, { by, personId, environmentId }: OnPerson): Promise<void> {
  const roles = await keeperRoles(sql, by);
  requireKeeper(roles, environmentId);
  const person = await readPerson(sql, personId);
  const isThere = environmentId === null || environmentsOf(person?.roles ?? []).includes(environmentId.toLowerCase());
  if (!person || person.erasedAt !== null || !isThere) throw new PersonAbsent();
  if (isSelf(by, personId)) throw new PersonConflict('person.own', 'Nobody does this to themselves');
  if (keepsAll(person.roles, roles)) return;
  const isElsewhere = person.roles.some((role) => role.environmentId !== environmentId);
  throw isElsewhere ? new PersonKeptByOperator() : new RolesRefused(['ROLE_ABOVE_ONES_OWN']);
}

const isSelf = (by: Keeper, personId: string): boolean => by.kind === 'person' && by.id === personId;
