import { v7 as uuid } from 'uuid';

import { auditLink, type Asker, type Where } from '../link/link-audit.js';
import { type ConnectionSql, instant, type Sql } from '#lib/store';

import type { FlowName, JsonObject } from './flow.js';
import type { Turn } from './turns.js';

/**
 * What a run is about beside what has changed since the last one: all that the source has, all that is offered of an
 * on-demand flow, or these records.
 */
export interface RunScope {
  readonly everything?: boolean;
  readonly candidates?: boolean;
  readonly keys?: readonly string[];
}

/** One go of a flow that is not over. */
export interface Run {
  readonly id: string;
  readonly flow: FlowName;
  readonly trigger: 'schedule' | 'person' | 'retry';
  readonly requestedBy: string | null;
  readonly scope: RunScope;
  readonly state: 'waiting' | 'reading' | 'sending';
  /** Somebody has asked for it once more since it began. */
  readonly again: boolean;
  readonly opensAt: Date | null;
  readonly began: Date;
  /** When it goes on. */
  readonly nextAt: Date;
  /** Its time has come. */
  readonly ready: boolean;
  /** It waits for its window. */
  readonly closed: boolean;
}

/** Why a run is over. */
export type RunEnd =
  | { readonly as: 'carried-out' }
  | { readonly as: 'failed'; readonly cause: string; readonly message?: string }
  | { readonly as: 'denied'; readonly reasons: readonly string[] }
  | { readonly as: 'stopped' };

const SERVICE: Asker = { by: { kind: 'service', id: 'severa-connector' }, address: null };

/** What a request asks for; it joins the flow's open run where there is one. */
export interface RunRequest {
  readonly flow: FlowName;
  readonly trigger: 'person' | 'retry';
  readonly requestedBy: string;
  readonly scope: RunScope;
}

/** Both scopes at once. */
export const joinScopes = (a: RunScope, b: RunScope): RunScope => ({
  ...((a.everything ?? b.everything) && { everything: true }),
  ...((a.candidates ?? b.candidates) && { candidates: true }),
  ...((a.keys ?? b.keys) && { keys: [...new Set([...(a.keys ?? []), ...(b.keys ?? [])])] }),
});

/**
 * Asks for a run, in the caller's transaction, and wakes the link. A run that has not begun takes the request in; one
 * that is under way is carried out a second time when it comes to its end.
 */
export async function requestRun(
  sql: ConnectionSql,
  { environmentId, companyId }: Where,
  { flow, trigger, requestedBy, scope }: RunRequest,
): Promise<{ readonly runId: string; readonly joined: boolean }> {
  await sql.rows('select from severa.link where environment_id = $1 and company_id = $2 for update', [
    environmentId,
    companyId,
  ]);
  const [open] = await sql.rows<{ id: string; scope: RunScope | null }>(
    `select run_id as id, scope from severa.run
      where environment_id = $1 and company_id = $2 and flow = $3 and ended_at is null for update`,
    [environmentId, companyId, flow],
  );
  const runId = open?.id ?? uuid();
  const asked = [environmentId, companyId, runId, trigger, requestedBy];
  if (open) {
    await sql.rows(
      `update severa.run
          set trigger = $4, requested_by = $5, scope = $6, next_at = clock_timestamp(), again = state <> 'waiting'
        where environment_id = $1 and company_id = $2 and run_id = $3`,
      [...asked, JSON.stringify(joinScopes(open.scope ?? {}, scope))],
    );
  } else {
    await sql.rows(
      `insert into severa.run (environment_id, company_id, run_id, trigger, requested_by, scope, flow)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [...asked, JSON.stringify(scope), flow],
    );
  }
  await sql.rows(
    `update severa.link set due_at = least(due_at, clock_timestamp()) where environment_id = $1 and company_id = $2`,
    [environmentId, companyId],
  );
  return { runId, joined: open !== undefined };
}

type Moment = 'began' | 'nextAt' | 'opensAt';

/** The runs that are not over, those whose time came first at the front. */
export async function openRuns(sql: Sql, { environmentId, companyId }: Turn): Promise<readonly Run[]> {
  const rows = await sql.rows<Omit<Run, Moment> & { began: string; nextAt: string; opensAt: string | null }>(
    `select run_id as id, flow, trigger, requested_by as "requestedBy", coalesce(scope, '{}') as scope, state, again,
            opens_at as "opensAt", coalesce(started_at, created_at) as began, next_at as "nextAt",
            next_at <= clock_timestamp() as ready, coalesce(cause = 'outside-hours', false) as closed
       from severa.run where environment_id = $1 and company_id = $2 and ended_at is null order by next_at, run_id`,
    [environmentId, companyId],
  );
  return rows.map((row) => ({
    ...row,
    began: instant(row.began),
    nextAt: instant(row.nextAt),
    opensAt: row.opensAt === null ? null : instant(row.opensAt),
  }));
}

/** A flow's time has come. */
export async function openRun(sql: ConnectionSql, { environmentId, companyId }: Turn, flow: FlowName): Promise<void> {
  await sql.rows(
    `insert into severa.run (environment_id, run_id, company_id, flow, trigger) values ($1, $2, $3, $4, 'schedule')
     on conflict do nothing`,
    [environmentId, uuid(), companyId, flow],
  );
}

/** It is allowed, and goes on. */
export async function goOn(sql: Sql, turn: Turn, run: Run, state: Run['state']): Promise<void> {
  await sql.rows(
    `update severa.run
        set state = $3, opens_at = null, cause = null, reasons = '{}', started_at = coalesce(started_at, clock_timestamp()),
            again = case when $3 = 'reading' then false else again end
      where environment_id = $1 and run_id = $2`,
    [turn.environmentId, run.id, state],
  );
}

/** The source is read: what was met becomes due, and is sent from here on. */
export async function sourceRead(sql: ConnectionSql, turn: Turn, run: Run, read: number): Promise<void> {
  await sql.rows(
    `update severa.run set state = 'sending', counts = counts || $3::jsonb where environment_id = $1 and run_id = $2`,
    [turn.environmentId, run.id, JSON.stringify({ read })],
  );
}

/** It comes round again then; `opening`: that is when its window opens, and others may go first. */
export async function putOff(
  sql: ConnectionSql,
  turn: Turn,
  run: Run,
  at: Date,
  opening?: { readonly opensAt: Date | null; readonly reasons: readonly string[] },
): Promise<void> {
  await sql.rows(
    `update severa.run
        set next_at = $3, opens_at = $4, reasons = $5,
            cause = case when $6 then 'outside-hours' end
      where environment_id = $1 and run_id = $2`,
    [turn.environmentId, run.id, at, opening?.opensAt ?? null, opening?.reasons ?? [], opening !== undefined],
  );
}

/** How many records of a run came to which end; one that moved on a second attempt has moved. */
const COUNTS = `
  select coalesce(jsonb_object_agg(result, records), '{}') as counts from (
    select result, count(*) as records from (
      select distinct on (key) result from severa.history where environment_id = $1 and run_id = $2
       order by key, history_id desc) as last (result) group by result) as by_result`;

/** Ends that are not a success, whatever else has moved. */
const TROUBLES = ['rejected', 'unknown', 'waits', 'denied'] as const;

export type EndState = 'succeeded' | 'partial' | 'failed' | 'stopped';

function stateAfter({ as }: RunEnd, counts: JsonObject): EndState {
  if (as === 'stopped') return 'stopped';
  if (as !== 'carried-out') return 'failed';
  return TROUBLES.some((result) => counts[result] !== undefined) ? 'partial' : 'succeeded';
}

/**
 * Ends a run, with its audit event; `null`: it was asked for once more meanwhile, and begins again.
 *
 *   end         | records in trouble | state
 *   ------------+--------------------+----------
 *   carried out | none               | succeeded
 *   carried out | some               | partial
 *   failed      | any                | failed
 *   denied      | any                | failed
 *   stopped     | any                | stopped
 *
 * A scheduled run that met nothing new leaves no audit event: there is nothing to tell.
 */
export async function endRun(sql: ConnectionSql, turn: Turn, run: Run, end: RunEnd): Promise<EndState | null> {
  const where = [turn.environmentId, run.id] as const;
  const [again] = await sql.rows(
    `update severa.run set state = 'waiting', next_at = clock_timestamp()
      where environment_id = $1 and run_id = $2 and again and $3 returning run_id`,
    [...where, end.as === 'carried-out'],
  );
  if (again) return null;
  const [row] = await sql.rows<{ counts: JsonObject }>(COUNTS, where);
  const counts = row?.counts ?? {};
  const state = stateAfter(end, counts);
  const reasons = end.as === 'denied' ? end.reasons : [];
  const cause = end.as === 'denied' ? 'not-allowed' : end.as === 'failed' ? end.cause : null;
  await sql.rows(
    `update severa.run
        set state = $3, counts = counts || $4::jsonb, cause = $5, reasons = $6, opens_at = null, again = false,
            progress = $7, ended_at = clock_timestamp()
      where environment_id = $1 and run_id = $2`,
    [...where, state, JSON.stringify(counts), cause, reasons, messageOf(end)],
  );
  if (run.trigger !== 'schedule' || state !== 'succeeded' || Object.keys(counts).length > 0) {
    const { id: runId, flow, trigger, requestedBy } = run;
    await auditLink(sql, turn, SERVICE, 'run.ended', {
      runId,
      flow,
      trigger,
      requestedBy,
      state,
      cause,
      reasons,
      counts,
    });
  }
  return state;
}

const messageOf = (end: RunEnd): string | null =>
  end.as === 'failed' && end.message !== undefined ? JSON.stringify({ message: end.message }) : null;
