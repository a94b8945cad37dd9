import { type AccessDecision, normaliseAddress } from '#lib/policy';
import type { Database, Sql } from '#lib/store';

import {
  ACCOUNT_COLUMNS,
  ACCOUNT_ENVIRONMENT,
  accountFacts,
  type AccountInPlaceRow,
  decideAccount,
  environmentOf,
} from './account.js';
import type { PasswordHasher } from './password.js';
import { type Counter, countersOf, SignInCounters } from './sign-in-counters.js';

export interface Credentials {
  readonly userName: string;
  readonly password: string;
  readonly address: string | null;
}

export interface Account {
  readonly id: string;
  readonly language: 'FIN' | 'SWE' | 'ENG';
  readonly password_hash: string | null;
  readonly is_known: boolean;
}

/** One attempt, once its password has been compared. */
export interface Attempt {
  readonly account: Account | undefined;
  readonly address: string | null;
  readonly isLocked: boolean;
  readonly matches: boolean;
  /** It matches, and was hashed at another cost than is used today. */
  readonly outdated: boolean;
  readonly counters: readonly Counter[];
}

/** What became of an attempt by the rules as they stand. */
export interface Verdict {
  readonly at: Date;
  readonly decision: AccessDecision;
  /** The password was a one-time one. */
  readonly oneTime: boolean;
}

interface AdmissionRow extends AccountInPlaceRow {
  readonly one_time: boolean;
  readonly expired: boolean;
}

/**
 * Whether user name and password are somebody's, and whether they let in now: count, compare, decide.
 *
 * Unknown, wrong, expired, delayed, switched off and closed cost one hash each, and look alike to the caller.
 */
export class CredentialCheck {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'verify'>,
  ) {
    this.#counters = new SignInCounters(database);
  }

  async attempt({ userName, password, address: given }: Credentials): Promise<Attempt> {
    const address = given === null ? null : (normaliseAddress(given) ?? null);
    const account = await this.find(userName, address);
    const counters = countersOf(userName, address, account?.is_known ?? false);
    const isLocked = !(await this.#counters.count(counters));
    // Compared even where it cannot help: a caller must not learn from the time it takes.
    const { matches, outdated } = await this.#counters.compared(counters, !isLocked, () =>
      this.hasher.verify(password, account?.password_hash ?? null),
    );
    return { account, address, isLocked, matches, outdated, counters };
  }

  /** The attempt has been let in, or not: takes its count back, or drops a few counters that have run out. */
  async settle({ account, counters }: Attempt, admitted: boolean): Promise<void> {
    if (admitted) await this.#counters.forgive(counters, account?.is_known ?? false);
    else await this.#counters.forget();
  }

  private async find(userName: string, address: string | null): Promise<Account | undefined> {
    // PostgreSQL has no text with a NUL in it, and nobody has such a name.
    if (userName.includes('\0')) return undefined;
    const [account] = await this.database.rows<Account>(
      `select u.partner_user_id as id, u.language, u.password_hash,
              exists (select from auth.known_address k
                       where k.partner_user_id = u.partner_user_id and k.address = $2
                         and k.last_used_at > clock_timestamp() - interval '90 days') as is_known
         from auth.partner_user u where u.user_name = $1`,
      [userName, address],
    );
    return account;
  }
}

/**
 * Decides about an attempt by the rules as they stand now. The account is read anew and held (`share`: it stays as it
 * is; `update`: the caller changes it): a password changed meanwhile, or in a moment, finds no session of the old one.
 */
export async function judge(sql: Sql, attempt: Attempt, hold: 'share' | 'update'): Promise<Verdict> {
  const { account, address, isLocked, matches } = attempt;
  const [row] = await sql.rows<AdmissionRow>(
    `select ${ACCOUNT_COLUMNS}, e.active as environment_active, e.time_zone,
            u.password_expires_at is not null as one_time,
            coalesce(u.password_expires_at <= clock_timestamp(), false) as expired
       from auth.partner_user u ${ACCOUNT_ENVIRONMENT}
      where u.partner_user_id = $1 and u.password_hash is not distinct from $2
        for ${hold} of u`,
    [account?.id ?? null, account?.password_hash ?? null],
  );
  // Read after the account is held, or the decision would be older than its facts.
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const at = new Date(clock!.at);
  // While a delay runs it is not told, even to the log, whether the password was right.
  const lockedUntil = isLocked ? new Date(at.getTime() + 1) : null;
  const facts = row && (isLocked || (matches && !row.expired)) ? accountFacts(row, lockedUntil) : null;
  return { at, decision: decideAccount(facts, environmentOf(row), at, address), oneTime: row?.one_time ?? false };
}
