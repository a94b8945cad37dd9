import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { RestrictionGroupFacts } from './access.js';
import { explainLockout, locksOut, type LockoutWarning, lockoutWarnings, type Reach } from './lockout.js';

const reach = (
  group: Partial<RestrictionGroupFacts> | null,
  partnerUser: Partial<Reach['partnerUser']> = {},
): Reach => ({
  partnerUser: { addresses: null, weekdayRestriction: null, weekendRestricted: false, ...partnerUser },
  group: group && { times: null, addresses: null, ...group },
});
const office = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 480, to: 960 }));
const saturday = [{ weekday: 6, from: 480, to: 960 }];
const nowhere = { last: null, asker: null };

describe('the warnings before a change locks somebody out', () => {
  it.each<[string, Reach, Reach, { last: string | null; asker: string | null }, LockoutWarning[]]>([
    ['are none when nothing changes', reach(null), reach(null), { last: '192.0.2.7', asker: '192.0.2.8' }, []],
    ['are none when more opens', reach({ times: [] }), reach(null), nowhere, []],
    [
      'count the minutes of a week that close',
      reach(null),
      reach({ times: office }),
      nowhere,
      [{ code: 'OPENS_LESS', minutes: 7 * 1440 - 5 * 480 }],
    ],
    ['name an empty list of times', reach(null), reach({ times: [] }), nowhere, [{ code: 'NEVER_OPEN' }]],
    [
      'put the operator’s restriction and the group together',
      reach(null, { weekendRestricted: true }),
      reach({ times: saturday }, { weekendRestricted: true }),
      nowhere,
      [{ code: 'NEVER_OPEN' }],
    ],
    ['say nothing of what was closed before', reach({ times: [] }), reach({ times: [] }), nowhere, []],
    [
      'name an empty list of addresses',
      reach(null),
      reach({ addresses: [] }),
      nowhere,
      [{ code: 'NO_ADDRESS_ALLOWED' }],
    ],
    [
      'name lists that share no address',
      reach(null, { addresses: ['192.0.2.0/24'] }),
      reach({ addresses: ['198.51.100.1', '2001:db8::/32'] }, { addresses: ['192.0.2.0/24'] }),
      nowhere,
      [{ code: 'NO_ADDRESS_ALLOWED' }],
    ],
    [
      'are none while the lists share one address',
      reach(null, { addresses: ['192.0.2.0/24'] }),
      reach({ addresses: ['192.0.2.255-192.0.3.7'] }, { addresses: ['192.0.2.0/24'] }),
      nowhere,
      [],
    ],
    [
      'name the address of the last sign-in',
      reach(null),
      reach({ addresses: ['2001:db8::/32'] }),
      { last: '192.0.2.7', asker: '2001:db8::1' },
      [{ code: 'LAST_ADDRESS_SHUT_OUT', address: '192.0.2.7' }],
    ],
    [
      'name the address of whoever makes the change',
      reach({ addresses: ['192.0.2.0/28'] }),
      reach({ addresses: ['192.0.2.8/29'] }),
      { last: '192.0.2.9', asker: '192.0.2.1' },
      [{ code: 'ASKERS_ADDRESS_SHUT_OUT', address: '192.0.2.1' }],
    ],
    [
      'say nothing of an address that was not allowed before',
      reach({ addresses: ['192.0.2.1'] }),
      reach({ addresses: ['192.0.2.1'] }),
      { last: '203.0.113.1', asker: '203.0.113.2' },
      [],
    ],
  ])('%s', (_, before, after, known, expected) => {
    expect(lockoutWarnings(before, after, known)).toEqual(expected);
  });

  const times = fc.option(
    fc.array(
      fc.record({
        weekday: fc.integer({ min: 1, max: 7 }),
        from: fc.integer({ min: 0, max: 1440 }),
        to: fc.integer({ min: 0, max: 1440 }),
      }),
      { maxLength: 4 },
    ),
    { nil: null },
  );
  const group = fc.option(
    fc.record({
      times,
      addresses: fc.option(fc.subarray(['192.0.2.1', '192.0.2.0/24', '2001:db8::/64', '198.51.100.1-198.51.100.9']), {
        nil: null,
      }),
    }),
    { nil: null },
  );
  const known = { last: '192.0.2.1', asker: '198.51.100.5' };

  it('never come from taking a group away', () => {
    fc.assert(
      fc.property(group, (before) => {
        expect(lockoutWarnings(reach(before), reach(null), known)).toEqual([]);
      }),
    );
  });

  it('come for one way at most, of a change of times alone', () => {
    fc.assert(
      fc.property(times, times, (before, after) => {
        const there = lockoutWarnings(reach({ times: before }), reach({ times: after }), known);
        const back = lockoutWarnings(reach({ times: after }), reach({ times: before }), known);
        expect(there.length === 0 || back.length === 0).toBe(true);
      }),
    );
  });

  it.each<[LockoutWarning, boolean]>([
    [{ code: 'NEVER_OPEN' }, true],
    [{ code: 'NO_ADDRESS_ALLOWED' }, true],
    [{ code: 'OPENS_LESS', minutes: 9 }, false],
    [{ code: 'LAST_ADDRESS_SHUT_OUT', address: '192.0.2.7' }, false],
    [{ code: 'ASKERS_ADDRESS_SHUT_OUT', address: '192.0.2.7' }, false],
  ])('%j: locks out is %s, and it has words in three languages', (warning, locked) => {
    expect(locksOut([warning])).toBe(locked);
    const words = (['fi', 'sv', 'en'] as const).map((language) => explainLockout(warning, language));
    expect(new Set(words).size).toBe(3);
    if ('address' in warning) for (const text of words) expect(text).toContain(warning.address);
    if ('minutes' in warning) for (const text of words) expect(text).toContain('9');
  });
});
