import { AppError } from '#lib/errors';

import { type Wall, wallClock } from './wall-clock.js';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
const HORIZON_MINUTES = 8 * DAY_MINUTES;

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

/** A stored window that is no pair of minutes. Thrown, because a rule that cannot be read must not open anything. */
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
  requireReadable(restriction);
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
 *
 * One time that cannot be read makes the whole list unreadable, whatever the others allow.
 */
export function groupAllows(times: readonly AllowedTime[] | null, wall: Wall): boolean {
  times?.forEach(requireReadable);
  return times === null || times.some((time) => time.weekday === wall.weekday && covers(time, wall.minute));
}

/**
 * The first whole minute at or after `from` at which `open` holds, or `null` when there is none within 8 days.
 *
 * `edges` are the minutes of the local day at which `open` may change, beside midnight; without them it may at any
 * minute. In between the search jumps, but only where the wall goes on evenly: whatever hour the clocks skip or repeat,
 * the answer is that of stepping through every minute.
 *
 * Always from instant to wall. The other way would have to choose an instant for a wall time that the clocks skip or
 * repeat, and calendars disagree on which.
 */
export function nextOpening(
  open: (wall: Wall) => boolean,
  from: Date,
  timeZone: string,
  edges?: readonly number[],
): Date | null {
  const clock = wallClock(timeZone);
  const ordered = edges && [...edges, DAY_MINUTES].sort((a, b) => a - b);
  const first = Math.ceil(from.getTime() / MINUTE);
  for (let minute = first; minute <= first + HORIZON_MINUTES;) {
    const wall = clock(minute * MINUTE);
    if (open(wall)) return new Date(minute * MINUTE);
    let jump = (ordered?.find((edge) => edge > wall.minute) ?? wall.minute + 1) - wall.minute;
    while (jump > 1 && !goesOnEvenly(wall, clock((minute + jump) * MINUTE), jump)) jump = Math.floor(jump / 2);
    minute += jump;
  }
  return null;
}

/** Whether the wall moved on by just so many minutes, of the same day or to the midnight that ends it. */
function goesOnEvenly(before: Wall, after: Wall, minutes: number): boolean {
  const reached = before.minute + minutes;
  return reached < DAY_MINUTES
    ? after.minute === reached && after.weekday === before.weekday
    : after.minute === 0 && after.weekday === (before.weekday % 7) + 1;
}

function requireReadable(window: WeekdayRestriction): void {
  if (!isMinute(window.from) || !isMinute(window.to)) throw new UnreadableWindow(window);
}

function covers({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean {
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
}

function isMinute(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 1_440;
}
