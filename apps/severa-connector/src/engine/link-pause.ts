import { auditLink, type Asker } from '../link/link-audit.js';
import { inTransaction } from './reading.js';
import type { PauseLink } from './stop.js';
import type { HeldTurn } from './turns.js';
import type { EngineParts } from './work.js';

const SERVICE: Asker = { by: { kind: 'service', id: 'severa-connector' }, address: null };

/**
 * The link stands still: its runs stay open, its records stay due. It is looked at again by itself, and goes on as soon
 * as its credentials open the other system. Credentials that were saved since the turn began are not those that failed.
 */
export async function pauseLink(
  parts: EngineParts,
  held: HeldTurn,
  { cause, system, words }: PauseLink,
): Promise<void> {
  const { turn } = held;
  await inTransaction({ parts, held }, async (sql) => {
    const paused = await sql.rows(
      `update severa.link
          set paused = $3, paused_at = clock_timestamp(), check_at = clock_timestamp() + $4 * interval '1 millisecond'
        where environment_id = $1 and company_id = $2 and paused is distinct from $3
          and not exists (select from severa.credential c
                           where c.environment_id = $1 and c.company_id = $2 and c.saved_at > $5) returning paused`,
      [turn.environmentId, turn.companyId, cause, parts.patience.check, turn.at],
    );
    if (paused.length > 0) await auditLink(sql, turn, SERVICE, 'link.paused', { cause, system, message: words });
  });
}
