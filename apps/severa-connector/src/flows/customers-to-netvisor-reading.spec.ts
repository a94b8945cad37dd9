import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';

import { customerToNetvisor } from './customer-mapping.js';
import { customerContent } from './customers.spec-support.js';
import { customersToNetvisor } from './customers-to-netvisor.js';
import { NetvisorRegister } from './netvisor-register.spec-support.js';
import { readAll, readIndex, readingOf, readInParts, ReadSides } from './register-reading.spec-support.js';
import { situationOf } from './register-sides.spec-support.js';
import { COUNTRIES } from './severa-register.spec-support.js';

const severa = (customers: readonly object[], more: Readonly<Record<string, readonly unknown[]>> = {}) => ({
  'localization/countries': COUNTRIES,
  customers,
  ...more,
});
const customer = (guid: string, more: object = {}): object => ({ guid, name: guid, number: 1001, ...more });

describe('a reading of Severa’s customers', () => {
  it('has all of them, passive ones too, but Severa’s own companies', async () => {
    const calls = new ReadSides(
      severa([
        customer('a', { headquarterAddress: { guid: 'x', addressline: 'Katu 1', country: 'finland ' } }),
        customer('b', { isActive: false, number: null, headquarterAddress: { guid: 'y', country: 'Soome' } }),
        customer('own', { isInternal: true }),
      ]),
    );
    const read = await readAll(customersToNetvisor, readingOf(calls));
    expect(Object.keys(read)).toEqual(['a', 'b']);
    expect(read['a']).toMatchObject({ code: '1001', street: 'Katu 1', countryCode: 'FI', active: true });
    expect(read['b']).toMatchObject({ code: null, country: 'Soome', countryCode: null, active: false });
    expect(calls.asked).toEqual(['localization/countries', 'customers']);
  });

  it('takes along no identity code of a private person', async () => {
    const calls = new ReadSides(severa([customer('a', { vatNumber: '010101-123N' })]));
    expect((await readAll(customersToNetvisor, readingOf(calls)))['a']).toMatchObject({ vatNumber: null });
  });

  it('later has what was changed, and customers whose address alone was', async () => {
    const calls = new ReadSides(
      severa([customer('a')], {
        addresses: [{ customer: { guid: 'a' } }, { customer: { guid: 'b' } }, { customer: { guid: 'b' } }, {}],
        'customers/b': customer('b') as unknown as readonly unknown[],
      }),
    );
    const since = new Date('2026-03-18T07:30:00Z');
    expect(Object.keys(await readAll(customersToNetvisor, readingOf(calls, since)))).toEqual(['a', 'b']);
    expect(calls.asked).toEqual([
      'localization/countries',
      'customers changedSince=2026-03-18T07:30:00.000Z',
      'addresses changedSince=2026-03-18T07:30:00.000Z',
      'customers/b',
    ]);
  });
});

describe('a reading of Severa’s customers that is broken off', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  it('goes on from the page that the last one has named', async () => {
    const calls = new ReadSides(severa(names.map((name) => customer(name))));
    expect(await readInParts(customersToNetvisor, readingOf(calls))).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(calls.asked.filter((asked) => asked.startsWith('customers'))).toEqual([
      'customers',
      'customers pageToken=2',
      'customers pageToken=4',
    ]);
  });

  it('looks through the changed addresses once more, whose list names no page', async () => {
    const calls = new ReadSides(
      severa(
        names.map((name) => customer(name)),
        { addresses: [{ customer: { guid: 'z' } }], 'customers/z': customer('z') as unknown as readonly unknown[] },
      ),
    );
    const parts = await readInParts(customersToNetvisor, readingOf(calls, new Date('2026-03-18T07:30:00Z')));
    expect(parts).toEqual([['a', 'b'], ['c', 'd'], ['e'], ['z']]);
  });
});

describe('the list of Netvisor’s customers at first contact', () => {
  const register = () => {
    const side = new NetvisorRegister();
    side.records.set('10', { internalidentifier: '1002', name: 'B', externalidentifier: '1234567-1' });
    side.records.set('6', { internalidentifier: '1003', name: 'C', externalidentifier: 'FI12345671' });
    side.records.set('9', { internalidentifier: '1002', name: 'Older B' });
    side.records.set('7', { internalidentifier: '1001', name: 'A', isactive: '1' });
    side.records.set('8', { internalidentifier: '', name: 'No code' });
    return side;
  };

  it('has the cards of those that are wanted', async () => {
    const calls = new ReadSides({}, register());
    const index = await readIndex(customersToNetvisor, readingOf(calls), new Set(['1001', '3']));
    expect(index).toMatchObject([['1001', { key: '7', found: { name: 'A', code: '1001' } }]]);
    expect(calls.asked).toEqual(['customerlist.nv customercodelist=1001,3', 'getcustomer.nv idlist=7']);
  });

  it('holds no identifier of a private person, flagged as one or not', async () => {
    const [side, code] = [register(), '010101-123N'];
    side.records.set('7', { internalidentifier: '1001', externalidentifier: 'X 1', isprivatecustomer: '1' });
    side.records.set('9', { internalidentifier: '1002', externalidentifier: code });
    for (const wanted of [new Set(['1001', '1002']), undefined]) {
      const index = await readIndex(customersToNetvisor, readingOf(new ReadSides({}, side)), wanted);
      expect(index.find(([code]) => code === '1002')).toMatchObject(['1002', { key: '9' }]);
      expect(JSON.stringify(index)).not.toContain('010101');
      if (wanted) expect(new Map(index).get('1001')).toMatchObject({ found: { businessId: '' } });
    }
  });

  it('is one answer where many are wanted', async () => {
    const calls = new ReadSides({}, register());
    const many = new Set(Array.from({ length: 501 }, (_, at) => String(1001 + at)));
    const index = await readIndex(customersToNetvisor, readingOf(calls), many);
    expect(index.map(([code, { key }]) => [code, key])).toEqual([
      ['1003', '6'],
      ['1001', '7'],
      ['1002', '9'],
      ['1002', '10'],
    ]);
    expect(calls.asked).toEqual(['customerlist.nv', 'getcustomer.nv idlist=6,7,9,10']);
  });

  it('tells names and business ids, and codes that are there twice, where nothing is wanted', async () => {
    expect(await readIndex(customersToNetvisor, readingOf(new ReadSides({}, register())))).toEqual([
      ['1003', { key: '6', name: 'C', businessId: '1234567-1' }],
      ['1001', { key: '7', name: 'A', businessId: '' }],
      ['1002', { key: '9', name: 'Older B', businessId: '' }],
      ['1002', { key: '10', name: 'B', businessId: '1234567-1' }],
    ]);
  });

  it('spares the look-up of what it has', () => {
    const card = customerToNetvisor(customerContent()).card;
    const step = customersToNetvisor.next(situationOf(customerContent(), { key: '7', found: card }));
    expect(step).toMatchObject({ do: 'done', linked: true, known: { key: '7', mine: true } });
  });
});

describe('the flow of customers to Netvisor', () => {
  it.each([
    ['to-netvisor', 'automatic'],
    ['to-severa', 'off'],
    ['none', 'off'],
    [null, 'off'],
  ] as const)('with the customers’ direction %s is %s', (customers, mode) => {
    expect(customersToNetvisor.mode(linkSettingsBody.parse({ customers }))).toBe(mode);
  });

  it('goes as often as registers do', () => {
    expect(customersToNetvisor.every(linkSettingsBody.parse({ registersEveryMinutes: 60 }))).toBe(60);
  });
});
