import type { DocumentStream } from '#lib/contracts';
import type { Sql } from '#lib/store';

/** A document that somebody sends for import without a key that would name the request. */
export interface SentDocument {
  readonly environmentId: string;
  readonly companyId: string;
  readonly partnerUserId: string;
  readonly stream: DocumentStream;
  readonly sha256: Buffer;
}

/**
 * The transfer of the very same bytes, from the same sender into the same lane, that has not ended; in the caller's
 * transaction, which is the only one to ask until it ends. So of several that send the same at once, one finds none.
 */
export async function findSameUnfinished(sql: Sql, sent: SentDocument): Promise<string | undefined> {
  const { environmentId, companyId, partnerUserId, stream, sha256 } = sent;
  const name = `${companyId} ${stream} ${partnerUserId} ${sha256.toString('hex')}`;
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  // In two halves, since each has an index of its own: those in the lane, and those that have left it to be looked at.
  const [first] = await sql.rows<{ id: string }>(
    `with unfinished as (
       select t.id, t.document_id, t.partner_user_id, t.dry_run, t.direction
         from transfers.lane l join transfers.transfer t on t.lane_id = l.id
        where l.environment_id = $1 and l.company_id = $2 and l.target = $3
          and t.state in ('queued', 'running', 'deferred')
       union all
       select t.id, t.document_id, t.partner_user_id, t.dry_run, t.direction
         from transfers.transfer t
        where t.stream = $3 and t.direction = 'import' and t.state = 'held' and t.finished_at is null
          and t.environment_id = $1 and t.company_id = $2
     )
     select u.id from unfinished u
       join transfers.document d on d.id = u.document_id and d.environment_id = $1
      where u.partner_user_id = $4 and u.direction = 'import' and not u.dry_run and d.sha256 = $5
      limit 1`,
    [environmentId, companyId, stream, partnerUserId, sha256],
  );
  return first?.id;
}
