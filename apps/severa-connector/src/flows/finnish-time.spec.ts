import { describe, expect, it } from '@jest/globals';

import { dayAfter, finnishMomentOf, firstOfLastMonth, minutesBetween } from './finnish-time.js';

describe('a date-time of Severa', () => {
  it.each([
    ['2026-07-01T21:30:00Z', { day: '2026-07-02', time: '00:30:00' }],
    ['2026-01-01T22:00:00.123Z', { day: '2026-01-02', time: '00:00:00' }],
    ['2026-07-01T08:00:00+03:00', { day: '2026-07-01', time: '08:00:00' }],
    ['2026-07-01T08:00:00', { day: '2026-07-01', time: '08:00:00' }],
    ['2026-07-01', { day: '2026-07-01', time: '00:00:00' }],
    ['2026-13-01T08:00:00Z', null],
    ['yesterday', null],
    ['', null],
    [null, null],
  ])('%s is read in Finland', (text, expected) => {
    expect(finnishMomentOf(text)).toEqual(expected);
  });
});

describe('days', () => {
  it('are counted over the ends of months and years', () => {
    expect([dayAfter('2026-12-31'), dayAfter('2026-03-01', -1), dayAfter('2028-02-28', 2)]).toEqual([
      '2027-01-01',
      '2026-02-28',
      '2028-03-01',
    ]);
    expect([firstOfLastMonth('2026-01-31'), firstOfLastMonth('2026-03-31')]).toEqual(['2025-12-01', '2026-02-01']);
  });

  it('have 24 hours by the clock', () => {
    const [from, until] = [
      { day: '2026-03-28', time: '20:00:00' },
      { day: '2026-03-28', time: '24:00:00' },
    ];
    expect(minutesBetween(from, until)).toBe(240);
  });
});
