import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Json, jsonText } from './json.js';

describe('JSON with decimals', () => {
  it('writes a decimal digit by digit', () => {
    expect(jsonText({ salesPrice: { decimal: '9999999999.999999' } })).toBe('{"salesPrice":9999999999.999999}');
  });

  it.each(['1e5', '1,5', '', '01', '1.', 'NaN', '1}'])('does not write %j as a number', (decimal) => {
    expect(() => jsonText({ decimal })).toThrow(TypeError);
  });

  it('leaves absent properties out and keeps null', () => {
    expect(jsonText({ a: undefined, b: null, c: [true, 'ä"'] })).toBe('{"b":null,"c":[true,"ä\\""]}');
  });

  it('is what JSON.stringify writes where there is no decimal', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(!JSON.stringify(value).includes('"decimal"'));
        expect(jsonText(value as Json)).toBe(JSON.stringify(value));
      }),
    );
  });
});
