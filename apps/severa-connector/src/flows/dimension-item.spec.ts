import { describe, expect, it } from '@jest/globals';

import { dimensionItem } from './dimension-item.js';

describe('the name of a dimension item', () => {
  it.each([
    ['2001', 'Verkkosivut', '2001 Verkkosivut'],
    [null, 'Verkkosivut', 'Verkkosivut'],
    ['2001', null, '2001'],
    [' 2001 ', ' Verkko \r\n sivut ', '2001 Verkko sivut'],
    ['2001', 'Sivut – uusi', '2001 Sivut - uusi'],
    [null, null, null],
    ['', ' ', null],
  ])('of %j and %j is %j', (number, name, item) => {
    expect(dimensionItem(number, name)).toBe(item);
  });

  it('is cut at 200 letters, and does not end in a space', () => {
    expect(dimensionItem('1', 'x'.repeat(300))).toBe(`1 ${'x'.repeat(198)}`);
    expect(dimensionItem('1', `${'x'.repeat(197)} yyy`)).toBe(`1 ${'x'.repeat(197)}`);
  });
});
