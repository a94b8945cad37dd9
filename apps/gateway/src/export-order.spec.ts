import { describe, expect, it } from '@jest/globals';

import { exportOrder } from './export-order.js';

describe('an order for an export', () => {
  it.each([
    ['2026-01-31T12:00:00.123456Z', true],
    ['2026-01-31T12:00:00+15:59', true],
    ['2026-01-31T12:00:00-12:00', true],
    ['2026-01-31T12:00:00+16:00', false],
    ['2026-01-31T12:00:00-23:59', false],
    ['0000-01-31T12:00:00Z', false],
    ['2026-01-31', false],
    ['2026-02-30T12:00:00Z', false],
  ])('of what has changed since %s: %s', (since, taken) => {
    expect(exportOrder.safeParse({ since }).success).toBe(taken);
  });

  it('is of the whole register in UTF-8 when it says nothing', () => {
    expect(exportOrder.parse(undefined)).toEqual({ since: null, charset: 'UTF-8', gzip: false });
  });
});
