import { describe, expect, it } from '@jest/globals';

import { LinkRefused } from './link-refused.js';
import { REFUSAL_TEXTS, type RefusalCode } from './refusal-texts.js';

describe('why something cannot be done with a link', () => {
  it.each(Object.keys(REFUSAL_TEXTS) as RefusalCode[])('%s is said in three languages of its own', (code) => {
    const { fi, sv, en } = REFUSAL_TEXTS[code];
    expect(new Set([fi, sv, en]).size).toBe(3);
    for (const text of [fi, sv, en]) expect(text).toMatch(/^\p{Lu}.*\.$/u);
    expect(new LinkRefused('conflict', code)).toMatchObject({ message: en, details: { said: { fi, sv, en } } });
  });
});
