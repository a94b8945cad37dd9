import { describe, expect, it } from '@jest/globals';

import { PROBES } from './resources.js';

describe('the look for the temporary product', () => {
  it('is no look at what was deleted, which the list has in it unless it is told not to', () => {
    expect(PROBES['productlist.nv']?.query).toEqual([
      ['keyword', 'TEMP'],
      ['published', '1'],
      ['unpublished', '1'],
      ['deleted', '0'],
    ]);
  });
});
