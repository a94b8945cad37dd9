import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CLIENT, type Json, type SeveraBench, startSeveraBench, typeOf } from './severa.spec-support.js';

let bench: SeveraBench;
beforeEach(async () => {
  bench = await startSeveraBench();
});
afterEach(() => bench.sandbox.close());

const state = async (register: string): Promise<Json[]> =>
  (await bench.control('GET', `/organisations/${CLIENT.clientId}/${register}`)).json as Json[];
const replacing = (path: string, value: unknown) => [{ op: 'Replace', path, value }];

describe('a customer that is posted', () => {
  it('is there, with the next number if it has none', async () => {
    const { status, json } = await bench.call('POST', '/v1/customers', { name: 'Uusi Oy', vatNumber: 'FI12345671' });
    expect([status, json]).toEqual([201, expect.objectContaining({ name: 'Uusi Oy', number: 1001, isActive: true })]);
    const { guid } = json as { guid: string };
    expect((await bench.call('GET', `/v1/customers/${guid}`)).json).toEqual(json);
  });

  it('twice is two of them', async () => {
    const body = { name: 'Uusi Oy', number: 5 };
    await bench.call('POST', '/v1/customers', body);
    await bench.call('POST', '/v1/customers', body);
    expect((await bench.call('GET', '/v1/customers?numbers=5')).json).toHaveLength(2);
    expect((await bench.control('GET', '/journal')).json).toMatchObject([{ times: 1 }, { times: 2 }]);
  });

  it('has its first address for its headquarters', async () => {
    const { guid } = (await bench.call('POST', '/v1/customers', { name: 'Uusi Oy' })).json as { guid: string };
    const [finland] = (await bench.call('GET', '/v1/localization/countries')).json as [Json];
    const country = { guid: finland['guid'] };
    for (const addressline of ['Katu 1', 'Katu 2']) {
      await bench.call('POST', `/v1/customers/${guid}/addresses`, { addressline, city: 'Turku', country });
    }
    expect((await bench.call('GET', `/v1/customers/${guid}`)).json).toMatchObject({
      headquarterAddress: { addressline: 'Katu 1', city: 'Turku', country: 'Suomi' },
    });
    expect((await bench.call('GET', `/v1/customers/${guid}/addresses`)).json).toMatchObject([
      { customer: { guid }, country: { englishName: 'Finland' } },
      { addressline: 'Katu 2' },
    ]);
  });

  it.each([
    ['without a name', {}, 'name'],
    ['with an empty name', { name: '' }, 'name'],
    ['with a number that is text', { name: 'x', number: '5' }, 'number'],
    ['with a flag that is null', { name: 'x', isActive: null }, 'isActive'],
    ['with a field that is misspelt', { name: 'x', vatnumber: '1' }, 'vatnumber'],
    ['with a field that every object has', { name: 'x', constructor: 'x' }, 'constructor'],
    ['with a currency that is not there', { name: 'x', currency: { guid: 'none' } }, 'currency'],
  ])('%s is refused, and the field is named', async (_, body, name) => {
    const said = await bench.call('POST', '/v1/customers', body);
    expect([said.status, typeOf(said)]).toEqual([400, 'InvalidParameter']);
    expect(said.json).toMatchObject({ error: { details: [{ location: { type: 'RequestBody', name } }], stack: null } });
    expect(await state('customers')).toEqual([]);
  });

  it('may bring along what nobody can write', async () => {
    const { json } = await bench.call('POST', '/v1/customers', {
      name: 'x',
      guid: 'mine',
      createdDateTime: '2020-01-01',
    });
    expect(json).toMatchObject({ createdDateTime: '2026-03-05T10:00:00.000Z' });
    expect((json as Json)['guid']).not.toBe('mine');
  });
});

describe('a patch', () => {
  let path: string;
  let before: Json;
  beforeEach(async () => {
    before = await bench.seed('customers', { number: 7, name: 'Vanha Oy', paymentTerm: 14 });
    path = `/v1/customers/${String(before['guid'])}`;
  });

  it('replaces fields, and answers with a list of the one record', async () => {
    const steps = [...replacing('/name', 'Uusi Oy'), ...replacing('/paymentTerm', 30), ...replacing('/email', null)];
    const { status, json } = await bench.call('PATCH', path, steps);
    expect([status, json]).toEqual([200, [{ ...before, name: 'Uusi Oy', paymentTerm: 30, email: null }]]);
  });

  it('takes numbers as the text that they are declared as, and any case of replace', async () => {
    const { json } = await bench.call('PATCH', path, [{ op: 'replace', path: '/paymentTerm', value: '21' }]);
    expect(json).toMatchObject([{ paymentTerm: 21 }]);
  });

  it('names another record by its guid', async () => {
    const [euro] = (await bench.call('GET', '/v1/currencies')).json as [Json];
    const { json } = await bench.call('PATCH', path, replacing('/currency/guid', euro['guid']));
    expect(json).toMatchObject([{ currency: { code: 'EUR', symbol: '€' } }]);
  });

  it.each([
    ['an unknown path', replacing('/nimi', 'x'), 'InvalidRequest'],
    ['a path that every object has', replacing('/constructor', 'x'), 'InvalidRequest'],
    ['a path without its slash', replacing('name', 'x'), 'InvalidRequest'],
    ['a part that cannot be named', replacing('/currency/code', 'SEK'), 'InvalidRequest'],
    ['a part of a part', replacing('/currency/guid/more', 'x'), 'InvalidRequest'],
    ['what nobody can write', replacing('/guid', 'x'), 'InvalidRequest'],
    ['an operation that is not replace', [{ op: 'Add', path: '/name', value: 'x' }], 'InvalidRequest'],
    ['no operations', [], 'InvalidRequest'],
    ['an object', { name: 'x' }, 'InvalidRequest'],
    ['an ill-formed value', replacing('/paymentTerm', 'soon'), 'InvalidParameter'],
    ['a null that may not be', replacing('/isActive', null), 'InvalidParameter'],
    ['an empty name', replacing('/name', ''), 'InvalidParameter'],
    ['one good step and one bad', [...replacing('/name', 'x'), ...replacing('/nimi', 'x')], 'InvalidRequest'],
  ])('of %s is refused, and nothing changes', async (_, steps, type) => {
    const said = await bench.call('PATCH', path, steps);
    expect([said.status, typeOf(said)]).toEqual([400, type]);
    expect(await state('customers')).toEqual([before]);
    expect((await bench.control('GET', '/journal')).json).toEqual([]);
  });

  it('of what is not there is a 404', async () => {
    expect((await bench.call('PATCH', '/v1/customers/none', replacing('/name', 'x'))).status).toBe(404);
  });
});

describe('products and project fees', () => {
  it('are made and changed over the wire', async () => {
    const price = { amount: 9.9, currencyCode: 'EUR' };
    const made = await bench.call('POST', '/v1/products', { name: 'Tuote', code: 'T-1', unitPrice: price });
    expect(made.json).toMatchObject({ code: 'T-1', unitPrice: { ...price, multiCurrencyInfo: [] }, type: 'Materials' });
    const { guid: product } = made.json as { guid: string };
    const { guid: project } = await bench.seed('projects', { name: 'Projekti' });
    const fee = { project: { guid: project }, product: { guid: product }, quantity: 3, unitPrice: price };
    const { status, json } = await bench.call('POST', '/v1/projectfees', fee);
    expect(status).toBe(201);
    expect(json).toMatchObject([
      { name: 'Tuote', product: { code: 'T-1' }, project: { name: 'Projekti' }, quantity: 3 },
    ]);
  });

  it.each([
    ['no project', { quantity: 1 }],
    ['an unknown project', { project: { guid: 'none' }, quantity: 1 }],
    ['a price without a currency', { quantity: 1, unitPrice: { amount: 1 } }],
  ])('are refused with %s', async (_, body) => {
    expect((await bench.call('POST', '/v1/projectfees', body)).status).toBe(400);
  });
});

describe('what a test seeds', () => {
  it.each([
    ['customers', { currency: { code: 'NONE' } }],
    ['nothing', {}],
    ['countries', {}],
    ['customers', 'text'],
  ])('into %s, as %j, is refused when it leads nowhere', async (register, given) => {
    const { status } = await bench.control('POST', `/organisations/${CLIENT.clientId}/${register}`, given);
    expect(status).toBe(given === 'text' || register === 'customers' ? 400 : 404);
  });

  it('is removed, and what has a feed of removals is in it', async () => {
    const hours = await bench.seed('workhours');
    const path = `/organisations/${CLIENT.clientId}/workhours/${String(hours['guid'])}`;
    bench.clock.now = new Date('2026-03-06T10:00:00Z');
    expect((await bench.control('DELETE', path)).status).toBe(204);
    expect((await bench.control('DELETE', path)).status).toBe(404);
    expect((await bench.call('GET', '/v1/workhours')).json).toEqual([]);
    expect((await bench.call('GET', '/v1/deletedworkhours?deletedSince=2026-03-06')).json).toMatchObject([
      { guid: hours['guid'], deletedDateTime: '2026-03-06T10:00:00.000Z' },
    ]);
    expect((await bench.call('GET', '/v1/deletedworkhours?deletedSince=2026-03-07')).json).toEqual([]);
  });

  it('is shown with everything that there is', async () => {
    await bench.seed('customers');
    const { json } = await bench.control('GET', `/organisations/${CLIENT.clientId}/state`);
    expect(json).toMatchObject({ clientId: CLIENT.clientId, registers: { customers: [{}], addresses: [{}] } });
    expect(JSON.stringify(json)).not.toContain(CLIENT.clientSecret);
  });

  it('may be a thousand organisations at once', async () => {
    const seeds = Array.from({ length: 1000 }, (_, at) => ({ clientId: `c${at}`, clientSecret: 'secret', scopes: [] }));
    const { status, json } = await bench.control('POST', '/organisations', seeds);
    expect([status, (json as Json[]).length]).toEqual([201, 1000]);
    expect((await bench.control('GET', '/organisations')).json).toHaveLength(1001);
  });
});

describe('a register that a person changes as a whole', () => {
  it('has the new values in every record, changed at that moment', async () => {
    await bench.seed('customers', { number: 1, website: 'https://old.example' });
    await bench.seed('customers', { number: 2 });
    bench.clock.now = new Date(bench.clock.now.getTime() + 60_000);
    const path = `/organisations/${CLIENT.clientId}`;
    const website = 'https://new.example';
    expect((await bench.control('PATCH', `${path}/customers`, { website })).status).toBe(204);
    const changed = await bench.call('GET', `/v1/customers?changedSince=${bench.clock.now.toISOString()}`);
    expect(changed.json).toMatchObject([
      { number: 1, website },
      { number: 2, website },
    ]);
    expect((await bench.control('PATCH', `${path}/nonesuch`, { website })).status).toBe(404);
  });
});
