import { v7 as uuid } from 'uuid';

import { auditEvent, type AuditAction, type NewAuditEvent } from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { type Claim, holdLane, issueTicket } from './lane.js';
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
  const [ended] = await sql.rows<Moment>(
    `update transfers.transfer
        set state = $2, effect = $3, problem = $4, reasons = $5, opens_at = null, finished_at = clock_timestamp()
      where id = $1
      returning finished_at as at`,
    [transfer.id, end.state, end.effect ?? null, end.problem ?? null, end.reasons ?? []],
  );
  const outcome = end.state === 'denied' ? 'denied' : end.state === 'failed' ? 'failure' : 'success';
  const details = {
    state: end.state,
    ...(end.effect && { effect: end.effect }),
    ...(end.problem && { problem: end.problem.code }),
  };
  await record(sql, transfer, { ...ended, action: 'transfer.finished', outcome, reasons: end.reasons, details });
}

/**
 * Puts a transfer off until its window opens. Closed is not failed: the attempt
 * is given back. When the rules have changed since they were asked, it is not
 * put off but asked about again at once.
 */
export async function deferTransfer(
  sql: Sql,
  claim: Claim,
  { reasons, opensAt, decidedAt }: { reasons: readonly string[]; opensAt: Date; decidedAt: Date },
): Promise<void> {
  const { transfer } = claim;
  const { rulesChangedAt } = await holdLane(sql, claim);
  const outdated = rulesChangedAt !== null && rulesChangedAt >= decidedAt;
  const [deferred] = await sql.rows<Moment>(
    `update transfers.transfer
        set state = 'deferred', reasons = $2, opens_at = $3, attempts = greatest(attempts - 1, 0)
      where id = $1
      returning clock_timestamp() as at`,
    [transfer.id, reasons, outdated ? null : opensAt],
  );
  const details = { opensAt: opensAt.toISOString() };
  await record(sql, transfer, { ...deferred, action: 'transfer.deferred', outcome: 'denied', reasons, details });
}

/** Stops a transfer that would destroy, until a person confirms its very effect. */
export async function holdTransfer(sql: Sql, transfer: Transfer, effect: TransferEffect): Promise<void> {
  const [held] = await sql.rows<Moment>(
    `update transfers.transfer set state = 'held', effect = $2, attempts = 0 where id = $1
     returning clock_timestamp() as at`,
    [transfer.id, effect],
  );
  const reasons = effect.brake;
  await record(sql, transfer, { ...held, action: 'transfer.held', outcome: 'denied', reasons, details: { effect } });
}

/** Who steps in, and from where. */
export type Intervening = Required<Pick<NewAuditEvent, 'actor' | 'address'>>;

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
  by: Intervening,
): Promise<Intervention> {
  const [row] = await sql.rows<TransferRow & { lane_id: string }>(
    `select ${TRANSFER_COLUMNS}, t.lane_id from transfers.transfer t where t.id = $1 for update`,
    [transferId],
  );
  if (row?.state !== 'held' || !row.effect) return 'not-held';
  const transfer = transferOf(row);
  if (effectMark(transfer.id, row.effect) !== confirmed) return 'effect-changed';
  const [released] = await sql.rows<Moment>(
    `update transfers.transfer set state = 'queued', released_effect = effect,
            position = nextval(pg_get_serial_sequence('transfers.transfer', 'position'))
      where id = $1
      returning clock_timestamp() as at`,
    [transferId],
  );
  await issueTicket(sql, row.lane_id);
  const details = { effect: row.effect };
  await record(sql, transfer, { ...released, action: 'transfer.released', outcome: 'success', details, ...by });
  return 'done';
}

/**
 * Ends a transfer that has not begun, or is held. One that runs is past stopping. A lane that sleeps until this
 * transfer's opening looks again at once: what waits behind it may be open now.
 */
export async function cancelTransfer(sql: Sql, transferId: string, by: Intervening): Promise<Intervention> {
  // Before the transfer, as everybody locks them; and awake or not, so that none falls asleep in between.
  await sql.rows(
    `update transfers.lane set wake_at = case when wake_at is not null then clock_timestamp() end
      where id = (select lane_id from transfers.transfer where id = $1)`,
    [transferId],
  );
  const [row] = await sql.rows<TransferRow & Moment>(
    `update transfers.transfer t set state = 'cancelled', finished_at = clock_timestamp()
      where t.id = $1 and t.state in ('queued', 'deferred', 'held')
      returning ${TRANSFER_COLUMNS}, t.finished_at as at`,
    [transferId],
  );
  if (!row) return 'already-ended';
  const { at } = row;
  await record(sql, transferOf(row), { at, action: 'transfer.cancelled', outcome: 'success', details: {}, ...by });
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
    { scope: { acrossTenants: 'who may see a transfer is decided from what is found' } },
  );
  return row && transferOf(row);
}

/** One record of a transfer, with its own outcome. */
export interface Item {
  readonly no: number;
  /** The register that it is a record of; `null` for the stream's only one, in transfers of long ago. */
  readonly register: string | null;
  readonly key: string | null;
  readonly outcome: ItemOutcome;
  readonly line: number | null;
  readonly column: number | null;
  readonly faults: unknown;
  /** Whether it loses the value of some field. */
  readonly emptied: boolean;
  readonly changes: unknown;
}

/** A page of a transfer's items in the order of the document, after `after`. */
export async function listItems(
  database: Database,
  { id, environmentId }: Pick<Transfer, 'id' | 'environmentId'>,
  { after, limit, outcome }: { after: number; limit: number; outcome: ItemOutcome | null },
): Promise<Item[]> {
  return database.rows<Item>(
    `select no, register, key, outcome, line, "column", faults, emptied, changes from transfers.item
      where transfer_id = $1 and no > $2 and ($4::text is null or outcome = $4)
      order by no limit $3`,
    [id, after, limit, outcome],
    { scope: { tenant: environmentId } },
  );
}

/** When a statement changed a transfer, by PostgreSQL's clock. */
interface Moment {
  readonly at: string;
}

/** What happened to a transfer; `at` is missing when there was no such transfer. */
interface Happening extends Partial<Moment> {
  readonly action: AuditAction;
  readonly outcome: NewAuditEvent['outcome'];
  readonly reasons?: readonly string[] | undefined;
  readonly details: Record<string, unknown>;
  /** The sender, unless somebody else did it. */
  readonly actor?: NewAuditEvent['actor'];
  /** Of whoever did it just now; the sender's was noted at acceptance. */
  readonly address?: NewAuditEvent['address'];
}

async function record(sql: Sql, transfer: Transfer, happening: Happening): Promise<void> {
  const { at, action, outcome, reasons = [], details } = happening;
  if (at === undefined) throw new Error(`There is no transfer ${transfer.id} to say ${action} of`);
  const { actor = { kind: 'partner-user', id: transfer.partnerUserId }, address = null } = happening;
  const eventId = uuid();
  const event: NewAuditEvent = {
    eventId,
    environmentId: transfer.environmentId,
    occurredAt: new Date(at).toISOString(),
    action,
    outcome,
    actor,
    address,
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
