import type { z } from 'zod';

import type { endSessions, listSessions } from '#lib/contracts';
import type { Database, Sql } from '#lib/store';

import { ProofNeeded } from './errors.js';
import { personActor, tell } from './person-event.js';
import { readable } from './person-sign-in.js';
import type { PresentPassword } from './present-password.js';
import { readSession, SESSION_SCOPE, type SignInMethod, STANDS } from './session.js';

export type ListSessionsAsk = z.output<typeof listSessions.ask>;
export type ListSessionsAnswer = z.output<typeof listSessions.answer>;
export type EndSessionsAsk = z.output<typeof endSessions.ask>;
export type EndSessionsAnswer = z.output<typeof endSessions.answer>;

interface SessionRow {
  readonly session_id: string;
  readonly method: SignInMethod;
  readonly address: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
}

const SCOPE = { scope: SESSION_SCOPE } as const;

/** Where else a person is signed in, seen and ended by themselves, from a session that is open. */
export class OpenSessions {
  constructor(
    private readonly database: Database,
    private readonly relay: { nudge(): void },
    private readonly present: Pick<PresentPassword, 'require'>,
  ) {}

  async list({ token }: ListSessionsAsk): Promise<ListSessionsAnswer> {
    return this.database.transaction(async (sql) => {
      const own = await openSessionOf(sql, token);
      if (!own) return { sessions: null };
      const rows = await sql.rows<SessionRow>(
        `select s.session_id, s.method, s.address, s.created_at, s.last_seen_at, s.expires_at
           from auth.person_session s where s.person_id = $1 and s.second_factor and ${STANDS}
          order by s.created_at desc, s.session_id`,
        [own.personId],
      );
      return {
        sessions: rows.map(({ session_id: id, method, address, ...row }) => ({
          id,
          method,
          address,
          begunAt: new Date(row.created_at).toISOString(),
          lastUsedAt: new Date(row.last_seen_at).toISOString(),
          expiresAt: new Date(row.expires_at).toISOString(),
          isThis: id === own.sessionId,
        })),
      };
    }, SCOPE);
  }

  /**
   * Sessions of somebody else are as though there were none. With no id also those go that wait for a second factor.
   *
   *   what is ended  | signed in            | present password | then
   *   ---------------+----------------------+------------------+------------------------------
   *   this session   | any time ago         | any              | it ends
   *   others         | within five minutes  | any              | they end
   *   others         | longer ago           | given, right     | they end
   *   others         | longer ago           | given, wrong     | {@link PresentPasswordRefused}
   *   others         | longer ago           | not given        | {@link ProofNeeded}
   */
  async end(ask: EndSessionsAsk): Promise<EndSessionsAnswer> {
    const { token, sessionId, address: given } = ask;
    await this.requireProof(ask);
    const answer = await this.database.transaction(async (sql) => {
      const own = await openSessionOf(sql, token);
      if (!own) return { ended: null };
      const { personId } = own;
      // The person first, as all who end sessions do.
      await sql.rows('select from auth.person where person_id = $1 for update', [personId]);
      const ended = await sql.rows(
        `delete from auth.person_session
          where person_id = $1 and case when $2::uuid is null then session_id <> $3 else session_id = $2 end
         returning 1`,
        [personId, sessionId, own.sessionId],
      );
      if (ended.length > 0) {
        const actor = personActor(personId);
        const details = { sessionsEnded: ended.length };
        await tell(sql, [{ action: 'session.closed', environmentId: null, actor, address: readable(given), details }]);
      }
      return { ended: ended.length };
    }, SCOPE);
    this.relay.nudge();
    return answer;
  }

  private async requireProof({ token, sessionId, address, currentPassword }: EndSessionsAsk): Promise<void> {
    const own = await this.database.transaction((sql) => openSessionOf(sql, token), SCOPE);
    if (!own || own.isFresh || own.sessionId === sessionId) return;
    if (currentPassword === undefined) throw new ProofNeeded();
    const by = { kind: 'person', id: own.personId } as const;
    await this.present.require(by, readable(address), currentPassword, 'session.closed');
  }
}

async function openSessionOf(sql: Sql, token: string) {
  const session = await readSession(sql, token);
  return session?.stage === 'open' ? session : null;
}
