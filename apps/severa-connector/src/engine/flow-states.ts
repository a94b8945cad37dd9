import type { LinkSettings } from '#lib/contracts';
import { type ConnectionSql, instant, type Sql } from '#lib/store';

import type { Flow, FlowName } from './flow.js';
import type { Run } from './runs.js';
import type { Turn } from './turns.js';

/** From where a flow's next reading goes on. */
export interface Cursor {
  /** When the last whole reading of what had changed began. */
  readonly since: string;
  /** When the last reading of everything began. */
  readonly wholeAt: string;
  /** Of the settings it was read under: others may ask for other records. */
  readonly settings: string;
}

/** When a flow of a link is due, and from where it is read. */
export interface FlowState {
  readonly flow: FlowName;
  readonly cursor: Cursor | null;
  readonly dueAt: Date | null;
  readonly ready: boolean;
}

export async function flowStates(sql: Sql, { environmentId, companyId }: Turn): Promise<readonly FlowState[]> {
  const rows = await sql.rows<Omit<FlowState, 'dueAt'> & { due_at: string | null }>(
    `select flow, cursor, due_at, coalesce(due_at <= clock_timestamp(), false) as ready from severa.flow_state
      where environment_id = $1 and company_id = $2`,
    [environmentId, companyId],
  );
  return rows.map(({ due_at: dueAt, ...state }) => ({ ...state, dueAt: dueAt === null ? null : instant(dueAt) }));
}

/** What has to be written so that the flows that are switched on run, and the others do not. */
export interface FlowPlan {
  /** Begin at once: switched on, or due by now. */
  readonly open: readonly FlowName[];
  /** Are due no more. */
  readonly rest: readonly FlowName[];
  /** Runs of flows that were switched off meanwhile. */
  readonly stop: readonly Run[];
}

/**
 * What becomes of the flows of an active link; pure.
 *
 *   switched on | open run | due              | becomes
 *   ------------+----------+------------------+---------
 *   yes         | yes      | any              | goes on
 *   yes         | no       | never, or by now | a run
 *   yes         | no       | later            | waits
 *   no          | yes      | any              | stopped
 *   no          | no       | any              | rests
 */
export function planFlows(
  flows: readonly Flow[],
  settings: LinkSettings,
  states: readonly FlowState[],
  runs: readonly Run[],
): FlowPlan {
  const on = new Set(flows.filter((flow) => flow.mode(settings) !== 'off').map(({ name }) => name));
  const open = flows.filter(({ name }) => {
    if (!on.has(name) || runs.some(({ flow }) => flow === name)) return false;
    const state = states.find(({ flow }) => flow === name);
    return state?.dueAt == null || state.ready;
  });
  return {
    open: open.map(({ name }) => name),
    rest: states.filter(({ flow, dueAt }) => dueAt !== null && !on.has(flow)).map(({ flow }) => flow),
    stop: runs.filter(({ flow }) => !on.has(flow)),
  };
}

/** The flow is due then; `null`: not by itself. */
export async function setDue(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  dueAt: Date | null,
  success = false,
): Promise<void> {
  await sql.rows(
    `insert into severa.flow_state as f (environment_id, company_id, flow, due_at, last_success_at)
     values ($1, $2, $3, $4, case when $5 then clock_timestamp() end)
     on conflict (environment_id, company_id, flow) do update
        set due_at = excluded.due_at, last_success_at = coalesce(excluded.last_success_at, f.last_success_at)`,
    [environmentId, companyId, flow, dueAt, success],
  );
}

export async function storeCursor(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  cursor: Cursor,
): Promise<void> {
  await sql.rows(
    `insert into severa.flow_state (environment_id, company_id, flow, cursor) values ($1, $2, $3, $4)
     on conflict (environment_id, company_id, flow) do update set cursor = excluded.cursor`,
    [environmentId, companyId, flow, JSON.stringify(cursor)],
  );
}
