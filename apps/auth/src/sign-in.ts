import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import {
  auditEvent,
  type NewAuditEvent,
  type signIn as signInContract,
  type signInOnce as signInOnceContract,
} from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import type { AuthMetrics } from './auth-metrics.js';
import {
  type Account,
  type Attempt,
  CredentialCheck,
  type Credentials,
  judge,
  type Verdict,
} from './credential-check.js';
import { companyOf } from './numbered-company.js';
import type { PasswordHasher } from './password.js';
import { newToken, tokenHash } from './token.js';

export type SignInAsk = z.output<typeof signInContract.ask>;
export type SignInAnswer = z.output<typeof signInContract.answer>;
export type SignInOnceAsk = z.output<typeof signInOnceContract.ask>;
export type SignInOnceAnswer = z.output<typeof signInOnceContract.answer>;

/**
 * A partner user's machine signs in: count, compare, decide, open a session, audit.
 *
 *   user name, password, rules                              | answer
 *   --------------------------------------------------------+------------------------
 *   unknown, wrong, expired, delayed, switched off, closed  | no session, no reason
 *   right, but the password is a one-time one               | no session, change needed
 *   right                                                   | a session
 *
 * Each costs one hash; the audit log has the reason. A token lasts ten minutes and is good from the address it was
 * given to.
 */
export class SignIn {
  readonly #check: CredentialCheck;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly metrics: AuthMetrics,
    private readonly relay: { nudge(): void },
  ) {
    this.#check = new CredentialCheck(database, hasher);
  }

  async signIn(ask: SignInAsk): Promise<SignInAnswer> {
    const { verdict, opened } = await this.admit(ask, {}, (sql, { id }, address) => openSession(sql, id, address));
    if (verdict.decision.allowed && verdict.oneTime) return { session: null, changeNeeded: true };
    return { session: opened };
  }

  /** The same for one request: it is told who and where it is, and there is no session that could be used again. */
  async signInOnce({ companyNumber, ...ask }: SignInOnceAsk): Promise<SignInOnceAnswer> {
    const { verdict, opened, account } = await this.admit(
      ask,
      { lasts: 'one-request', companyNumber },
      async (sql, { id }, address) => {
        await rememberAddress(sql, id, address);
        return { id, companyId: await companyOf(sql, id, companyNumber) };
      },
    );
    const language = account?.language ?? 'FIN';
    if (verdict.decision.allowed && verdict.oneTime) return { as: 'change-needed', language };
    if (!opened) return { as: 'refused' };
    return { as: 'admitted', partnerUserId: opened.id, language, companyId: opened.companyId };
  }

  /** Counts, compares, decides and audits; `open` runs in the deciding transaction, for whoever is let in. */
  private async admit<T>(
    credentials: Credentials,
    details: NonNullable<NewAuditEvent['details']>,
    open: (sql: Sql, account: Account, address: string | null) => Promise<T>,
  ): Promise<{ readonly verdict: Verdict; readonly opened: T | null; readonly account: Account | undefined }> {
    const attempt = await this.#check.attempt(credentials);
    const { verdict, opened } = await this.conclude(attempt, details, open);
    const { allowed } = verdict.decision;
    this.relay.nudge();
    this.metrics.signedIn(verdict.decision);
    await this.#check.settle(attempt, allowed);
    // It is open already: what hinders this is no reason to refuse it, and the next one tries again.
    if (opened && attempt.outdated) await this.rehash(attempt, credentials.password).catch(() => undefined);
    return { verdict, opened, account: attempt.account };
  }

  /** Decides by the rules as they stand now, opens what there is to open, and audits either way; one transaction. */
  private async conclude<T>(
    attempt: Attempt,
    details: NonNullable<NewAuditEvent['details']>,
    open: (sql: Sql, account: Account, address: string | null) => Promise<T>,
  ): Promise<{ readonly verdict: Verdict; readonly opened: T | null }> {
    return this.database.transaction(
      async (sql) => {
        const verdict = await judge(sql, attempt, 'share');
        const { account, address } = attempt;
        const opens = verdict.decision.allowed && !verdict.oneTime && account;
        const opened = opens ? await open(sql, account, address) : null;
        await writeOutbox(sql, [outgoing(auditEvent, { ...sessionEvent(attempt, verdict), details })]);
        return { verdict, opened };
      },
      { scope: { acrossTenants: 'a partner user of any environment signs in' } },
    );
  }

  private async rehash({ account }: Attempt, password: string): Promise<void> {
    const fresh = await this.hasher.hash(password);
    await this.database.rows(
      'update auth.partner_user set password_hash = $3 where partner_user_id = $1 and password_hash = $2',
      [account?.id, account?.password_hash, fresh],
    );
  }
}

async function openSession(sql: Sql, partnerUserId: string, address: string | null): Promise<SignInAnswer['session']> {
  const token = newToken();
  await sql.rows('delete from auth.token where partner_user_id = $1 and expires_at <= clock_timestamp()', [
    partnerUserId,
  ]);
  const [row] = await sql.rows<{ expires_at: string }>(
    `insert into auth.token (token_hash, partner_user_id, address, expires_at)
     values ($1, $2, $3, clock_timestamp() + interval '10 minutes') returning expires_at`,
    [tokenHash(token), partnerUserId, address],
  );
  await rememberAddress(sql, partnerUserId, address);
  return { token, expiresAt: new Date(row!.expires_at).toISOString() };
}

/** Strangers' failures do not delay an account at an address where it has signed in. */
async function rememberAddress(sql: Sql, partnerUserId: string, address: string | null): Promise<void> {
  await sql.rows(
    `delete from auth.known_address
      where partner_user_id = $1 and last_used_at <= clock_timestamp() - interval '90 days'`,
    [partnerUserId],
  );
  if (address === null) return;
  await sql.rows(
    `insert into auth.known_address (partner_user_id, address, last_used_at) values ($1, $2, clock_timestamp())
     on conflict (partner_user_id, address) do update set last_used_at = excluded.last_used_at`,
    [partnerUserId, address],
  );
}

function sessionEvent({ account, address }: Attempt, { at, decision, oneTime }: Verdict): NewAuditEvent {
  const opened = decision.allowed && !oneTime;
  return {
    eventId: newEventId(),
    environmentId: null,
    occurredAt: at.toISOString(),
    action: opened ? 'session.opened' : 'session.refused',
    outcome: opened ? 'success' : 'denied',
    // Never the user name that was typed: it may be a password.
    actor: { kind: 'partner-user', id: account?.id ?? 'unknown' },
    partnerUserId: account?.id ?? null,
    address,
    reasons: decision.allowed ? (oneTime ? ['PASSWORD_CHANGE_NEEDED'] : []) : [...decision.reasons],
  };
}
