import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Signable, signature, stringToSign } from './signature.js';

const SECRET = 'test-secret-do-not-use-0000000000';
const HEADERS = { 'X-Fivaldi-Partner': 'ws-example', 'X-Fivaldi-Timestamp': '1735689600' };
const json = (text: string) => ({ bytes: Buffer.from(text), contentType: 'application/json' });

const CUSTOMER = JSON.stringify({
  businessId: '1234567-1',
  customerName: 'Asiakas Oy',
  email: 'asiakas.antti@mailinator.com',
  phoneNumber: '055 555 5555',
  currency: 'EUR',
  debtCollectionDisabled: false,
  languageCode: 'FIN',
  interestDisabled: false,
  isCustomer: true,
  ovtIdentifier: '003712345671',
  isSupplier: false,
  isConsumer: false,
  customerEntityAddressDTOS: [
    {
      streetAddress: 'Asiakaskatu 1',
      streetAddress2: 'Ovi 9',
      postalCode: '04230',
      postalAddress: 'KERAVA',
      countryCode: 'FI',
      isMainAddress: true,
      addressType: '01',
    },
  ],
  customerEntityBankAccountDTOS: [],
});

/** A, B, D and E are the contract's; the others were computed with another program's HMAC. */
const VECTORS: readonly (readonly [string, Omit<Signable, 'headers'>, string])[] = [
  ['A: no query', { method: 'GET', target: '/customer/api/ping' }, 'DqzCkLoRVZ8SRZkxqU3xT27vrvmMRWLeSgDZjLx5qHo='],
  [
    'B: a query',
    { method: 'GET', target: '/customer/api/companies?businessId=1234567-1' },
    'VE653gV5HfpX0jVFIM9ie0nwWHGgjM+m3JeA7nxAMts=',
  ],
  [
    'C: a query whose values are encoded, in the order of the wire',
    {
      method: 'GET',
      target:
        '/customer/api/companies/1234/products/getProduct?productCode=A%2F%C3%84%26%201&fields=productCode%2Cdescription',
    },
    '42dUbVoyVAfEYKSnYhbKSe52XWOeZCk+RoGhaw+MxEw=',
  ],
  [
    'D: a body',
    { method: 'POST', target: '/customer/api/companies/1234/customers/createCustomer', body: json(CUSTOMER) },
    'wjcqPT2Y9rZWynJg8WLvbBR1BDOx1L3nxMHE5H5lWLI=',
  ],
  [
    'E: a body beyond ASCII',
    {
      method: 'POST',
      target: '/customer/api/companies/1234/customers/1001/updateCustomer',
      body: json('{"customerName":"Äiti & Öljy Oy","email":"a@b.fi"}'),
    },
    'jwDRddaxJ09BlRNkVZg2yWu8zgUlSmqm+qXQGOQtu5c=',
  ],
  [
    'F: a body and a query',
    {
      method: 'POST',
      target: '/customer/api/companies/1234/chart-of-accounts/dimensions?dimension=1',
      body: json('[]'),
    },
    'fn291NHH07CPWwZFZCU/g0TMOytwVv7MyqkQnfZMd3I=',
  ],
  [
    'G: multipart, whose body and type are not signed',
    {
      method: 'POST',
      target: '/customer/api/companies/1234/sales/sales-order/77/attachment',
      body: { bytes: Buffer.from('--x\r\n…'), contentType: 'multipart/form-data; boundary=x' },
    },
    'sZmkSxTp0NLVKehkBGiiXi4bPKbL689oebmlLM1hxOo=',
  ],
];

describe('the signature', () => {
  it.each(VECTORS)('%s', (_, request, expected) => {
    expect(signature(SECRET, { ...request, headers: HEADERS })).toBe(expected);
  });

  it('covers further headers of Fivaldi, in order of their names however they are written', () => {
    const target = '/customer/api/companies/1234/estate-person/persons?changedAfter=01.02.2025';
    const headers = {
      'X-FIVALDI-Timestamp': '1735689600',
      'x-fivaldi-partner': 'ws-example',
      'X-Fivaldi-Locale': 'fi',
    };
    expect(signature(SECRET, { method: 'get', target, headers })).toBe('tSMkn7WbPfMDG/cgT/RfXptMHSyrCyqzol4ZJYs1Pgs=');
  });

  it('signs the bytes of the body, so that one altered byte alters it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, by) => {
          const altered = bytes.slice();
          altered[at % bytes.length]! ^= by;
          const of = (body: Uint8Array) =>
            signature(SECRET, {
              method: 'POST',
              target: '/x',
              headers: HEADERS,
              body: { bytes: body, contentType: 'a/b' },
            });
          expect(of(altered)).not.toBe(of(bytes));
        },
      ),
    );
  });

  it('keeps a second question mark in the query, and has no line for a query that is not there', () => {
    const of = (target: string) => stringToSign({ method: 'GET', target, headers: {} }).split('\n');
    expect(of('/a?b=c?d')).toEqual(['GET', '', '', '/a', 'b=c?d']);
    expect(of('/a')).toEqual(['GET', '', '', '/a']);
  });
});
