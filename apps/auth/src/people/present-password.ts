import type { Keeper } from '#lib/contracts';
import type { Database } from '#lib/store';

import type { PasswordHasher } from '../password.js';
import { countersOf, SignInCounters } from '../sign-in-counters.js';
import { PresentPasswordRefused } from './errors.js';
import { tell } from './person-event.js';

/** One count wherever it comes from: only who has the person's session gets here, and no stranger can use it up. */
export const presentPasswordCounters = (personId: string) =>
  countersOf(`the present password of a person: ${personId}`, null, true);

/** Asks somebody who is signed in for the password that they have, before they change what would let another in, or put another out. */
export class PresentPassword {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'verify'>,
    private readonly relay: { nudge(): void },
  ) {
    this.#counters = new SignInCounters(database);
  }

  /**
   * Guesses are counted before they are compared, and delayed like those at signing in. Throws
   * {@link PresentPasswordRefused} when it is not the password or a delay runs, with an event of what was refused.
   */
  async require(
    by: Keeper,
    address: string | null,
    password: string,
    action: 'person.saved' | 'session.closed' = 'person.saved',
  ): Promise<void> {
    const [row] = await this.database.rows<{ password_hash: string | null }>(
      'select password_hash from auth.person where person_id = $1',
      [by.id],
    );
    const counters = presentPasswordCounters(by.id);
    const isLocked = !(await this.#counters.count(counters));
    const { matches } = await this.#counters.compared(counters, !isLocked, () =>
      this.hasher.verify(password, row?.password_hash ?? null),
    );
    if (matches && !isLocked) return this.#counters.forgive(counters, true);
    const refused = { action, outcome: 'denied', environmentId: null, actor: by, address } as const;
    const reasons = [isLocked ? 'ACCOUNT_LOCKED' : 'AUTH_FAILED'];
    await this.database.transaction((sql) => tell(sql, [{ ...refused, reasons, details: { personId: by.id } }]));
    this.relay.nudge();
    throw new PresentPasswordRefused();
  }
}
