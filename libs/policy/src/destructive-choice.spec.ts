import { describe, expect, it } from '@jest/globals';

import { CHOICE_WARNINGS, DESTRUCTIVE_CHOICES, destructiveChoices, newlyDestructive } from './destructive-choice.js';
import { COMPANY_REGISTER_MODES, planRecord, PRODUCT_REGISTER_MODES, SALES_ORDER_MODES } from './import-mode.js';
import type { XmlChoices } from './xml-settings-choice.js';

const MILD: XmlChoices = {
  companyRegister: 'update-keep',
  productRegister: 'update-keep',
  salesOrders: { mode: 'add-only' },
  payroll: { dimensions: 'from-data' },
};
const WILD: XmlChoices = {
  companyRegister: 'update-all',
  productRegister: 'replace-all',
  salesOrders: { mode: 'update-all' },
  payroll: { dimensions: 'from-employee' },
};

describe('a destructive choice', () => {
  const cases = [
    ...COMPANY_REGISTER_MODES.map((mode) => ['company', mode, { ...MILD, companyRegister: mode }] as const),
    ...PRODUCT_REGISTER_MODES.map((mode) => ['product', mode, { ...MILD, productRegister: mode }] as const),
    ...SALES_ORDER_MODES.map((mode) => ['order', mode, { ...MILD, salesOrders: { mode } }] as const),
  ];

  it.each(cases)('of %s %s is one exactly when an import can empty a field under it', (register, mode, settings) => {
    const names = { fields: ['name'], children: {} };
    const lacking = { fields: {}, children: {} };
    const empties = [true, false].some((imported) => {
      const existing = { fields: { name: 'Vasara' }, children: {}, imported };
      const plan = planRecord(register, mode, existing, lacking, names);
      return plan.do === 'update' && plan.emptied.length > 0;
    });
    expect(destructiveChoices(settings)).toEqual(empties ? [`${register}.${mode}`] : []);
  });

  it.each(DESTRUCTIVE_CHOICES)('%s can be made, and is warned of in every language', (choice) => {
    const { section, label, warning } = CHOICE_WARNINGS[choice];
    expect(choice.startsWith(PREFIXES[section])).toBe(true);
    for (const words of [label, warning]) expect(new Set([words.fi, words.sv, words.en, '']).size).toBe(4);
  });

  it.each([
    ['nothing was saved before', null, WILD, 4],
    ['none was in force', MILD, WILD, 4],
    ['all were in force', WILD, WILD, 0],
    ['it is given up', WILD, MILD, 0],
    ['one mode takes the place of another', { ...WILD, productRegister: 'update-all' } as const, WILD, 1],
  ] as const)('is new or not: %s', (_, standing, wished, count) => {
    expect(newlyDestructive(standing, wished)).toHaveLength(count);
  });
});

const PREFIXES = { companyRegister: 'company', productRegister: 'product', salesOrders: 'order', payroll: 'payroll' };
