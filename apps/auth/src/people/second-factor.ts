import type { z } from 'zod';

import type { passSecondFactor } from '#lib/contracts';
import type { Database, Sql, Vault } from '#lib/store';

import { countersOf, SignInCounters } from '../sign-in-counters.js';
import { IS_KNOWN, noteAddress } from './known-address.js';
import { personActor, type PersonEvent, tell } from './person-event.js';
import { readable, type SignInRefusal } from './person-sign-in.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-code.js';
import { endSession, openSession, readSession, SESSION_SCOPE, type StandingSession } from './session.js';
import { acceptedStep, isOfAnotherMoment } from './totp.js';
import { totpContext } from './totp-context.js';

export type SecondFactorAsk = z.output<typeof passSecondFactor.ask>;
export type SecondFactorAnswer = z.output<typeof passSecondFactor.answer>;

/** What a code is held against: the secret that counts, or at enrolment the one that was offered. */
interface Claim {
  readonly token: string;
  readonly code: string;
  readonly address: string | null;
  readonly session: StandingSession;
  readonly sealed: Buffer;
  readonly secret: Buffer;
  readonly isLocked: boolean;
}

type Outcome =
  { readonly refused: SignInRefusal | null } | { readonly passed: NonNullable<SecondFactorAnswer['session']> };

/**
 * A person signs in, second half: a code of their authenticator, or one of their recovery codes.
 *
 *   the session waits for | the code is                        | then
 *   ----------------------+------------------------------------+------------------------------------------
 *   a code                | what the authenticator shows now,  | a new session
 *                         | not used yet                       |
 *   a code                | a recovery code, not used yet      | a new session; the code is used up
 *   a first code          | the offered secret's               | that secret counts from now on; ten recovery
 *                         |                                    | codes and a new session
 *   either                | any other                          | null, counted as a wrong password is
 *   neither               | any                                | null
 *
 * The session that waited ends with the code, so who knew its token before has nothing of what follows.
 */
export class SecondFactor {
  readonly #counters: SignInCounters;

  constructor(
    private readonly database: Database,
    private readonly vault: Pick<Vault, 'open'>,
    private readonly relay: { nudge(): void },
  ) {
    this.#counters = new SignInCounters(database);
  }

  async pass({ token, code, address: given }: SecondFactorAsk): Promise<SecondFactorAnswer> {
    const address = readable(given);
    const session = await this.database.transaction((sql) => readSession(sql, token), SCOPE);
    const sealed = session && awaited(session);
    if (!session || !sealed) return { session: null };
    const { personId } = session;
    const isKnown = await this.isKnown(personId, address);
    const counters = countersOf(codeGuesses(personId), address, isKnown);
    const isLocked = !(await this.#counters.count(counters));
    const secret = await this.vault.open(totpContext(personId), sealed);

    const claim: Claim = { token, code, address, session, sealed, secret, isLocked };
    const outcome = await this.database.transaction((sql) => settle(sql, claim), SCOPE);
    this.relay.nudge();
    if (!('passed' in outcome)) return { session: null };
    await this.#counters.forgive(counters, isKnown);
    return { session: outcome.passed };
  }

  private async isKnown(personId: string, address: string | null): Promise<boolean> {
    const [row] = await this.database.rows<{ is_known: boolean }>(
      `select ${IS_KNOWN} as is_known from auth.person p where p.person_id = $1`,
      [personId, address],
    );
    return row?.is_known ?? false;
  }
}

const SCOPE = { scope: SESSION_SCOPE } as const;

/** What guesses at a person's codes are counted under. */
export const codeGuesses = (personId: string): string => `the second factor of a person: ${personId}`;

function awaited(session: StandingSession): Buffer | null {
  if (session.stage === 'second-factor') return session.totpSecret;
  return session.stage === 'enrolment' ? session.totpOffer : null;
}

interface PersonRow {
  readonly totp_secret: Buffer | null;
  readonly totp_last_step: string | null;
  readonly at: string;
}

async function settle(sql: Sql, claim: Claim): Promise<Outcome> {
  const { token, address, session } = claim;
  const { personId } = session;
  // Held to the end: of two who bring the same code at once, the second finds its step used.
  const [person] = await sql.rows<PersonRow>(
    `select totp_secret, totp_last_step, clock_timestamp() as at from auth.person
      where person_id = $1 and active and erased_at is null for update`,
    [personId],
  );
  const events = person && !claim.isLocked ? await prove(sql, claim, person) : null;
  if (!events) {
    const reason = whyRefused(claim, person);
    const actor = personActor(personId);
    await tell(sql, [{ action: 'session.refused', environmentId: null, actor, address, reasons: [reason] }]);
    return { refused: reason };
  }
  // Whoever took the waiting session first has used it up.
  if ((await endSession(sql, token)) === null) return { refused: null };
  const opened = await openSession(sql, { personId, method: 'password', secondFactor: true, address });
  await noteAddress(sql, personId, address);
  const recoveryCodes = session.stage === 'enrolment' ? await replaceRecoveryCodes(sql, personId) : null;
  await tell(sql, events);
  const { stage } = (await readSession(sql, opened.token))!;
  return { passed: { ...opened, stage, recoveryCodes } };
}

/** For the log: whoever helps the person sees that their clock is wrong. The answer is the same for all of them. */
function whyRefused({ isLocked, secret, code }: Claim, person: PersonRow | undefined): SignInRefusal {
  if (isLocked) return 'ACCOUNT_LOCKED';
  return person && isOfAnotherMoment(secret, code, new Date(person.at))
    ? 'CODE_OF_ANOTHER_MOMENT'
    : 'SECOND_FACTOR_FAILED';
}

/** Uses the code up, and says what is to be told of it; `null` when it proves nothing. */
async function prove(sql: Sql, claim: Claim, person: PersonRow): Promise<readonly PersonEvent[] | null> {
  const { code, session, sealed, secret, address } = claim;
  const { personId } = session;
  const opened = (by: string): PersonEvent => ({
    action: 'session.opened',
    environmentId: null,
    actor: personActor(personId),
    address,
    details: { method: 'password', secondFactor: by },
  });
  const lastStep = person.totp_last_step === null ? null : Number(person.totp_last_step);
  const step = acceptedStep(secret, code, new Date(person.at), lastStep);

  if (session.stage === 'enrolment') {
    if (step === null || person.totp_secret !== null) return null;
    await sql.rows('update auth.person set totp_secret = $2, totp_last_step = $3 where person_id = $1', [
      personId,
      sealed,
      step,
    ]);
    return [{ ...opened('totp'), action: 'second-factor.enrolled', details: {} }, opened('totp')];
  }
  if (!person.totp_secret?.equals(sealed)) return null;
  if (step !== null) {
    await sql.rows('update auth.person set totp_last_step = $2 where person_id = $1', [personId, step]);
    return [opened('totp')];
  }
  return (await useRecoveryCode(sql, personId, code)) ? [opened('recovery-code')] : null;
}

async function useRecoveryCode(sql: Sql, personId: string, code: string): Promise<boolean> {
  const hash = recoveryCodeHash(code);
  if (!hash) return false;
  const used = await sql.rows(
    `delete from auth.person_recovery_code
      where person_id = $1 and code_hash = $2 and (good_until is null or good_until > clock_timestamp()) returning 1`,
    [personId, hash],
  );
  return used.length > 0;
}

async function replaceRecoveryCodes(sql: Sql, personId: string): Promise<string[]> {
  const codes = [...newRecoveryCodes()];
  await sql.rows('delete from auth.person_recovery_code where person_id = $1', [personId]);
  await sql.rows(
    'insert into auth.person_recovery_code (person_id, code_hash, good_until) select $1, unnest($2::bytea[]), null',
    [personId, codes.map(recoveryCodeHash)],
  );
  return codes;
}
