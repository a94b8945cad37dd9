import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { AUDIT_ACTIONS, STREAM_NAMES } from '#lib/contracts';

import { dueNow, expiryOf, retentionClass } from './retention.js';

describe('retentionClass', () => {
  it.each([
    ['access.decided', 'palkat', 'security'],
    ['session.refused', null, 'security'],
    ['audit.searched', null, 'security'],
    ['transfer.finished', 'tuoterekisteri', 'ledger'],
    ['transfer.finished', 'palkat', 'books'],
    ['document.disclosed', 'tilaukset', 'books'],
    ['grants.saved', null, 'ledger'],
    ['person.saved', null, 'ledger'],
  ] as const)('keeps %s of %s for %s', (action, stream, kept) => {
    expect(retentionClass(action, stream)).toBe(kept);
  });
});

describe('expiryOf', () => {
  const at = '2026-03-02T08:15:31.000000Z';
  it.each([
    ['address', 'transfer.finished', 'palkat', 24, '2028-03-02T08:15:31.000Z'],
    ['address', 'session.refused', null, 12, '2027-03-02T08:15:31.000Z'],
    ['details', 'session.refused', null, 18, '2027-09-02T08:15:31.000Z'],
    ['details', 'grants.saved', null, 12, '2033-01-01T00:00:00.000Z'],
    ['details', 'transfer.finished', 'palkat', 12, '2037-01-01T00:00:00.000Z'],
  ] as const)('lets the %s of %s (%s) go, with %d months, at %s', (part, action, stream, months, goes) => {
    expect(expiryOf(part, { action, stream, recordedAt: at }, months).toISOString()).toBe(goes);
  });

  it('never lets go before its time what is due', () => {
    const instants = fc.date({ noInvalidDate: true, min: new Date('2020-01-01'), max: new Date('2060-12-31') });
    const given = fc.record({
      recorded: instants,
      now: instants,
      months: fc.integer({ min: 12, max: 24 }),
      action: fc.constantFrom(...AUDIT_ACTIONS),
      stream: fc.option(fc.constantFrom(...STREAM_NAMES)),
    });
    fc.assert(
      fc.property(given, ({ recorded, now, months, action, stream }) => {
        const entry = { action, stream, recordedAt: recorded.toISOString() };
        for (const { part, kept, before } of dueNow(now, months)) {
          if (kept !== null && kept !== retentionClass(action, stream)) continue;
          if (recorded < before) expect(expiryOf(part, entry, months).getTime()).toBeLessThanOrEqual(now.getTime());
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
