import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { foreignLetter, netvisorText } from './netvisor-text.js';

const LATIN_9 = new TextDecoder('iso-8859-15');
const PRINTABLE = [...Array(256).keys()].filter((byte) => (byte > 0x1f && byte < 0x7f) || byte > 0x9f);

describe('a letter', () => {
  it('is Netvisor’s exactly when ISO-8859-15 has it, and it is no control character', () => {
    const letters = new Set(PRINTABLE.map((byte) => LATIN_9.decode(Uint8Array.of(byte))));
    for (let point = 0; point < 0x3000; point += 1) {
      const letter = String.fromCodePoint(point);
      expect([point, foreignLetter(letter) === null]).toEqual([point, letters.has(letter)]);
    }
  });

  it('is told by the first that is foreign, pairs of surrogates as one', () => {
    expect(foreignLetter('Åbo 😀 Я')).toBe('😀');
  });
});

describe('a text for Netvisor', () => {
  it.each([
    [null, ''],
    ['  Åbo ', 'Åbo'],
    ['‘a’ “b” „c”', '\'a\' "b" "c"'],
    ['1‐2‑3–4—5', '1-2-3-4-5'],
    ['a\u00a0b\u200bc…', 'a bc...'],
    ['A\u030abo', 'Åbo'],
    ['Я', 'Я'],
  ])('of %j is %j', (text, written) => {
    expect(netvisorText(text)).toBe(written);
  });

  it('is the same when it is one already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => netvisorText(netvisorText(text)) === netvisorText(text)),
    );
  });
});
