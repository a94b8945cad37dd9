import { describe, expect, it } from '@jest/globals';

import { auditEntry } from '#lib/contracts';

import { auditEntryOf, OPERATOR_CHAIN, pendingEntryOf } from './entry.js';
import { anEvent, TILI_OY } from './event.spec-support.js';

describe('pendingEntryOf', () => {
  it.each([
    ['2026-03-02T08:15:30Z', '2026-03-02T08:15:30.000000Z'],
    ['2026-03-02T08:15:30.5Z', '2026-03-02T08:15:30.500000Z'],
    ['2026-03-02T08:15:30.1234569Z', '2026-03-02T08:15:30.123456Z'],
    ['2026-03-29T01:30:00.25+02:00', '2026-03-28T23:30:00.250000Z'],
    ['2026-03-02T08:15Z', '2026-03-02T08:15:00.000000Z'],
    ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.9-10:00', '9999-12-31T23:59:59.900000Z'],
  ])('keeps the instant %s as %s', (occurredAt, kept) => {
    expect(pendingEntryOf(anEvent({ occurredAt })).occurredAt).toBe(kept);
  });

  it('knows an id by its value, not by the case of its letters', () => {
    const id = '0198B1A0-ABCD-7000-8000-0000000000FF';
    const entry = pendingEntryOf(anEvent({ eventId: id, environmentId: id, companyId: id }));
    expect([entry.eventId, entry.environmentId, entry.companyId]).toEqual(Array(3).fill(id.toLowerCase()));
  });

  it('puts what belongs to no environment into the chain of the operator', () => {
    expect(pendingEntryOf(anEvent({ environmentId: null })).environmentId).toBe(OPERATOR_CHAIN);
  });

  it('replaces what a database cannot hold instead of losing the event', () => {
    const details = { 'a\u0000b': ['x\u0000', '\uD800y', { deep: Infinity }], fine: '😀' };
    const entry = pendingEntryOf(anEvent({ address: '10.0.0.1\u0000', reasons: ['\uDC00'], details }));
    expect(entry.address).toBe('10.0.0.1\uFFFD');
    expect(entry.reasons).toEqual(['\uFFFD']);
    expect(entry.details).toEqual({ 'a\uFFFDb': ['x\uFFFD', '\uFFFDy', { deep: null }], fine: '😀' });
  });

  it('cuts what is nested deeper than anybody reads', () => {
    let bottomless: Record<string, unknown> = {};
    for (let depth = 0; depth < 50_000; depth++) bottomless = { down: bottomless };
    const kept = JSON.stringify(pendingEntryOf(anEvent({ details: bottomless })).details);
    expect(kept).toHaveLength(32 * '{"down":}'.length + '"…"'.length);
  });
});

describe('auditEntryOf', () => {
  it.each([null, TILI_OY])('gives an event of environment %s back in the words of the contract', (environmentId) => {
    const event = anEvent({ environmentId, stream: 'palkat', direction: 'import', reasons: ['WEEKEND'] });
    const entry = { ...pendingEntryOf(event), sequence: 7, recordedAt: '2026-03-02T08:15:31.000000Z' };
    const read = auditEntry.parse(auditEntryOf({ entry, hash: Buffer.alloc(32, 255), seals: null }));
    expect(read).toEqual({
      ...event,
      sequence: 7,
      recordedAt: entry.recordedAt,
      hash: 'ff'.repeat(32),
      redacted: false,
    });
  });
});
