import { kindOf } from '#lib/errors';
import { type ConnectionSql, instant } from '#lib/store';

import { setDue } from './flow-states.js';
import { storeDenied } from './pairs.js';
import { inTransaction, readSource, readTarget, tellOf } from './reading.js';
import { endRun, type RunEnd } from './run-end.js';
import { goOn, putOff } from './runs.js';
import { afterOpening, nextDue } from './schedule.js';
import { Sending } from './sending.js';
import { CallRefused, PauseLink, RunDenied, RunWaits, TurnLost } from './stop.js';
import type { RunWork } from './work.js';

/** A run that could not be carried out is tried again no later than so, in milliseconds. */
const AFTER_FAILURE = 3_600_000;

/**
 * Carries a run on from where it stands: it reads, then sends, for as long as a turn lasts; what it took to read is not
 * held against it. What stops this run alone ends here; what stops the link is thrown on.
 */
export async function carryOn(work: RunWork): Promise<void> {
  try {
    await carry(work);
  } catch (error) {
    if (error instanceof TurnLost || error instanceof PauseLink) throw error;
    const stop = stopOf(work, error);
    if (!stop) throw error;
    await inTransaction(work, stop);
  }
}

async function carry(work: RunWork): Promise<void> {
  const { held, run, permission } = work;
  await permission.ask();
  const stage = run.state === 'sending' ? 'sending' : 'reading';
  if (!(await inTransaction(work, (sql) => goOn(sql, held.turn, run, stage)))) return;
  if (stage === 'reading' && !(await readSource(work, performance.now() + work.parts.patience.portion))) {
    return inTransaction(work, (sql) => putOff(sql, held.turn, run, work.now));
  }
  await readTarget(work);
  const isAllSent = await new Sending(work).until(performance.now() + work.parts.patience.turn);
  await inTransaction(work, (sql) => (isAllSent ? endOrLinger(sql, work) : putOff(sql, held.turn, run, work.now)));
}

/** How a run stops by itself; `undefined` for what stops more than the run. */
function stopOf(work: RunWork, error: unknown): ((sql: ConnectionSql) => Promise<void>) | undefined {
  const { parts, held, flow, run } = work;
  if (error instanceof RunWaits) return (sql) => waitForOpening(sql, work, error);
  if (error instanceof RunDenied) {
    return async (sql) => {
      const denied = await storeDenied(sql, held.turn, flow.name, error.reasons);
      await tellOf(sql, work, denied, 'denied', 'not-allowed');
      await close(sql, work, { as: 'denied', reasons: error.reasons });
    };
  }
  if (error instanceof CallRefused) {
    return (sql) => close(sql, work, { as: 'failed', cause: error.cause, message: error.words });
  }
  if (kindOf(error) === 'unavailable') return undefined;
  const { companyId } = held.turn;
  parts.log.error({ error, flow: flow.name, companyId, runId: run.id }, 'a run could not be carried out');
  return (sql) => close(sql, work, { as: 'failed', cause: 'fault-of-ours' });
}

/** Closed is not failed: the run keeps its place, and costs nothing while it waits. */
async function waitForOpening(sql: ConnectionSql, { parts, held, run }: RunWork, wait: RunWaits): Promise<void> {
  const { turn } = held;
  const at = wait.opensAt
    ? afterOpening(wait.opensAt, turn.companyId)
    : new Date(turn.at.getTime() + parts.patience.neverOpens);
  await putOff(sql, turn, run, at, wait);
}

interface Pending {
  readonly now: Date;
  /** When the next record is tried again that may have been done, or that could not be sent. */
  readonly soon: Date | null;
  /** The same, with those that wait for another record. */
  readonly next: Date | null;
  /** The run was asked for once more. */
  readonly again: boolean;
}

async function pending(sql: ConnectionSql, { held, flow, run }: RunWork): Promise<Pending> {
  const [row] = await sql.rows<{ now: string; soon: string | null; next: string | null; again: boolean }>(
    `select clock_timestamp() as now, min(next_try_at) filter (where state <> 'waits') as soon,
            min(next_try_at) as next,
            coalesce((select again from severa.run where environment_id = $1 and run_id = $4), false) as again
       from severa.pair
      where environment_id = $1 and company_id = $2 and flow = $3 and state in ('due', 'sending', 'unknown', 'waits')`,
    [held.turn.environmentId, held.turn.companyId, flow.name, run.id],
  );
  const moment = (text: string | null | undefined): Date | null => (text == null ? null : instant(text));
  return {
    now: moment(row?.now) ?? held.turn.at,
    soon: moment(row?.soon),
    next: moment(row?.next),
    again: row?.again ?? false,
  };
}

/** A run is not over while one of its records comes round again in a while. */
async function endOrLinger(sql: ConnectionSql, work: RunWork): Promise<void> {
  const { parts, held, run } = work;
  const { now, soon, again } = await pending(sql, work);
  if (soon && !again && soon.getTime() - now.getTime() <= parts.patience.linger) {
    return putOff(sql, held.turn, run, soon);
  }
  await close(sql, work, { as: 'carried-out' });
}

/** The run is over; the flow is due again by its own time, or when one of its records is. */
async function close(sql: ConnectionSql, work: RunWork, end: RunEnd): Promise<void> {
  const { held, flow, run, settings } = work;
  const { turn } = held;
  const state = await endRun(sql, turn, run, end);
  if (state === null) return;
  const { now, next } = await pending(sql, work);
  const scheduled = nextDue(
    flow.every(settings),
    { began: run.began, denied: end.as === 'denied' },
    now,
    turn.companyId,
  );
  const soonest = [scheduled.getTime()];
  if (end.as === 'carried-out' && next) soonest.push(next.getTime());
  if (end.as === 'failed') soonest.push(now.getTime() + AFTER_FAILURE);
  await setDue(sql, turn, flow.name, new Date(Math.min(...soonest)), state === 'succeeded');
}
