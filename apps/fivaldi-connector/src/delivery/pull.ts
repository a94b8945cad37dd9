import { complete, type Fields, listChanges, type RegisterRecord } from '#lib/policy';
import { type ConnectionSql, instant, type Sql } from '#lib/store';
import type { FivaldiRequest } from '#lib/upstream';

import { writeVersion } from '../registers/record-history.js';
import { RecordRows } from '../registers/record-rows.js';
import { lockRegister } from '../registers/register-lock.js';
import { namesOf, tableNamed } from '../registers/register-table.js';
import { type Part, sameValue, unflat } from './content.js';
import { type Courier, DELIVERED_REGISTERS, type DeliveredRegister } from './courier.js';
import { courierOf } from './couriers.js';
import { mapPart, namesIn, type Placed, registerValue } from './mapping.js';
import { noteNewcomers } from './newcomers.js';
import { compareSides, type TwoSides } from './two-sides.js';
import { holdTurn, type Turn } from './turns.js';

/** Each register is looked through so often, in hours: a thousand companies cost one request in thirty. */
const EVERY_HOURS = 8;

/** Who wrote what was taken over from Fivaldi. */
const WRITER = 'fivaldi';

const PULLED = DELIVERED_REGISTERS.filter((register) => courierOf(register).pull !== null);

export interface PullWork {
  readonly register: DeliveredRegister;
  readonly courier: Courier & { readonly pull: NonNullable<Courier['pull']> };
  readonly request: FivaldiRequest;
}

/** The register of the company that has to be looked through next, when it is time. */
export async function duePull(sql: Sql, turn: Turn): Promise<PullWork | null> {
  const [row] = await sql.rows<{ from: Record<string, string>; since: string }>(
    `select pulled_from as from, changed_at as since from fivaldi.connection
      where environment_id = $1 and company_id = $2 and pull_at <= $3`,
    [turn.environmentId, turn.companyId, turn.at],
  );
  if (!row) return null;
  const [register] = PULLED.toSorted((a, b) => ((row.from[a] ?? '') < (row.from[b] ?? '') ? -1 : 1));
  const courier = register && courierOf(register);
  if (!courier?.pull) return null;
  const since = instant(row.from[courier.register] ?? row.since);
  const { pull } = courier;
  return {
    register: courier.register,
    courier: { ...courier, pull },
    request: pull.request({ cuid: turn.cuid, key: '' }, since),
  };
}

/** What of ours somebody has changed in Fivaldi: it is read before anything more of it is sent. */
export async function settlePull(sql: ConnectionSql, turn: Turn, work: PullWork, result: unknown): Promise<void> {
  await holdTurn(sql, turn);
  const changes = work.courier.pull.changes(result);
  await noteNewcomers(
    sql,
    turn,
    work.register,
    changes.map(({ id }) => id),
  );
  // What we changed ourselves stands in the list, too, at the moment that we were told.
  await sql.rows(
    `update fivaldi.delivery d
        set known = d.known || jsonb_build_object('stale', true, 'changed', c.changed),
            state = case when d.state = 'delivered' then 'due' else d.state end,
            next_try_at = case when d.state = 'delivered' then clock_timestamp() else d.next_try_at end
       from unnest($4::text[], $5::text[]) as c (id, changed)
      where d.environment_id = $1 and d.company_id = $2 and d.register = $3 and d.remote_id = c.id
        and d.known ->> 'changed' is distinct from c.changed`,
    [
      turn.environmentId,
      turn.companyId,
      work.register,
      changes.map(({ id }) => id),
      changes.map(({ changed }) => changed),
    ],
  );
  await sql.rows(
    `update fivaldi.connection
        set pulled_from = pulled_from || jsonb_build_object($3::text, $4::timestamptz),
            pull_at = $4::timestamptz + $5 * interval '1 hour'
      where environment_id = $1 and company_id = $2`,
    [turn.environmentId, turn.companyId, work.register, turn.at, EVERY_HOURS / PULLED.length],
  );
}

/** It did not come: it is asked for again in a while, and deliveries go on. */
export async function putPullOff(sql: ConnectionSql, turn: Turn): Promise<void> {
  await holdTurn(sql, turn);
  await sql.rows(
    `update fivaldi.connection set pull_at = clock_timestamp() + interval '10 minutes'
      where environment_id = $1 and company_id = $2`,
    [turn.environmentId, turn.companyId],
  );
}

/** What became of a record on both sides; a value that our register cannot hold is a person's to look at, too. */
export function sidesOf(mapping: readonly Placed[], base: Part, theirs: Part, ours: Part): TwoSides {
  const { pulled, conflicts } = compareSides(base, theirs, ours, namesIn(mapping));
  const unfit = mapping.filter(
    (mapped) => Object.hasOwn(pulled, mapped.to) && registerValue(pulled[mapped.to] ?? null, mapped) === undefined,
  );
  const isUnfit = (name: string): boolean => unfit.some(({ to }) => to === name);
  return {
    pulled: Object.fromEntries(Object.entries(pulled).filter(([name]) => !isUnfit(name))),
    conflicts: [
      ...conflicts,
      ...unfit.map(({ to }) => ({ field: to, ours: ours[to] ?? null, theirs: pulled[to] ?? null })),
    ],
  };
}

interface Place {
  readonly environmentId: string;
  readonly companyId: string;
  readonly register: DeliveredRegister;
  readonly key: string;
}

/**
 * Writes Fivaldi's values into our register, with a version of what was there before. A field that is not as `base` any
 * more was changed here meanwhile and stays: it is compared again. Without a base all of them are written.
 */
export async function takeOver(sql: Sql, place: Place, theirs: Part, base?: Part): Promise<void> {
  const { register, companyId } = place;
  const table = tableNamed(register);
  await lockRegister(sql, table, companyId);
  const rows = new RecordRows(table);
  const standing = await rows.find(sql, place);
  if (!standing || standing.deletedAt !== null) return;
  const parts = Object.keys(unflat(theirs).parts);
  const mapping = (courierOf(register).pull?.mapping(parts) ?? []).filter(({ to }) => Object.hasOwn(theirs, to));
  const isAsItWas = (mapped: Placed): boolean =>
    base === undefined || sameValue(mapPart(fieldsOf(standing, mapped), [mapped]).part[mapped.to], base[mapped.to]);
  const after = mapping.filter(isAsItWas).reduce((record: RegisterRecord, mapped) => {
    const value = registerValue(theirs[mapped.to] ?? null, mapped);
    return value === undefined ? record : withValue(record, mapped, value);
  }, standing);
  const names = namesOf(table);
  const changes = listChanges(complete(standing, names), complete(after, names), names);
  if (changes.length === 0) return;
  await writeVersion(sql, place, { what: 'changed', by: WRITER, before: standing, changes });
  await rows.put(sql, place, after, WRITER);
}

const fieldsOf = ({ fields, children }: RegisterRecord, { child }: Placed): Fields =>
  child ? (children[child[0]]?.[child[1]] ?? {}) : fields;

/** The record with one value more, in a child that is made where there is none. */
function withValue(record: RegisterRecord, mapped: Placed, value: string | null): RegisterRecord {
  const fields = { ...fieldsOf(record, mapped), [mapped.field]: value };
  if (!mapped.child) return { ...record, fields };
  const [kind, id] = mapped.child;
  return { ...record, children: { ...record.children, [kind]: { ...record.children[kind], [id]: fields } } };
}
