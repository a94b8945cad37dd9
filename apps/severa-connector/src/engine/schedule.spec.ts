import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { wallMinute } from '#lib/policy';

import { afterOpening, finnishDay, nextDue, spreadOf } from './schedule.js';

const at = (text: string) => new Date(text);
const COMPANY = '0190a000-0000-7000-8000-000000000001';
const minuteOf = (moment: Date) => wallMinute(moment, 'Europe/Helsinki').minute;

describe('when a flow is due', () => {
  it.each([
    ['so long after its run began', 40, '10:00', '10:03', false, '10:40'],
    ['at once when that is past', 5, '10:00', '10:30', false, '10:30'],
    ['an hour after a no of the rules', 5, '10:00', '10:01', true, '11:01'],
    ['as usual after a no when that is later', 120, '10:00', '10:01', true, '12:00'],
  ] as const)('is %s', (_, every, began, now, denied, due) => {
    const day = (time: string) => at(`2026-03-03T${time}:00Z`);
    expect(nextDue(every, { began: day(began), denied }, day(now), COMPANY)).toEqual(day(due));
  });

  it('is between midnight and five in Finland, within a day and a night, and not at once, whatever the clocks do', () => {
    const year = { min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(year), fc.uuid(), (now, company) => {
        const due = nextDue('nightly', { began: now }, now, company);
        const hours = (due.getTime() - now.getTime()) / 3_600_000;
        expect(hours).toBeGreaterThanOrEqual(2);
        expect(hours).toBeLessThanOrEqual(27.1);
        expect(minuteOf(due)).toBeLessThan(5 * 60 + 1);
      }),
      { numRuns: 200 },
    );
  });

  it('is once in each night, those in which the clocks change too', () => {
    for (const company of Array.from({ length: 20 }, (_, nth) => `company ${nth}`)) {
      for (const first of ['2026-03-26T12:00:00Z', '2026-10-22T12:00:00Z']) {
        const days: string[] = [];
        for (let now = at(first); days.length < 6; now = new Date(now.getTime() + 60_000)) {
          now = nextDue('nightly', { began: now }, now, company);
          days.push(finnishDay(now));
        }
        expect(new Set(days).size).toBe(6);
        expect(Date.parse(days[5]!) - Date.parse(days[0]!)).toBe(5 * 86_400_000);
      }
    }
  });

  it('is spread over the night and after an opening, each company always in its own place', () => {
    const spreads = Array.from({ length: 1_000 }, (_, nth) => spreadOf(`company ${nth}`, 'night'));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const there = spreads.filter((spread) => Math.floor(spread * 10) === tenth);
      expect(there.length).toBeGreaterThan(60);
    }
    const opensAt = at('2026-03-03T06:00:00Z');
    const begins = afterOpening(opensAt, COMPANY).getTime() - opensAt.getTime();
    expect(begins).toBeGreaterThanOrEqual(0);
    expect(begins).toBeLessThan(5_000);
    expect(afterOpening(opensAt, COMPANY)).toEqual(afterOpening(opensAt, COMPANY));
  });
});
