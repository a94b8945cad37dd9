import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Model } from './model.js';
import { fitting, page, TOKEN } from './page.js';
import { Register } from './register.js';
import { CLIENT, type Json, NOON, pagesOf, type SeveraBench, startSeveraBench, typeOf } from './severa.spec-support.js';

let bench: SeveraBench;
beforeAll(async () => {
  bench = await startSeveraBench();
  const { json } = await bench.control(
    'POST',
    `/organisations/${CLIENT.clientId}/customers`,
    Array.from({ length: 150 }, (_, at) => ({ number: 1 + at, name: `Asiakas ${1 + at}`, isActive: at % 3 !== 0 })),
  );
  expect(json).toHaveLength(150);
});
afterAll(() => bench.sandbox.close());

const numbersOf = async (path: string): Promise<unknown[]> =>
  ((await bench.call('GET', path)).json as Json[]).map(({ number }) => number);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

describe('a list with page tokens', () => {
  it('gives twenty at a time unless told otherwise, and names the next page until the last', async () => {
    const pages = await pagesOf(bench, '/v1/customers', 'token');
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20, 20, 10]);
    expect(pages.flat().map(({ number }) => number)).toEqual(upTo(150));
  });

  it('keeps to its filters on each page', async () => {
    const pages = await pagesOf(bench, '/v1/customers?isActive=false&rowCount=30', 'token');
    expect(pages.map(({ length }) => length)).toEqual([30, 20]);
  });

  it('names no next page when the last one is just full', async () => {
    const { headers } = await bench.call('GET', '/v1/customers?rowCount=150');
    expect(headers['nextpagetoken']).toBeUndefined();
  });

  it.each([
    'pageToken=none',
    'rowCount=0',
    'rowCount=x',
    'isActive=yes',
    'isActive=constructor',
    'isActive=true&isActive=false',
    'numbers=1,2',
    'changedSince=yesterday',
  ])('refuses %s', async (query) => {
    const said = await bench.call('GET', `/v1/customers?${query}`);
    expect([said.status, typeOf(said)]).toEqual([400, 'InvalidParameter']);
  });
});

describe('a list with first rows', () => {
  it('goes on from the row that is named, at most a hundred at a time, until nothing is left', async () => {
    const pages = await pagesOf(bench, '/v1/addresses?rowCount=500', 'rows');
    expect(pages.map(({ length }) => length)).toEqual([100, 50]);
  });

  it('refuses more than its maximum where it is told so', async () => {
    await bench.control('PATCH', `/organisations/${CLIENT.clientId}`, { largePages: 'refused' });
    expect((await bench.call('GET', '/v1/addresses?rowCount=101')).status).toBe(400);
    expect((await bench.call('GET', '/v1/addresses?rowCount=100')).status).toBe(200);
    await bench.control('PATCH', `/organisations/${CLIENT.clientId}`, { largePages: 'capped' });
  });
});

describe('the filters of customers', () => {
  it.each([
    ['numbers=3&numbers=5&numbers=777', [3, 5]],
    ['customerNames=Asiakas%207', [7]],
    ['numbers=4&isActive=true', []],
    ['isInternal=true', []],
  ])('%s', async (query, numbers) => {
    expect(await numbersOf(`/v1/customers?${query}`)).toEqual(numbers);
  });
});

describe('changedSince', () => {
  it('is what was added or changed then or later, by a person or over the wire', async () => {
    const [first, second] = (await bench.call('GET', '/v1/customers')).json as [Json, Json];
    bench.clock.now = new Date('2026-03-06T08:00:00Z');
    const path = `/organisations/${CLIENT.clientId}/customers/${String(first['guid'])}`;
    expect((await bench.control('PATCH', path, { name: 'Uusi nimi' })).json).toMatchObject({ name: 'Uusi nimi' });
    await bench.call('PATCH', `/v1/customers/${String(second['guid'])}`, [
      { op: 'Replace', path: '/email', value: 'a@b.fi' },
    ]);
    expect(await numbersOf('/v1/customers?changedSince=2026-03-06T08:00:00Z')).toEqual([1, 2]);
    expect(await numbersOf('/v1/customers?changedSince=2026-03-06T08:00:00.001Z')).toEqual([]);
    expect(await numbersOf(`/v1/customers?rowCount=200&changedSince=${NOON.toISOString()}`)).toHaveLength(150);
  });

  it('does not see a customer whose address was changed, though the customer shows it', async () => {
    bench.clock.now = new Date('2026-03-07T08:00:00Z');
    const [address] = (await bench.call('GET', '/v1/addresses')).json as [Json];
    const path = `/v1/addresses/${String(address['guid'])}`;
    await bench.call('PATCH', path, [{ op: 'replace', path: '/city', value: 'Oulu' }]);
    expect(await numbersOf('/v1/customers?changedSince=2026-03-07T00:00:00Z')).toEqual([]);
    expect((await bench.call('GET', '/v1/addresses?changedSince=2026-03-07T00:00:00Z')).json).toHaveLength(1);
    expect((await bench.call('GET', '/v1/customers?numbers=1')).json).toMatchObject([
      { headquarterAddress: { city: 'Oulu', country: 'Suomi' } },
    ]);
  });
});

describe('the filters of other registers', () => {
  let own: SeveraBench;
  beforeAll(async () => {
    own = await startSeveraBench();
    const { seed } = own;
    await seed('worktypes', { name: 'Konsultointi', code: 'A', isProductive: false });
    await seed('worktypes', { name: 'Ylläpito', code: 'B', isActive: false });
    await seed('products', { name: 'Työ', code: 'A', type: 'FixedFees' });
    await seed('products', { name: 'Lisenssi', code: 'B' });
    await seed('costcenters', { name: 'Myynti', identifier: '100' });
    await seed('costcenters', { name: 'Tuki', identifier: '200', isActive: false });
    await seed('projects', { name: 'Avoin', number: 1 });
    await seed('projects', { name: 'Suljettu', number: 2, isClosed: true });
    await seed('phases', { name: 'Aloitus', code: 'X', project: { number: 2 } });
    await seed('users', { lastName: 'Ensi', code: '1' });
    await seed('users', { lastName: 'Toka', code: '2', email: 'toka@example.com', isActive: false });
    await seed('workhours', { description: 'varhain', eventDate: '2026-03-01' });
    await seed('workhours', { description: 'myöhään', eventDate: '2026-03-31', billableStatus: 'NotBillable' });
  });
  afterAll(() => own.sandbox.close());

  it.each([
    ['worktypes?active=true', ['Konsultointi']],
    ['worktypes?active=false', ['Ylläpito']],
    ['worktypes?productive=false', ['Konsultointi']],
    ['worktypes?textToSearch=YLLÄ', ['Ylläpito']],
    ['worktypes?code=B', ['Ylläpito']],
    ['worktypes?code=', ['Konsultointi', 'Ylläpito']],
    ['products?type=FixedFees', ['Työ']],
    ['products?code=B', ['Lisenssi']],
    ['costcenters?identifier=100', ['Myynti']],
    ['costcenters?active=false', ['Tuki']],
    ['costcenters?textToSearch=tuk', ['Tuki']],
    ['businessunits?code=YKS', []],
    ['currencies?textToSearch=eur', ['Euro']],
    ['salesaccounts?textToSearch=3000', ['Myynti']],
    ['projects?isClosed=true', ['Suljettu']],
    ['projects?numbers=1', ['Avoin']],
    ['projects?internal=true', []],
    ['phases?code=X', ['Aloitus']],
    ['users?code=2', ['Toka']],
    ['users?isActive=false', ['Toka']],
    ['users?email=toka@example.com', ['Toka']],
    ['workhours?eventDateStart=2026-03-02', ['myöhään']],
    ['workhours?eventDateEnd=2026-03-02', ['varhain']],
    ['workhours?billableStatus=NotBillable', ['myöhään']],
  ])('%s gives %j', async (query, names) => {
    const { json } = await own.call('GET', encodeURI(`/v1/${query}`));
    const shown = (json as Json[]).map((record) => record['name'] ?? record['lastName'] ?? record['description']);
    expect(shown).toEqual(names);
  });
});

describe('the pages of a list', () => {
  const record = (at: number): Model => ({ guid: String(at) });

  it('are the list, whatever is removed, changed or added between them', () => {
    const between = fc.record({ remove: fc.nat(40), change: fc.nat(40), add: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(between),
        (size, rows, steps) => {
          const register = new Register();
          for (let at = 0; at < size; at += 1) register.put(record(at), 0);
          const removed = new Set<string>();
          const seen: string[] = [];
          let added = size;
          for (let token: string | undefined = '', turn = 0; token !== undefined; turn += 1) {
            const query = new URLSearchParams({ rowCount: String(rows), pageToken: token });
            const fits = fitting(query, [], { find: () => undefined });
            if ('bad' in fits) throw new Error(fits.bad);
            const { answer, headers } = page(register, fits, query, TOKEN, 'capped');
            seen.push(...(JSON.parse(answer.body.toString()) as Json[]).map(({ guid }) => String(guid)));
            token = headers?.['NextPageToken'];
            const step = steps[turn];
            if (!step) continue;
            if (register.remove(String(step.remove))) removed.add(String(step.remove));
            if (register.get(String(step.change))) register.put(record(step.change), 1);
            if (step.add) register.put(record(added++), 0);
          }
          expect(new Set(seen).size).toBe(seen.length);
          const stayed = Array.from({ length: size }, (_, at) => String(at)).filter((guid) => !removed.has(guid));
          expect(stayed.filter((guid) => !seen.includes(guid))).toEqual([]);
        },
      ),
    );
  });
});
