import { describe, expect, it } from '@jest/globals';

import { withoutIdentityCode } from './identity-code.js';

describe('a personal identity code in the place of a business id', () => {
  it.each(['010101-123N', '010101+123N', '010101A123N', '010101Y123n', ' 010101 -123N '])('is left out: %s', (text) => {
    expect(withoutIdentityCode(text, '')).toBe('');
  });

  it.each(['1234567-1', 'FI12345671', '12345671', 'SE5560125791', '', '010101-1234567'])('is not %j', (text) => {
    expect(withoutIdentityCode(text, '-')).toBe(text);
  });

  it('is none where nothing is', () => {
    expect(withoutIdentityCode<string | null>(null, '')).toBeNull();
  });
});
