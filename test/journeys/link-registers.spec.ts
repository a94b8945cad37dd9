/** What the registers of companies look like on the other side, after their links have run. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import { type Linked, LinkGround } from './link-ground.ts';

const names = (cards: readonly { fields: Readonly<Record<string, string>> }[]): readonly string[] =>
  cards.map(({ fields }) => `${fields['internalidentifier'] ?? fields['productcode']} ${fields['name']}`).sort();

describe('registers of a link', () => {
  let ground: LinkGround;
  beforeAll(async () => {
    ground = await LinkGround.open();
  }, 120_000);
  afterAll(() => ground.close(), 60_000);

  const customersOf = async ({ books }: Linked): Promise<readonly string[]> =>
    names((await books.ofNetvisor()).customers);

  it('are compared before the first run: what matches, would be created, conflicts, breaks a rule', async () => {
    const { link, books } = await ground.prepared();
    await books.inSevera(
      'customers',
      { number: 1, name: 'Sama Oy', vatNumber: '1967543-8' },
      { number: 2, name: 'Uusi Oy' },
      { number: 3, name: 'Meillä Oy', vatNumber: null },
      { number: 4, name: 'Kaksi\nriviä Oy', address: { addressline: 'Katu 1\nB-rappu' } },
    );
    await books.inNetvisor(
      'customers',
      { fields: { internalidentifier: '1', name: 'Sama Oyj', externalidentifier: '1967543-8' } },
      { fields: { internalidentifier: '3', name: 'Heillä Oy' } },
      { fields: { internalidentifier: '9', name: 'Vain siellä' } },
    );
    const before = (await link.show()).phases.find(({ phase }) => phase === 'transfer-history');
    expect(before?.light).toBe('waits');
    const { state, report, causes } = await link.compare('customers-to-netvisor');
    expect(state).toBe('done');
    expect(report.counts).toEqual({
      matches: 1,
      'would-be-created': 1,
      conflicts: 1,
      'breaks-a-rule': 1,
      'only-there': 1,
    });
    expect(report.samples).toMatchObject({
      matches: [{ number: '1' }],
      'would-be-created': [{ number: '2', name: 'Uusi Oy' }],
      conflicts: [{ number: '3', cause: 'same-code-other-name' }],
      'breaks-a-rule': [{ number: '4', cause: 'address-line-break' }],
      'only-there': [{ name: 'Vain siellä' }],
    });
    expect(causes.map(({ code }) => code)).toEqual(expect.arrayContaining(['address-line-break']));
    expect((await books.writes()).netvisor).toEqual([]);
    await link.compare('products-to-netvisor');
    expect((await link.show()).phases.find(({ phase }) => phase === 'transfer-history')?.light).toBe('done');
  });

  it('move to Netvisor: new, changed and passive ones; a second run costs no call that writes', async () => {
    const linked = await ground.prepared();
    const { link, books } = linked;
    const [first] = await books.inSevera(
      'customers',
      { number: 100, name: 'Yksi Oy' },
      { number: 101, name: 'Kaksi Oy', isActive: false },
      { number: 102, name: 'Töölön Äyri & Öljy <Oy>' },
    );
    await books.inNetvisor('customers', {
      fields: { internalidentifier: '100', name: 'Vanha nimi', phonenumber: '09 1' },
    });
    await books.inSevera('products', { code: 'T1', name: 'Tuote', unitPrice: 12.5 });
    await ground.start(linked);
    expect(await link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded', counts: { moved: 3 } });
    expect(await link.settled('products-to-netvisor')).toMatchObject({ state: 'succeeded', counts: { moved: 1 } });
    const there = await books.ofNetvisor();
    expect(names(there.customers)).toEqual(['100 Yksi Oy', '101 Kaksi Oy', '102 Töölön Äyri & Öljy <Oy>']);
    expect(there.customers.find(({ fields }) => fields['internalidentifier'] === '100')?.fields).toMatchObject({
      // What Severa has no value for stays as it is there.
      phonenumber: '09 1',
      streetaddress: 'Esimerkkikatu 1',
      country: 'FI',
    });
    expect(there.customers.find(({ fields }) => fields['internalidentifier'] === '101')?.fields).toMatchObject({
      isactive: '0',
    });
    expect(names(there.products)).toEqual(['T1 Tuote']);

    const before = await books.writes();
    for (const flow of ['customers-to-netvisor', 'products-to-netvisor']) {
      expect(await link.run(flow, 'everything')).toMatchObject({ state: 'succeeded' });
    }
    expect(await books.writes()).toEqual(before);

    await books.changeInSevera('customers', first!.guid, { name: 'Yksi Oyj' });
    expect(await link.run('customers-to-netvisor')).toMatchObject({ counts: { moved: 1 } });
    expect(await customersOf(linked)).toContain('100 Yksi Oyj');
    const { netvisor, severa } = await books.writes();
    expect(netvisor.slice(before.netvisor.length)).toMatchObject([{ resource: 'customer.nv', method: 'edit' }]);
    expect(severa).toEqual([]);
  }, 60_000);

  it('move to Severa, for another company at the same time', async () => {
    const linked = await ground.prepared(() => ({ customers: 'to-severa', products: 'to-severa' }));
    const { link, books } = linked;
    const [key] = await books.inNetvisor(
      'customers',
      {
        fields: {
          internalidentifier: '700',
          name: 'Netvisorin Asiakas Oy',
          externalidentifier: '1967543-8',
          streetaddress: 'Kauppakatu 5',
          city: 'TURKU',
          postnumber: '20100',
          country: 'FI',
        },
      },
      { fields: { internalidentifier: '701', name: 'Passiivinen Oy', isactive: '0' } },
    );
    await books.inNetvisor('products', {
      fields: {
        productcode: 'N1',
        name: 'Netvisorin tuote',
        productgroup: 'Muut',
        unitprice: '10,00',
        'unitprice@type': 'net',
      },
    });
    await ground.start(linked);
    expect(await link.settled('customers-to-severa')).toMatchObject({ state: 'succeeded', counts: { moved: 2 } });
    expect(await link.settled('products-to-severa')).toMatchObject({ state: 'succeeded', counts: { moved: 1 } });
    const there = await books.ofSevera('customers');
    expect(there).toEqual([
      expect.objectContaining({
        number: 700,
        name: 'Netvisorin Asiakas Oy',
        vatNumber: '1967543-8',
        headquarterAddress: expect.objectContaining({ addressline: 'Kauppakatu 5', city: 'TURKU', country: 'Suomi' }),
      }),
      expect.objectContaining({ number: 701, isActive: false }),
    ]);
    expect(await books.ofSevera('products')).toEqual([
      expect.objectContaining({ code: 'N1', name: 'Netvisorin tuote' }),
    ]);

    const before = await books.writes();
    await link.run('customers-to-severa', 'everything');
    await link.run('products-to-severa', 'everything');
    expect(await books.writes()).toEqual(before);

    await books.inNetvisor('customers', {
      netvisorKey: key,
      fields: { name: 'Uusi nimi Oy', streetaddress: 'Toinen tie 1' },
    });
    expect(await link.run('customers-to-severa')).toMatchObject({ counts: { moved: 1 } });
    expect((await books.ofSevera('customers'))[0]).toMatchObject({
      name: 'Uusi nimi Oy',
      headquarterAddress: { addressline: 'Toinen tie 1' },
    });
  }, 60_000);

  it('report what is gone in the source, and remove nothing on the other side', async () => {
    const linked = await ground.prepared();
    const { link, books } = linked;
    const [, second] = await books.inSevera(
      'customers',
      { number: 1, name: 'Jää Oy' },
      { number: 2, name: 'Lähtee Oy' },
    );
    await ground.start(linked);
    await link.settled('customers-to-netvisor');
    await books.removeFromSevera('customers', second!.guid);
    await link.run('customers-to-netvisor', 'everything');
    expect(await link.history({ result: 'gone' })).toMatchObject([
      { flow: 'customers-to-netvisor', number: '2', name: 'Lähtee Oy', severaKey: second!.guid },
    ]);
    expect(await customersOf(linked)).toEqual(['1 Jää Oy', '2 Lähtee Oy']);
    expect((await link.show()).flows.find(({ flow }) => flow === 'customers-to-netvisor')?.records).toEqual({
      moved: 1,
      gone: 1,
    });
  }, 60_000);

  it('are not stopped by a bad record, which tells its cause, whose it is to mend and how, and moves when it is', async () => {
    const linked = await ground.prepared(() => ({ customers: 'to-severa' }));
    const { link, books } = linked;
    const [bad] = await books.inNetvisor(
      'customers',
      { fields: { internalidentifier: '007', name: 'Etunolla Oy' } },
      { fields: { internalidentifier: 'A-12', name: 'Kirjain Oy' } },
      { fields: { internalidentifier: '8', name: 'Hyvä Oy' } },
    );
    await ground.start(linked);
    expect(await link.settled('customers-to-severa')).toMatchObject({
      state: 'partial',
      counts: { moved: 1, rejected: 2 },
    });
    expect((await books.ofSevera('customers')).map(({ name }) => name)).toEqual(['Hyvä Oy']);
    const rejected = await link.records('customers-to-severa', 'rejected');
    expect(rejected.map(({ number, objections }) => [number, objections[0]?.code]).sort()).toEqual([
      ['007', 'customer-code-leading-zero'],
      ['A-12', 'customer-code-not-numeric'],
    ]);
    const [told] = await link.history({ cause: 'customer-code-leading-zero' });
    expect(told).toMatchObject({ name: 'Etunolla Oy', result: 'rejected', netvisorKey: String(bad), severaKey: null });
    for (const language of ['fi', 'sv', 'en']) {
      const [{ cause } = {}] = await link.history({ cause: 'customer-code-leading-zero' }, language);
      expect(cause).toMatchObject({ owner: 'accountant' });
      expect(cause?.what).not.toBe('');
      expect(cause?.remedy).not.toBe('');
    }

    // Tried again without being mended, it stands as it stood.
    expect(await link.retry({ cause: 'customer-code-leading-zero' })).toBe(1);
    await link.settled('customers-to-severa');
    expect((await link.records('customers-to-severa', 'rejected')).length).toBe(2);

    await books.inNetvisor('customers', { netvisorKey: bad, fields: { internalidentifier: '7' } });
    await link.run('customers-to-severa');
    expect((await books.ofSevera('customers')).map(({ number, name }) => [number, name])).toEqual([
      [8, 'Hyvä Oy'],
      [7, 'Etunolla Oy'],
    ]);
  }, 60_000);

  it('are given to Netvisor again by a person’s word, once Severa is mended', async () => {
    const linked = await ground.prepared();
    const { link, books } = linked;
    const [bad] = await books.inSevera(
      'customers',
      { number: 1, name: 'Rivinvaihto Oy', address: { addressline: 'Katu 1\nB' } },
      { number: 2, name: 'Hyvä Oy' },
    );
    await ground.start(linked);
    expect(await link.settled('customers-to-netvisor')).toMatchObject({ counts: { moved: 1, rejected: 1 } });
    expect(await customersOf(linked)).toEqual(['2 Hyvä Oy']);
    // A change of an address is none of its customer's, so that only a reading of everything tells.
    const [address] = (await books.ofSevera('addresses')).filter(({ addressline }) =>
      String(addressline).includes('\n'),
    );
    await books.changeInSevera('addresses', address!.guid, { addressline: 'Katu 1 B' });
    expect(await link.retry({ flow: 'customers-to-netvisor', keys: [bad!.guid] })).toBe(1);
    await link.run('customers-to-netvisor', 'everything');
    expect(await customersOf(linked)).toEqual(['1 Rivinvaihto Oy', '2 Hyvä Oy']);
    const moved = await link.history({ text: 'Rivinvaihto', result: 'moved' });
    expect(moved).toMatchObject([{ operation: 'create', number: '1' }]);
  }, 60_000);

  it('have dimensions, too: projects and units under the chosen headers, renamed and never made twice', async () => {
    const linked = await ground.prepared(() => ({
      dimensions: { projects: 'Projekti', businessUnits: 'Yksikkö', when: 'on-demand' },
    }));
    const { link, books } = linked;
    const [project] = await books.inSevera(
      'projects',
      { number: 501, name: 'Silta' },
      { number: 502, name: 'Tunneli' },
    );
    await books.inNetvisor('dimensions', { name: 'Projekti', items: [{ name: '502 Tunneli' }] });
    await ground.start(linked);
    const run = await link.run('dimensions', 'candidates');
    expect(run.state).toBe('partial');
    const items = async (header: string) =>
      (await books.ofNetvisor()).dimensions
        .find(({ name }) => name === header)
        ?.items.map(({ name }) => name)
        .sort();
    expect(await items('Projekti')).toEqual(['501 Silta', '502 Tunneli']);
    const missing = await link.records('dimensions', 'rejected');
    expect(new Set(missing.map(({ objections }) => objections[0]?.code))).toEqual(
      new Set(['dimension-header-missing']),
    );

    await books.inNetvisor('dimensions', { name: 'Yksikkö' });
    await books.changeInSevera('projects', project!.guid, { name: 'Uusi silta' });
    // That the header is there now is a change, too: what waited for it is offered again.
    await link.run('dimensions', 'changed');
    await link.run('dimensions', 'candidates');
    await until(async () => (await items('Projekti'))?.includes('501 Uusi silta'), { what: 'the item to be renamed' });
    expect(await items('Projekti')).toEqual(['501 Uusi silta', '502 Tunneli']);
    expect((await items('Yksikkö'))?.length).toBe(missing.length);
    expect((await books.writes()).netvisor.filter(({ reference }) => reference?.includes('502'))).toEqual([]);
  }, 60_000);

  it('never made two calls of a company to Netvisor at once', async () => {
    expect(await ground.overlaps()).toBe(0);
  });
});
