import { describe, expect, it } from '@jest/globals';

import { REGISTER_CAUSES } from './register-causes.js';
import { businessIdOf, customerToNetvisor, customerToSevera } from './customer-mapping.js';
import { customerContent, customerOfNetvisor } from './customers.spec-support.js';

describe('a customer of Severa, as Netvisor is to have it', () => {
  it('has its values in Netvisor’s words', () => {
    expect(customerToNetvisor(customerContent())).toEqual({
      card: {
        code: '1001',
        businessId: '1234567-1',
        unitNumber: '',
        name: 'Esimerkki Oy',
        street: 'Esimerkkikatu 1',
        city: 'Helsinki',
        postalCode: '00100',
        country: 'FI',
        email: 'laskut@example.com',
        homePage: 'https://example.com',
        active: '1',
        invoiceAddress: '003712345671',
        invoiceOperator: '003721291126',
      },
      objections: [],
    });
  });

  it.each([
    ['a passive one is passive', { active: false }, { active: '0' }],
    [
      'spaces that make an e-invoice address readable are none of it',
      { invoiceAddress: '0037 1234 5671' },
      { invoiceAddress: '003712345671' },
    ],
    ['typographic signs become plain', { name: 'Levi’s – “Oy”\u00a0Ab…' }, { name: 'Levi\'s - "Oy" Ab...' }],
    ['a letter with its dots apart is composed', { city: 'Ja\u0308rvenpa\u0308a\u0308' }, { city: 'Järvenpää' }],
    ['a name over two lines stands on one', { name: 'Esimerkki\r\n Oy' }, { name: 'Esimerkki Oy' }],
    [
      'what there is none of is empty',
      { vatNumber: null, email: null, website: null },
      { businessId: '', email: '', homePage: '' },
    ],
  ])('%s', (_, changed, card) => {
    const mapped = customerToNetvisor(customerContent(changed));
    expect(mapped.card).toMatchObject(card);
    expect(mapped.objections).toEqual([]);
  });

  it.each([
    ['no number', { code: null }, 'customer-number-missing', 'code'],
    ['a negative number', { code: '-5' }, 'customer-code-not-numeric', 'code'],
    ['the number 0', { code: '0' }, 'customer-code-leading-zero', 'code'],
    ['a number of 16 digits', { code: '9'.repeat(16) }, 'customer-code-too-long', 'code'],
    ['no name', { name: ' ' }, 'name-missing', 'name'],
    ['a name of 251 characters', { name: 'ä'.repeat(251) }, 'name-too-long', 'name'],
    ['a street of 81', { street: 'k'.repeat(81) }, 'street-too-long', 'street'],
    ['a city of 81', { city: 'k'.repeat(81) }, 'city-too-long', 'city'],
    ['a postal code of 51', { postalCode: '0'.repeat(51) }, 'postal-code-too-long', 'postalCode'],
    ['a home page of 81', { website: 'w'.repeat(81) }, 'home-page-too-long', 'homePage'],
    ['a line break in the street', { street: 'Katu 1\nC 4' }, 'address-line-break', 'street'],
    ['a line break in the city', { city: 'Helsinki\r\nFinland' }, 'address-line-break', 'city'],
    ['a country that nobody knows', { country: 'Soome', countryCode: null }, 'country-unmapped', 'country'],
    ['a letter that ISO-8859-15 has not', { name: 'Яндекс' }, 'letter-unknown', 'name'],
    ['a sign that ISO-8859-15 has given up', { name: '½ Oy' }, 'letter-unknown', 'name'],
    ['a control character', { email: 'a\u0007@b.fi' }, 'letter-unknown', 'email'],
    ['an OVT id of letters', { unitNumber: 'FI12345671' }, 'unit-number-malformed', 'unitNumber'],
  ])('with %s is objected to, by cause and field', (_, changed, cause, field) => {
    expect(customerToNetvisor(customerContent(changed)).objections).toEqual([{ cause, field }]);
    expect(Object.keys(REGISTER_CAUSES)).toContain(cause);
  });

  it.each([
    ['a name of 250 characters', { name: 'ä'.repeat(250) }],
    ['an address without a country', { country: null, countryCode: null }],
    ['no address at all', { street: null, postalCode: null, city: null, country: null, countryCode: null }],
    ['letters of ISO-8859-15', { name: 'Åänekoski Žižka Œuvre 5 € Ÿ' }],
    ['an OVT id', { unitNumber: '003712345671' }],
  ])('with %s may move', (_, changed) => {
    expect(customerToNetvisor(customerContent(changed)).objections).toEqual([]);
  });

  it('is told all that is wrong with it at once', () => {
    const { objections } = customerToNetvisor(
      customerContent({ code: null, name: null, country: 'X', countryCode: null }),
    );
    expect(objections.map(({ cause }) => cause)).toEqual([
      'customer-number-missing',
      'name-missing',
      'country-unmapped',
    ]);
  });
});

describe('a business id', () => {
  it.each([
    ['FI12345671', '1234567-1'],
    ['fi 1234567-1', '1234567-1'],
    ['12345671', '1234567-1'],
    ['1234567-1', '1234567-1'],
    ['SE556012579101', 'SE556012579101'],
    ['FI1234567', 'FI1234567'],
    ['', ''],
  ])('of %s is %s', (vatNumber, businessId) => {
    expect(businessIdOf(vatNumber)).toBe(businessId);
  });
});

describe('a customer of Netvisor, as Severa is to have it', () => {
  it('has its own card, and its address apart', () => {
    expect(customerToSevera(customerOfNetvisor())).toEqual({
      card: {
        number: '1001',
        name: 'Esimerkki Oy',
        vatNumber: '1234567-1',
        eInvoiceAddress: '003712345671',
        eInvoiceOperator: '003721291126',
        email: 'laskut@example.com',
        website: '',
        isActive: 'true',
      },
      address: { addressline: 'Esimerkkikatu 1', postalCode: '00100', city: 'Helsinki', country: 'c-fi' },
      objections: [],
    });
  });

  it('has the second line of its street behind a comma', () => {
    expect(customerToSevera(customerOfNetvisor({ secondLine: 'C 4' })).address).toMatchObject({
      addressline: 'Esimerkkikatu 1, C 4',
    });
  });

  it('says nothing of a country that Netvisor does not have', () => {
    const { address, objections } = customerToSevera(customerOfNetvisor({ country: '', countryGuid: null }));
    expect(Object.keys(address)).not.toContain('country');
    expect(objections).toEqual([]);
  });

  it.each([
    ['no code', { code: '' }, 'customer-number-missing', 'code'],
    ['letters in its code', { code: 'AA' }, 'customer-code-not-numeric', 'code'],
    ['a code that begins with a zero', { code: '0001' }, 'customer-code-leading-zero', 'code'],
    ['a code that Severa cannot count to', { code: '9'.repeat(20) }, 'customer-code-too-long', 'code'],
    ['no name', { name: '' }, 'name-missing', 'name'],
    ['a country that Severa has not', { country: 'ZZ', countryGuid: null }, 'country-unmapped', 'country'],
  ])('with %s is objected to, by cause and field', (_, changed, cause, field) => {
    expect(customerToSevera(customerOfNetvisor(changed)).objections).toEqual([{ cause, field }]);
    expect(Object.keys(REGISTER_CAUSES)).toContain(cause);
  });
});
