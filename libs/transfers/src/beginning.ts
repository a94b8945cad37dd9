import { holdRules, type Sql } from '#lib/store';

import type { Claim } from './lane.js';

/** `rules-changed`: the decision is out of date, ask again. `superseded`: another worker holds the lane. */
export type Beginning = 'begun' | 'rules-changed' | 'superseded';

/**
 * Begins a claimed transfer under a decision whose rules stood at `rulesVersion`; the first thing that the work does,
 * in a transaction of its own that is committed before anything is read or written.
 *
 * Whoever takes a right away is answered after that is committed, and one of the two goes first. So when the answer is
 * there, every transfer either was begun before or will find its rules changed: docs/explanation/revocation.md.
 */
export async function beginTransfer(sql: Sql, claim: Claim, rulesVersion: string | null): Promise<Beginning> {
  const { transfer, laneId, fence } = claim;
  if (!(await holdRules(sql, transfer, rulesVersion))) return 'rules-changed';
  const begun = await sql.rows(
    `update transfers.transfer t set begun_at = clock_timestamp()
       from transfers.lane l
      where t.id = $1 and t.state = 'running' and l.id = $2 and l.fence = $3
      returning t.id`,
    [transfer.id, laneId, fence],
  );
  return begun.length === 1 ? 'begun' : 'superseded';
}
