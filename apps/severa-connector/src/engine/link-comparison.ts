import { v7 as uuid } from 'uuid';

import type { LinkSettings } from '#lib/contracts';
import { kindOf } from '#lib/errors';

import { carryOutComparison, type ComparisonWork, dueComparison, storeComparison } from '../comparison/comparisons.js';
import { inTransaction, renewCredentials } from './reading.js';
import { finnishDay } from './schedule.js';
import type { Run } from './runs.js';
import { CallRefused, PauseLink, RunDenied, RunWaits, TurnLost, WaitLink } from './stop.js';
import type { HeldTurn } from './turns.js';
import { type EngineParts, type RunWork, within, workOn } from './work.js';

/**
 * Goes on with the comparison that was asked for first, if any, for a portion: it only reads, under the rules of its flow.
 */
export async function compareNext(parts: EngineParts, held: HeldTurn, settings: LinkSettings): Promise<void> {
  const { turn } = held;
  const due = await dueComparison(within(parts.database, turn), turn);
  const flow = parts.flows.find((one) => one.name === due?.flow);
  if (due === null || !flow) return;
  const write: ComparisonWork['write'] = (work) => inTransaction({ parts, held }, work);
  try {
    const work = await workOn(parts, held, flow, readingRun(flow.name, turn.at), settings);
    const report = await carryOutComparison(comparisonOf(work, write), due.progress);
    if (report) await write((sql) => storeComparison(sql, turn, flow.name, { report }));
  } catch (error) {
    const cause = causeOf(error, turn.at);
    if (cause === null) throw error;
    if (cause === 'fault-of-ours')
      parts.log.error({ error, flow: flow.name, companyId: turn.companyId }, 'a comparison failed');
    await write((sql) => storeComparison(sql, turn, flow.name, { cause }));
    if (error instanceof PauseLink && turn.state === 'active') throw error;
  }
}

const comparisonOf = (work: RunWork, write: ComparisonWork['write']): ComparisonWork => ({
  turn: work.held.turn,
  flow: work.flow,
  reading: { settings: work.settings, calls: work.calls, now: work.now },
  today: finnishDay(work.now),
  write,
  renew: () => renewCredentials(work),
  end: performance.now() + work.parts.patience.portion,
});

/** Why it cannot be carried out; `null`: it is tried again. */
function causeOf(error: unknown, now: Date): string | null {
  if (error instanceof CallRefused || error instanceof PauseLink) return error.cause;
  if (error instanceof RunDenied) return 'not-allowed';
  if (error instanceof RunWaits && error.opensAt) {
    throw new WaitLink('outside-hours', Math.max(0, error.opensAt.getTime() - now.getTime()));
  }
  if (error instanceof RunWaits) return 'outside-hours';
  return error instanceof TurnLost || kindOf(error) === 'unavailable' ? null : 'fault-of-ours';
}

/** What only reads is no run: it has the place of one before the rules. */
export const readingRun = (flow: Run['flow'], began: Date): Run => ({
  id: uuid(),
  flow,
  trigger: 'person',
  requestedBy: null,
  scope: {},
  state: 'reading',
  again: false,
  opensAt: null,
  began,
  nextAt: began,
  seen: began.toISOString(),
  ready: true,
  closed: false,
});
