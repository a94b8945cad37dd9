import type { DocumentStream } from '#lib/contracts';
import type { Database } from '#lib/store';

/** A company's queue for one stream. */
export interface LaneName {
  readonly environmentId: string;
  readonly companyId: string;
  readonly stream: DocumentStream;
}

/** How many transfers wait in a lane or are under way there; counted no further than `atMost`. */
export async function waitingInLane(
  database: Database,
  { environmentId, companyId, stream }: LaneName,
  atMost: number,
): Promise<number> {
  const [row] = await database.rows<{ waiting: number }>(
    `select count(*)::int as waiting from (
       select from transfers.lane l join transfers.transfer t on t.lane_id = l.id
        where l.environment_id = $1 and l.company_id = $2 and l.target = $3
          and t.state in ('queued', 'running', 'deferred')
        limit $4) as found`,
    [environmentId, companyId, stream, atMost],
    { scope: { tenant: environmentId } },
  );
  return row?.waiting ?? 0;
}
