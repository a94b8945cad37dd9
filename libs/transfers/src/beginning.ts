import { type Database, rulesStand } from '#lib/store';

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
export async function beginTransfer(
  database: Database,
  { transfer, laneId, fence }: Claim,
  rulesVersion: string | null,
): Promise<Beginning> {
  const { environmentId, companyId, partnerUserId } = transfer;
  const [found] = await database.rows<{ stands: boolean; begun: boolean }>(
    BEGIN,
    [environmentId, companyId, partnerUserId, rulesVersion, transfer.id, laneId, fence],
    { scope: { tenant: environmentId } },
  );
  if (!found?.stands) return 'rules-changed';
  return found.begun ? 'begun' : 'superseded';
}

const BEGIN = `
  with ${rulesStand('$1', '$2', '$3', '$4')}, begun as (
    update transfers.transfer t set begun_at = clock_timestamp()
      from transfers.lane l, rules
     where rules.stand and t.id = $5 and t.state = 'running' and l.id = $6 and l.fence = $7
     returning t.id
  )
  select rules.stand as stands, exists (select from begun) as begun from rules`;
