import { keyFaults, readGiven } from '#lib/documents';
import { complete, listChanges } from '#lib/policy';
import type { ConnectionSql, Sql } from '#lib/store';
import type { Complaint, FivaldiRequest } from '#lib/upstream';

import { writeVersion } from '../registers/record-history.js';
import { RecordRows } from '../registers/record-rows.js';
import { lockRegister } from '../registers/register-lock.js';
import { namesOf, tableNamed } from '../registers/register-table.js';
import { hashOf, type Known } from './content.js';
import { type Courier, DELIVERED_REGISTERS, type DeliveredRegister, type Newcomer } from './courier.js';
import { courierOf } from './couriers.js';
import { customerOf } from './delivery-queue.js';
import { codeOfCustomer, isOurs } from './links.js';
import { asSent, sightOf } from './plan.js';
import { changeTimeOf } from './said.js';
import { WRITER } from './take-over.js';
import { holdTurn, type Turn } from './turns.js';

type Pulled = Courier & { readonly pull: NonNullable<Courier['pull']> };

/** A record of Fivaldi's that has to be read, since no delivery knows of it. */
export interface NewcomerWork {
  readonly register: DeliveredRegister;
  readonly id: string;
  readonly courier: Pulled;
  readonly request: FivaldiRequest;
}

/** The one that waits longest; customers before the orders that name them. */
export async function nextNewcomer(sql: Sql, turn: Turn): Promise<NewcomerWork | null> {
  const [next] = await sql.rows<{ register: string; remote_id: string }>(
    `select register, remote_id from fivaldi.newcomer
      where environment_id = $1 and company_id = $2 and next_try_at <= $3
      order by rank, next_try_at limit 1`,
    [turn.environmentId, turn.companyId, turn.at],
  );
  const register = DELIVERED_REGISTERS.find((one) => one === next?.register);
  if (!next || !register) return null;
  const courier = courierOf(register);
  const { pull } = courier;
  const request = courier.read({ cuid: turn.cuid, key: next.remote_id }, next.remote_id);
  return pull && request ? { register, id: next.remote_id, courier: { ...courier, pull }, request } : null;
}

/** It could not be read: others go first. Where the whole register may not be read, the others of it wait, too. */
export async function putNewcomerOff(
  sql: ConnectionSql,
  turn: Turn,
  { register, id }: NewcomerWork,
  fault: 'any' | 'right-missing',
): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `update fivaldi.newcomer
        set next_try_at = clock_timestamp() + case when $5 then interval '8 hours' else interval '10 minutes' end
      where environment_id = $1 and company_id = $2 and register = $3 and ($5 or remote_id = $4)`,
    [turn.environmentId, turn.companyId, register, id, fault === 'right-missing'],
  );
}

/**
 * Takes a record that was made in Fivaldi over into our register.
 *
 *   in Fivaldi                                   | here
 *   ---------------------------------------------+------------------------------------------------------
 *   it is not there any more                     | nothing
 *   it is linked to a record of ours, by its key | nothing: a delivery is about to find it, or never was
 *   our register can hold all of it              | made, written by `fivaldi`, and known as delivered
 *   our register cannot, or its key is taken     | a person has to look: `new-in-fivaldi`
 *   its customer's number is another's key here  | a person has to look, too
 *
 * A record that somebody deleted here does not come back this way.
 */
export async function settleNewcomer(
  sql: ConnectionSql,
  turn: Turn,
  { register, id, courier }: NewcomerWork,
  result: unknown,
): Promise<void> {
  await forgetNewcomer(sql, turn, register, id);
  const { environmentId, companyId } = turn;
  const read = result === undefined ? null : courier.pull.newcomer(result);
  if (!read) return;
  const place = { environmentId, companyId, register };
  const table = tableNamed(register);
  await lockRegister(sql, table, companyId);
  if (read.link !== null && (await isOurs(sql, turn, courier, read.link))) return;

  const newcomer = await withCustomer(sql, turn, read);
  const key = newcomer.link !== null && keyFaults(table, newcomer.link).length === 0 ? newcomer.link : newcomer.name;
  const isTaken = (await new RecordRows(table).find(sql, { ...place, key })) !== null;
  const made = await madeOf(sql, turn, newcomer, { ...place, key, courier });
  const fields = isTaken ? ['key'] : made.unfit;
  if (fields.length > 0 || made.mapping.as !== 'content') {
    const complaints = fields.map((field) => ({ text: field, field }));
    return leaveToSomebody(sql, turn, register, { id, complaints, ...changeTimeOf(result) });
  }
  await put(sql, { ...place, key }, made.after);
  const { content } = made.mapping;
  const known = courier.pull.show
    ? { ...asSent(content), id, ...sightOf(courier, content, result) }
    : { ...courier.parse(result, { cuid: turn.cuid, key }, content), ...sightOf(courier, content, result) };
  await link(sql, turn, { register, key, known, contentHash: hashOf(content) });
}

/** Fivaldi lists it and refuses to show it: a person is told, in Fivaldi's own words. */
export async function refuseNewcomer(
  sql: ConnectionSql,
  turn: Turn,
  { register, id }: NewcomerWork,
  complaints: readonly Complaint[],
): Promise<void> {
  await forgetNewcomer(sql, turn, register, id);
  await leaveToSomebody(sql, turn, register, { id, complaints });
}

async function forgetNewcomer(sql: ConnectionSql, turn: Turn, register: DeliveredRegister, id: string): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    'delete from fivaldi.newcomer where environment_id = $1 and company_id = $2 and register = $3 and remote_id = $4',
    [turn.environmentId, turn.companyId, register, id],
  );
}

/** With its customer as our register has it. */
async function withCustomer(sql: Sql, turn: Turn, newcomer: Newcomer): Promise<Newcomer> {
  if (newcomer.customer === undefined) return newcomer;
  const code = await codeOfCustomer(sql, turn, newcomer.customer);
  return code === null
    ? { ...newcomer, unfit: [...newcomer.unfit, 'customerId'] }
    : { ...newcomer, fields: { ...newcomer.fields, company_code: code } };
}

interface Place {
  readonly environmentId: string;
  readonly companyId: string;
  readonly register: DeliveredRegister;
  readonly key: string;
}

/** The record as our register would have it, what it would be to Fivaldi, and what of it does not fit. */
async function madeOf(
  sql: Sql,
  turn: Turn,
  newcomer: Newcomer,
  { register, key, courier }: Place & { readonly courier: Pulled },
) {
  const table = tableNamed(register);
  const { faults, ...read } = readGiven(table, newcomer, null);
  const after = { ...complete(read, namesOf(table)), imported: false };
  const customer =
    newcomer.customer === undefined ? undefined : await customerOf(sql, turn, after.fields['company_code']);
  const row = { fields: { ...after.fields, [table.key]: key }, children: after.children };
  const mapping = courier.map(row, key, { customer });
  const unfit = [
    ...newcomer.unfit,
    ...keyFaults(table, key).map(() => 'key'),
    ...faults.map(({ pointer }) => pointer.slice(1)),
    ...(mapping.as === 'unfit' ? mapping.unfit.map(({ field }) => field) : []),
  ];
  return { after, mapping, unfit: [...new Set(unfit)] };
}

async function put(sql: Sql, place: Place, after: Parameters<RecordRows['put']>[2]): Promise<void> {
  const table = tableNamed(place.register);
  const names = namesOf(table);
  const changes = listChanges(complete({ fields: {}, children: {} }, names), after, names);
  await writeVersion(sql, place, { what: 'created', by: WRITER, before: null, changes });
  await new RecordRows(table).put(sql, place, after, WRITER);
}

/** What Fivaldi has is what we have: nothing of it needs to be sent until somebody changes it. */
async function link(
  sql: Sql,
  { environmentId, companyId }: Turn,
  delivered: { register: DeliveredRegister; key: string; known: Partial<Known>; contentHash: string },
): Promise<void> {
  const { register, key, known, contentHash } = delivered;
  await sql.rows(
    `insert into fivaldi.delivery
       (environment_id, company_id, register, key, state, known, remote_id, content_hash, delivered_at)
     values ($1, $2, $3, $4, 'delivered', $5::jsonb, $5::jsonb ->> 'id', $6, clock_timestamp())
     on conflict (environment_id, company_id, register, key) do nothing`,
    [environmentId, companyId, register, key, JSON.stringify(known), contentHash],
  );
}

interface Left {
  readonly id: string;
  readonly complaints: readonly Complaint[];
  readonly changed?: string;
}

async function leaveToSomebody(
  sql: Sql,
  { environmentId, companyId }: Turn,
  register: DeliveredRegister,
  { id, complaints, changed }: Left,
): Promise<void> {
  const known: Known = { id, core: null, parts: {}, ...(changed !== undefined && { changed }) };
  await sql.rows(
    `insert into fivaldi.delivery (environment_id, company_id, register, key, state, cause, known, remote_id, complaints)
     values ($1, $2, $3, $4, 'review', 'new-in-fivaldi', $6::jsonb, $5, $7::jsonb)
     on conflict (environment_id, company_id, register, key) do nothing`,
    [environmentId, companyId, register, `Fivaldi ${id}`, id, JSON.stringify(known), JSON.stringify(complaints)],
  );
}
