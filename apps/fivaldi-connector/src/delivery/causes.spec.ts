import { describe, expect, it } from '@jest/globals';

import { CAUSES } from './cause-texts.js';
import { DELIVERY_CAUSES } from './cause.js';
import { causeOf, explainCause } from './causes.js';

describe('the causes of a delivery that stands still', () => {
  it.each([
    ['Business ID is invalid or missing', 'business-id'],
    ['Customer has no valid address', 'address'],
    ['Free text below rows cannot exceed 512 characters', 'too-long'],
    ['Row description cannot exceed 80 characters', 'too-long'],
    ["Item's code cannot be empty", 'product-code'],
    ['Product code with id [X] does not exist on Fivaldi company', 'product-missing'],
    ['Invoice is already transferred', 'already-there'],
    ['Something that nobody has seen yet', 'refused'],
  ])('%j is %s', (text, cause) => {
    expect(causeOf([{ text: 'first' }, { text }])).toEqual({ cause });
  });

  it.each(DELIVERY_CAUSES)('%s says who acts and how, in three languages of its own', (cause) => {
    const { what, remedy } = CAUSES[cause];
    for (const texts of [what, remedy]) expect(new Set([texts.fi, texts.sv, texts.en]).size).toBe(3);
    expect(explainCause(cause, 'fi')).toEqual({
      code: cause,
      owner: CAUSES[cause].owner,
      what: what.fi,
      remedy: remedy.fi,
    });
  });
});
