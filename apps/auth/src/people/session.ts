import type { PersonSession, SessionStage } from '#lib/contracts';
import type { RoleAssignment } from '#lib/policy';
import type { Sql } from '#lib/store';

import { newToken, tokenHash } from '../token.js';
import { personActor, tell } from './person-event.js';

export type SignInMethod = 'password' | 'oidc';

/** A session that stands: neither too old, nor idle, and its person is active. */
export interface StandingSession {
  readonly sessionId: string;
  readonly personId: string;
  readonly stage: SessionStage;
  readonly expiresAt: Date;
  /** The sign-in that it came of was a moment ago: its factors need not be asked for again. */
  readonly isFresh: boolean;
  readonly email: string;
  readonly name: string;
  readonly language: 'fi' | 'sv' | 'en';
  readonly roles: readonly RoleAssignment[];
  readonly recoveryCodesLeft: number;
  readonly passwordHash: string | null;
  readonly totpSecret: Buffer | null;
  readonly totpOffer: Buffer | null;
}

interface StageFacts {
  readonly secondFactor: boolean;
  readonly isEnrolled: boolean;
  readonly mustChangePassword: boolean;
  readonly method: SignInMethod;
}

/**
 * How far a session has come.
 *
 *   second factor | enrolled | came by  | password must change | stage
 *   --------------+----------+----------+----------------------+--------------
 *   awaited       | no       | any      | any                  | enrolment
 *   awaited       | yes      | any      | any                  | second-factor
 *   done          | any      | password | yes                  | password
 *   done          | any      | password | no                   | open
 *   done          | any      | oidc     | any                  | open: it came in without the password
 */
export function stageOf({ secondFactor, isEnrolled, mustChangePassword, method }: StageFacts): SessionStage {
  if (!secondFactor) return isEnrolled ? 'second-factor' : 'enrolment';
  return mustChangePassword && method === 'password' ? 'password' : 'open';
}

interface SessionRow {
  readonly session_id: string;
  readonly person_id: string;
  readonly method: SignInMethod;
  readonly second_factor: boolean;
  readonly must_change_password: boolean;
  readonly expires_at: string;
  readonly is_fresh: boolean;
  readonly email: string;
  readonly name: string;
  readonly language: 'fi' | 'sv' | 'en';
  readonly roles: readonly RoleAssignment[];
  readonly codes_left: number;
  readonly password_hash: string | null;
  readonly totp_secret: Buffer | null;
  readonly totp_offer: Buffer | null;
}

/** A session lives for eight hours, and half an hour without a call. */
const ABSOLUTE = `interval '8 hours'`;
const IDLE = `interval '30 minutes'`;
const FRESH = `interval '5 minutes'`;
/** Until the second factor is given; a person looks for a telephone meanwhile. */
const WAITING = `interval '10 minutes'`;

/** Whether a session (as `s`) is neither too old nor idle. */
export const STANDS = `s.expires_at > clock_timestamp() and s.last_seen_at > clock_timestamp() - ${IDLE}`;

// That somebody was here is noted once a minute at most: a session may end a minute early, never late.
const STANDING = `
  with standing as (
    select s.token_hash, s.session_id, s.person_id, s.method, s.second_factor, s.totp_offer, s.expires_at,
           s.created_at > clock_timestamp() - ${FRESH} as is_fresh, p.must_change_password,
           p.email, p.name, p.language, p.password_hash, p.totp_secret
      from auth.person_session s join auth.person p using (person_id)
     where s.token_hash = $1 and ${STANDS}
       and p.active and p.erased_at is null
  ), seen as (
    update auth.person_session s set last_seen_at = clock_timestamp()
     where s.token_hash = (select token_hash from standing)
       and s.last_seen_at <= clock_timestamp() - interval '1 minute'
  )
  select standing.*,
         (select count(*)::int from auth.person_recovery_code c where c.person_id = standing.person_id
             and (c.good_until is null or c.good_until > clock_timestamp())) as codes_left,
         (select coalesce(json_agg(json_build_object('role', r.role, 'environmentId', r.environment_id,
                                                     'companyId', r.company_id)
                                   order by r.environment_id, r.role, r.company_id), '[]')
            from auth.person_role r where r.person_id = standing.person_id) as roles
    from standing`;

/** Whose session this token is, as things stand now; `null` for one that is unknown or has ended. */
export async function readSession(sql: Sql, token: string): Promise<StandingSession | null> {
  const [row] = await sql.rows<SessionRow>(STANDING, [tokenHash(token)]);
  if (!row) return null;
  return {
    sessionId: row.session_id,
    personId: row.person_id,
    stage: stageOf({
      secondFactor: row.second_factor,
      isEnrolled: row.totp_secret !== null,
      mustChangePassword: row.must_change_password,
      method: row.method,
    }),
    expiresAt: new Date(row.expires_at),
    isFresh: row.is_fresh,
    email: row.email,
    name: row.name,
    language: row.language,
    roles: row.roles,
    recoveryCodesLeft: row.codes_left,
    passwordHash: row.password_hash,
    totpSecret: row.totp_secret,
    totpOffer: row.totp_offer,
  };
}

/** Roles lie in every environment, and a person may have one in several. */
export const SESSION_SCOPE = { acrossTenants: 'who somebody is does not depend on where they are asked' } as const;

interface NewSession {
  readonly personId: string;
  readonly method: SignInMethod;
  readonly secondFactor: boolean;
  readonly totpOffer?: Buffer | null;
  readonly address: string | null;
}

/** So many sessions of one person may be open at once, and so many wait for a second factor. */
const MOST_SESSIONS = 10;

/**
 * A session under a token that nobody has seen before. Drops those of the person that have run out; where there are
 * more than ten then, the oldest end, with an event where they were open.
 */
export async function openSession(sql: Sql, session: NewSession): Promise<Omit<PersonSession, 'stage'>> {
  const { personId, method, secondFactor, totpOffer = null, address } = session;
  const token = newToken();
  await sql.rows('delete from auth.person_session where person_id = $1 and expires_at <= clock_timestamp()', [
    personId,
  ]);
  const [row] = await sql.rows<{ expires_at: string }>(
    `insert into auth.person_session
       (token_hash, person_id, method, second_factor, totp_offer, address, created_at, last_seen_at, expires_at)
     select $1, $2, $3, $4, $5, $6, now, now, now + case when $4 then ${ABSOLUTE} else ${WAITING} end
       from clock_timestamp() as now
     returning expires_at`,
    [tokenHash(token), personId, method, secondFactor, totpOffer, address],
  );
  const surplus = await sql.rows(
    `delete from auth.person_session where token_hash in (
       select token_hash from auth.person_session where person_id = $1 and second_factor = $2
        order by created_at desc, session_id offset ${MOST_SESSIONS})
     returning 1`,
    [personId, secondFactor],
  );
  if (secondFactor && surplus.length > 0) {
    const details = { sessionsEnded: surplus.length, why: 'too-many' };
    await tell(sql, [
      { action: 'session.closed', environmentId: null, actor: personActor(personId), address, details },
    ]);
  }
  return { token, expiresAt: new Date(row!.expires_at).toISOString() };
}

/** Ends one session; whose it was, or `null` when there is none. */
export async function endSession(sql: Sql, token: string): Promise<string | null> {
  const [ended] = await sql.rows<{ person_id: string }>(
    'delete from auth.person_session where token_hash = $1 returning person_id',
    [tokenHash(token)],
  );
  return ended?.person_id ?? null;
}

/** Ends every session of a person, those that wait for a second factor too; how many there were. */
export async function endSessionsOf(sql: Sql, personId: string): Promise<number> {
  const ended = await sql.rows('delete from auth.person_session where person_id = $1 returning 1', [personId]);
  return ended.length;
}
