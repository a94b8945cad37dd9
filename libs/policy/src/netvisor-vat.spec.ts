import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  type BuyerTerritory,
  buyerTerritory,
  needsVatNumber,
  NETVISOR_VAT_CODES,
  type NetvisorVatCode,
  type SaleVat,
  takesPercent,
  vatCodeOf,
} from './netvisor-vat.js';

const UNDECIDED = { domestic: null, euServices: 'EUPM312' } as const;

const SALE: SaleVat = {
  percent: '25.5',
  day: '2026-03-05',
  buyer: 'finland',
  reverseCharge: false,
  sold: 'services',
  zeroCategory: null,
};

const verdict = (sale: Partial<SaleVat>, choices: Parameters<typeof vatCodeOf>[1] = UNDECIDED): string => {
  const told = vatCodeOf({ ...SALE, ...sale }, choices);
  return 'code' in told ? told.code : told.objection;
};

describe('the VAT code of a sales row', () => {
  it.each<[string, Partial<SaleVat>, string]>([
    ['no percent', { percent: null }, 'vat-percent-missing'],
    ['the general rate', {}, 'KOMY'],
    ['a rate of before, which a credit note still has', { percent: '24' }, 'KOMY'],
    ['the reduced rate from 2026 on', { percent: '13.5', day: '2026-01-01' }, 'KOMY'],
    ['that rate a day before there was one', { percent: '13.5', day: '2025-12-31' }, 'vat-percent-not-allowed'],
    ['a rate that there is not', { percent: '22' }, 'vat-percent-not-allowed'],
    ['Finnish tax sold abroad', { buyer: 'eu' }, 'KOMY'],
    ['tax where the buyer is liable', { reverseCharge: true }, 'vat-reverse-charge-with-percent'],
    ['construction services', { percent: '0', reverseCharge: true }, 'RAMY'],
    ['the same by the customer’s category', { percent: '0', zeroCategory: 'AE' }, 'RAMY'],
    ['services to the EU', { percent: '0', buyer: 'eu', reverseCharge: true }, 'EUPM312'],
    ['goods to the EU', { percent: '0', buyer: 'eu', reverseCharge: true, sold: 'goods' }, 'EUMY'],
    ['goods to the EU by category', { percent: '0', buyer: 'eu', zeroCategory: 'K', sold: 'goods' }, 'EUMY'],
    ['who knows what to the EU', { percent: '0', buyer: 'eu', reverseCharge: true, sold: null }, 'vat-code-unclear'],
    ['no tax to the EU, and no reason', { percent: '0', buyer: 'eu' }, 'vat-code-unclear'],
    ['outside the EU', { percent: '0', buyer: 'outside-eu' }, 'EUUM'],
    ['outside the EU, reversed', { percent: '0', buyer: 'outside-eu', reverseCharge: true }, 'EUUM'],
    ['zero rated at home', { percent: '0', zeroCategory: 'Z' }, 'KOMY0'],
    ['outside the scope of VAT', { percent: '0', zeroCategory: 'O' }, 'NONE'],
    ['no tax at home, and no reason', { percent: '0' }, 'vat-code-unclear'],
    ['exempt at home, and nobody has chosen', { percent: '0', zeroCategory: 'E' }, 'vat-code-unclear'],
    ['no tax to nobody knows where', { percent: '0', buyer: null }, 'vat-code-unclear'],
  ])('%s', (_, sale, expected) => {
    expect(verdict(sale)).toBe(expected);
  });

  it('of a domestic sale without tax is what the company chose, and of EU services too', () => {
    expect(verdict({ percent: '0' }, { ...UNDECIDED, domestic: 'MUUL' })).toBe('MUUL');
    expect(verdict({ percent: '0', zeroCategory: 'E' }, { ...UNDECIDED, domestic: 'NONE' })).toBe('NONE');
    const services = { percent: '0', buyer: 'eu', reverseCharge: true } as const;
    expect(verdict(services, { domestic: null, euServices: 'EUPM309' })).toBe('EUPM309');
  });

  it('always takes the percent of the row', () => {
    const sales = fc.record<SaleVat>({
      percent: fc.constantFrom(null, '0', '10', '13.5', '14', '22', '24', '25.5'),
      day: fc.constantFrom('2019-06-30', '2025-12-31', '2026-01-01'),
      buyer: fc.constantFrom<BuyerTerritory>('finland', 'eu', 'outside-eu', null),
      reverseCharge: fc.boolean(),
      sold: fc.constantFrom('goods' as const, 'services' as const, null),
      zeroCategory: fc.constantFrom(null, 'Z', 'E', 'AE', 'K', 'G', 'O'),
    });
    const choices = fc.record({
      domestic: fc.constantFrom('KOMY0' as const, 'NONE' as const, 'MUUL' as const, null),
      euServices: fc.constantFrom('EUPM312' as const, 'EUPM309' as const),
    });
    fc.assert(
      fc.property(sales, choices, (sale, chosen) => {
        const told = vatCodeOf(sale, chosen);
        return 'objection' in told || takesPercent(told.code, sale.percent ?? '', sale.day);
      }),
    );
  });
});

describe('Netvisor’s table of VAT codes', () => {
  it.each<[NetvisorVatCode, string]>([
    ['KOMY', '0 10 14 24 25.5 13.5'],
    ['MUUL', '0 10 14 24 13.5'],
    ['KOMY0', '0'],
    ['EUUM', '0'],
    ['RAMY', '0'],
    ['KOOS', '0 10 14 24 25.5 13.5'],
  ])('gives %s the percents %s', (code, percents) => {
    expect(NETVISOR_VAT_CODES[code].map(({ percent }) => percent).join(' ')).toBe(percents);
  });

  it('has the codes of the contract', () => {
    expect(Object.keys(NETVISOR_VAT_CODES).toSorted().join(' ')).toBe(
      '100 EUMY EUOS EUPM309 EUPM312 EUPO EUUM EUUO EVKV EVMA EVPO EVRO EVTO KAVE KOMY KOMY0 KOOS MAAL MUUL NONE RAMY RAOS',
    );
  });

  it.each<[NetvisorVatCode, boolean]>([
    ['EUMY', true],
    ['EUPM312', true],
    ['EUPM309', true],
    ['EUUM', false],
    ['KOMY', false],
  ])('asks for the buyer’s VAT number with %s: %s', (code, asks) => {
    expect(needsVatNumber(code)).toBe(asks);
  });
});

describe('where a buyer is', () => {
  it.each([
    ['FI', 'finland'],
    ['SE', 'eu'],
    ['GR', 'eu'],
    ['NO', 'outside-eu'],
    ['GB', 'outside-eu'],
    ['US', 'outside-eu'],
    ['AX', null],
    ['XI', null],
    [null, null],
  ])('%s: %s', (country, territory) => {
    expect(buyerTerritory(country)).toBe(territory);
  });
});
