import { v7 as uuid } from 'uuid';

import type { Known, System } from './flow.js';
import type { Run } from './runs.js';

/** What the transfer history tells of a record. */
export interface Told {
  readonly key: string;
  readonly number: string | null;
  readonly name: string | null;
  /** What was tried: an operation of `flow.ts`, or `none` where nothing was sent. */
  readonly operation: string;
  readonly result: 'moved' | 'rejected' | 'unknown' | 'waits' | 'gone' | 'denied';
  readonly cause?: string;
  /** The other system's own words. */
  readonly message?: string;
  readonly attempt: number;
}

/** A row of the transfer history, before it is written; its id grows with time. */
export interface HistoryRow extends Told {
  readonly id: string;
  readonly severaKey: string | null;
  readonly netvisorKey: string | null;
}

export function historyRow(told: Told, source: System, known: Known | null): HistoryRow {
  const target = known?.key ?? null;
  const [severaKey, netvisorKey] = source === 'severa' ? [told.key, target] : [target, told.key];
  return { ...told, id: uuid(), severaKey, netvisorKey };
}

/** SQL expressions of what all rows have in common, or rows of the same gate. */
interface ToldOf {
  readonly environment: string;
  readonly company: string;
  readonly flow: string;
  readonly run: string;
  readonly by: string;
  /** Which row of `gate` it is of; `h` is the told row. */
  readonly gate: string;
}

/**
 * Writes the rows of a JSON array; a part of a statement whose `gate` says with `held` whether they may be. A row that is
 * there already stays: what was told once is not told again when it is tried a second time.
 */
export const tellEach = (rows: string, { environment, company, flow, run, by, gate }: ToldOf): string => `
  insert into severa.history
    (environment_id, history_id, company_id, run_id, flow, key, number, name, operation, result, cause, message,
     severa_key, netvisor_key, attempt, by)
  select ${environment}, h.id, ${company}, ${run}, ${flow}, h.key, h.number, h.name, h.operation, h.result, h.cause,
         h.message, h."severaKey", h."netvisorKey", h.attempt, ${by}
    from jsonb_to_recordset(${rows}) as h
         (nth int, id uuid, key text, number text, name text, operation text, result text, cause text, message text,
          "severaKey" text, "netvisorKey" text, attempt int)
    join gate on ${gate} and gate.held
  on conflict do nothing`;

/** The same of one company, in a statement whose `gate` has one row. */
export const tellAll = (rows: string, flow: string, run: string, by: string): string =>
  tellEach(rows, { environment: '$1', company: '$2', flow, run, by, gate: 'true' });

/** Who had it moved. */
export const byWhom = (run: Pick<Run, 'trigger' | 'requestedBy'>): string => run.requestedBy ?? run.trigger;
