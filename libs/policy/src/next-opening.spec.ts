import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Wall, wallMinute } from './wall-clock.js';
import { groupAllows, nextOpening, type WeekdayRestriction, weekdayRestricted, weekendRestricted } from './window.js';

const HELSINKI = 'Europe/Helsinki';
const MINUTE = 60_000;
const MONDAY = new Date('2026-07-05T21:00:00Z');

const minute = fc.integer({ min: 0, max: 1_440 });
const restriction = fc.record({ from: minute, to: minute });
const times = fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), from: minute, to: minute }), {
  maxLength: 5,
});

const hours = (from: number, to: number) => ({ from: from * 60, to: to * 60 });

describe('the next opening', () => {
  const workdays = (rule: WeekdayRestriction) => (at: Wall) =>
    !weekdayRestricted(rule, at) && !weekendRestricted(true, at);

  it.each([
    ['is now, when it is open on a whole minute', hours(8, 16), '2026-07-15T13:00:00Z', '2026-07-15T13:00:00Z'],
    [
      'is the next whole minute, when it is open within one',
      hours(8, 16),
      '2026-07-15T13:00:30Z',
      '2026-07-15T13:01:00Z',
    ],
    ['is at a whole minute', hours(8, 16), '2026-07-15T12:58:59.001Z', '2026-07-15T13:00:00Z'],
    ['is the same evening', hours(8, 16), '2026-07-15T06:00:00Z', '2026-07-15T13:00:00Z'],
    ['is after the weekend', hours(8, 24), '2026-07-17T20:59:00Z', '2026-07-19T21:00:00Z'],
    ['is after the weekend that loses an hour', hours(0, 6), '2026-03-27T22:00:00Z', '2026-03-30T03:00:00Z'],
    ['is after the weekend that gains an hour', hours(0, 6), '2026-10-23T21:00:00Z', '2026-10-26T04:00:00Z'],
  ])('%s', (_, rule, from, expected) => {
    expect(nextOpening(workdays(rule), new Date(from), HELSINKI)).toEqual(new Date(expected));
  });

  it('is none when nothing opens within 8 days', () => {
    expect(nextOpening(() => false, MONDAY, HELSINKI)).toBeNull();
    const limit = new Date(MONDAY.getTime() + 8 * 1_440 * MINUTE);
    const asked: Wall[] = [];
    expect(nextOpening((at) => asked.push(at) === 8 * 1_440 + 1, MONDAY, HELSINKI)).toEqual(limit);
  });

  it('is open, and nothing before it is', () => {
    const from = fc.oneof(
      fc.date({ min: new Date('2026-03-25'), max: new Date('2026-04-01'), noInvalidDate: true }),
      fc.date({ min: new Date('2026-10-21'), max: new Date('2026-10-28'), noInvalidDate: true }),
    );
    fc.assert(
      fc.property(restriction, fc.boolean(), fc.option(times), from, (rule, weekend, list, start) => {
        const open = (shown: Wall) =>
          !weekdayRestricted(rule, shown) && !weekendRestricted(weekend, shown) && groupAllows(list, shown);
        const isOpen = (at: Date) => open(wallMinute(at, HELSINKI));
        const opening = nextOpening(open, start, HELSINKI);
        const end = opening?.getTime() ?? start.getTime() + 8 * 1_440 * MINUTE;
        if (opening) expect([opening.getTime() % MINUTE, opening >= start, isOpen(opening)]).toEqual([0, true, true]);
        let early = 0;
        for (let at = Math.ceil(start.getTime() / MINUTE) * MINUTE; at < end; at += MINUTE) {
          if (isOpen(new Date(at))) early += 1;
        }
        expect(early).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same one, whether the search jumps from edge to edge or steps through every minute', () => {
    const zone = fc.constantFrom(HELSINKI, 'Australia/Lord_Howe', 'America/St_Johns', 'Africa/Casablanca', 'UTC');
    const from = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
    const changing = fc
      .tuple(
        fc.constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-04-04T15:00Z', '2027-02-07T03:00Z'),
        fc.integer({ min: -8 * 1_440, max: 120 }),
      )
      .map(([change, minutes]) => new Date(Date.parse(change) + minutes * MINUTE));
    fc.assert(
      fc.property(restriction, times, fc.oneof(from, changing), zone, (rule, list, start, timeZone) => {
        const open = (shown: Wall) => !weekdayRestricted(rule, shown) && groupAllows(list, shown);
        const edges = [rule, ...list].flatMap(({ from, to }) => [from, to]);
        expect(nextOpening(open, start, timeZone, edges)).toEqual(nextOpening(open, start, timeZone));
      }),
      { numRuns: 1_000 },
    );
  });
});
