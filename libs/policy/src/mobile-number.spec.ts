import { describe, expect, it } from '@jest/globals';

import { dialledNumber } from './mobile-number.js';

describe('a mobile number', () => {
  it.each([
    ['+358 40 123 4567', '+358401234567'],
    ['+46701234567', '+46701234567'],
    ['00358401234567', '+358401234567'],
    ['040 123 4567', '+358401234567'],
    ['050123456', '+35850123456'],
  ])('%s is dialled %s', (written, dialled) => {
    expect(dialledNumber(written)).toBe(dialled);
  });

  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['letters', '+358 40 KUMPPANI'],
    ['a hyphen', '040-1234567'],
    ['a plus in the middle', '358+401234567'],
    ['neither a country nor a zero', '401234567'],
    ['too few digits', '+35840'],
    ['more than fifteen', '+3584012345678901'],
    ['a country that begins with zero', '+0401234567'],
    ['digits of another script', '+٣٥٨٤٠١٢٣٤'],
  ])('with %s cannot be dialled', (_, written) => {
    expect(dialledNumber(written)).toBeUndefined();
  });
});
