import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CAUSES } from '../link/causes.js';
import {
  comparePage,
  type ComparisonReport,
  CONFLICTS,
  FINDINGS,
  type Judged,
  MOST_SAMPLES,
  type Ours,
  Tally,
  type Theirs,
} from './compare.js';

const our = (changed: Partial<Ours> = {}): Ours => ({
  key: 'o1',
  number: '1001',
  name: 'Esimerkki Oy',
  businessId: null,
  match: '1001',
  objections: [],
  ...changed,
});

const their = (changed: Partial<Theirs> = {}): Theirs => ({
  key: 't1',
  match: '1001',
  name: 'Esimerkki Oy',
  businessId: null,
  twice: false,
  ...changed,
});

/** Two to a page, with what is kept of both sides in memory. */
function comparing(ours: readonly Ours[], theirs: readonly Theirs[]): ComparisonReport {
  const there = new Map(theirs.map((one) => [one.match, one]));
  const byBusinessId = new Map(theirs.flatMap((one) => (one.businessId ? [[one.businessId, one] as const] : [])));
  const met = new Map<string, Judged>();
  let tally = new Tally();
  for (let from = 0; from < ours.length; from += 2) {
    for (const judged of comparePage(ours.slice(from, from + 2), { there, byBusinessId, met }, tally)) {
      if (judged.finding !== 'breaks-a-rule') met.set(judged.match, judged);
    }
    // Each page may be of another turn.
    tally = new Tally(tally.report());
  }
  const only = theirs.filter(({ match }) => !met.has(match));
  tally.addOnlyThere(only.length, only.slice(0, MOST_SAMPLES));
  return tally.report();
}

describe('a record, before the first run', () => {
  it.each([
    ['is there', {}, {}, 'matches', undefined],
    ['is there in other letters and spaces', { name: 'ESIMERKKI  oy ' }, {}, 'matches', undefined],
    ['is there, and the list does not tell its name', {}, { name: null }, 'matches', undefined],
    ['is there under another name', {}, { name: 'Toinen Oy' }, 'conflicts', 'same-code-other-name'],
    [
      'is there under another name, one business id missing',
      { businessId: 'a' },
      { name: 'T' },
      'conflicts',
      'same-code-other-name',
    ],
    ['is there, renamed', { businessId: 'a' }, { businessId: 'a', name: 'Uusi Oy' }, 'matches', undefined],
    ['is there as somebody else', { businessId: 'a' }, { businessId: 'b' }, 'conflicts', 'same-code-other-business-id'],
    ['is there twice', {}, { twice: true }, 'conflicts', 'code-twice-there'],
    ['is not there', {}, { match: '7' }, 'would-be-created', undefined],
    [
      'is not there, but its business id is',
      { businessId: 'a' },
      { match: '7', businessId: 'a' },
      'conflicts',
      'same-business-id-other-code',
    ],
    [
      'could not move',
      { objections: [{ cause: 'country-unmapped', field: 'country' }] },
      {},
      'breaks-a-rule',
      'country-unmapped',
    ],
  ] as const)('that %s', (_, ours, theirs, finding, cause) => {
    const { counts, samples, causes } = comparing([our(ours)], [their(theirs)]);
    expect(counts[finding]).toBe(1);
    expect(samples[finding][0]).toMatchObject({ key: 'o1', number: '1001', ...(cause && { cause }) });
    expect(causes).toEqual(cause ? { [cause]: 1 } : {});
  });

  it('shows what it was matched with', () => {
    const { samples } = comparing([our()], [their()]);
    expect(samples.matches).toEqual([
      { key: 'o1', number: '1001', name: 'Esimerkki Oy', there: { key: 't1', name: 'Esimerkki Oy' } },
    ]);
  });

  it('is in conflict with every other of ours that has its code, the first among them', () => {
    const twins = ['a', 'b', 'c'].map((key) => our({ key }));
    const { counts, samples, causes } = comparing(twins, [their()]);
    expect(counts).toMatchObject({ matches: 0, conflicts: 3, 'only-there': 0 });
    expect(samples.matches).toEqual([]);
    expect(samples.conflicts.map(({ key }) => key).toSorted()).toEqual(['a', 'b', 'c']);
    expect(causes).toEqual({ 'code-twice-here': 3 });
  });

  it('that only the other side has is told, too; one that breaks a rule matches none', () => {
    const broken = our({ objections: [{ cause: 'name-too-long' }] });
    const { counts, samples } = comparing([broken], [their(), their({ key: 't2', match: '2' })]);
    expect(counts).toMatchObject({ 'breaks-a-rule': 1, 'only-there': 2 });
    expect(samples['only-there'][1]).toEqual({
      key: 't2',
      number: '2',
      name: 'Esimerkki Oy',
      there: { key: 't2', name: 'Esimerkki Oy' },
    });
  });

  it('is counted, however many there are, and shown among the first 200', () => {
    const many = Array.from({ length: 500 }, (_, at) => our({ key: `o${at}`, match: String(at) }));
    const { counts, samples } = comparing(many, []);
    expect(counts['would-be-created']).toBe(500);
    expect(samples['would-be-created']).toHaveLength(MOST_SAMPLES);
  });

  it('is counted once, whatever it is', () => {
    const match = fc.constantFrom('1', '2', '3', '4');
    const id = fc.constantFrom(null, 'a', 'b');
    const ours = fc.array(
      fc.record({ match: fc.option(match), businessId: id, wrong: fc.boolean() }).map(({ wrong, ...record }) => ({
        ...record,
        objections: wrong ? [{ cause: 'name-missing' }] : [],
      })),
    );
    const theirs = fc.uniqueArray(fc.record({ match, businessId: id, twice: fc.boolean() }), {
      selector: (one) => one.match,
    });
    fc.assert(
      fc.property(ours, theirs, (some, others) => {
        const report = comparing(
          some.map((one, at) => our({ ...one, key: `o${at}` })),
          others.map((one, at) => their({ ...one, key: `t${at}` })),
        );
        const { counts, samples, causes } = report;
        expect(FINDINGS.reduce((sum, finding) => sum + counts[finding], 0) - counts['only-there']).toBe(some.length);
        for (const finding of FINDINGS) expect(samples[finding]).toHaveLength(counts[finding]);
        const caused = Object.values(causes).reduce((sum, count) => sum + count, 0);
        expect(caused).toBe(counts.conflicts + counts['breaks-a-rule']);
      }),
    );
  });
});

describe('a conflict', () => {
  it.each(CONFLICTS)('%s is explained to people', (conflict) => {
    expect(CAUSES[conflict]).toBeDefined();
  });
});
