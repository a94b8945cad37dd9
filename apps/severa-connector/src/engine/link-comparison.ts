import { v7 as uuid } from 'uuid';

import type { LinkSettings } from '#lib/contracts';
import { kindOf } from '#lib/errors';

import { carryOutComparison, dueComparison, storeComparison } from '../comparison/comparisons.js';
import { finnishDay } from './schedule.js';
import type { Run } from './runs.js';
import { CallRefused, PauseLink, RunDenied, RunWaits, TurnLost, WaitLink } from './stop.js';
import type { HeldTurn } from './turns.js';
import { type EngineParts, within, workOn } from './work.js';

/** Carries out the comparison that was asked for first, if any: it only reads, under the rules of its flow. */
export async function compareNext(parts: EngineParts, held: HeldTurn, settings: LinkSettings): Promise<void> {
  const { turn } = held;
  const sql = within(parts.database, turn);
  const name = await dueComparison(sql, turn);
  const flow = parts.flows.find((one) => one.name === name);
  if (name === null || !flow) return;
  try {
    const work = await workOn(parts, held, flow, comparing(flow.name, turn.at), settings);
    const report = await carryOutComparison(work.calls, { flow, settings, now: work.now, today: finnishDay(work.now) });
    await storeComparison(sql, turn, name, { report });
  } catch (error) {
    const cause = causeOf(error, turn.at);
    if (cause === null) throw error;
    if (cause === 'fault-of-ours')
      parts.log.error({ error, flow: name, companyId: turn.companyId }, 'a comparison failed');
    await storeComparison(sql, turn, name, { cause });
    if (error instanceof PauseLink && turn.state === 'active') throw error;
  }
}

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

const comparing = (flow: Run['flow'], began: Date): Run => ({
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
  ready: true,
  closed: false,
});
