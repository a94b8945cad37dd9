const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
const MAX_ZONES = 64;
const MAX_QUARTERS = 4_096;

/** What the clock on the wall shows. */
export interface Wall {
  /** ISO: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Whole minutes of the local calendar day, 0 to 1439. */
  readonly minute: number;
}

interface Zone {
  readonly clock: Intl.DateTimeFormat;
  /** Offset from UTC in ms as each quarter hour of the epoch begins. */
  readonly offsets: Map<number, number>;
}

/** A memo only: asking twice gives the same answer with or without it. */
const zones = new Map<string, Zone>();

/**
 * The wall clock in an IANA time zone, always by way of instant to wall: a minute that the clocks skip is never seen,
 * and one that they repeat is seen twice.
 *
 * Refuses (`RangeError`) an instant that is no time and a zone that does not exist.
 */
export function wallMinute(at: Date, timeZone: string): Wall {
  return wallClock(timeZone)(at.getTime());
}

/** {@link wallMinute} for many instants of one zone, in ms since the epoch; fastest when they follow each other. */
export function wallClock(timeZone: string): (instant: number) => Wall {
  const zone = zoneOf(timeZone);
  let quarter = Number.NaN;
  let offset: number | null = null;
  return (instant) => {
    if (Math.floor(instant / QUARTER) !== quarter) {
      quarter = Math.floor(instant / QUARTER);
      offset = offsetOf(quarter, zone);
    }
    return wallOf(instant + (offset ?? readOffset(instant, zone.clock)));
  };
}

/** The wall that shows `local` ms since local midnight of the epoch's first day, which was a Thursday. */
function wallOf(local: number): Wall {
  const day = Math.floor(local / DAY);
  return { weekday: ((((day + 3) % 7) + 7) % 7) + 1, minute: Math.floor((local - day * DAY) / MINUTE) };
}

/** The offset that holds throughout a quarter, or `null` when it is another one as the next quarter begins. */
function offsetOf(quarter: number, zone: Zone): number | null {
  const offset = offsetAtStart(quarter, zone);
  return offset === offsetAtStart(quarter + 1, zone) ? offset : null;
}

function offsetAtStart(quarter: number, { clock, offsets }: Zone): number {
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  const offset = readOffset(quarter * QUARTER, clock);
  if (offsets.size >= MAX_QUARTERS) offsets.clear();
  offsets.set(quarter, offset);
  return offset;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    // A zone that is missing at run time must fail, not become this machine's own.
    timeZone: String(timeZone),
    // `hour12: false` would print midnight as 24:00.
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (zones.size >= MAX_ZONES) zones.clear();
  const zone = { clock, offsets: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}

function readOffset(instant: number, clock: Intl.DateTimeFormat): number {
  const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(instant / 1_000) * 1_000;
}
