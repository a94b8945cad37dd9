import { AppError } from '#lib/errors';

import { type Wall, wallClock } from './wall-clock.js';

const MINUTE = 60_000;
const HORIZON_MINUTES = 8 * 24 * 60;

/** Not usable Mon–Fri from `from` until `to`; minutes after local midnight, 0 to 1440. */
export interface WeekdayRestriction {
  readonly from: number;
  readonly to: number;
}

/** One allowed time of a restriction group: ISO weekday, minutes after local midnight, 0 to 1440. */
export interface AllowedTime {
  readonly weekday: number;
  readonly from: number;
  readonly to: number;
}

/** A stored restriction that is no pair of minutes. Thrown, because a rule that cannot be read must not open anything. */
export class UnreadableWindow extends AppError {
  readonly kind = 'broken';
  readonly code = 'window.unreadable';

  constructor(window: WeekdayRestriction) {
    super('A window has whole minutes from 0 to 1440', { from: window.from, to: window.to });
  }
}

/**
 * Whether the operator's weekday restriction [Rajoitettu ma-pe] closes this minute. Half-open: usable again *at* `to`.
 *
 *   from, to      | closed Mon–Fri            | closed Sat and Sun
 *   --------------+---------------------------+-------------------
 *   none          | never                     | never
 *   from == to    | never                     | never
 *   from < to     | from until to             | never
 *   from > to     | from until 24, 0 until to | never
 *
 * The two pieces of the last row belong each to its own calendar day: 22–6 closes Friday 22–24, and not Saturday 0–6,
 * which the weekend's own switch governs. 24:00 is the minute 1440, so a `from` of 24:00 closes nothing in the evening.
 */
export function weekdayRestricted(restriction: WeekdayRestriction | null, wall: Wall): boolean {
  if (restriction === null) return false;
  if (!isMinute(restriction.from) || !isMinute(restriction.to)) throw new UnreadableWindow(restriction);
  return wall.weekday <= 5 && covers(restriction, wall.minute);
}

/** Whether the weekend restriction [Viikonloppurajoitus] closes this minute: local Saturday 0:00 to Sunday 24:00. */
export function weekendRestricted(restricted: boolean, wall: Wall): boolean {
  // Only a plain no lifts the restriction; a missing answer does not.
  return restricted !== false && wall.weekday >= 6;
}

/**
 * Whether a restriction group's times allow this minute; `null` allows all, an empty list none.
 *
 *   from, to of a time | allows on its weekday
 *   -------------------+--------------------------
 *   from == to         | nothing
 *   from < to          | from until to
 *   from > to          | from until 24, 0 until to   (both on that same calendar day)
 */
export function groupAllows(times: readonly AllowedTime[] | null, wall: Wall): boolean {
  return times === null || times.some((time) => time.weekday === wall.weekday && covers(time, wall.minute));
}

/**
 * The first whole minute at or after `from` at which `open` holds, or `null` when there is none within 8 days.
 *
 * Goes minute by minute from instant to wall. The other way would have to choose an instant for a wall time that the
 * clocks skip or repeat, and calendars disagree on which.
 */
export function nextOpening(open: (wall: Wall) => boolean, from: Date, timeZone: string): Date | null {
  const clock = wallClock(timeZone);
  const first = Math.ceil(from.getTime() / MINUTE);
  for (let minute = first; minute <= first + HORIZON_MINUTES; minute += 1) {
    if (open(clock(minute * MINUTE))) return new Date(minute * MINUTE);
  }
  return null;
}

function covers({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean {
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
}

function isMinute(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 1_440;
}
