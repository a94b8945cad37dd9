import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, categoryOf, contentOf, keyOf, NOON, startBench, verdictOf } from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

const customer = (base: string, more = '') =>
  `<customer><customerbaseinformation>${base}</customerbaseinformation>${more}</customer>`;
const coded = (code: string, more = '') =>
  customer(`<internalidentifier>${code}</internalidentifier><name>Oy ${code}</name>${more}`);
const later = (seconds: number) => {
  bench.clock.now = new Date(NOON.getTime() + seconds * 1000);
};

describe('customers', () => {
  it('are added, found by code, keyword and key, and told in the journal', async () => {
    const added = await bench.call('customer.nv?method=add', coded('1001'));
    const key = keyOf(added);
    expect([added.status, verdictOf(added), key > 0]).toEqual([200, 'OK', true]);
    const row =
      `<Customer><Netvisorkey>${key}</Netvisorkey><Name>Oy 1001</Name><Code>1001</Code><OrganisationIdentifier />` +
      `<Uri>${bench.sandbox.url}getcustomer.nv?id=${key}</Uri></Customer>`;
    for (const query of ['', '?customercodelist=1001,9', '?keyword=oY', '?customercodelist=1001&keyword=oy']) {
      expect(contentOf(await bench.call(`customerlist.nv${query}`))).toBe(`<Customerlist>${row}</Customerlist>`);
    }
    expect(contentOf(await bench.call('customerlist.nv?keyword=none'))).toBe('<Customerlist />');
    const one = contentOf(await bench.call(`getcustomer.nv?id=${key}`));
    expect(one).toContain('<InternalIdentifier>1001</InternalIdentifier><ExternalIdentifier />');
    expect(contentOf(await bench.call(`getcustomer.nv?idlist=${key},999`))).toBe(`<Customers>${one}</Customers>`);
    expect(await bench.journal()).toMatchObject([
      { resource: 'customer.nv', method: 'add', key: String(key), reference: '1001', applied: true, overlap: false },
    ]);
  });

  it('that are not there are a failure', async () => {
    expect(verdictOf(await bench.call('getcustomer.nv?id=123'))).toBe(
      'INVALID_DATA :: Data form incorrect:. Customer not found with Netvisor identifier: 123',
    );
    expect(categoryOf(await bench.call('customer.nv?method=edit&id=123', coded('1')))).toBe('INVALID_DATA');
  });

  it('have a code that no other has', async () => {
    const [key] = [keyOf(await bench.call('customer.nv?method=add', coded('1001')))];
    expect(categoryOf(await bench.call('customer.nv?method=add', coded('1001')))).toBe('DUPLICATE_DATA');
    expect(verdictOf(await bench.call(`customer.nv?method=edit&id=${key}`, coded('1001')))).toBe('OK');
    const other = keyOf(await bench.call('customer.nv?method=add', coded('1002')));
    expect(categoryOf(await bench.call(`customer.nv?method=edit&id=${other}`, coded('1001')))).toBe('DUPLICATE_DATA');
    expect((await bench.state()).customers).toHaveLength(2);
  });

  it('leave their old code free when they get another', async () => {
    const key = keyOf(await bench.call('customer.nv?method=add', coded('1001')));
    await bench.call(`customer.nv?method=edit&id=${key}`, coded('1002'));
    expect(contentOf(await bench.call('customerlist.nv?customercodelist=1001'))).toBe('<Customerlist />');
    expect(verdictOf(await bench.call('customer.nv?method=add', coded('1001')))).toBe('OK');
  });

  it('get the next free code when they ask for it', async () => {
    await bench.call('customer.nv?method=add', coded('2'));
    await bench.call(
      'customer.nv?method=add',
      customer('<internalidentifier type="automatic"></internalidentifier><name>A</name>'),
    );
    expect((await bench.state()).customers.map(({ fields }) => fields['internalidentifier'])).toEqual(['2', '3']);
  });

  it('keep what an edit leaves out, and lose what it gives empty', async () => {
    const key = keyOf(await bench.call('customer.nv?method=add', coded('1', '<city>Oulu</city><email>a@b.fi</email>')));
    const edited = await bench.call(`customer.nv?method=edit&id=${key}`, customer('<city></city>'));
    expect([verdictOf(edited), contentOf(edited)]).toEqual(['OK', '']);
    expect((await bench.state()).customers[0]?.fields).toMatchObject({ city: '', email: 'a@b.fi', name: 'Oy 1' });
  });

  it('are listed from the moment of their change, in the time of Finland, unless a keyword is given', async () => {
    const key = keyOf(await bench.call('customer.nv?method=add', coded('1')));
    await bench.call('customer.nv?method=add', coded('2'));
    later(60);
    await bench.call(`customer.nv?method=edit&id=${key}`, customer('<city>Oulu</city>'));
    const count = async (query: string) =>
      contentOf(await bench.call(`customerlist.nv?${query}`)).split('<Customer>').length - 1;
    expect(await count('changedsince=2026-11-20T12:00:00')).toBe(2);
    expect(await count('changedsince=2026-11-20T12:00:30')).toBe(1);
    expect(await count('changedsince=2026-11-20T12:01:01')).toBe(0);
    expect(await count('changedsince=2026-11-20T12:01:01&keyword=oy')).toBe(2);
  });

  it('are asked for by at most a hundred codes, and five hundred keys', async () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => index).join(',');
    expect(verdictOf(await bench.call(`customerlist.nv?customercodelist=${list(100)}`))).toBe('OK');
    expect(categoryOf(await bench.call(`customerlist.nv?customercodelist=${list(101)}`))).toBe('INVALID_DATA');
    expect(categoryOf(await bench.call(`getcustomer.nv?idlist=${list(501)}`))).toBe('INVALID_DATA');
  });

  it.each([
    ['an element that is unknown', '<name>A</name><colour>red</colour>', 'INVALID_DATA', 'colour'],
    ['elements out of order', '<city>Oulu</city><name>A</name>', 'INVALID_DATA', 'name'],
    ['an element twice', '<name>A</name><name>B</name>', 'INVALID_DATA', 'name'],
    ['an attribute that is unknown', '<name lang="fi">A</name>', 'INVALID_DATA', 'lang'],
    ['a country by its name', '<name>A</name><country type="ISO-3166">Suomi</country>', 'INVALID_DATA', 'country'],
    ['a flag that is none', '<name>A</name><isactive>true</isactive>', 'INVALID_DATA', 'isactive'],
    [
      'an OVT identifier with letters',
      '<organizationunitnumber>OVT</organizationunitnumber><name>A</name>',
      'INVALID_DATA',
      'organizationunitnumber',
    ],
    ['a name of 251 characters', `<name>${'ä'.repeat(251)}</name>`, 'INVALID_DATA_SIZE', 'name'],
    [
      'a street of 81 characters',
      `<name>A</name><streetaddress>${'x'.repeat(81)}</streetaddress>`,
      'INVALID_DATA_SIZE',
      'streetaddress',
    ],
    ['no name', '<city>Oulu</city>', 'INVALID_DATA', 'name'],
  ])('are refused with %s', async (_, base, category, named) => {
    const refused = await bench.call('customer.nv?method=add', customer(base));
    expect([refused.status, categoryOf(refused)]).toEqual([400, category]);
    expect(verdictOf(refused)).toContain(named);
    expect((await bench.state()).customers).toEqual([]);
  });

  it.each(['', '?method=delete', '?method=edit', '?method=edit&id=x'])('need a method and a key: %s', async (query) => {
    expect(categoryOf(await bench.call(`customer.nv${query}`, coded('1')))).toBe('INVALID_DATA');
  });

  it('are refused with an operator that is not known, and with a term that is not', async () => {
    const finvoice = (router: string) =>
      `<customerfinvoicedetails><finvoiceaddress>003712345678</finvoiceaddress><finvoiceroutercode>${router}</finvoiceroutercode></customerfinvoicedetails>`;
    const add = async (more: string) =>
      categoryOf(await bench.call('customer.nv?method=add', customer('<name>A</name>', more)));
    expect([await add(finvoice('NOBODY')), await add(finvoice('003721291126'))]).toEqual(['INVALID_DATA', null]);
    const term = (name: string) =>
      `<customeradditionalinformation><defaultpaymentterm type="customer">${name}</defaultpaymentterm></customeradditionalinformation>`;
    expect([await add(term('99 pv')), await add(term('14 pv netto'))]).toEqual(['INVALID_DATA', null]);
  });
});

describe('a company', () => {
  it('has registers of its own, and no key of another’s', async () => {
    const other = { organisationId: '2222222-2', customerId: 'CUSTOMER-2', customerKey: 'key-2' };
    await bench.control('POST', '/companies', [other]);
    const key = keyOf(await bench.call('customer.nv?method=add', coded('1')));
    expect(categoryOf(await bench.call(`getcustomer.nv?id=${key}`, undefined, { company: other }))).toBe(
      'INVALID_DATA',
    );
    expect(keyOf(await bench.call('customer.nv?method=add', coded('1'), { company: other }))).not.toBe(key);
  });
});
