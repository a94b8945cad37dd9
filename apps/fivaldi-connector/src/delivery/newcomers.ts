import { keyFaults, readGiven } from '#lib/documents';
import { complete, listChanges } from '#lib/policy';
import type { ConnectionSql, Sql } from '#lib/store';
import type { FivaldiRequest } from '#lib/upstream';

import { writeVersion } from '../registers/record-history.js';
import { RecordRows } from '../registers/record-rows.js';
import { lockRegister } from '../registers/register-lock.js';
import { namesOf, tableNamed } from '../registers/register-table.js';
import { hashOf, type Known } from './content.js';
import { type Courier, DELIVERED_REGISTERS, type DeliveredRegister, type Newcomer } from './courier.js';
import { courierOf } from './couriers.js';
import { holdTurn, type Turn } from './turns.js';

/** Who wrote what was taken over from Fivaldi. */
const WRITER = 'fivaldi';

/** A record of Fivaldi's that has to be read, since no delivery knows of it. */
export interface NewcomerWork {
  readonly register: DeliveredRegister;
  readonly id: string;
  readonly courier: Courier & { readonly pull: NonNullable<Courier['pull']> };
  readonly request: FivaldiRequest;
}

/** Of what a list of changes names, writes down what no delivery is linked to. */
export async function noteNewcomers(
  sql: Sql,
  { environmentId, companyId }: Turn,
  register: DeliveredRegister,
  ids: readonly string[],
): Promise<void> {
  await sql.rows(
    `insert into fivaldi.newcomer (environment_id, company_id, register, remote_id)
     select $1, $2, $3, id from unnest($4::text[]) as id
      where not exists (select from fivaldi.delivery d
                         where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.remote_id = id)
     on conflict do nothing`,
    [environmentId, companyId, register, ids],
  );
}

export async function nextNewcomer(sql: Sql, turn: Turn): Promise<NewcomerWork | null> {
  const [next] = await sql.rows<{ register: string; remote_id: string }>(
    `select register, remote_id from fivaldi.newcomer
      where environment_id = $1 and company_id = $2 and next_try_at <= $3 order by next_try_at limit 1`,
    [turn.environmentId, turn.companyId, turn.at],
  );
  const register = DELIVERED_REGISTERS.find((one) => one === next?.register);
  if (!next || !register) return null;
  const courier = courierOf(register);
  const { pull } = courier;
  const request = courier.read({ cuid: turn.cuid, key: next.remote_id }, next.remote_id);
  return pull && request ? { register, id: next.remote_id, courier: { ...courier, pull }, request } : null;
}

/** It could not be read: others go first. */
export async function putNewcomerOff(sql: ConnectionSql, turn: Turn, { register, id }: NewcomerWork): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `update fivaldi.newcomer set next_try_at = clock_timestamp() + interval '10 minutes'
      where environment_id = $1 and company_id = $2 and register = $3 and remote_id = $4`,
    [turn.environmentId, turn.companyId, register, id],
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
 *
 * A record that somebody deleted here does not come back this way.
 */
export async function settleNewcomer(
  sql: ConnectionSql,
  turn: Turn,
  { register, id, courier }: NewcomerWork,
  result: unknown,
): Promise<void> {
  await holdTurn(sql, turn);
  const { environmentId, companyId } = turn;
  await sql.rows(
    'delete from fivaldi.newcomer where environment_id = $1 and company_id = $2 and register = $3 and remote_id = $4',
    [environmentId, companyId, register, id],
  );
  const newcomer = result === undefined ? null : courier.pull.newcomer(result);
  if (!newcomer) return;
  const place = { environmentId, companyId, register };
  const table = tableNamed(register);
  await lockRegister(sql, table, companyId);
  const rows = new RecordRows(table);
  if (newcomer.link !== null && (await rows.find(sql, { ...place, key: newcomer.link }))) return;

  const key = newcomer.link !== null && keyFaults(table, newcomer.link).length === 0 ? newcomer.link : id;
  const read = readGiven(table, newcomer, null);
  const after = { ...complete(read, namesOf(table)), imported: false };
  const mapping = courier.map({ fields: { ...after.fields, [table.key]: key }, children: after.children }, key, {
    customer: undefined,
  });
  const isFree = key === newcomer.link || !(await rows.find(sql, { ...place, key }));
  const fits = keyFaults(table, key).length === 0 && read.faults.length === 0 && newcomer.unfit.length === 0;
  if (!isFree || !fits || mapping.as !== 'content') {
    return leaveToSomebody(sql, turn, register, id, isFree ? complaintsOf(newcomer, read.faults) : ['key']);
  }
  const changes = listChanges(complete({ fields: {}, children: {} }, namesOf(table)), after, namesOf(table));
  await writeVersion(sql, { ...place, key }, { what: 'created', by: WRITER, before: null, changes });
  await rows.put(sql, { ...place, key }, after, WRITER);
  const known = courier.parse(result, { cuid: turn.cuid, key }, mapping.content);
  await link(sql, turn, { register, key, known, contentHash: hashOf(mapping.content) });
}

const complaintsOf = ({ unfit }: Newcomer, faults: readonly { readonly pointer: string }[]): readonly string[] => [
  ...unfit,
  ...faults.map(({ pointer }) => pointer.slice(1)),
];

/** What Fivaldi has is what we have: nothing of it needs to be sent until somebody changes it. */
async function link(
  sql: Sql,
  { environmentId, companyId }: Turn,
  delivered: { register: DeliveredRegister; key: string; known: Known | null; contentHash: string },
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

async function leaveToSomebody(
  sql: Sql,
  { environmentId, companyId }: Turn,
  register: DeliveredRegister,
  id: string,
  fields: readonly string[],
): Promise<void> {
  await sql.rows(
    `insert into fivaldi.delivery (environment_id, company_id, register, key, state, cause, known, remote_id, complaints)
     values ($1, $2, $3, $4, 'review', 'new-in-fivaldi', jsonb_build_object('id', $5::text, 'core', null, 'parts', '{}'::jsonb),
             $5, $6::jsonb)
     on conflict (environment_id, company_id, register, key) do nothing`,
    [
      environmentId,
      companyId,
      register,
      `Fivaldi ${id}`,
      id,
      JSON.stringify(fields.map((field) => ({ text: field, field }))),
    ],
  );
}
