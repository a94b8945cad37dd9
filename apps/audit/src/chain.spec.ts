import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalJson } from './canonical-json.js';
import { canonicalEntry, type ChainHead, EMPTY_CHAIN, entryHash, verifyChain } from './chain.js';
import { type Entry, pendingEntryOf, type StoredEntry } from './entry.js';
import { anEvent, TILI_OY } from './event.spec-support.js';
import { sealsOf } from './seal.js';

function anEntry(sequence: number, differences: Partial<Entry> = {}): Entry {
  const eventId = `0198b1a0-0000-7000-8000-${sequence.toString().padStart(12, '0')}`;
  return {
    ...pendingEntryOf(anEvent({ eventId })),
    sequence,
    recordedAt: '2026-03-02T08:15:31.000000Z',
    ...differences,
  };
}

function aChain(length: number): StoredEntry[] {
  const chain: StoredEntry[] = [];
  for (let sequence = 1; sequence <= length; sequence++) {
    const entry = anEntry(sequence, { address: '192.0.2.7', details: { records: sequence } });
    // The first entries are of a log that was begun with version 1.
    const seals = sequence <= 2 ? null : sealsOf(entry);
    chain.push({ entry, hash: entryHash(chain.at(-1)?.hash ?? null, entry, seals), seals });
  }
  return chain;
}

function headOf(chain: readonly StoredEntry[]): ChainHead {
  const last = chain.at(-1);
  return last ? { sequence: last.entry.sequence, hash: last.hash } : EMPTY_CHAIN;
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

const NOW = new Date('2026-11-22T00:00:00Z');
const verify = (entries: readonly StoredEntry[], head: ChainHead, anchors: readonly ChainHead[] = [], now = NOW) =>
  verifyChain(streamOf(entries), { head, anchors, now });

describe('canonicalJson', () => {
  it.each([
    ['members sorted by code unit', { b: 1, a: 2, B: 3, ä: 4, '': 5 }, '{"":5,"B":3,"a":2,"b":1,"ä":4}'],
    ['no white space, nested', { a: [1, { c: null, b: true }] }, '{"a":[1,{"b":true,"c":null}]}'],
    ['numbers as JavaScript writes them', [1.0, -0, 1e21, 1e-7, 0.1], '[1,0,1e+21,1e-7,0.1]'],
    ['strings escaped no more than needed', '"\\\n\u0001ä€😀/', '"\\"\\\\\\n\\u0001ä€😀/"'],
    ['absent members left out', { a: undefined, b: 1 }, '{"b":1}'],
    ['a member called __proto__', JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
  ])('writes %s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('is the same for equal values however their members are ordered, and reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('entryHash', () => {
  const entry = anEntry(1, { reasons: ['WEEKEND'], details: { records: 3, änderung: 'å' } });

  it('is over the canonical text of what is known, nulls left out', () => {
    expect(canonicalEntry(entry, null)).toBe(
      '{"action":"access.decided","actorId":"severa-integraatio","actorKind":"partner-user",' +
        '"details":{"records":3,"änderung":"å"},"environmentId":"0198b1a0-0000-7000-8000-000000000001",' +
        '"eventId":"0198b1a0-0000-7000-8000-000000000001","occurredAt":"2026-03-02T08:15:30.123456Z",' +
        '"outcome":"success","reasons":["WEEKEND"],"recordedAt":"2026-03-02T08:15:31.000000Z","sequence":1}',
    );
  });

  it('never changes: an auditor with sha256sum gets these bytes in ten years', () => {
    expect(entryHash(null, entry, null).toString('hex')).toBe(
      '65b28cbc92e62927334dba40ef2c9fdb391daa2b7a1ad2486299e6acb9622e2c',
    );
    expect(entryHash(entryHash(null, entry, null), entry, null).toString('hex')).toBe(
      'f5f3f54c3e2ad42da8279a120c5b93811540188441ecd8dee4bf90d9eaccb724',
    );
  });

  it.each(Object.keys(entry) as (keyof Entry)[])('covers %s', (field) => {
    const changed = { ...entry, [field]: field === 'sequence' ? 2 : field === 'details' ? { records: 4 } : 'other' };
    expect(entryHash(null, changed, null).equals(entryHash(null, entry, null))).toBe(false);
  });
});

describe('verifyChain', () => {
  it.each([0, 1, 2, 50])('finds a chain of %d whole', async (length) => {
    const chain = aChain(length);
    expect(await verify(chain, headOf(chain))).toEqual({ entries: length, whole: true, firstFault: null, redacted: 0 });
  });

  const place = (chain: readonly StoredEntry[], sequence: number): StoredEntry => chain[sequence - 1] as StoredEntry;
  const moved = (stored: StoredEntry, sequence: number): StoredEntry => ({
    ...stored,
    entry: { ...stored.entry, sequence },
  });
  const denied = (stored: StoredEntry): StoredEntry => ({ ...stored, entry: { ...stored.entry, outcome: 'denied' } });

  it.each<[string, (chain: readonly StoredEntry[]) => StoredEntry[], number, string]>([
    ['the first entry altered', (c) => c.with(0, denied(place(c, 1))), 1, 'altered'],
    ['an entry altered', (c) => c.with(4, denied(place(c, 5))), 5, 'altered'],
    ['the last entry altered', (c) => c.with(9, denied(place(c, 10))), 10, 'altered'],
    ['a hash altered', (c) => c.with(4, { ...place(c, 5), hash: Buffer.alloc(32, 1) }), 5, 'altered'],
    ['a hash of the wrong length', (c) => c.with(4, { ...place(c, 5), hash: Buffer.alloc(0) }), 5, 'altered'],
    ['an entry and its hash rewritten', (c) => c.with(4, resealed(c, 5)), 6, 'altered'],
    ['the last entry and its hash rewritten', (c) => c.with(9, resealed(c, 10)), 10, 'altered'],
    ['the first entry gone', (c) => c.slice(1), 1, 'missing'],
    ['an entry gone', (c) => c.toSpliced(4, 1), 5, 'missing'],
    ['three entries gone', (c) => c.toSpliced(4, 3), 5, 'missing'],
    ['two neighbours swapped', (c) => c.with(4, moved(place(c, 6), 5)).with(5, moved(place(c, 5), 6)), 5, 'reordered'],
    ['two far ones swapped', (c) => c.with(1, moved(place(c, 9), 2)).with(8, moved(place(c, 2), 9)), 2, 'reordered'],
    ['an entry moved to the end', (c) => [...c.toSpliced(4, 1), moved(place(c, 5), 11)], 5, 'reordered'],
    ['the last entry moved one place on', (c) => c.with(9, moved(place(c, 10), 11)), 10, 'reordered'],
    ['entries given out of order', (c) => [...c.slice(0, 4), place(c, 6), place(c, 5), ...c.slice(6)], 5, 'reordered'],
    ['an entry given twice', (c) => c.toSpliced(5, 0, place(c, 5)), 6, 'reordered'],
    ['the last entry cut', (c) => c.slice(0, 9), 10, 'cut'],
    ['a tail cut', (c) => c.slice(0, 3), 4, 'cut'],
    ['everything cut', () => [], 1, 'cut'],
    ['an entry that the head does not know', (c) => [...c, sealedAfter(c)], 11, 'altered'],
    ['two faults, of which the first counts', (c) => c.toSpliced(7, 1).with(2, denied(place(c, 3))), 3, 'altered'],
  ])('names %s', async (_, tamper, sequence, what) => {
    const chain = aChain(10);
    expect(await verify(tamper(chain), headOf(chain))).toEqual({
      entries: sequence - 1,
      whole: false,
      firstFault: { sequence, what },
      redacted: 0,
    });
  });

  it('names a head that does not fit its last entry', async () => {
    const chain = aChain(3);
    const head = { sequence: 3, hash: Buffer.alloc(32, 7) };
    expect((await verify(chain, head)).firstFault).toEqual({ sequence: 3, what: 'altered' });
  });

  it('sees every single change of a single field', async () => {
    const chain = aChain(5);
    const field = fc.constantFrom<keyof Entry>('action', 'actorId', 'occurredAt', 'recordedAt', 'eventId', 'address');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4 }), field, async (index, name) => {
        const stored = chain[index] as StoredEntry;
        const entry = { ...stored.entry, [name]: 'something else' };
        const { firstFault } = await verify(chain.with(index, { ...stored, entry }), headOf(chain));
        expect(firstFault).toEqual({ sequence: index + 1, what: 'altered' });
      }),
    );
  });

  function resealed(chain: readonly StoredEntry[], sequence: number): StoredEntry {
    const { entry, seals } = denied(place(chain, sequence));
    return { entry, hash: entryHash(chain[sequence - 2]?.hash ?? null, entry, seals), seals };
  }

  function sealedAfter(chain: readonly StoredEntry[]): StoredEntry {
    const entry = anEntry(chain.length + 1, { environmentId: TILI_OY });
    const seals = sealsOf(entry);
    return { entry, hash: entryHash(chain.at(-1)?.hash ?? null, entry, seals), seals };
  }

  /** The chain as it would be with one entry other than it was, and everything after it hashed anew. */
  function rewritten(chain: readonly StoredEntry[], from: number): StoredEntry[] {
    const anew: StoredEntry[] = [];
    for (const stored of chain) {
      const { entry, seals } = stored.entry.sequence === from ? denied(stored) : stored;
      anew.push({ entry, seals, hash: entryHash(anew.at(-1)?.hash ?? null, entry, seals) });
    }
    return anew;
  }

  it.each([
    ['before the first anchor', 2, { sequence: 1, through: 4, what: 'altered' }],
    ['between two anchors', 6, { sequence: 5, through: 8, what: 'altered' }],
    ['at an anchor', 8, { sequence: 5, through: 8, what: 'altered' }],
  ])('sees a chain rewritten with its head from %s', async (_, from, firstFault) => {
    const chain = aChain(10);
    const anchors = [4, 8].map((sequence) => ({ sequence, hash: place(chain, sequence).hash }));
    const anew = rewritten(chain, from);
    expect((await verify(anew, headOf(anew), anchors)).firstFault).toEqual(firstFault);
  });

  it('sees a tail cut together with the head when an anchor knew it', async () => {
    const chain = aChain(10);
    const anchors = [{ sequence: 9, hash: place(chain, 9).hash }];
    const cut = chain.slice(0, 7);
    expect((await verify(cut, headOf(cut), anchors)).firstFault).toEqual({ sequence: 8, what: 'cut' });
  });

  describe('parts that are gone', () => {
    const without = (stored: StoredEntry, part: 'address' | 'details'): StoredEntry => ({
      ...stored,
      entry: { ...stored.entry, [part]: part === 'address' ? null : {} },
      seals: stored.seals && { ...stored.seals, [part]: { ...stored.seals[part], salt: null } },
    });
    const years = (count: number) => new Date(Date.UTC(2026 + count, 2, 3));

    it.each<[string, 'address' | 'details', Date]>([
      ['an address of a year ago', 'address', years(1)],
      ['details of the security log of a year ago', 'details', years(1)],
    ])('leaves the chain whole for %s', async (_, part, now) => {
      const chain = aChain(5);
      expect(await verify(chain.with(3, without(place(chain, 4), part)), headOf(chain), [], now)).toEqual({
        entries: 5,
        whole: true,
        firstFault: null,
        redacted: 1,
      });
    });

    it.each<[string, (stored: StoredEntry) => StoredEntry, Date]>([
      ['gone before their time', (stored) => without(stored, 'address'), NOW],
      ['replaced', (stored) => ({ ...stored, entry: { ...stored.entry, address: '192.0.2.8' } }), years(1)],
      [
        'given anew after they had gone',
        (stored) => ({ ...without(stored, 'address'), entry: stored.entry }),
        years(1),
      ],
      [
        'gone together with their seal',
        (stored) => ({
          ...without(stored, 'details'),
          seals: stored.seals && { ...stored.seals, details: null },
        }),
        years(1),
      ],
    ])('names an entry whose parts are %s', async (_, change, now) => {
      const chain = aChain(5);
      const { firstFault } = await verify(chain.with(3, change(place(chain, 4))), headOf(chain), [], now);
      expect(firstFault).toEqual({ sequence: 4, what: 'altered' });
    });

    it('does not let a version pass for another', async () => {
      const chain = aChain(5);
      const unsealed = { ...place(chain, 4), seals: null };
      expect((await verify(chain.with(3, unsealed), headOf(chain))).firstFault).toMatchObject({ sequence: 4 });
    });
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
