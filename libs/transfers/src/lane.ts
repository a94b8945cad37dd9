import { v7 as uuid } from 'uuid';

import { type LaneTicket, laneTicket, type RulesChanged } from '#lib/contracts';
import { type Database, outgoing, type Sql, writeOutbox } from '#lib/store';

import { LaneSuperseded } from './errors.js';
import { type ExportRequest, type Transfer, TRANSFER_COLUMNS, transferOf, type TransferRow } from './transfer.js';

/** The right to carry out one transfer of a lane, until somebody claims the lane anew. */
interface Hold {
  readonly laneId: string;
  readonly ticket: string;
  /** Grows with each claim. A worker that was thought dead holds an older one and can no longer finish. */
  readonly fence: string;
  readonly claimedAt: Date;
}

/** A document is to be brought in. */
export interface ImportClaim extends Hold {
  readonly transfer: Transfer;
  readonly document: {
    readonly id: string;
    readonly environmentId: string;
    readonly gzip: boolean;
    readonly charset: string | null;
    readonly chunks: number;
  };
}

/** A document is to be written: until it ends, an export has none. */
export interface ExportClaim extends Hold {
  readonly transfer: Transfer & { readonly exportRequest: ExportRequest };
  readonly document: null;
}

export type Claim = ImportClaim | ExportClaim;

/** What a ticket was good for: work, nothing (the lane is empty or asleep), or it was not the lane's ticket any more. */
export type TicketOutcome =
  | { readonly as: 'claimed'; readonly claim: Claim }
  | { readonly as: 'idle'; readonly environmentId: string; readonly fence: string }
  | { readonly as: 'stale' };

/**
 * Takes the oldest transfer of the ticket's lane in hand and counts the attempt.
 *
 * Committed before the work begins: a process that dies over a transfer has
 * used an attempt up, so nothing can kill us for ever. Duplicates of a ticket
 * may claim at the same time; the later fence wins. `again` says that this very
 * delivery was in somebody's hands before: without it, a transfer that is under
 * way was claimed by a duplicate, and a burst of those is not an attempt each.
 */
export async function claimTransfer(
  database: Database,
  { laneId, ticket }: Pick<LaneTicket, 'laneId' | 'ticket'>,
  again: boolean,
): Promise<TicketOutcome> {
  const [row] = await database.rows<
    TransferRow & {
      lane_of: string;
      fence: string;
      at: string;
      id: string | null;
      gzip: boolean;
      charset: string | null;
      chunks: number;
    }
  >(CLAIM, [laneId, ticket, again], { scope: { acrossTenants: 'a ticket names its lane and nothing else' } });
  if (!row) return { as: 'stale' };
  if (row.id === null) return { as: 'idle', environmentId: row.lane_of, fence: row.fence };
  const hold = { laneId, ticket, fence: row.fence, claimedAt: new Date(row.at) };
  return { as: 'claimed', claim: claimOf(hold, row) };
}

function claimOf(
  hold: Hold,
  row: TransferRow & { readonly gzip: boolean; readonly charset: string | null; readonly chunks: number },
): Claim {
  const transfer = transferOf(row);
  const { documentId, environmentId, exportRequest } = transfer;
  if (exportRequest !== null) return { ...hold, transfer: { ...transfer, exportRequest }, document: null };
  if (documentId === null) throw new Error(`The import ${transfer.id} has no document`);
  const { gzip, charset, chunks } = row;
  return { ...hold, transfer, document: { id: documentId, environmentId, gzip, charset, chunks } };
}

const CLAIM = `
  with lane as (
    update transfers.lane set fence = fence + 1, ticket_at = clock_timestamp()
     where id = $1 and ticket = $2
     returning id, environment_id, fence
  ), head as (
    select t.id from transfers.transfer t
     where t.lane_id = $1 and t.state in ('queued', 'running', 'deferred')
     order by t.position limit 1
  ), claimed as (
    update transfers.transfer t
       set state = 'running', started_at = coalesce(started_at, clock_timestamp()),
           attempts = attempts + case when t.state = 'running' and not $3::boolean then 0 else 1 end
     where t.id = (select id from head) and exists (select from lane)
       and t.state in ('queued', 'running', 'deferred')
       and (t.state <> 'deferred' or t.opens_at is null or t.opens_at <= clock_timestamp())
     returning ${TRANSFER_COLUMNS}
  )
  select lane.environment_id as lane_of, lane.fence, clock_timestamp() as at, d.gzip, d.charset, d.chunks, t.*
    from lane left join claimed t on true
    left join transfers.document d on d.id = t.document_id and d.environment_id = t.environment_id`;

/**
 * Gives the attempt back, when it was no fault of the document that nothing came of it. A claim that was superseded
 * has nothing to give back any more.
 */
export async function returnAttempt(sql: Sql, { laneId, fence, transfer }: Claim): Promise<void> {
  await sql.rows(
    `update transfers.transfer t set attempts = greatest(t.attempts - 1, 0)
       from transfers.lane l
      where t.id = $1 and t.state = 'running' and l.id = $2 and l.fence = $3`,
    [transfer.id, laneId, fence],
  );
}

/**
 * Lets go of the lane, in the transaction that ends or defers its transfer.
 *
 * If more waits, a new ticket goes to the back of the connector's queue, which
 * is what keeps companies fair to each other; if the next one waits for an
 * opening, the lane sleeps until then; else it rests. Throws
 * {@link LaneSuperseded} when the claim is no longer the newest, so that the
 * transaction undoes whatever was done under it.
 */
export async function passLaneOn(sql: Sql, held: Pick<Claim, 'laneId' | 'ticket' | 'fence'>): Promise<void> {
  const { laneId } = held;
  await holdLane(sql, held);

  // A statement of its own: only now, with the row locked, does it see every transfer that was accepted meanwhile.
  const next = uuid();
  const [lane] = await sql.rows<{ goes_on: boolean }>(
    `update transfers.lane l set
       ticket = case when h.state is not null and not h.sleeps then $2::uuid end,
       ticket_at = clock_timestamp(),
       wake_at = case when h.sleeps then h.opens_at end
     from (select) as one
     left join lateral (
       select t.state, t.opens_at, t.state = 'deferred' and coalesce(t.opens_at > clock_timestamp(), false) as sleeps
         from transfers.transfer t
        where t.lane_id = $1 and t.state in ('queued', 'running', 'deferred')
        order by t.position limit 1) h on true
     where l.id = $1
     returning l.ticket is not null as goes_on`,
    [laneId, next],
  );
  if (lane?.goes_on) await writeOutbox(sql, [outgoing(laneTicket, { laneId, ticket: next, followsOn: true }, next)]);
}

/**
 * Locks the lane for the rest of the transaction and tells when somebody last
 * heard that its rules had changed. Throws {@link LaneSuperseded}.
 */
export async function holdLane(
  sql: Sql,
  { laneId, ticket, fence }: Pick<Claim, 'laneId' | 'ticket' | 'fence'>,
): Promise<{ rulesChangedAt: Date | null }> {
  const [lane] = await sql.rows<{ rules_changed_at: string | null }>(
    'select rules_changed_at from transfers.lane where id = $1 and ticket = $2 and fence = $3 for update',
    [laneId, ticket, fence],
  );
  if (!lane) throw new LaneSuperseded(laneId);
  return { rulesChangedAt: lane.rules_changed_at === null ? null : new Date(lane.rules_changed_at) };
}

/** Gives a lane that rests a ticket, after something was put into it by other means than acceptance. */
export async function issueTicket(sql: Sql, laneId: string): Promise<void> {
  const ticket = uuid();
  const fresh = await sql.rows(
    `update transfers.lane set ticket = $2, ticket_at = clock_timestamp()
      where id = $1 and ticket is null and wake_at is null returning id`,
    [laneId, ticket],
  );
  if (fresh.length > 0) await writeOutbox(sql, [outgoing(laneTicket, { laneId, ticket }, ticket)]);
}

/**
 * Wakes lanes whose opening has come, oldest first and at most `limit` of them:
 * when a thousand companies open at 08:00 they are woken in turns.
 */
export async function wakeLanes(database: Database, limit: number): Promise<number> {
  const woken = await database.rows(
    `with woken as (
       update transfers.lane set ticket = gen_random_uuid(), ticket_at = clock_timestamp(), wake_at = null
        where id in (select id from transfers.lane where wake_at <= clock_timestamp()
                      order by wake_at limit $1 for update skip locked)
        returning id, ticket
     )
     insert into bus.outbox (message_id, type, data)
     select ticket, $2, json_build_object('laneId', id, 'ticket', ticket) from woken
     returning id`,
    [limit, laneTicket.type],
    { scope: { acrossTenants: 'openings come in every environment' } },
  );
  return woken.length;
}

/**
 * Sends tickets again that nobody has used for long: the broker may have lost
 * its data. The same ticket twice is harmless, no ticket at all would not be.
 */
export async function resendOldTickets(database: Database, olderThanMinutes: number): Promise<number> {
  const sent = await database.rows(
    `with old as (
       update transfers.lane set ticket_at = clock_timestamp()
        where id in (select id from transfers.lane
                      where ticket is not null and ticket_at < clock_timestamp() - make_interval(mins => $1)
                      order by ticket_at limit 500 for update skip locked)
        returning id, ticket
     )
     insert into bus.outbox (message_id, type, data)
     select gen_random_uuid(), $2, json_build_object('laneId', id, 'ticket', ticket) from old
     returning id`,
    [olderThanMinutes, laneTicket.type],
    { scope: { acrossTenants: 'the broker may have lost tickets of every environment' } },
  );
  return sent.length;
}

/**
 * Has waiting transfers decided anew at once, after somebody changed the rules
 * that made them wait.
 *
 * The lanes are marked first. A transfer that was decided before the change and
 * is only now being put off finds the mark (`deferTransfer`), or this finds the
 * transfer: the lane's lock lets one of the two go first, and no change is missed.
 */
export async function wakeAfterChange(database: Database, change: RulesChanged): Promise<void> {
  const concerned = `($1::uuid is null or t.environment_id = $1)
    and ($2::uuid is null or t.company_id = $2)
    and ($3::uuid is null or t.partner_user_id = $3)`;
  const values = [change.environmentId, change.companyId, change.partnerUserId];
  const scope =
    change.environmentId === null
      ? { acrossTenants: 'a rule of the operator concerns every environment' }
      : { tenant: change.environmentId };
  await database.transaction(
    async (sql) => {
      await sql.rows(
        `update transfers.lane set rules_changed_at = clock_timestamp()
        where id in (
          select l.id from transfers.lane l
           where exists (select from transfers.transfer t
                          where t.lane_id = l.id and t.state in ('queued', 'running', 'deferred') and ${concerned})
           order by l.id for update)`,
        values,
      );
      await sql.rows(
        `with decided_anew as (
         update transfers.transfer t set opens_at = null
          where t.state = 'deferred' and ${concerned}
          returning t.lane_id
       )
       update transfers.lane set wake_at = clock_timestamp()
        where wake_at is not null and id in (select lane_id from decided_anew)`,
        values,
      );
    },
    { scope },
  );
}
