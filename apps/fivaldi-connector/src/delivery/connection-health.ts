import type { Answer } from '#lib/upstream';
import type { ConnectionSql } from '#lib/store';

import type { Settlement, Work } from './delivery-queue.js';
import type { Patience } from './patience.js';
import type { Permission } from './permit-delivery.js';
import type { Turn } from './turns.js';

/** Why a company's deliveries stand still until somebody has acted. */
export const PAUSES = ['credentials-refused', 'right-missing'] as const;
export type Pause = (typeof PAUSES)[number];

/** The first no may be a clock or a signature that came late: it is asked once more, signed anew. */
const REFUSALS_BEFORE_PAUSE = 2;

/**
 * What an answer says about the company's connection.
 *
 *   answer       | means
 *   -------------+-------------------------------------------------------------------
 *   401          | the credentials are refused; paused at the second one in a row
 *   403          | a right is missing in Fivaldi; paused at the second one in a row
 *   no connection| the connection rests; nobody has to act
 *   any other    | it works
 */
export function pauseOf(answer: Answer): 'works' | 'rests' | Pause {
  if (answer.as === 'unauthorised') return answer.status === 401 ? 'credentials-refused' : 'right-missing';
  return answer.as === 'unreachable' ? 'rests' : 'works';
}

/** Writes down what {@link pauseOf} says. Other companies go on. */
export async function wasHeard(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  heard: 'works' | 'rests' | Pause,
  { connection }: Patience,
): Promise<void> {
  if (heard === 'works') {
    await sql.rows(
      `update fivaldi.connection set refusals = 0 where environment_id = $1 and company_id = $2 and refusals > 0`,
      [environmentId, companyId],
    );
    return;
  }
  const isRefused = heard !== 'rests';
  await sql.rows(
    `update fivaldi.connection
        set refusals = refusals + $3, waits_until = clock_timestamp() + $4 * interval '1 millisecond',
            paused = case when refusals + $3 >= $5 then $6 else paused end,
            paused_at = case when refusals + $3 >= $5 then clock_timestamp() else paused_at end
      where environment_id = $1 and company_id = $2`,
    [environmentId, companyId, isRefused ? 1 : 0, connection, REFUSALS_BEFORE_PAUSE, isRefused ? heard : null],
  );
}

/** An answer that was lost is looked for when the rules allow it again; until then it must not be forgotten. */
const UNSURE_AGAIN = 3_600_000;

/** What becomes of a record that the rules do not let out. */
export function forbidden({ unsure }: Work, permission: Exclude<Permission, { as: 'allowed' }>): Settlement {
  if (permission.as === 'waits') {
    return { state: unsure ? 'unknown' : 'due', inMilliseconds: Math.max(0, permission.forMilliseconds) };
  }
  const complaints = permission.reasons.map((text) => ({ text }));
  if (unsure) return { state: 'unknown', cause: 'not-allowed', complaints, inMilliseconds: UNSURE_AGAIN };
  return { state: 'denied', cause: 'not-allowed', complaints };
}
