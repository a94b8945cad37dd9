import type { AllowedTime, WeekdayRestriction } from '../window.js';

/**
 * Windows once more, as sets of minutes of the week: the second opinion that `window.ts` is compared with.
 *
 * The week begins on Monday at 0:00 and has 10,080 minutes. A closed set is a list of half-open pieces in it. An
 * instant finds its minute of the week on the wall of a zone, and an opening is found by jumping over whole pieces,
 * from one change of the zone's offset to the next.
 */
type Pieces = readonly (readonly [from: number, to: number])[];

export const WEEK = 10_080;
const DAY = 1_440;
const MINUTE = 60_000;
const HORIZON = 8 * DAY;

export interface ClosedTimes {
  readonly weekday: Pieces;
  readonly weekend: Pieces;
  readonly group: Pieces;
}

export function closedTimes(
  restriction: WeekdayRestriction | null,
  weekend: boolean,
  group: readonly AllowedTime[] | null,
): ClosedTimes {
  const opened = (group ?? [{ weekday: 0, from: 0, to: 0 }]).flatMap((time) => piecesOf(time.weekday - 1, time));
  return {
    weekday: restriction === null ? [] : [0, 1, 2, 3, 4].flatMap((day) => piecesOf(day, restriction)),
    weekend: weekend ? [[5 * DAY, WEEK]] : [],
    group: group === null ? [] : complement(opened),
  };
}

/** The pieces of one calendar day; over midnight means both ends of the same day. */
function piecesOf(day: number, { from, to }: { readonly from: number; readonly to: number }): Pieces {
  for (const edge of [from, to]) if (!Number.isInteger(edge) || edge < 0 || edge > DAY) throw new Error('no minute');
  const within: Pieces =
    from <= to
      ? [[from, to]]
      : [
          [0, to],
          [from, DAY],
        ];
  return within.filter(([first, last]) => first < last).map(([first, last]) => [day * DAY + first, day * DAY + last]);
}

function complement(pieces: Pieces): Pieces {
  const rest: (readonly [number, number])[] = [];
  let free = 0;
  for (const [from, to] of [...pieces].sort(([a], [b]) => a - b)) {
    if (from > free) rest.push([free, from]);
    free = Math.max(free, to);
  }
  if (free < WEEK) rest.push([free, WEEK]);
  return rest;
}

export const holds = (pieces: Pieces, minute: number): boolean =>
  pieces.some(([from, to]) => from <= minute && minute < to);

const clocks = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The minute of the week that the wall of a zone shows. */
export function minuteOfWeek(instant: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timeZone, clock);
  }
  const shown = /^(\w{3})\D+(\d\d):(\d\d)$/.exec(clock.format(instant));
  if (!shown) throw new Error('an unreadable wall');
  return WEEKDAYS.indexOf(shown[1] ?? '') * DAY + Number(shown[2]) * 60 + Number(shown[3]);
}

/** The first whole minute after `instant`, within eight days, that no piece closes; `null` when there is none. */
export function oracleOpening(closed: Pieces, instant: number, timeZone: string): number | null {
  let at = Math.ceil(instant / MINUTE) * MINUTE;
  const last = at + HORIZON * MINUTE;
  while (at <= last) {
    const minute = minuteOfWeek(at, timeZone);
    const wait = minutesUntilOpen(closed, minute);
    if (wait === 0) return at;
    const change = nextChange(at, Math.min(at + (wait ?? Infinity) * MINUTE, last + MINUTE), timeZone);
    if (change === null && wait === null) return null;
    at = change ?? at + (wait ?? 0) * MINUTE;
  }
  return null;
}

/** How far the wall must go on for a minute outside all pieces; `null` when the whole week is closed. */
function minutesUntilOpen(closed: Pieces, minute: number): number | null {
  let reached = minute;
  for (let turns = 0; turns <= closed.length * 2 + 1; turns += 1) {
    const piece = closed.find(([from, to]) => from <= reached % WEEK && reached % WEEK < to);
    if (!piece) return reached - minute;
    reached += piece[1] - (reached % WEEK);
  }
  return null;
}

/** The first minute after `from`, up to `to`, at which the wall does not go on by one; found by halving. */
function nextChange(from: number, to: number, timeZone: string): number | null {
  const start = minuteOfWeek(from, timeZone);
  const steady = (instant: number): boolean =>
    (start + (instant - from) / MINUTE) % WEEK === minuteOfWeek(instant, timeZone);
  for (let low = from; low < to; low += 30 * DAY * MINUTE) {
    let high = Math.min(low + 30 * DAY * MINUTE, to);
    if (steady(high)) continue;
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
      if (steady(middle)) low = middle;
      else high = middle;
    }
    return high;
  }
  return null;
}
