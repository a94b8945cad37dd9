import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { changesOf } from './change.js';

describe('changesOf', () => {
  it.each<[string, Record<string, unknown>, unknown[]]>([
    ['nothing when an entry tells of no change', { records: 3 }, []],
    ['nothing when nothing differs', { before: { a: 1, b: [2] }, after: { b: [2], a: 1 } }, []],
    ['nothing where a field is null now and was missing', { before: {}, after: { a: null } }, []],
    [
      'the innermost field that differs',
      { before: { week: { from: 60, to: 120 } }, after: { week: { from: 90, to: 120 } } },
      [{ field: 'week.from', before: 60, after: 90 }],
    ],
    [
      'every field of what is new',
      { before: null, after: { name: 'Tili Oy', active: true } },
      [
        { field: 'active', before: null, after: true },
        { field: 'name', before: null, after: 'Tili Oy' },
      ],
    ],
    [
      'every field of what is gone',
      { before: { name: 'Tili Oy' }, after: null },
      [{ field: 'name', before: 'Tili Oy', after: null }],
    ],
    [
      'what was taken from a list and what was added, whatever their order',
      {
        before: {
          rights: [
            { stream: 'palkat', direction: 'import' },
            { stream: 'kiha', direction: 'export' },
          ],
        },
        after: {
          rights: [
            { direction: 'export', stream: 'kiha' },
            { stream: 'tilaukset', direction: 'export' },
          ],
        },
      },
      [
        {
          field: 'rights',
          before: [{ stream: 'palkat', direction: 'import' }],
          after: [{ stream: 'tilaukset', direction: 'export' }],
        },
      ],
    ],
    [
      'a list that gave way to any',
      { before: { addresses: ['192.0.2.1'] }, after: { addresses: null } },
      [{ field: 'addresses', before: ['192.0.2.1'], after: null }],
    ],
  ])('names %s', (_, details, changes) => {
    expect(changesOf(details)).toEqual(changes);
  });

  it('names nothing exactly when a rule is as it was, and turns around when before and after do', () => {
    const rule = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(rule, rule, (before, after) => {
        expect(changesOf({ before, after: structuredClone(before) })).toEqual([]);
        const turned = changesOf({ before: after, after: before });
        expect(turned.map((one) => ({ field: one.field, before: one.after, after: one.before }))).toEqual(
          changesOf({ before, after }),
        );
      }),
    );
  });
});
