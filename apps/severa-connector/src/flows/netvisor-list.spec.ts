import { describe, expect, it } from '@jest/globals';

import { element, type NetvisorElement, type NetvisorRequest } from '#lib/upstream';

import type { Calls } from '../engine/flow.js';
import { DimensionList } from './dimension-list.js';
import { allListedCustomers, listedCustomers } from './netvisor-customer.js';
import { ListMissing } from './netvisor-list.js';
import { listedProducts } from './netvisor-product.js';

const answer = (...content: readonly string[]) =>
  element(
    'Root',
    content.map((name) => element(name)),
  );

describe('an answer of Netvisor’s that has a list', () => {
  it.each([
    ['customers', listedCustomers, 'CustomerList'],
    ['products', listedProducts, 'Productlist'],
    ['products that were looked up', listedProducts, 'Product'],
    ['products by their ids', listedProducts, 'Products'],
  ])('of %s may have nothing in it; without it, nothing is known', (_, read, list) => {
    expect(read(answer('ResponseStatus', list))).toEqual([]);
    expect(() => read(answer('ResponseStatus'))).toThrow(ListMissing);
  });

  it('gives its rows one by one, each once, in the order of their keys, also where the answer has them still', async () => {
    const row = (key: string, code: string) =>
      element('Customer', [element('Netvisorkey', key), element('Code', code)]);
    const asked: NetvisorRequest[] = [];
    const calls = (left: readonly NetvisorElement[]) => ({
      netvisor: (request: NetvisorRequest) => {
        asked.push(request);
        // A cut answer, and the whole one.
        for (const one of [row('10', 'old'), row('10', 'J'), row('9', 'I')]) request.rows?.take(one);
        return Promise.resolve(element('Root', [element('CustomerList', left)]));
      },
    });
    const codes = async (left: readonly NetvisorElement[]) =>
      (await allListedCustomers(calls(left) as unknown as Calls)).map(({ code }) => code);
    expect(await codes([])).toEqual(['I', 'J']);
    expect(await codes([row('2', 'B')])).toEqual(['B', 'I', 'J']);
    expect(asked[0]).toMatchObject({ resource: 'customerlist.nv', rows: { list: 'Customerlist' } });
  });

  it('of dimensions may have nothing in it; without it, nothing is known', () => {
    expect(new DimensionList(answer('DimensionNameList')).headerOf('Projekti')).toBeNull();
    expect(() => new DimensionList(answer())).toThrow(ListMissing);
  });
});
