import { describe, expect, it } from '@jest/globals';

import { element } from '#lib/upstream';

import { DimensionList } from './dimension-list.js';
import { listedCustomers } from './netvisor-customer.js';
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

  it('of dimensions may have nothing in it; without it, nothing is known', () => {
    expect(new DimensionList(answer('DimensionNameList')).headerOf('Projekti')).toBeNull();
    expect(() => new DimensionList(answer())).toThrow(ListMissing);
  });
});
