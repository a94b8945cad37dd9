import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import { customersToSevera } from './customers-to-severa.js';
import { NetvisorRegister } from './netvisor-register.spec-support.js';
import { readAll, readIndex, readingOf, readInParts, ReadSides } from './register-reading.spec-support.js';
import { COUNTRIES } from './severa-register.spec-support.js';

describe('a reading of Netvisor’s customers', () => {
  const register = () =>
    new NetvisorRegister({
      7: {
        internalidentifier: '1001',
        externalidentifier: '1234567-1',
        name: 'Esimerkki Oy',
        streetaddress: 'Katu 1',
        additionalstreetaddress: 'C 4',
        country: 'fi',
        isactive: '0',
      },
      8: { internalidentifier: '1002', externalidentifier: '010101-123N', name: 'Henkilö', isprivatecustomer: '1' },
      9: { internalidentifier: 'TEMP', name: 'Tilapäinen' },
    });

  it('has all of them with their cards, but the temporary one', async () => {
    const calls = new ReadSides({ 'localization/countries': COUNTRIES }, register());
    const read = await readAll(customersToSevera, readingOf(calls));
    expect(Object.keys(read)).toEqual(['7', '8']);
    expect(read['7']).toMatchObject({
      code: '1001',
      businessId: '1234567-1',
      street: 'Katu 1',
      secondLine: 'C 4',
      country: 'FI',
      countryGuid: 'c-fi',
      active: false,
    });
    expect(calls.asked).toEqual(['localization/countries', 'customerlist.nv', 'getcustomer.nv idlist=7,8']);
  });

  it('takes along no identifier of a private person', async () => {
    const read = await readAll(customersToSevera, readingOf(new ReadSides({}, register())));
    expect(JSON.stringify(read['8'])).not.toContain('010101');
  });

  it('later asks for what was changed, in UTC, the earlier of the two zones that may be meant', async () => {
    const calls = new ReadSides({}, register());
    await readAll(customersToSevera, readingOf(calls, new Date('2026-03-18T07:30:00.500Z')));
    expect(calls.asked[1]).toBe('customerlist.nv changedsince=2026-03-18T07:30:00');
  });

  it('asks for at most 500 cards at once', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 501 }, (_, at) => [at + 1, { internalidentifier: String(at + 1), name: 'A' }]),
    );
    const calls = new ReadSides({}, new NetvisorRegister(many));
    expect(Object.keys(await readAll(customersToSevera, readingOf(calls)))).toHaveLength(501);
    expect(calls.asked.filter((asked) => asked.startsWith('getcustomer.nv'))).toHaveLength(2);
  });
});

describe('a reading of Netvisor’s customers that is broken off', () => {
  it('goes on after the last customer it has read, in the order of their keys', async () => {
    const codes = Array.from({ length: 1_001 }, (_, at) => String(1_001 - at));
    const records = Object.fromEntries(codes.map((code) => [code, { internalidentifier: code, name: 'A' }]));
    const calls = new ReadSides({}, new NetvisorRegister(records));
    const parts = await readInParts(customersToSevera, readingOf(calls));
    expect(parts.map((keys) => [keys.length, keys[0]])).toEqual([
      [500, '1'],
      [500, '501'],
      [1, '1001'],
    ]);
    expect(calls.asked.filter((asked) => asked === 'customerlist.nv')).toHaveLength(4);
  });
});

describe('the list of Severa’s customers at first contact', () => {
  const lists = {
    'localization/countries': COUNTRIES,
    customers: [
      {
        guid: 'a',
        number: 1001,
        name: 'A',
        vatNumber: 'FI12345671',
        headquarterAddress: { guid: 'x', country: 'Suomi' },
      },
      { guid: 'b', number: 1002, name: 'B' },
      { guid: 'c', number: 1002, name: 'C' },
      { guid: 'd', number: null, name: 'D' },
    ],
  };

  it('has the cards of those that are wanted', async () => {
    const index = await readIndex(customersToSevera, readingOf(new ReadSides(lists)), new Set(['1001']));
    expect(index).toMatchObject([
      ['1001', { key: 'a', found: { name: 'A' }, address: 'x', addressFound: { country: 'c-fi' } }],
    ]);
  });

  it('holds no identity code of a private person', async () => {
    const customers = [{ guid: 'a', number: 1001, name: 'A', vatNumber: '010101-123N' }];
    for (const wanted of [new Set(['1001']), undefined]) {
      const index = await readIndex(customersToSevera, readingOf(new ReadSides({ ...lists, customers })), wanted);
      expect(index).toMatchObject([['1001', { key: 'a' }]]);
      expect(JSON.stringify(index)).not.toContain('010101');
    }
  });

  it('tells names and business ids, and numbers that are there twice, where nothing is wanted', async () => {
    expect(await readIndex(customersToSevera, readingOf(new ReadSides(lists)))).toEqual([
      ['1001', { key: 'a', name: 'A', businessId: '1234567-1' }],
      ['1002', { key: 'b', name: 'B', businessId: '' }],
      ['1002', { key: 'c', name: 'C', businessId: '' }],
    ]);
  });
});

describe('the flow of customers to Severa', () => {
  it.each([
    ['to-severa', 'automatic'],
    ['to-netvisor', 'off'],
    ['none', 'off'],
    [null, 'off'],
  ] as const)('with the customers’ direction %s is %s', (customers, mode) => {
    expect(customersToSevera.mode(linkSettingsBody.parse({ customers }))).toBe(mode);
  });
});
