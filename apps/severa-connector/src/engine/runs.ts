import { v7 as uuid } from 'uuid';

import type { Where } from '../link/link-audit.js';
import { type ConnectionSql, instant, type Sql } from '#lib/store';

import type { FlowName } from './flow.js';
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
  /** The same as PostgreSQL writes it: by another one it is known that somebody has asked since. */
  readonly seen: string;
  /** Its time has come. */
  readonly ready: boolean;
  /** It waits for its window. */
  readonly closed: boolean;
}

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
            opens_at as "opensAt", coalesce(started_at, created_at) as began, next_at as "nextAt", next_at as seen,
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

/** It is allowed, and goes on; `false`: somebody has asked since it was seen, and it may be about more than was seen. */
export async function goOn(sql: Sql, turn: Turn, run: Run, state: Run['state']): Promise<boolean> {
  const rows = await sql.rows(
    `update severa.run
        set state = $3, opens_at = null, cause = null, reasons = '{}', started_at = coalesce(started_at, clock_timestamp()),
            again = case when $3 = 'reading' and state = 'waiting' then false else again end
      where environment_id = $1 and run_id = $2 and next_at = $4 returning run_id`,
    [turn.environmentId, run.id, state, run.seen],
  );
  return rows.length > 0;
}

/** The source is read: what was met becomes due, and is sent from here on. */
export async function sourceRead(
  sql: ConnectionSql,
  turn: Turn,
  run: Run,
  { read, leftOut }: { readonly read: number; readonly leftOut: number },
): Promise<void> {
  await sql.rows(
    `update severa.run set state = 'sending', counts = counts || $3::jsonb where environment_id = $1 and run_id = $2`,
    [turn.environmentId, run.id, JSON.stringify({ read, ...(leftOut > 0 && { leftOut }) })],
  );
}

/**
 * It comes round again then; `opening`: that is when its window opens, and others may go first. Not where somebody has
 * asked since it was seen: then it is due.
 */
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
      where environment_id = $1 and run_id = $2 and next_at = $7`,
    [turn.environmentId, run.id, at, opening?.opensAt ?? null, opening?.reasons ?? [], opening !== undefined, run.seen],
  );
}
