import { v7 as uuid } from 'uuid';

import { auditEvent, type AuditAction, type NewAuditEvent } from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { issueTicket } from './lane.js';
import {
  type ItemOutcome,
  type TerminalState,
  type Transfer,
  TRANSFER_COLUMNS,
  type TransferEffect,
  transferOf,
  type TransferProblem,
  type TransferRow,
} from './transfer.js';

/** How a transfer ended. */
export interface TransferEnd {
  readonly state: TerminalState;
  readonly effect?: TransferEffect;
  readonly problem?: TransferProblem;
  readonly reasons?: readonly string[];
}

/** Ends a running transfer, with its audit event, in the caller's transaction. */
export async function finishTransfer(sql: Sql, transfer: Transfer, end: TransferEnd): Promise<void> {
  await sql.rows(
    `update transfers.transfer
        set state = $2, effect = $3, problem = $4, reasons = $5, opens_at = null, finished_at = clock_timestamp()
      where id = $1`,
    [transfer.id, end.state, end.effect ?? null, end.problem ?? null, end.reasons ?? []],
  );
  const outcome = end.state === 'denied' ? 'denied' : end.state === 'failed' ? 'failure' : 'success';
  await record(sql, transfer, 'transfer.finished', outcome, end.reasons ?? [], {
    state: end.state,
    ...(end.effect && { effect: end.effect }),
    ...(end.problem && { problem: end.problem.code }),
  });
}

/** Puts a transfer off until its window opens. Closed is not failed: the attempt is given back. */
export async function deferTransfer(
  sql: Sql,
  transfer: Transfer,
  { reasons, opensAt }: { reasons: readonly string[]; opensAt: Date },
): Promise<void> {
  await sql.rows(
    `update transfers.transfer
        set state = 'deferred', reasons = $2, opens_at = $3, attempts = greatest(attempts - 1, 0)
      where id = $1`,
    [transfer.id, reasons, opensAt],
  );
  await record(sql, transfer, 'transfer.deferred', 'denied', reasons, { opensAt: opensAt.toISOString() });
}

/** Stops a transfer that would destroy, until a person confirms its very effect. */
export async function holdTransfer(sql: Sql, transfer: Transfer, effect: TransferEffect): Promise<void> {
  await sql.rows(`update transfers.transfer set state = 'held', effect = $2, attempts = 0 where id = $1`, [
    transfer.id,
    effect,
  ]);
  await record(sql, transfer, 'transfer.held', 'denied', effect.brake ?? [], { effect });
}

/** What a person may do with a transfer that has not ended, and what comes of it. */
export type Intervention = 'done' | 'not-held' | 'already-ended' | 'effect-changed';

/**
 * Lets a held transfer go on, by a person who has seen its effect.
 *
 * It joins the back of its lane: the register has moved on while it waited,
 * so its effect is computed anew, and held again when it has become worse.
 */
export async function releaseTransfer(
  sql: Sql,
  transferId: string,
  confirmed: string,
  actor: NewAuditEvent['actor'],
): Promise<Intervention> {
  const [row] = await sql.rows<TransferRow & { lane_id: string }>(
    `select ${TRANSFER_COLUMNS}, t.lane_id from transfers.transfer t where t.id = $1 for update`,
    [transferId],
  );
  if (row?.state !== 'held' || !row.effect) return 'not-held';
  const transfer = transferOf(row);
  if (effectMark(transfer.id, row.effect) !== confirmed) return 'effect-changed';
  await sql.rows(
    `update transfers.transfer set state = 'queued', released_effect = effect,
            position = nextval(pg_get_serial_sequence('transfers.transfer', 'position'))
      where id = $1`,
    [transferId],
  );
  await issueTicket(sql, row.lane_id);
  await record(sql, transfer, 'transfer.released', 'success', [], { effect: row.effect }, actor);
  return 'done';
}

/** Ends a transfer that has not begun, or is held. One that runs is past stopping. */
export async function cancelTransfer(
  sql: Sql,
  transferId: string,
  actor: NewAuditEvent['actor'],
): Promise<Intervention> {
  const [row] = await sql.rows<TransferRow>(
    `update transfers.transfer t set state = 'cancelled', finished_at = clock_timestamp()
      where t.id = $1 and t.state in ('queued', 'deferred', 'held')
      returning ${TRANSFER_COLUMNS}`,
    [transferId],
  );
  if (!row) return 'already-ended';
  await record(sql, transferOf(row), 'transfer.cancelled', 'success', [], {}, actor);
  return 'done';
}

/** Names one effect of one transfer: whoever confirms it has seen exactly these numbers. */
export function effectMark(transferId: string, effect: TransferEffect): string {
  const { created, updated, unchanged, left, deleted, rejected, emptied } = effect;
  return [transferId, created, updated, unchanged, left, deleted, rejected, emptied].join('.');
}

/** One transfer, or nothing. */
export async function findTransfer(database: Database, id: string): Promise<Transfer | undefined> {
  const [row] = await database.rows<TransferRow>(
    `select ${TRANSFER_COLUMNS} from transfers.transfer t where t.id = $1`,
    [id],
  );
  return row && transferOf(row);
}

/** One record of a transfer, with its own outcome. */
export interface Item {
  readonly no: number;
  readonly key: string | null;
  readonly outcome: ItemOutcome;
  readonly line: number | null;
  readonly column: number | null;
  readonly faults: unknown;
  readonly changes: unknown;
}

/** A page of a transfer's items in the order of the document, after `after`. */
export async function listItems(
  database: Database,
  transferId: string,
  { after, limit, outcome }: { after: number; limit: number; outcome: ItemOutcome | null },
): Promise<Item[]> {
  return database.rows<Item>(
    `select no, key, outcome, line, "column", faults, changes from transfers.item
      where transfer_id = $1 and no > $2 and ($4::text is null or outcome = $4)
      order by no limit $3`,
    [transferId, after, limit, outcome],
  );
}

async function record(
  sql: Sql,
  transfer: Transfer,
  action: AuditAction,
  outcome: NewAuditEvent['outcome'],
  reasons: readonly string[],
  details: Record<string, unknown>,
  actor: NewAuditEvent['actor'] = { kind: 'partner-user', id: transfer.partnerUserId },
): Promise<void> {
  const [clock] = await sql.rows<{ at: string }>('select clock_timestamp() as at');
  const eventId = uuid();
  const event: NewAuditEvent = {
    eventId,
    environmentId: transfer.environmentId,
    occurredAt: new Date(clock?.at ?? '').toISOString(),
    action,
    outcome,
    actor,
    companyId: transfer.companyId,
    partnerUserId: transfer.partnerUserId,
    transferId: transfer.id,
    documentId: transfer.documentId,
    stream: transfer.stream,
    direction: transfer.direction,
    reasons: [...reasons],
    details,
  };
  await writeOutbox(sql, [outgoing(auditEvent, event, eventId)]);
}
