import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Wall, wallMinute } from './wall-clock.js';
import {
  type AllowedTime,
  groupAllows,
  nextOpening,
  UnreadableWindow,
  weekdayRestricted,
  weekendRestricted,
} from './window.js';

const HELSINKI = 'Europe/Helsinki';
const MINUTE = 60_000;
const WEEK = 7 * 24 * 60;

/** Local Monday 0:00 of a week without a change of clocks, and of the two with one. */
const ORDINARY = new Date('2026-07-05T21:00:00Z');
const SPRING = new Date('2026-03-22T22:00:00Z');
const AUTUMN = new Date('2026-10-18T21:00:00Z');

const minute = fc.integer({ min: 0, max: 1_440 });
const restriction = fc.record({ from: minute, to: minute });
const times = fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), from: minute, to: minute }), {
  maxLength: 5,
});
const week: readonly Wall[] = [...Array(WEEK).keys()].map((index) => ({
  weekday: Math.floor(index / 1_440) + 1,
  minute: index % 1_440,
}));

/** Every minute of `minutes` real ones since `start`, as the wall shows it. */
function wallsSince(start: Date, minutes: number): readonly Wall[] {
  return [...Array(minutes).keys()].map((index) => wallMinute(new Date(start.getTime() + index * MINUTE), HELSINKI));
}

/** `Fri 22:00` as the wall shows it. */
function wall(text: string): Wall {
  const [day = '', time = ''] = text.split(' ');
  const [hours, minutes] = time.split(':').map(Number);
  return {
    weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(day) + 1,
    minute: (hours ?? 0) * 60 + (minutes ?? 0),
  };
}

const hours = (from: number, to: number) => ({ from: from * 60, to: to * 60 });

describe('the weekday restriction', () => {
  it.each([
    ['8–16', hours(8, 16), ['Mon 8:00', 'Wed 12:00', 'Fri 15:59'], ['Mon 7:59', 'Fri 16:00', 'Sat 12:00', 'Sun 12:00']],
    ['0–24', hours(0, 24), ['Mon 0:00', 'Fri 23:59'], ['Sat 0:00', 'Sun 23:59']],
    ['8–24', hours(8, 24), ['Mon 8:00', 'Fri 23:59'], ['Tue 0:00', 'Tue 7:59', 'Sat 0:00']],
    [
      '22–6, each piece on its own day',
      hours(22, 6),
      ['Mon 0:00', 'Mon 5:59', 'Mon 22:00', 'Tue 0:00', 'Fri 5:59', 'Fri 22:00', 'Fri 23:59'],
      ['Mon 6:00', 'Mon 21:59', 'Fri 21:59', 'Sat 0:00', 'Sat 5:59', 'Sun 23:00'],
    ],
    ['24–6, which has no evening', hours(24, 6), ['Mon 0:00', 'Fri 5:59'], ['Mon 6:00', 'Mon 23:59', 'Sat 0:00']],
    ['22–0, which has no morning', hours(22, 0), ['Mon 22:00', 'Fri 23:59'], ['Mon 0:00', 'Fri 21:59', 'Sat 0:00']],
    ['24–0, which is nothing', hours(24, 0), [], ['Mon 0:00', 'Wed 12:00', 'Fri 23:59']],
    ['8–8, which is nothing', hours(8, 8), [], ['Mon 7:59', 'Mon 8:00', 'Mon 8:01']],
    ['0–0, which is nothing', hours(0, 0), [], ['Mon 0:00', 'Wed 12:00', 'Fri 23:59']],
    ['none', null, [], ['Mon 0:00', 'Wed 12:00', 'Fri 23:59']],
  ])('%s closes what it says', (_, rule, closed, open) => {
    expect(closed.filter((text) => !weekdayRestricted(rule, wall(text)))).toEqual([]);
    expect(open.filter((text) => weekdayRestricted(rule, wall(text)))).toEqual([]);
  });

  it.each([
    [Number.NaN, 60],
    [0, Number.NaN],
    [-1, 60],
    [0, 1_441],
    [0.5, 60],
  ])('refuses %d–%d, which are no minutes, on every day', (from, to) => {
    expect(() => weekdayRestricted({ from, to }, wall('Sun 12:00'))).toThrow(UnreadableWindow);
  });

  it('closes five times its length in every week, over midnight or not', () => {
    fc.assert(
      fc.property(restriction, (rule) => {
        const length = rule.from <= rule.to ? rule.to - rule.from : 1_440 - rule.from + rule.to;
        expect(week.filter((at) => weekdayRestricted(rule, at))).toHaveLength(5 * length);
      }),
      { numRuns: 50 },
    );
  });

  it('opens no minute by being widened', () => {
    const widened = fc
      .tuple(restriction, minute, minute)
      .map(([rule, a, b]) => [rule, { from: Math.min(rule.from, a), to: Math.max(rule.to, b) }] as const)
      .filter(([rule, wider]) => wider.from !== wider.to && rule.from < rule.to === wider.from < wider.to);
    fc.assert(
      fc.property(widened, ([rule, wider]) => {
        expect(week.filter((at) => weekdayRestricted(rule, at) && !weekdayRestricted(wider, at))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('is the same on every weekday', () => {
    fc.assert(
      fc.property(restriction, fc.integer({ min: 0, max: 1_439 }), (rule, at) => {
        const answers = [1, 2, 3, 4, 5].map((weekday) => weekdayRestricted(rule, { weekday, minute: at }));
        expect(new Set(answers).size).toBe(1);
      }),
    );
  });
});

describe('the weekend restriction', () => {
  it('closes from Saturday 0:00 to Sunday 24:00', () => {
    const closed = week.filter((at) => weekendRestricted(true, at));
    expect(closed).toHaveLength(2 * 1_440);
    expect(closed[0]).toEqual(wall('Sat 0:00'));
    expect(closed.at(-1)).toEqual(wall('Sun 23:59'));
  });

  it('closes nothing when it is off', () => {
    expect(week.some((at) => weekendRestricted(false, at))).toBe(false);
  });

  it.each([
    ['48 hours in an ordinary week', ORDINARY, 48],
    ['47 when the clocks skip one', SPRING, 47],
    ['49 when they repeat one', AUTUMN, 49],
  ])('lasts %s', (_, monday, closedHours) => {
    const walls = wallsSince(monday, 6 * 1_440 + 1_440 + (closedHours - 48) * 60);
    expect(walls.filter((at) => weekendRestricted(true, at))).toHaveLength(closedHours * 60);
    expect(walls.at(-1)).toEqual(wall('Sun 23:59'));
  });
});

describe('the times of a restriction group', () => {
  const on = (weekday: number, from: number, to: number): AllowedTime => ({ weekday, ...hours(from, to) });

  it.each([
    ['any time without a list', null, ['Mon 0:00', 'Sun 23:59'], []],
    ['nothing with an empty list', [], [], ['Mon 0:00', 'Wed 12:00', 'Sun 23:59']],
    ['Mon 8–16', [on(1, 8, 16)], ['Mon 8:00', 'Mon 15:59'], ['Mon 7:59', 'Mon 16:00', 'Tue 9:00']],
    ['either of two', [on(1, 8, 9), on(7, 8, 9)], ['Mon 8:00', 'Sun 8:00'], ['Tue 8:00', 'Sun 9:00']],
    ['a whole day', [on(6, 0, 24)], ['Sat 0:00', 'Sat 23:59'], ['Fri 23:59', 'Sun 0:00']],
    ['nothing by 8–8', [on(1, 8, 8)], [], ['Mon 8:00', 'Mon 7:59', 'Mon 12:00']],
    ['Fri 22–6, both on Friday', [on(5, 22, 6)], ['Fri 0:00', 'Fri 5:59', 'Fri 22:00'], ['Fri 6:00', 'Sat 0:00']],
    ['Mon 24–6, which is Mon 0–6', [on(1, 24, 6)], ['Mon 0:00', 'Mon 5:59'], ['Mon 6:00', 'Mon 23:59', 'Tue 0:00']],
  ])('allow %s', (_, list, open, closed) => {
    expect(open.filter((text) => !groupAllows(list, wall(text)))).toEqual([]);
    expect(closed.filter((text) => groupAllows(list, wall(text)))).toEqual([]);
  });

  it('close no minute by one more of them', () => {
    fc.assert(
      fc.property(times, times, (list, more) => {
        expect(week.filter((at) => groupAllows(list, at) && !groupAllows([...list, ...more], at))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['an edge in the skipped hour opens when that hour has passed', '2026-03-29', [3.5, 5], '01:00', '02:00'],
    ['an edge in the skipped hour closes when that hour has passed', '2026-03-29', [2, 3.5], '00:00', '01:00'],
    ['the repeated hour counts in both passes', '2026-10-25', [3, 4], '00:00', '02:00'],
    ['half of the repeated hour counts in both passes', '2026-10-25', [3.5, 5], '00:30', '03:00'],
  ] as const)('%s', (_, day, [from, to], opens, closes) => {
    const open = (at: Wall) => groupAllows([on(7, from, to)], at);
    const midnight = new Date(`${day}T00:00:00Z`);
    const opening = nextOpening(open, new Date(midnight.getTime() - 4 * 60 * MINUTE), HELSINKI);
    expect(opening).toEqual(new Date(`${day}T${opens}:00Z`));
    const lastOpen = [...Array(360).keys()]
      .map((index) => new Date(midnight.getTime() + index * MINUTE))
      .findLast((at) => open(wallMinute(at, HELSINKI)));
    expect(lastOpen).toEqual(new Date(new Date(`${day}T${closes}:00Z`).getTime() - MINUTE));
  });

  it('close again between the two passes of a window inside the repeated hour', () => {
    const open = (at: Wall) => groupAllows([on(7, 3.5, 4)], at);
    const asked = (at: string) => open(wallMinute(new Date(`2026-10-25T${at}:00Z`), HELSINKI));
    expect(['00:29', '00:30', '00:59', '01:00', '01:29', '01:30', '01:59', '02:00'].map(asked)).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('all rules of time over a real week', () => {
  it.each([
    ['an ordinary one', ORDINARY, WEEK],
    ['one that loses an hour', SPRING, WEEK - 60],
    ['one that gains an hour', AUTUMN, WEEK + 60],
  ])('leave every minute of %s either open or closed', (_, monday, minutes) => {
    const walls = wallsSince(monday, minutes);
    expect(walls[0]).toEqual(wall('Mon 0:00'));
    expect(walls.at(-1)).toEqual(wall('Sun 23:59'));
    const onSunday = walls.filter(({ weekday }) => weekday === 7).length;
    expect(walls.length - onSunday).toBe(6 * 1_440);
    const rule = hours(22, 6);
    const closed = walls.filter((at) => weekdayRestricted(rule, at) || weekendRestricted(true, at)).length;
    const open = walls.filter((at) => !weekdayRestricted(rule, at) && !weekendRestricted(true, at)).length;
    expect([closed, open]).toEqual([5 * 8 * 60 + 1_440 + onSunday, 5 * 16 * 60]);
  });
});
