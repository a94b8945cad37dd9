import fc from 'fast-check';

import type { CustomerOfNetvisor } from './netvisor-customer-source.js';
import type { CustomerContent } from './severa-customer-source.js';

/** A customer of Severa with nothing wrong about it. */
export const customerContent = (changed: Partial<CustomerContent> = {}): CustomerContent => ({
  code: '1001',
  name: 'Esimerkki Oy',
  vatNumber: 'FI12345671',
  unitNumber: null,
  street: 'Esimerkkikatu 1',
  postalCode: '00100',
  city: 'Helsinki',
  country: 'Suomi',
  countryCode: 'FI',
  email: 'laskut@example.com',
  website: 'https://example.com',
  invoiceAddress: '003712345671',
  invoiceOperator: '003721291126',
  active: true,
  ...changed,
});

/** A customer of Netvisor with nothing wrong about it. */
export const customerOfNetvisor = (changed: Partial<CustomerOfNetvisor> = {}): CustomerOfNetvisor => ({
  code: '1001',
  name: 'Esimerkki Oy',
  businessId: '1234567-1',
  street: 'Esimerkkikatu 1',
  secondLine: '',
  postalCode: '00100',
  city: 'Helsinki',
  country: 'FI',
  countryGuid: 'c-fi',
  countryNames: ['Suomi', 'Finland', 'FI', 'FIN'],
  email: 'laskut@example.com',
  homePage: '',
  invoiceAddress: '003712345671',
  invoiceOperator: '003721291126',
  active: true,
  ...changed,
});

const text = fc.constantFrom('', 'Kuja 1', 'Åkerö', 'b&b <c>');
const textOrNone = fc.option(text);

/** Customers of one code that may move. */
export const anyCustomer: fc.Arbitrary<CustomerContent> = fc
  .record({
    name: fc.constantFrom('Esimerkki Oy', 'Uusi Nimi Ab'),
    vatNumber: fc.constantFrom(null, 'FI12345671', '7654321-2'),
    unitNumber: fc.constantFrom(null, '003712345671'),
    street: textOrNone,
    postalCode: fc.constantFrom(null, '00100', '33100'),
    city: textOrNone,
    countryCode: fc.constantFrom(null, 'FI', 'SE'),
    email: textOrNone,
    website: textOrNone,
    invoiceAddress: fc.constantFrom(null, '003712345671'),
    invoiceOperator: fc.constantFrom(null, 'DABAFIHH'),
    active: fc.boolean(),
  })
  .map((some) => customerContent({ ...some, country: some.countryCode }));

export const anyCustomerOfNetvisor: fc.Arbitrary<CustomerOfNetvisor> = fc
  .record({
    name: fc.constantFrom('Esimerkki Oy', 'Uusi Nimi Ab'),
    businessId: fc.constantFrom('', '1234567-1'),
    street: text,
    secondLine: fc.constantFrom('', 'C 4'),
    postalCode: fc.constantFrom('', '00100'),
    city: text,
    land: fc.constantFrom(null, 'fi', 'se'),
    email: text,
    homePage: text,
    invoiceAddress: fc.constantFrom('', '003712345671'),
    invoiceOperator: fc.constantFrom('', 'DABAFIHH'),
    active: fc.boolean(),
  })
  .map(({ land, ...some }) =>
    customerOfNetvisor({
      ...some,
      country: land?.toUpperCase() ?? '',
      countryGuid: land && `c-${land}`,
      countryNames: land === 'fi' ? ['Suomi'] : land === 'se' ? ['Ruotsi'] : [],
    }),
  );
