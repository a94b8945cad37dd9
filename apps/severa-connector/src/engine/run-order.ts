import type { FlowName } from './flow.js';
import type { Run } from './runs.js';

/** Netvisor refuses a document that names what it does not have, so what documents name goes there first. */
const REGISTERS: ReadonlySet<FlowName> = new Set(['customers-to-netvisor', 'products-to-netvisor', 'dimensions']);
const DOCUMENTS: ReadonlySet<FlowName> = new Set(['sales-invoices', 'travel-expenses', 'work-hours', 'purchase-lines']);

/** Which of a link's runs goes on now. */
export interface RunOrder {
  readonly next: Run | null;
  /** Documents that could go on, and stay behind until that moment. */
  readonly behind: { readonly runs: readonly Run[]; readonly until: Date } | null;
}

/**
 * The order of the runs that are not over; pure. Those whose time came first are at the front of `runs`.
 *
 *   the run is of | a register's run          | goes on
 *   --------------+---------------------------+--------------------------------------------
 *   no document   | any                       | when its time has come
 *   documents     | none, or behind a window  | when its time has come
 *   documents     | is not over               | after it: a record of it may be looked at again later
 */
export function runOrder(runs: readonly Run[]): RunOrder {
  const [register] = runs.filter(({ flow, closed }) => REGISTERS.has(flow) && !closed);
  const ready = runs.filter((run) => run.ready);
  const next = ready.find(({ flow }) => register === undefined || !DOCUMENTS.has(flow)) ?? null;
  const isBehind = next === null && register !== undefined && ready.length > 0;
  return { next, behind: isBehind ? { runs: ready, until: register.nextAt } : null };
}
