import { createHash } from 'node:crypto';

import { v7 as uuid } from 'uuid';

import { auditEvent, type Keeper, type NewAuditEvent } from '#lib/contracts';
import { outgoing, type Sql, writeOutbox } from '#lib/store';

import { issueTicket } from './lane.js';
import { type Transfer, TRANSFER_COLUMNS, transferOf, type TransferRow, type TransferState } from './transfer.js';

/**
 * Ends after which the same document may be carried out again. What succeeded is never done twice, so no other transfer
 * of the document may have succeeded either, or be on its way.
 */
const REPLAYABLE: readonly TransferState[] = ['failed', 'partial', 'denied', 'cancelled', 'expired'];

export type Replayed =
  /** `repeated`: the same request came before, and this is what it became. */
  { readonly as: 'new' | 'repeated'; readonly transferId: string } | { readonly as: 'not-ended' | 'succeeded' };

export interface Replay {
  readonly by: Keeper;
  readonly address: string | null;
  readonly idempotencyKey: string;
}

/**
 * Has the document of a transfer that ended carried out again, as a new transfer at the back of the lane.
 *
 * It acts as the same partner user, whose rights are decided anew when its turn comes: a replay is no way around them.
 * The ended transfer stays as it is. In the caller's transaction; `transferId` must have been found visible.
 */
export async function replayTransfer(sql: Sql, transferId: string, replay: Replay): Promise<Replayed> {
  const [row] = await sql.rows<TransferRow & { lane_id: string }>(
    `select ${TRANSFER_COLUMNS}, t.lane_id from transfers.transfer t where t.id = $1`,
    [transferId],
  );
  if (!row) throw new Error(`There is no transfer ${transferId} to do again`);
  const ended = transferOf(row);
  if (ended.state === 'succeeded') return { as: 'succeeded' };
  if (!REPLAYABLE.includes(ended.state)) return { as: 'not-ended' };

  // Replays of one document have one lane: whoever holds it is the only one to look and to write.
  await sql.rows('select from transfers.lane where id = $1 for update', [row.lane_id]);
  const first = await earlier(sql, ended, replay.idempotencyKey);
  if (first !== undefined) return { as: 'repeated', transferId: first };
  const other = await sinceThen(sql, row);
  if (other !== undefined) return { as: other };

  const again = uuid();
  const [fresh] = await sql.rows<{ at: string }>(REPLAY, [
    ended.partnerUserId,
    ended.companyId,
    keyOf(transferId, replay.idempotencyKey),
    createHash('sha256').update(transferId).digest(),
    again,
    transferId,
    ended.environmentId,
  ]);
  await issueTicket(sql, row.lane_id);
  const event = acceptedAgain(ended, again, fresh!.at, replay);
  await writeOutbox(sql, [outgoing(auditEvent, event, event.eventId)]);
  return { as: 'new', transferId: again };
}

/** Apart from the keys that partners choose, and never longer than they may be. */
const keyOf = (transferId: string, key: string): string =>
  `replay ${createHash('sha256')
    .update(JSON.stringify([transferId, key]))
    .digest('hex')}`;

const REPLAY = `
  with taken as (
    insert into transfers.idempotency_key (environment_id, partner_user_id, company_id, key, fingerprint, transfer_id)
    values ($7, $1, $2, $3, $4, $5)
    returning transfer_id
  )
  insert into transfers.transfer
    (id, environment_id, company_id, partner_user_id, stream, direction, lane_id, document_id, export_request,
     dry_run, client_address, replay_of)
  select taken.transfer_id, t.environment_id, t.company_id, t.partner_user_id, t.stream, t.direction, t.lane_id,
         t.document_id, t.export_request, t.dry_run, t.client_address, t.id
    from taken, transfers.transfer t where t.id = $6
  returning clock_timestamp() as at`;

/**
 * What forbids a replay, of the document's transfers that were accepted after this one; all before it have ended badly.
 * An export that did not succeed has no document, so nothing forbids to write it once more.
 */
async function sinceThen(sql: Sql, row: TransferRow): Promise<'not-ended' | 'succeeded' | undefined> {
  const [other] = await sql.rows<{ succeeded: boolean }>(
    `select t.state = 'succeeded' as succeeded from transfers.transfer t
      where t.company_id = $1 and t.accepted_at > $2 and t.document_id = $3
        and (t.state = 'succeeded' or t.finished_at is null) limit 1`,
    [row.company_id, row.accepted_at, row.document_id],
  );
  return other && (other.succeeded ? 'succeeded' : 'not-ended');
}

/** The replay that this key already stands for. */
async function earlier(sql: Sql, ended: Transfer, key: string): Promise<string | undefined> {
  const [first] = await sql.rows<{ transfer_id: string }>(
    `select transfer_id from transfers.idempotency_key
      where environment_id = $1 and partner_user_id = $2 and company_id = $3 and key = $4`,
    [ended.environmentId, ended.partnerUserId, ended.companyId, keyOf(ended.id, key)],
  );
  return first?.transfer_id;
}

function acceptedAgain(ended: Transfer, transferId: string, at: string, { by, address }: Replay): NewAuditEvent {
  return {
    eventId: uuid(),
    environmentId: ended.environmentId,
    occurredAt: new Date(at).toISOString(),
    action: 'transfer.accepted',
    outcome: 'success',
    actor: by,
    companyId: ended.companyId,
    partnerUserId: ended.partnerUserId,
    transferId,
    documentId: ended.documentId,
    stream: ended.stream,
    direction: ended.direction,
    address,
    details: { replayOf: ended.id, dryRun: ended.dryRun },
  };
}
