import { describe, expect, it } from '@jest/globals';

import { reportCell, reportHead, reportLine } from './onboarding-report.js';

describe('the report of an onboarding', () => {
  it.each([
    ['=1+1', `"'=1+1"`],
    ['+358 40', `"'+358 40"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['Oy "A" Ab', '"Oy ""A"" Ab"'],
    ['a=1;b', '"a=1;b"'],
    ['', '""'],
  ])('gives %j no chance to be calculated', (text, cell) => {
    expect(reportCell(text)).toBe(cell);
  });

  const row = {
    no: 1,
    line: 2,
    outcome: 'changed',
    saved: true,
    name: '=A',
    fivaldiNumber: '7',
    companyId: null,
    changes: [{ field: 'webServices', before: null, after: true }],
    mistakes: [{ field: 'name', code: 'x', message: 'Tieto puuttuu', value: '@' }],
  } as const;

  it.each([
    ['fi', `"2";"muutetaan";"kyllä";"'=A";"7";"";"webServices: – → true";"name: Tieto puuttuu (@)"\r\n`],
    ['sv', `"2";"ändras";"ja";"'=A";"7";"";"webServices: – → true";"name: Tieto puuttuu (@)"\r\n`],
  ] as const)('is written in the language of whoever asks: %s', (language, line) => {
    expect(reportLine({ ...row, changes: [...row.changes], mistakes: [...row.mistakes] }, language)).toBe(line);
    expect(reportHead(language)).toMatch(/^\ufeff"R/);
  });
});
