import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { COLUMNS } from './columns.js';
import { explainMistake, MISTAKE_CODES } from './mistake-texts.js';
import { checkRow, type GivenCells } from './row-check.js';

const SOUND: GivenCells = { name: 'A Oy', fivaldiNumber: '1' };
const codes = (cells: GivenCells): string[] => checkRow(cells).mistakes.map(({ field, code }) => `${field} ${code}`);

describe('a row', () => {
  it.each<[keyof GivenCells, string, string | null]>([
    ['name', 'N'.repeat(100), null],
    ['name', 'N'.repeat(101), 'text.too-long'],
    ['name', 'half \ud800 pair', 'text.unusable'],
    ['fivaldiNumber', '123456789012', null],
    ['fivaldiNumber', '1234567890123', 'text.too-long'],
    ['fivaldiNumber', '12 3', 'number.not-digits'],
    ['businessId', '0112038-9', null],
    ['businessId', '0112038-8', 'business-id.check-digit'],
    ['businessId', 'FI01120389', 'business-id.malformed'],
    ['webServices', 'Kyllä', null],
    ['webServices', 'ehkä', 'yes-or-no.unknown'],
    ['template', 'M'.repeat(65), 'text.too-long'],
    ['productRegister', 'Poista kaikki tuotteet ensin, lisää aineiston tuotteet', null],
    ['companyRegister', 'replace-all', 'mode.unknown'],
    ['payroll', 'från materialet', null],
    ['brakePercent', '20 %', null],
    ['brakePercent', '101', 'percent.unknown'],
  ])('with %s "%s" has the mistake %s', (field, text, code) => {
    expect(codes({ ...SOUND, [field]: text })).toEqual(code === null ? [] : [`${field} ${code}`]);
  });

  it('without a name or a number is told of both', () => {
    expect(codes({})).toEqual(['name cell.missing', 'fivaldiNumber cell.missing']);
  });

  it('is told the check digit that would be right, and the mode that is nearest', () => {
    const { mistakes } = checkRow({ ...SOUND, businessId: '0112038-8', productRegister: 'päivitä kaiki' });
    expect(mistakes.map((mistake) => explainMistake(mistake, 'fi'))).toEqual([
      'Tarkistenumero on väärä: pitäisi olla 9',
      expect.stringContaining('lähin on update-all'),
    ]);
  });

  it('never throws, whatever the cells hold, and each mistake has a text in each language', () => {
    const cells = fc.dictionary(fc.constantFrom(...COLUMNS), fc.string({ unit: 'binary', minLength: 1 }));
    fc.assert(
      fc.property(cells, (some) => {
        for (const mistake of checkRow(some).mistakes) {
          expect(MISTAKE_CODES).toContain(mistake.code);
          for (const language of ['fi', 'sv', 'en'] as const)
            expect(explainMistake(mistake, language)).not.toMatch(/[{}]/);
        }
      }),
    );
  });
});
