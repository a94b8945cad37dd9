const CLOCK = new Intl.DateTimeFormat('sv-FI', {
  timeZone: 'Europe/Helsinki',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** A moment as a clock in Finland shows it. */
export interface FinnishMoment {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** `HH:mm:ss` */
  readonly time: string;
}

export function finnishMoment(at: Date): FinnishMoment {
  const part = Object.fromEntries(CLOCK.formatToParts(at).map(({ type, value }) => [type, value]));
  const { year, month, day, hour, minute, second } = part as Record<string, string>;
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}:${second}` };
}

/**
 * A date-time of Severa's, in Finland. One without an offset is a clock's time already: it is kept.
 *
 *   text                      | in Finland
 *   --------------------------+-----------------------
 *   2026-07-01T21:30:00Z      | 2026-07-02 00:30:00
 *   2026-07-01T08:00:00+03:00 | 2026-07-01 08:00:00
 *   2026-07-01T08:00:00       | 2026-07-01 08:00:00
 *   2026-07-01                | 2026-07-01 00:00:00
 *   anything else             | `null`
 */
export function finnishMomentOf(text: string | null): FinnishMoment | null {
  const [, day, time = '00:00:00', offset] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text ?? '') ?? [];
  if (day === undefined || text === null) return null;
  if (offset === undefined) return { day, time };
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : finnishMoment(at);
}

/** The day so many days later. */
export function dayAfter(day: string, days = 1): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The first day of the month before this day's. */
export function firstOfLastMonth(day: string): string {
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() - 1);
  return at.toISOString().slice(0, 10);
}

/** What a clock was moved between two of its times, in minutes. */
export const minutesBetween = (from: FinnishMoment, until: FinnishMoment): number =>
  (Date.parse(`${until.day}T${until.time}Z`) - Date.parse(`${from.day}T${from.time}Z`)) / 60_000;
