import type { Known } from './content.js';
import type { Customer, DeliveredRegister } from './courier.js';
import type { Action } from './plan.js';
import type { RegisterRow } from './mapping.js';
import type { Complaint } from '#lib/upstream';
import { markForDelivery } from './marking.js';
import { tableOfRegister } from './registers.js';
import { type ConnectionSql, instant, type Sql } from '#lib/store';
import { holdTurn, LEASE_SECONDS, type Turn } from './turns.js';

/**
 * Where a record's delivery is.
 *
 *   due        has to be sent, or looked at whether it has
 *   sending    a request that changes something is on its way; found so by another turn it counts as unknown
 *   unknown    it was sent and the answer was lost: read back first
 *   delivered  Fivaldi has it as we do
 *   rejected   Fivaldi, or our own check before it, has refused it: `cause` and `complaints` say why
 *   denied     the company's rules do not let it out
 *   review     a person has to look: nobody can know, or there is no method for it
 *   conflict   it was changed on both sides: `differences`
 */
export const DELIVERY_STATES = [
  'due',
  'sending',
  'unknown',
  'delivered',
  'rejected',
  'denied',
  'review',
  'conflict',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A record whose turn it is. */
export interface Work {
  readonly register: DeliveredRegister;
  readonly key: string;
  readonly mark: string;
  readonly transferId: string | null;
  readonly partnerUserId: string | null;
  readonly attempts: number;
  /** A request that changes something was sent and its answer never came. */
  readonly unsure: boolean;
  readonly sentAt: Date | null;
  readonly known: Known | null;
  readonly contentHash: string | null;
  readonly everDelivered: boolean;
  /** `null`: the register has no such record any more. */
  readonly row: RegisterRow | null;
}

interface WorkRow {
  register: DeliveredRegister;
  key: string;
  mark: string;
  transfer_id: string | null;
  partner_user_id: string | null;
  state: DeliveryState;
  attempts: number;
  sent_at: string | null;
  known: Known | null;
  content_hash: string | null;
  delivered_at: string | null;
}

/** The company's next record; of what depends on others, what it depends on goes first. */
export async function nextWork(sql: Sql, turn: Turn): Promise<Work | null> {
  const { environmentId, companyId, at } = turn;
  const [next] = await sql.rows<WorkRow>(
    `select register, key, mark, transfer_id, partner_user_id, state, attempts, sent_at, known, content_hash, delivered_at
       from fivaldi.delivery
      where environment_id = $1 and company_id = $2
        and state in ('due', 'sending', 'unknown') and next_try_at <= $3
      order by rank, next_try_at limit 1`,
    [environmentId, companyId, at],
  );
  if (!next) return null;
  return {
    register: next.register,
    key: next.key,
    mark: next.mark,
    transferId: next.transfer_id,
    partnerUserId: next.partner_user_id,
    attempts: next.attempts,
    unsure: next.state !== 'due',
    sentAt: next.sent_at === null ? null : instant(next.sent_at),
    known: next.known,
    contentHash: next.content_hash,
    everDelivered: next.delivered_at !== null,
    row: await registerRow(sql, turn, next.register, next.key),
  };
}

async function registerRow(
  sql: Sql,
  { environmentId, companyId }: Turn,
  register: DeliveredRegister,
  key: string,
): Promise<RegisterRow | null> {
  const table = tableOfRegister(register);
  const [row] = await sql.rows<{ fields: RegisterRow['fields']; children: RegisterRow['children'] | null }>(
    `select (select jsonb_object_agg(f.key, f.value) from jsonb_each_text(to_jsonb(r) - 'children') f) as fields,
            to_jsonb(r) -> 'children' as children
       from ${table.name} r
      where r.environment_id = $1 and r.company_id = $2 and r.${table.key} = $3 and r.deleted_at is null`,
    [environmentId, companyId, key],
  );
  return row ? { fields: row.fields, children: row.children ?? {} } : null;
}

/** The customer of an order. One that was never to be delivered becomes due: the order needs its number. */
export async function customerOf(sql: Sql, turn: Turn, code: string | null | undefined): Promise<Customer | undefined> {
  if (code == null) return undefined;
  const { environmentId, companyId } = turn;
  const [row] = await sql.rows<Customer & { marked: boolean }>(
    `select d.known ->> 'id' as id, d.key is not null as marked,
            r.sales_payment_term as "paymentTerm", r.sales_posting_group as "postingGroup"
       from fivaldi.company_record r
       left join fivaldi.delivery d on d.environment_id = r.environment_id and d.company_id = r.company_id
                                   and d.register = 'company' and d.key = r.company_code
      where r.environment_id = $1 and r.company_id = $2 and r.company_code = $3 and r.deleted_at is null`,
    [environmentId, companyId, code],
  );
  if (row && !row.marked) {
    await markForDelivery(sql, { environmentId, companyId, register: 'company', written: { keys: [code] } });
  }
  return row;
}

/** Whether several records of the register have to be looked for in Fivaldi: then one list is cheaper. */
export async function hasManyUnknown(sql: Sql, turn: Turn, register: DeliveredRegister): Promise<boolean> {
  const rows = await sql.rows(
    `select from fivaldi.delivery
      where environment_id = $1 and company_id = $2 and register = $3 and known is null and state = 'due' limit 4`,
    [turn.environmentId, turn.companyId, register],
  );
  return rows.length > 3;
}

/** A request that changes something is about to go: from this commit on nobody can know, until its answer is written. */
export async function beginSending(sql: ConnectionSql, turn: Turn, work: Work, action: Action): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `update fivaldi.connection set leased_until = clock_timestamp() + $3 * interval '1 second'
      where environment_id = $1 and company_id = $2`,
    [turn.environmentId, turn.companyId, LEASE_SECONDS],
  );
  await sql.rows(
    `update fivaldi.delivery
        set state = 'sending', action = $5, sent_at = clock_timestamp(), attempts = attempts + 1,
            updated_at = clock_timestamp()
      where environment_id = $1 and company_id = $2 and register = $3 and key = $4`,
    [turn.environmentId, turn.companyId, work.register, work.key, action],
  );
}

/** How a turn leaves its record. What is absent stays as it was. */
export interface Settlement {
  readonly state: Exclude<DeliveryState, 'sending'>;
  readonly known?: Known;
  readonly contentHash?: string;
  /** Milliseconds until it is looked at again. */
  readonly inMilliseconds?: number;
  readonly cause?: string;
  readonly complaints?: readonly Complaint[];
  readonly differences?: readonly object[];
  readonly attempts?: number;
}

/** Ends that a change of the record reopens: what was judged is not what the register has by now. */
const REOPENED = ['delivered', 'rejected', 'denied', 'review'];

/**
 * Writes down how a turn left its record, unless the turn has passed to another worker. An end that says nothing of a
 * later change of the record leaves it due. Returns how the turn left it.
 */
export async function settle(
  sql: ConnectionSql,
  turn: Turn,
  work: Work,
  settlement: Settlement,
): Promise<Settlement['state']> {
  await holdTurn(sql, turn);
  const how = (await isTaken(sql, turn, work, settlement.known?.id)) ? LINKED_TWICE : settlement;
  await sql.rows(
    `update fivaldi.delivery
        set state = case when mark <> $5 and $6 = any ($14::text[]) then 'due' else $6 end,
            known = coalesce($7::jsonb, known), remote_id = coalesce($7::jsonb, known) ->> 'id',
            content_hash = coalesce($8, content_hash),
            delivered_at = case when $6 = 'delivered' then clock_timestamp() else delivered_at end,
            next_try_at = clock_timestamp() + $9 * interval '1 millisecond',
            attempts = case when $6 = 'delivered' or mark <> $5 then 0 else coalesce($10, attempts) end,
            cause = $11, complaints = $12::jsonb, differences = $13::jsonb, updated_at = clock_timestamp()
      where environment_id = $1 and company_id = $2 and register = $3 and key = $4`,
    [
      turn.environmentId,
      turn.companyId,
      work.register,
      work.key,
      work.mark,
      how.state,
      how.known === undefined ? null : JSON.stringify(how.known),
      how.contentHash ?? null,
      how.inMilliseconds ?? 0,
      how.attempts ?? null,
      how.cause ?? null,
      how.complaints === undefined ? null : JSON.stringify(how.complaints),
      how.differences === undefined ? null : JSON.stringify(how.differences),
      REOPENED,
    ],
  );
  return how.state;
}

const LINKED_TWICE: Settlement = { state: 'review', cause: 'linked-twice' };

/** Whether another record of ours is already linked to this one of theirs. */
async function isTaken(
  sql: Sql,
  { environmentId, companyId }: Turn,
  { register, key }: Work,
  id: string | null | undefined,
): Promise<boolean> {
  if (id == null) return false;
  const others = await sql.rows(
    `select from fivaldi.delivery
      where environment_id = $1 and company_id = $2 and register = $3 and remote_id = $4 and key <> $5`,
    [environmentId, companyId, register, id, key],
  );
  return others.length > 0;
}

/** The register has no such record, and Fivaldi never had it from us. */
export async function forget(sql: ConnectionSql, turn: Turn, work: Work): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `delete from fivaldi.delivery where environment_id = $1 and company_id = $2 and register = $3 and key = $4 and mark = $5`,
    [turn.environmentId, turn.companyId, work.register, work.key, work.mark],
  );
}
