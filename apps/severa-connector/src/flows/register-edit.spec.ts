import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { agreed, type Card, editOf, given } from './register-edit.js';

const card: fc.Arbitrary<Card> = fc.record({
  name: fc.constantFrom('', 'a', 'b'),
  street: fc.constantFrom('', 'a', 'b'),
  email: fc.constantFrom('', 'a', 'b'),
});

describe('an edit', () => {
  it.each([
    ['a value that is there', { name: 'a' }, { name: 'a' }, {}],
    ['a value that is another there', { name: 'a' }, { name: 'b' }, { name: 'a' }],
    ['a value that is not there', { name: 'a' }, {}, { name: 'a' }],
    ['nothing, where ours is there', { name: '' }, { name: 'b' }, { name: '' }],
    ['nothing, where nothing of ours is', { name: '' }, {}, {}],
  ])('of %s', (_, ours, sent, edit) => {
    expect(editOf(ours, sent)).toEqual(edit);
  });

  it('makes of what was there what the source has, and leaves what the source never had', () => {
    fc.assert(
      fc.property(card, card, card, (theirs, first, second) => {
        const linked = { ...theirs, ...editOf(first, agreed(first, theirs)) };
        const then = { ...linked, ...editOf(second, given(first)) };
        for (const [field, value] of Object.entries(then)) {
          const wanted = second[field] || (first[field] ? '' : theirs[field]);
          expect(value).toBe(wanted);
        }
      }),
    );
  });

  it('says nothing once everything is there', () => {
    fc.assert(
      fc.property(card, (ours) => {
        expect(editOf(ours, given(ours))).toEqual({});
      }),
    );
  });
});
