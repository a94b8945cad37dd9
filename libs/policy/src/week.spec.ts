import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { minutesOpen, type WeekDay, weekOf, type WeekRules } from './week.js';
import { groupAllows, UnreadableWindow, weekdayRestricted, weekendRestricted } from './window.js';

const FREE: WeekRules = { weekdayRestriction: null, weekendRestricted: false, groupTimes: null };

const minute = fc.integer({ min: 0, max: 1_440 });
const rules: fc.Arbitrary<WeekRules> = fc.record({
  weekdayRestriction: fc.option(fc.record({ from: minute, to: minute })),
  weekendRestricted: fc.boolean(),
  groupTimes: fc.option(
    fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), from: minute, to: minute }), { maxLength: 6 }),
  ),
});

/** `Mon 0–360 WEEKDAY_WINDOW`, one line for each piece. */
const lines = (week: readonly WeekDay[]) =>
  week.flatMap(({ weekday, pieces }) =>
    pieces.map(({ from, to, closedBy }) => `${weekday} ${from}–${to} ${closedBy.join('+') || 'open'}`),
  );

describe('the resulting week', () => {
  it('is open throughout when nothing restricts it', () => {
    expect(lines(weekOf(FREE))).toEqual([1, 2, 3, 4, 5, 6, 7].map((weekday) => `${weekday} 0–1440 open`));
    expect(minutesOpen(weekOf(FREE))).toBe(10_080);
  });

  it('shows that over midnight each piece belongs to its own day: Saturday morning is open', () => {
    const week = lines(weekOf({ ...FREE, weekdayRestriction: { from: 1_320, to: 360 } }));
    const weekday = (day: number) => [
      `${day} 0–360 WEEKDAY_WINDOW`,
      `${day} 360–1320 open`,
      `${day} 1320–1440 WEEKDAY_WINDOW`,
    ];
    expect(week).toEqual([...[1, 2, 3, 4, 5].flatMap(weekday), '6 0–1440 open', '7 0–1440 open']);
  });

  it('names every rule that closes a piece, and joins neighbours that the same rules close', () => {
    const groupTimes = [
      { weekday: 1, from: 480, to: 720 },
      { weekday: 1, from: 720, to: 960 },
      { weekday: 6, from: 0, to: 1_440 },
    ];
    const week = weekOf({ weekdayRestriction: { from: 900, to: 1_020 }, weekendRestricted: true, groupTimes });
    expect(lines(week.slice(0, 2))).toEqual([
      '1 0–480 GROUP_TIME',
      '1 480–900 open',
      '1 900–960 WEEKDAY_WINDOW',
      '1 960–1020 WEEKDAY_WINDOW+GROUP_TIME',
      '1 1020–1440 GROUP_TIME',
      '2 0–900 GROUP_TIME',
      '2 900–1020 WEEKDAY_WINDOW+GROUP_TIME',
      '2 1020–1440 GROUP_TIME',
    ]);
    expect(lines(week.slice(5))).toEqual(['6 0–1440 WEEKEND', '7 0–1440 WEEKEND+GROUP_TIME']);
    expect(minutesOpen(week)).toBe(420);
  });

  it.each([
    ['an empty group', { ...FREE, groupTimes: [] }, 0],
    ['the whole weekday', { ...FREE, weekdayRestriction: { from: 0, to: 1_440 } }, 2_880],
    ['from as late as to', { ...FREE, weekdayRestriction: { from: 600, to: 600 } }, 10_080],
    ['from 24:00', { ...FREE, weekdayRestriction: { from: 1_440, to: 60 } }, 10_080 - 5 * 60],
    ['the weekend', { ...FREE, weekendRestricted: true }, 7_200],
  ])('with %s leaves so many minutes open', (_, given, open) => {
    expect(minutesOpen(weekOf(given))).toBe(open);
  });

  it('agrees with the rules at every minute, covers each day once, and has no equal neighbours', () => {
    fc.assert(
      fc.property(rules, (given) => {
        for (const { weekday, pieces } of weekOf(given)) {
          let next = 0;
          for (const [index, { from, to, closedBy }] of pieces.entries()) {
            expect(from).toBe(next);
            expect(to).toBeGreaterThan(from);
            expect(closedBy).not.toEqual(pieces[index - 1]?.closedBy);
            for (let at = from; at < to; at += 1) {
              const wall = { weekday, minute: at };
              const agrees =
                closedBy.includes('WEEKDAY_WINDOW') === weekdayRestricted(given.weekdayRestriction, wall) &&
                closedBy.includes('WEEKEND') === weekendRestricted(given.weekendRestricted, wall) &&
                closedBy.includes('GROUP_TIME') === !groupAllows(given.groupTimes, wall);
              if (!agrees) throw new Error(`${weekday} ${at} is not as the rules have it`);
            }
            next = to;
          }
          expect(next).toBe(1_440);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is not made of a restriction that cannot be read', () => {
    expect(() => weekOf({ ...FREE, weekdayRestriction: { from: 60, to: 1_441 } })).toThrow(UnreadableWindow);
  });
});
