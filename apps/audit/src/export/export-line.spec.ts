import { describe, expect, it } from '@jest/globals';

import { entryHash } from '../chain.js';
import { pendingEntryOf, type StoredEntry } from '../entry.js';
import { anEvent } from '../event.spec-support.js';
import { sealsOf } from '../seal.js';
import { CSV_HEADER, csvLine, jsonLine } from './export-line.js';

const stored = (differences: Parameters<typeof anEvent>[0] = {}): StoredEntry => {
  const entry = { ...pendingEntryOf(anEvent(differences)), sequence: 1, recordedAt: '2026-03-02T08:15:31.000000Z' };
  const seals = sealsOf(entry);
  return { entry, seals, hash: entryHash(null, entry, seals) };
};

describe('csvLine', () => {
  it('has as many fields as the header', () => {
    expect(csvLine(stored()).split(',')).toHaveLength(CSV_HEADER.split(',').length);
  });

  it.each([
    ['a formula', '=HYPERLINK(1)', "'=HYPERLINK(1)"],
    ['another formula', '+1', "'+1"],
    ['a function', '@SUM(A1)', "'@SUM(A1)"],
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a line break after a minus', '-a\r\nb', `"'-a\r\nb"`],
  ])('writes %s so that no spreadsheet runs it or splits it', (_, id, written) => {
    expect(csvLine(stored({ actor: { kind: 'person', id } }))).toContain(`,person,${written},`);
  });
});

describe('jsonLine', () => {
  it('holds what the hash is over, the seals and the hash before, nulls left out', () => {
    const one = stored({ address: '192.0.2.7' });
    const line = JSON.parse(jsonLine({ ...one, previous: Buffer.alloc(32) })) as Record<string, unknown>;
    expect(line).toMatchObject({
      address: '192.0.2.7',
      addressSalt: one.seals?.address?.salt?.toString('hex'),
      addressSeal: one.seals?.address?.hash.toString('hex'),
      previous: '00'.repeat(32),
      hash: one.hash.toString('hex'),
      version: 2,
    });
    expect(Object.keys(line)).not.toContain('companyId');
    expect(Object.keys(line)).not.toContain('detailsSeal');
  });
});
