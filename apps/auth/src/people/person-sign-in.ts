import type { z } from 'zod';

import type { signInPerson, vouchForEmail, vouchForPerson } from '#lib/contracts';
import { normaliseAddress } from '#lib/policy';
import type { Database, Sql, Vault } from '#lib/store';

import type { PasswordHasher } from '../password.js';
import { countersOf, SignInCounters } from '../sign-in-counters.js';
import { IS_KNOWN, noteAddress } from './known-address.js';
import { type Identity, recognise, tie } from './known-identity.js';
import { personActor, tell } from './person-event.js';
import { endSession, openSession } from './session.js';
import { newTotpSecret, otpauthUri } from './totp.js';
import { totpContext } from './totp-context.js';

export type PersonSignInAsk = z.output<typeof signInPerson.ask>;
export type PersonSignInAnswer = z.output<typeof signInPerson.answer>;
export type VouchAsk = z.output<typeof vouchForPerson.ask>;
export type VouchForEmailAsk = z.output<typeof vouchForEmail.ask>;
export type VouchAnswer = z.output<typeof vouchForPerson.answer>;

/** Why somebody was not let in; for the audit log alone. */
export type SignInRefusal =
  | 'AUTH_FAILED'
  | 'ACCOUNT_LOCKED'
  | 'PERSON_DISABLED'
  | 'PASSWORD_EXPIRED'
  | 'NO_ROLE'
  | 'SECOND_FACTOR_FAILED'
  | 'CODE_OF_ANOTHER_MOMENT'
  | 'IDENTITY_DIFFERS';

interface Account {
  readonly person_id: string;
  readonly email: string;
  readonly password_hash: string | null;
  readonly is_enrolled: boolean;
  readonly is_known: boolean;
}

interface Attempt {
  readonly account: Account | undefined;
  readonly address: string | null;
  readonly isLocked: boolean;
  readonly matches: boolean;
  /** The token of a session that the browser still holds. */
  readonly standing: string | undefined;
  /** A sealed secret for the second factor of somebody who has none. */
  readonly totpOffer: Buffer | null;
}

/**
 * A person signs in, first half: e-mail and password, counted before they are compared as those of machines are, or
 * the word of the identity provider. What the password opens is good only for giving the second factor.
 *
 * Unknown, wrong, delayed, out of date and switched off are one answer, `null`, at the cost of one hash each.
 */
export class PersonSignIn {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>,
    private readonly vault: Pick<Vault, 'seal'>,
    private readonly relay: { nudge(): void },
  ) {
    this.#counters = new SignInCounters(database);
  }

  async signIn({ email: typed, password, address: given, standing }: PersonSignInAsk): Promise<PersonSignInAnswer> {
    const address = readable(given);
    const email = typed.trim().toLowerCase();
    const account = await this.find(email, address);
    const isKnown = account?.is_known ?? false;
    const counters = countersOf(passwordGuesses(email), address, isKnown);
    const isLocked = !(await this.#counters.count(counters));
    // Compared even where it cannot help: a caller must not learn from the time it takes.
    const { matches, outdated } = await this.#counters.compared(counters, !isLocked, () =>
      this.hasher.verify(password, account?.password_hash ?? null),
    );

    const secret = account && !isLocked && matches && !account.is_enrolled ? newTotpSecret() : null;
    const totpOffer = secret && account ? await this.vault.seal(totpContext(account.person_id), secret) : null;
    const session = await this.conclude({ account, address, isLocked, matches, standing, totpOffer });
    this.relay.nudge();
    if (session) await this.#counters.forgive(counters, isKnown);
    else await this.#counters.forget();
    if (session && outdated && account) await this.rehash(account, password).catch(() => undefined);
    if (!session || !account) return { session: null };
    const stage = account.is_enrolled ? 'second-factor' : 'enrolment';
    return { session: { ...session, stage, otpauthUri: secret && otpauthUri(secret, account.email) } };
  }

  /** The identity provider has seen to the second factor: see `known-identity.ts` for who it is. */
  vouch({ identity, address }: VouchAsk): Promise<VouchAnswer> {
    return this.vouched(identity && { account: identity, email: identity.email }, readable(address));
  }

  /** The same, as gateways of the release before ask: good for nobody who is tied to an account, and ties nobody. */
  vouchForEmail({ email, address }: VouchForEmailAsk): Promise<VouchAnswer> {
    return this.vouched({ account: null, email }, readable(address));
  }

  private async vouched(identity: Identity | null, address: string | null): Promise<VouchAnswer> {
    const session = await this.database.transaction(async (sql) => {
      const found = identity && !isUnusable(identity) ? await recognise(sql, identity) : null;
      const [row] = await sql.rows<StandingRow>(`${STANDING} where p.person_id = $1`, [found?.personId ?? null]);
      const refusal = row ? refusalOf({ ...row, is_expired: false }) : 'AUTH_FAILED';
      if (!row || refusal) return this.refuse(sql, row?.person_id ?? null, address, refusal ?? 'AUTH_FAILED');
      const isFirst = !found?.isTied;
      if (isFirst && !(await tie(sql, identity!, row.person_id)))
        return this.refuse(sql, row.person_id, address, 'IDENTITY_DIFFERS');
      const opened = await openSession(sql, { personId: row.person_id, method: 'oidc', secondFactor: true, address });
      await noteAddress(sql, row.person_id, address);
      const actor = personActor(row.person_id);
      const details = { method: 'oidc', ...(isFirst && identity?.account && { firstTime: true }) };
      await tell(sql, [{ action: 'session.opened', environmentId: null, actor, address, details }]);
      return opened;
    }, SCOPE);
    this.relay.nudge();
    return { session: session && { ...session, stage: 'open' } };
  }

  private async find(email: string, address: string | null): Promise<Account | undefined> {
    if (unusable(email)) return undefined;
    const [account] = await this.database.rows<Account>(
      `select p.person_id, p.email, p.password_hash, p.totp_secret is not null as is_enrolled,
              ${IS_KNOWN} as is_known from auth.person p where p.email = $1`,
      [email, address],
    );
    return account;
  }

  /** The account is read anew and held: a password changed meanwhile, or in a moment, finds no session of the old one. */
  private async conclude({ account, address, isLocked, matches, standing, totpOffer }: Attempt) {
    return this.database.transaction(async (sql) => {
      const [row] = await sql.rows<StandingRow>(
        `${STANDING} where p.person_id = $1 and p.password_hash is not distinct from $2 for share of p`,
        [account?.person_id ?? null, account?.password_hash ?? null],
      );
      // While a delay runs it is not told, even to the log, whether the password was right.
      const refusal = isLocked ? 'ACCOUNT_LOCKED' : row && matches ? refusalOf(row) : 'AUTH_FAILED';
      if (!row || refusal) return this.refuse(sql, account?.person_id ?? null, address, refusal ?? 'AUTH_FAILED');
      if (standing !== undefined) await closeStanding(sql, standing, address);
      return openSession(sql, {
        personId: row.person_id,
        method: 'password',
        secondFactor: false,
        totpOffer,
        address,
      });
    }, SCOPE);
  }

  private async refuse(sql: Sql, personId: string | null, address: string | null, reason: SignInRefusal) {
    // Never the e-mail that was typed: it may be a password, and the log keeps no names.
    const actor = personActor(personId);
    await tell(sql, [{ action: 'session.refused', environmentId: null, actor, address, reasons: [reason] }]);
    return null;
  }

  private async rehash({ person_id: id, password_hash: old }: Account, password: string): Promise<void> {
    const fresh = await this.hasher.hash(password);
    await this.database.rows('update auth.person set password_hash = $3 where person_id = $1 and password_hash = $2', [
      id,
      old,
      fresh,
    ]);
  }
}

interface StandingRow {
  readonly person_id: string;
  readonly active: boolean;
  readonly is_expired: boolean;
  readonly has_role: boolean;
}

const STANDING = `
  select p.person_id, p.active, coalesce(p.password_expires_at <= clock_timestamp(), false) as is_expired,
         exists (select from auth.person_role r where r.person_id = p.person_id) as has_role
    from auth.person p`;

const SCOPE = { scope: { acrossTenants: 'a person signs in to the service, not to an environment' } } as const;

function refusalOf({ active, is_expired, has_role }: StandingRow): SignInRefusal | null {
  if (!active) return 'PERSON_DISABLED';
  if (is_expired) return 'PASSWORD_EXPIRED';
  return has_role ? null : 'NO_ROLE';
}

/** What guesses at a person's password are counted under. Longer than any user name, so no machine's count is theirs. */
export const passwordGuesses = (email: string): string => `the password of a person: ${email}`;

/** In the one spelling that is compared; an address that cannot be read is nobody's. */
export const readable = (address: string | null): string | null =>
  address === null ? null : (normaliseAddress(address) ?? null);

/** Whoever signs in anew in a browser leaves no session behind in it. */
async function closeStanding(sql: Sql, token: string, address: string | null): Promise<void> {
  const personId = await endSession(sql, token);
  if (personId === null) return;
  const actor = personActor(personId);
  await tell(sql, [{ action: 'session.closed', environmentId: null, actor, address, details: { why: 'another' } }]);
}

/** PostgreSQL has no text with a NUL or half a surrogate pair in it, and nobody has such an address. */
const unusable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();

const isUnusable = ({ account, email }: Identity): boolean =>
  [account?.issuer ?? '', account?.subject ?? '', email ?? ''].some(unusable);
