import { describe, expect, it } from '@jest/globals';

import { decide } from './decision.js';

describe('a decision', () => {
  it.each([
    ['nothing is asked', [], { allowed: true }],
    ['nothing objects', [false, false], { allowed: true }],
    ['one objects', [false, 'a'], { allowed: false, reasons: ['a'] }],
    ['several object, in their order', ['b', false, 'a'], { allowed: false, reasons: ['b', 'a'] }],
  ] as const)('when %s', (_, objections, expected) => {
    expect(decide<'a' | 'b'>(objections)).toEqual(expected);
  });
});
