import { describe, expect, it } from '@jest/globals';

import { type Stake, xmlSettingsBody } from '#lib/contracts';

import { confirmationOf, previewOf } from './xml-settings-preview.js';

const settingsOf = (parts: object = {}) =>
  xmlSettingsBody.parse({
    companyRegister: 'update-keep',
    productRegister: 'add-only',
    salesOrders: { mode: 'add-only' },
    payroll: { dimensions: 'from-data' },
    ...parts,
  });
const MILD = settingsOf();
const WILD = settingsOf({ companyRegister: 'update-all', productRegister: 'replace-all' });
const COMPANY = '018f6f60-0000-7000-8000-000000000001';

const stakeOf = (choice: Stake['choice'], counts: Partial<Stake> = {}): Stake => ({
  choice,
  records: 0,
  byHand: 0,
  changedByHand: 0,
  rows: 0,
  fields: [],
  ...counts,
});
const LABEL = { fi: 'Verkkolaskuosoite', sv: 'E-fakturaadress', en: 'E-invoice address' };
const STAKES = [
  stakeOf('company.update-all', {
    records: 120,
    fields: [{ field: 'einvoice_address', label: LABEL, records: 37 }],
  }),
  stakeOf('product.replace-all', { records: 8, byHand: 3 }),
];
const wish = (parts: Partial<Parameters<typeof confirmationOf>[0]> = {}) => ({
  companyId: COMPANY,
  standing: MILD,
  wished: WILD,
  stakes: STAKES,
  ...parts,
});

describe('the preview of XML settings', () => {
  it('says what changes and what is at stake, in the words of the reader', () => {
    const { changes, destructive } = previewOf(wish({ standing: { ...MILD, productRegister: 'replace-all' } }), 'sv');
    expect(changes).toEqual([{ field: 'companyRegister', before: 'update-keep', after: 'update-all' }]);
    expect(destructive).toMatchObject([
      {
        choice: 'company.update-all',
        section: 'companyRegister',
        sectionLabel: 'Företagsregister',
        isNew: true,
        warning: expect.stringMatching(/tömmer/),
        fields: [{ field: 'einvoice_address', label: 'E-fakturaadress', records: 37 }],
      },
      { choice: 'product.replace-all', isNew: false, records: 8, byHand: 3 },
    ]);
  });

  it('asks for no confirmation of what is in force already', () => {
    expect(previewOf(wish({ standing: { ...WILD, brakePercent: 3 } }), 'fi').confirm).toBeNull();
    expect(previewOf(wish({ wished: { ...MILD, brakePercent: 3 }, stakes: [] }), 'fi').confirm).toBeNull();
  });
});

describe('the mark that confirms', () => {
  const mark = confirmationOf(wish());
  const [company, product] = STAKES as [Stake, Stake];

  it.each([
    ['another brake', { wished: { ...WILD, brakePercent: 3 } }, true],
    ['nothing saved before', { standing: null }, true],
    ['one product more', { stakes: [company, { ...product, records: 9 }] }, true],
    ['ten times the products', { stakes: [company, { ...product, records: 80 }] }, false],
    ['a first product made by hand', { stakes: [company, { ...product, changedByHand: 1 }] }, false],
    ['a field that had no value before', { stakes: [{ ...company, fields: [] }, product] }, false],
    ['another company', { companyId: COMPANY.replace(/1$/, '2') }, false],
    ['one choice less', { standing: { ...MILD, productRegister: 'replace-all' } as const }, false],
  ])('stands for %s or not', (_, parts, same) => {
    expect(confirmationOf(wish(parts)) === mark).toBe(same);
  });
});
