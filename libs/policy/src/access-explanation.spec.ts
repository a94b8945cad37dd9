import { describe, expect, it } from '@jest/globals';

import { ACCESS_REASONS } from './access.js';
import { ACCESS_EXPLANATIONS, explainReasons } from './access-explanation.js';

describe('explaining a no', () => {
  it.each(ACCESS_REASONS)('%s has a sentence in each language, and no two reasons share one', (reason) => {
    for (const language of ['fi', 'sv', 'en'] as const) {
      const [one] = explainReasons([reason], language);
      expect(one?.message).toMatch(/^\p{Lu}.*\.$/u);
      const sentences = Object.values(ACCESS_EXPLANATIONS).map((explanation) => explanation[language]);
      expect(sentences.filter((sentence) => sentence === one?.message)).toHaveLength(1);
    }
  });

  it('keeps the order of the reasons, and calls a reason that it does not know our fault', () => {
    expect(explainReasons(['GROUP_TIME', 'toString'], 'fi').map(({ reason, owner }) => [reason, owner])).toEqual([
      ['GROUP_TIME', 'main-user'],
      ['toString', 'service'],
    ]);
  });
});
