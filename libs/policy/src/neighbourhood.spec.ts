import { describe, expect, it } from '@jest/globals';

import { neighbourhood } from './neighbourhood.js';

describe('the neighbourhood of an address', () => {
  it.each<[string | null, string | null, boolean]>([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['2001:db8::1', '2001:db8::ffff:1', true],
    ['2001:db8::1', '2001:db8:0:1::1', false],
    [null, 'not an address', true],
    [null, '0.0.0.0', false],
  ])('of %j is that of %j: %j', (one, other, same) => {
    expect(neighbourhood(one) === neighbourhood(other)).toBe(same);
  });
});
