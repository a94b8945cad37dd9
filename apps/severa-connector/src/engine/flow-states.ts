import type { LinkSettings } from '#lib/contracts';
import { type ConnectionSql, instant, type Sql } from '#lib/store';

import type { Flow, FlowName, Json } from './flow.js';
import type { Run } from './runs.js';
import { storedJson } from './stored-json.js';
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

/** A reading that is not at its end; it goes on as it began. */
export interface OpenReading {
  readonly runId: string;
  readonly began: string;
  /** Of the settings it is read under. */
  readonly settings: string;
  /** From when on; `null`: everything. */
  readonly since: string | null;
  /** Which of its starts it is at. */
  readonly start: number;
  /** The place in the source that its last page has named; `null`: none. */
  readonly at: Json;
  /** Pages and records that were stored so far. */
  readonly pages: number;
  readonly read: number;
  /** Records that were met, and do not concern the company. */
  readonly leftOut?: number;
}

/** When a flow of a link is due, and from where it is read. */
export interface FlowState {
  readonly flow: FlowName;
  readonly cursor: Cursor | null;
  readonly reading: OpenReading | null;
  readonly dueAt: Date | null;
  readonly ready: boolean;
}

export async function flowStates(sql: Sql, { environmentId, companyId }: Turn): Promise<readonly FlowState[]> {
  const rows = await sql.rows<Omit<FlowState, 'dueAt'> & { due_at: string | null }>(
    `select flow, cursor, reading, due_at, coalesce(due_at <= clock_timestamp(), false) as ready from severa.flow_state
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

/** The reading has come to its end. */
export async function storeCursor(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  cursor: Cursor,
): Promise<void> {
  await sql.rows(
    `insert into severa.flow_state (environment_id, company_id, flow, cursor) values ($1, $2, $3, $4)
     on conflict (environment_id, company_id, flow) do update set cursor = excluded.cursor, reading = null`,
    [environmentId, companyId, flow, JSON.stringify(cursor)],
  );
}

/** Where the reading stands; with the page that it has come to. */
export async function storeReading(
  sql: ConnectionSql,
  { environmentId, companyId }: Turn,
  flow: FlowName,
  reading: OpenReading,
): Promise<void> {
  await sql.rows(
    `insert into severa.flow_state (environment_id, company_id, flow, reading) values ($1, $2, $3, $4)
     on conflict (environment_id, company_id, flow) do update set reading = excluded.reading`,
    [environmentId, companyId, flow, storedJson(reading)],
  );
}
