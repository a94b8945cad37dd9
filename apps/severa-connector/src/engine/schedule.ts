import { createHash } from 'node:crypto';

import { wallMinute } from '#lib/policy';

/**
 * When things of a link are due; pure. Links are spread by their company's id, each always to the same place, so that a
 * thousand of them do not come at once.
 */

const ZONE = 'Europe/Helsinki';
const MINUTE = 60_000;

/** The night of registers that move once a night: from midnight on, in minutes. */
const NIGHT = 5 * 60;

/** No night's run follows another so soon: clocks that go back show the same minute twice. */
const NIGHTS_APART = 120;

/** Links that a window opens for together begin within this, in milliseconds. */
const OPENING_SPREAD = 5_000;

/** After a no of the rules a flow is not asked about more often than so, in minutes. */
const AFTER_NO = 60;

/** Evenly between 0 and 1, always the same for the same words. */
export function spreadOf(...words: readonly string[]): number {
  return createHash('sha256').update(words.join(' ')).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * When a flow is due again.
 *
 *   every      | run       | due
 *   -----------+-----------+----------------------------------------------------------------------
 *   N minutes  | any       | N minutes after this run began; at once when that is past
 *   N minutes  | denied    | the same, an hour after now at the earliest
 *   nightly    | any       | at the link's own minute between 0 and 5 in Finland, after two hours
 *
 * A night without the link's minute (the clocks go forward) has it at the first minute after the gap.
 */
export function nextDue(
  every: number | 'nightly',
  run: { readonly began: Date; readonly denied?: boolean },
  now: Date,
  companyId: string,
): Date {
  if (every === 'nightly') return nextNight(now, companyId);
  const due = run.began.getTime() + every * MINUTE;
  return new Date(Math.max(due, now.getTime() + (run.denied ? AFTER_NO * MINUTE : 0)));
}

function nextNight(now: Date, companyId: string): Date {
  const own = Math.floor(spreadOf(companyId, 'night') * NIGHT);
  let at = Math.ceil(now.getTime() / MINUTE) * MINUTE + NIGHTS_APART * MINUTE;
  const minuteAt = (instant: number): number => wallMinute(new Date(instant), ZONE).minute;
  for (let before = minuteAt(at - MINUTE); ; at += MINUTE) {
    const minute = minuteAt(at);
    const midnight = minute < before && before - minute > NIGHT;
    if (minute >= own && (before < own || midnight)) return new Date(at);
    before = minute;
  }
}

/** When a link begins that waits for an opening. */
export const afterOpening = (opensAt: Date, companyId: string): Date =>
  new Date(opensAt.getTime() + Math.floor(spreadOf(companyId, 'opening') * OPENING_SPREAD));

// Swedish days are written as ISO's are.
const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE });

/** The day in Finland, `YYYY-MM-DD`. */
export const finnishDay = (at: Date): string => DAY.format(at);
