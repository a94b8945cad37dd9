import type { Change, RegisterRecord } from '#lib/policy';
import type { Sql } from '#lib/store';

import { RecordAbsent, RecordConflict } from './errors.js';
import type { RecordPlace, StandingRecord } from './record-rows.js';

/** A record of a register. */
export interface RegisterPlace extends RecordPlace {
  readonly register: string;
}

export type WhatHappened = 'created' | 'changed' | 'deleted' | 'restored';

/** One change by hand, in the words of its version. */
export interface NewVersion {
  readonly what: WhatHappened;
  /** `person:<id>`. */
  readonly by: string;
  /** `null` when there was no such record. */
  readonly before: StandingRecord | null;
  /** Sensitive values masked. */
  readonly changes: readonly Change[];
}

/**
 * Writes what a record was before a change, in the transaction of the change. Whoever calls it holds the register's
 * lock, so no two changes have one number.
 */
export async function writeVersion(
  sql: Sql,
  place: RegisterPlace,
  { what, by, before, changes }: NewVersion,
): Promise<void> {
  const { environmentId, companyId, register, key } = place;
  const kept = before && {
    fields: before.fields,
    children: before.children,
    imported: before.imported,
    deleted: before.deletedAt !== null,
  };
  await sql.rows(
    `insert into fivaldi.record_version (environment_id, company_id, register, key, no, what, by, before, changes)
     select $1, $2, $3, $4, coalesce(max(no), 0) + 1, $5, $6, $7::jsonb, $8::jsonb
       from fivaldi.record_version
      where environment_id = $1 and company_id = $2 and register = $3 and key = $4`,
    [environmentId, companyId, register, key, what, by, kept && JSON.stringify(kept), JSON.stringify(changes)],
  );
}

/** The record as it stood before its change number `no`. Throws when there is no such change, or no record before it. */
export async function readVersion(sql: Sql, place: RegisterPlace, no: number): Promise<RegisterRecord> {
  const { environmentId, companyId, register, key } = place;
  const [row] = await sql.rows<{ before: RegisterRecord | null }>(
    `select before from fivaldi.record_version
      where environment_id = $1 and company_id = $2 and register = $3 and key = $4 and no = $5`,
    [environmentId, companyId, register, key, no],
  );
  if (!row) throw new RecordAbsent('version.absent');
  if (!row.before) throw new RecordConflict('version.before-creation');
  return row.before;
}

/** Where a page of a history ended. */
export interface HistoryPlace {
  /** PostgreSQL's text, to the microsecond. */
  readonly at: string;
  readonly tie: string;
}

export interface VersionRow {
  readonly at: string;
  readonly tie: string;
  readonly no: number | null;
  readonly by: string | null;
  readonly what: WhatHappened;
  readonly transfer_id: string | null;
  readonly changes: readonly Change[];
}

/**
 * What became of a record, the newest first: from two sources, since neither repeats the other.
 *
 *   source                       | has
 *   -----------------------------+---------------------------------------------------------
 *   `fivaldi.record_version`     | changes by hand, what was put back from a transfer, and
 *                                | imports that made a deleted record again
 *   `transfers.item`             | what imports changed and deleted
 *   the record's own first day   | who made it, when no change by hand did: the import that
 *                                | was carried out at that moment
 *
 * `stream` is the one that brings the register in: an item from before there were several kinds in one document does
 * not say its register.
 */
export async function listHistory(
  sql: Sql,
  { environmentId, companyId, register, key }: RegisterPlace,
  { stream, createdAt, below, limit }: HistoryQuestion,
): Promise<VersionRow[]> {
  return sql.rows<VersionRow>(HISTORY, [
    environmentId,
    companyId,
    register,
    key,
    stream,
    createdAt,
    below?.at ?? null,
    below?.tie ?? null,
    limit,
  ]);
}

interface HistoryQuestion {
  readonly stream: string;
  readonly createdAt: string;
  readonly below: HistoryPlace | null;
  readonly limit: number;
}

const CARRIED_OUT = `t.environment_id = $1 and t.company_id = $2 and t.direction = 'import' and not t.dry_run
        and t.state in ('succeeded', 'partial')`;

const HISTORY = `
  with by_hand as (
    select at, lpad(no::text, 10, '0') as tie, no, by, what, transfer_id, changes, before is null as was_none
      from fivaldi.record_version
     where environment_id = $1 and company_id = $2 and register = $3 and key = $4
  ), imported as (
    select t.finished_at, t.id::text || lpad(i.no::text, 10, '0'), null::int, 'partner-user:' || t.partner_user_id,
           case i.outcome when 'deleted' then 'deleted' else 'changed' end, t.id, coalesce(i.changes, '[]')
      from transfers.item i join transfers.transfer t on t.id = i.transfer_id and ${CARRIED_OUT}
     where i.environment_id = $1 and i.key = $4 and i.outcome in ('updated', 'deleted')
       and (i.register = $3 or (i.register is null and t.stream = $5))
  ), first_day as (
    select $6::timestamptz, '', null::int, 'partner-user:' || made.partner_user_id, 'created', made.id, '[]'::jsonb
      from (select) as one left join lateral (
        select t.id, t.partner_user_id from transfers.transfer t
         where ${CARRIED_OUT} and t.started_at <= $6::timestamptz and t.finished_at >= $6::timestamptz
         order by t.finished_at limit 1) as made on true
     where not exists (select from by_hand where no = 1 and what = 'created' and was_none)
  )
  select * from (select at, tie, no, by, what, transfer_id, changes from by_hand union all select * from imported union all select * from first_day) as h
   where $7::timestamptz is null or (h.at, h.tie) < ($7::timestamptz, $8)
   order by h.at desc, h.tie desc limit $9`;
