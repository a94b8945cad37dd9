import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Wall, wallMinute } from './wall-clock.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The same answer asked of the platform directly, without offsets. */
function shownWall(at: Date, timeZone: string): Wall {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

describe('the wall clock', () => {
  it.each([
    ['a winter noon', '2026-01-14T10:00:00Z', 3, 12 * 60],
    ['a summer noon', '2026-07-15T09:00:00Z', 3, 12 * 60],
    ['midnight, which is minute 0 of the new day', '2026-07-14T21:00:00Z', 3, 0],
    ['the last second of a day', '2026-07-14T20:59:59.999Z', 2, 1439],
    ['the minute before the clocks skip 3–4', '2026-03-29T00:59:59Z', 7, 179],
    ['the minute after', '2026-03-29T01:00:00Z', 7, 240],
    ['3:30 for the first time', '2026-10-25T00:30:00Z', 7, 210],
    ['3:30 for the second time', '2026-10-25T01:30:00Z', 7, 210],
    ['4:00 after both', '2026-10-25T02:00:00Z', 7, 240],
    ['a Sunday before the epoch', '1969-12-28T10:00:00Z', 7, 12 * 60],
  ])('shows %s', (_, at, weekday, minute) => {
    expect(wallMinute(new Date(at), 'Europe/Helsinki')).toEqual({ weekday, minute });
  });

  it.each(['Europe/Helsinki', 'UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia'])(
    'agrees with the platform in %s',
    (timeZone) => {
      const instant = fc.date({ min: new Date('1975-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
      fc.assert(
        fc.property(instant, (at) => {
          expect(wallMinute(at, timeZone)).toEqual(shownWall(at, timeZone));
        }),
        { numRuns: 200 },
      );
    },
  );

  it('is right where the clocks change inside a quarter of an hour', () => {
    for (let second = 0; second < 3_600; second += 10) {
      const at = new Date(Date.UTC(2010, 2, 14, 3, 0, second));
      expect(wallMinute(at, 'America/St_Johns')).toEqual(shownWall(at, 'America/St_Johns'));
    }
  });

  it('stays right when more is asked than it remembers', () => {
    const quarter = 15 * 60_000;
    for (let index = 0; index < 5_000; index += 1) wallMinute(new Date(index * quarter), 'Europe/Helsinki');
    const at = new Date('2026-07-15T09:00:00Z');
    expect(wallMinute(at, 'Europe/Helsinki')).toEqual({ weekday: 3, minute: 720 });
  });

  it.each([
    ['an instant that is none', new Date(Number.NaN), 'Europe/Helsinki'],
    ['an unknown zone', new Date(0), 'Europe/Tampere'],
    ['an empty zone', new Date(0), ''],
    ['a missing zone', new Date(0), undefined as unknown as string],
  ])('refuses %s', (_, at, timeZone) => {
    expect(() => wallMinute(at, timeZone)).toThrow(RangeError);
  });
});
