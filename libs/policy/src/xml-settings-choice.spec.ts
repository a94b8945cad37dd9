import { describe, expect, it } from '@jest/globals';

import { explainMissing, missingSections, type WishedChoices, XML_SECTIONS } from './xml-settings-choice.js';

const WHOLE: WishedChoices = {
  companyRegister: 'update-keep',
  productRegister: 'add-only',
  salesOrders: { mode: 'add-only' },
  payroll: { dimensions: 'from-data' },
};

describe('the four sections', () => {
  it.each<[string, WishedChoices, readonly string[]]>([
    ['all chosen', WHOLE, []],
    ['nothing chosen', {}, XML_SECTIONS],
    ['two empty', { ...WHOLE, companyRegister: null, payroll: null }, ['companyRegister', 'payroll']],
    ['options without a mode', { ...WHOLE, salesOrders: {} }, ['salesOrders']],
    ['payroll without a source', { ...WHOLE, payroll: { dimensions: null } }, ['payroll']],
  ])('are missing by name: %s', (_, wished, missing) => {
    expect(missingSections(wished)).toEqual(missing);
  });

  it.each([
    ['fi', 'Yritysrekisteri, Palkkatapahtumat'],
    ['sv', 'Företagsregister, Lönetransaktioner'],
    ['en', 'Company register, Payroll transactions'],
  ] as const)('are named together in %s', (language, names) => {
    expect(explainMissing(['companyRegister', 'payroll'], language)).toMatch(new RegExp(`: ${names}$`));
  });
});
