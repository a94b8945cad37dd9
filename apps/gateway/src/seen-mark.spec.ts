import { describe, expect, it } from '@jest/globals';

import { seenMark, seenMarkOrNone } from './seen-mark.js';

const unconditional = expect.objectContaining({ kind: 'unconditional', code: 'rule.unconditional' });

describe('the mark that a change has seen', () => {
  it('is what If-Match names', () => {
    expect(seenMark('"Zb3-_x"')).toBe('Zb3-_x');
    expect(seenMarkOrNone('"Zb3-_x"', '*')).toBe('Zb3-_x');
  });

  it.each([undefined, '', '*', 'Zb3', 'W/"Zb3"', '"a", "b"', `"${'x'.repeat(65)}"`])(
    'is missing in %p: any or several marks are no mark that was seen',
    (ifMatch) => {
      expect(() => seenMark(ifMatch)).toThrow(unconditional);
    },
  );

  it('is none where If-None-Match says that there must be nothing yet', () => {
    expect(seenMarkOrNone(undefined, '*')).toBeNull();
    expect(() => seenMarkOrNone(undefined, '"Zb3"')).toThrow(unconditional);
    expect(() => seenMarkOrNone(undefined, undefined)).toThrow(unconditional);
  });
});
