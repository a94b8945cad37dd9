import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type changePartnerPassword, type NewAuditEvent } from '#lib/contracts';
import { type Database, outgoing, writeOutbox } from '#lib/store';

import type { BreachCheck } from './breached-passwords.js';
import { type Attempt, CredentialCheck, judge, type Verdict } from './credential-check.js';
import { NewPasswordUnfit } from './errors.js';
import type { PasswordHasher } from './password.js';
import { passwordFaults } from './people/new-password.js';

export type PasswordChangeAsk = z.output<typeof changePartnerPassword.ask>;

/**
 * A partner user puts a password of its own in the place of the one that it has: the one thing that a one-time
 * password is good for, and once.
 *
 * Guesses are counted, delayed and answered like those of signing in. Every session of the old password ends.
 */
export class PasswordChange {
  readonly #check: CredentialCheck;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly relay: { nudge(): void },
    private readonly breached: BreachCheck,
  ) {
    this.#check = new CredentialCheck(database, hasher);
  }

  /** Whether it was changed. Throws {@link NewPasswordUnfit}, whoever asks, for a new password that nobody may have. */
  async change(ask: PasswordChangeAsk): Promise<boolean> {
    await requireFit(ask);
    const { userName, oldPassword, newPassword, address } = ask;
    // Made even where it cannot help: a refusal takes as long as a change. First, for when it cannot be made nothing
    // has been counted yet, and before the row is held.
    const fresh = await this.hasher.hash(newPassword);
    // After the hash, of which only so many are made at once: strangers cannot have another service flooded with questions.
    if (await this.breached.has(newPassword)) throw new NewPasswordUnfit(['password.breached']);
    const attempt = await this.#check.attempt({ userName, password: oldPassword, address });
    const changed = await this.conclude(attempt, fresh);
    this.relay.nudge();
    await this.#check.settle(attempt, changed);
    return changed;
  }

  private async conclude(attempt: Attempt, fresh: string): Promise<boolean> {
    return this.database.transaction(
      async (sql) => {
        const verdict = await judge(sql, attempt, 'update');
        const { account } = attempt;
        await writeOutbox(sql, [outgoing(auditEvent, changeEvent(attempt, verdict))]);
        if (!verdict.decision.allowed || !account) return false;
        await sql.rows(
          'update auth.partner_user set password_hash = $2, password_expires_at = null where partner_user_id = $1',
          [account.id, fresh],
        );
        await sql.rows('delete from auth.token where partner_user_id = $1', [account.id]);
        return true;
      },
      { scope: { acrossTenants: 'a partner user of any environment changes its password' } },
    );
  }
}

/** Only what was sent is looked at, so the refusal says nothing of any account. */
async function requireFit({ userName, oldPassword, newPassword }: PasswordChangeAsk): Promise<void> {
  const faults = await passwordFaults(newPassword, { email: userName, names: [] }, oldPassword);
  if (faults.length > 0) throw new NewPasswordUnfit(faults);
}

function changeEvent({ account, address }: Attempt, { at, decision, oneTime }: Verdict): NewAuditEvent {
  return {
    eventId: newEventId(),
    environmentId: null,
    occurredAt: at.toISOString(),
    action: 'password.changed',
    outcome: decision.allowed ? 'success' : 'denied',
    actor: { kind: 'partner-user', id: account?.id ?? 'unknown' },
    partnerUserId: account?.id ?? null,
    address,
    reasons: decision.allowed ? [] : [...decision.reasons],
    details: decision.allowed ? { wasOneTime: oneTime } : {},
  };
}
