import { v7 as newEventId } from 'uuid';
import type { z } from 'zod';

import { auditEvent, type NewAuditEvent, type signIn as signInContract } from '#lib/contracts';
import { type AccessDecision, decideAccess, normaliseAddress, type PartnerUserFacts } from '#lib/policy';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { ACCOUNT_COLUMNS, accountFacts, type AccountRow, clientAt } from './account.js';
import type { AuthMetrics } from './auth-metrics.js';
import type { PasswordHasher } from './password.js';
import { countersOf, SignInCounters } from './sign-in-counters.js';
import { newToken, tokenHash } from './token.js';

export type SignInAsk = z.output<typeof signInContract.ask>;
export type SignInAnswer = z.output<typeof signInContract.answer>;

/** Where partner users of all environments keep their clock. */
const HOME_ZONE = 'Europe/Helsinki';

interface Account {
  readonly id: string;
  readonly password_hash: string | null;
  readonly is_known: boolean;
}

/** One attempt, once its password has been compared. */
interface Attempt {
  readonly account: Account | undefined;
  readonly address: string | null;
  readonly isLocked: boolean;
  readonly matches: boolean;
}

interface AdmissionRow extends AccountRow {
  readonly environment_active: boolean | null;
  readonly time_zone: string | null;
}

/**
 * A partner user's machine signs in: count, compare, decide, open a session, audit.
 *
 * Unknown, wrong, delayed, switched off and closed are one answer to the caller, `null`, at the cost of one hash
 * each; the audit log has the reason. A token lasts ten minutes and is good from the address it was given to.
 */
export class SignIn {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly metrics: AuthMetrics,
    private readonly relay: { nudge(): void },
  ) {
    this.#counters = new SignInCounters(database);
  }

  async signIn({ userName, password, address: given }: SignInAsk): Promise<SignInAnswer> {
    const address = given === null ? null : (normaliseAddress(given) ?? null);
    const account = await this.find(userName, address);
    const isKnown = account?.is_known ?? false;
    const counters = countersOf(userName, address, isKnown);
    const isLocked = !(await this.#counters.count(counters));
    // Compared even where it cannot help: a caller must not learn from the time it takes.
    const { matches, outdated } = await this.hasher.verify(password, account?.password_hash ?? null);

    const { decision, session } = await this.conclude({ account, address, isLocked, matches });
    this.relay.nudge();
    this.metrics.signedIn(decision);
    if (session) await this.#counters.forgive(counters, isKnown);
    else await this.#counters.forget();
    // The session is open already: what hinders this is no reason to refuse it, and the next one tries again.
    if (session && outdated && account) await this.rehash(account, password).catch(() => undefined);
    return { session };
  }

  private async find(userName: string, address: string | null): Promise<Account | undefined> {
    // PostgreSQL has no text with a NUL in it, and nobody has such a name.
    if (userName.includes('\0')) return undefined;
    const [account] = await this.database.rows<Account>(
      `select u.partner_user_id as id, u.password_hash,
              exists (select from auth.known_address k
                       where k.partner_user_id = u.partner_user_id and k.address = $2
                         and k.last_used_at > clock_timestamp() - interval '90 days') as is_known
         from auth.partner_user u where u.user_name = $1`,
      [userName, address],
    );
    return account;
  }

  /** Decides by the rules as they stand now, opens the session, and audits either way; one transaction. */
  private async conclude(attempt: Attempt): Promise<{ decision: AccessDecision; session: SignInAnswer['session'] }> {
    return this.database.transaction(async (sql) => {
      const { at, facts, environment } = await readAdmission(sql, attempt);
      const decision = decideSignIn(facts, environment, at, attempt.address);
      const session = decision.allowed && attempt.account ? await open(sql, attempt.account.id, attempt.address) : null;
      await writeOutbox(sql, [outgoing(auditEvent, sessionEvent(attempt, at, decision))]);
      return { decision, session };
    });
  }

  private async rehash({ id, password_hash: old }: Account, password: string): Promise<void> {
    const fresh = await this.hasher.hash(password);
    await this.database.rows(
      'update auth.partner_user set password_hash = $3 where partner_user_id = $1 and password_hash = $2',
      [id, old, fresh],
    );
  }
}

interface Admission {
  readonly at: Date;
  /** `null`: there is no such account, or this is not its password. */
  readonly facts: PartnerUserFacts | null;
  readonly environment: { readonly active: boolean; readonly timeZone: string };
}

/** The account is read anew and held: a password changed meanwhile, or in a moment, finds no session of the old one. */
async function readAdmission(sql: Sql, { account, isLocked, matches }: Attempt): Promise<Admission> {
  const [row] = await sql.rows<AdmissionRow>(
    `select ${ACCOUNT_COLUMNS}, e.active as environment_active, e.time_zone
       from auth.partner_user u
       left join auth.company c on c.company_id = u.scope_company_id
       left join auth.environment e on e.environment_id = c.environment_id
      where u.partner_user_id = $1 and u.password_hash is not distinct from $2
        for share of u`,
    [account?.id ?? null, account?.password_hash ?? null],
  );
  // Read after the account is held, or the decision would be older than its facts.
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const at = new Date(clock!.at);
  // While a delay runs it is not told, even to the log, whether the password was right.
  const lockedUntil = isLocked ? new Date(at.getTime() + 1) : null;
  return {
    at,
    facts: row && (isLocked || matches) ? accountFacts(row, lockedUntil) : null,
    environment: { active: row?.environment_active ?? true, timeZone: row?.time_zone ?? HOME_ZONE },
  };
}

/**
 * May this account sign in now, from there? The rules of {@link decideAccess} about accounts, addresses and times,
 * asked before there is a company to move anything for: what concerns one has no objection.
 */
function decideSignIn(
  partnerUser: PartnerUserFacts | null,
  environment: Admission['environment'],
  at: Date,
  address: string | null,
): AccessDecision {
  const company = {
    id: partnerUser?.scopeCompanyId ?? '',
    environmentActive: environment.active,
    timeZone: environment.timeZone,
  };
  const rights = { directionSupported: true, upperRight: true, grant: true };
  return decideAccess(
    { partnerUser, company, ...rights, restrictionGroup: null, xmlSettingsComplete: true },
    { at, client: clientAt(address) },
  );
}

async function open(sql: Sql, partnerUserId: string, address: string | null): Promise<SignInAnswer['session']> {
  const token = newToken();
  await sql.rows('delete from auth.token where partner_user_id = $1 and expires_at <= clock_timestamp()', [
    partnerUserId,
  ]);
  const [row] = await sql.rows<{ expires_at: string }>(
    `insert into auth.token (token_hash, partner_user_id, address, expires_at)
     values ($1, $2, $3, clock_timestamp() + interval '10 minutes') returning expires_at`,
    [tokenHash(token), partnerUserId, address],
  );
  await sql.rows(
    `delete from auth.known_address
      where partner_user_id = $1 and last_used_at <= clock_timestamp() - interval '90 days'`,
    [partnerUserId],
  );
  if (address !== null) {
    await sql.rows(
      `insert into auth.known_address (partner_user_id, address, last_used_at) values ($1, $2, clock_timestamp())
       on conflict (partner_user_id, address) do update set last_used_at = excluded.last_used_at`,
      [partnerUserId, address],
    );
  }
  return { token, expiresAt: new Date(row!.expires_at).toISOString() };
}

function sessionEvent({ account, address }: Attempt, at: Date, decision: AccessDecision): NewAuditEvent {
  return {
    eventId: newEventId(),
    environmentId: null,
    occurredAt: at.toISOString(),
    action: decision.allowed ? 'session.opened' : 'session.refused',
    outcome: decision.allowed ? 'success' : 'denied',
    // Never the user name that was typed: it may be a password.
    actor: { kind: 'partner-user', id: account?.id ?? 'unknown' },
    partnerUserId: account?.id ?? null,
    address,
    reasons: decision.allowed ? [] : [...decision.reasons],
  };
}
