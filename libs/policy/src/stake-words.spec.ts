import { describe, expect, it } from '@jest/globals';

import { DESTRUCTIVE_CHOICES } from './destructive-choice.js';
import { explainStake, type StakeFigures } from './stake-words.js';

const field = (en: string, records: number) => ({ label: { fi: `${en} fi`, sv: `${en} sv`, en }, records });
const FIGURES: StakeFigures = {
  choice: 'company.update-all',
  records: 120,
  byHand: 3,
  changedByHand: 4,
  rows: 56,
  fields: [field('Name', 120), field('E-invoice address', 37)],
};

describe('what is at stake, in words', () => {
  it.each([
    ['company.update-all', 'Customers and suppliers: 120. Of them may be emptied: Name (120), E-invoice address (37)'],
    ['product.replace-all', 'Products that may be deleted: 120, of which made by hand 3'],
    [
      'order.update-all',
      'Orders: 120. Made or changed by hand: 7, of whose rows (56) only those of the data are left. ' +
        'May be emptied: Name (120), E-invoice address (37)',
    ],
  ] as const)('has the figures of %s', (choice, sentence) => {
    expect(explainStake({ ...FIGURES, choice }, 'en')).toBe(sentence);
  });

  it('names the five fields with most at stake', () => {
    const fields = Array.from({ length: 9 }, (_, n) => field(`F${n}`, 9 - n));
    expect(explainStake({ ...FIGURES, fields }, 'sv')).toMatch(/: F0 sv \(9\), .*F4 sv \(5\) …$/);
  });

  it.each(DESTRUCTIVE_CHOICES)('says of %s that there is nothing to lose, when there is not', (choice) => {
    const nothing = { choice, records: 0, byHand: 0, changedByHand: 0, rows: 0, fields: [] };
    expect(explainStake(nothing, 'fi')).toBe('Rekisterissä ei ole nyt mitään menetettävää.');
  });
});
