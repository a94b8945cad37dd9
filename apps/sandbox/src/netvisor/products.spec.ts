import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, categoryOf, contentOf, keyOf, startBench, verdictOf } from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

const product = (code: string, name = 'Työ') =>
  `<product><productbaseinformation><productcode>${code}</productcode><productgroup>Palvelut</productgroup>` +
  `<name>${name}</name><unitprice type="net">42,5</unitprice><isactive>1</isactive><issalesproduct>1</issalesproduct>` +
  '</productbaseinformation><productbookkeepingdetails><defaultvatpercentage>25,5</defaultvatpercentage>' +
  '</productbookkeepingdetails></product>';

describe('products', () => {
  it('are added, and found by key and code', async () => {
    const key = keyOf(await bench.call('product.nv?method=add', product('T1')));
    const one = contentOf(await bench.call(`getproduct.nv?id=${key}`));
    expect(one).toContain('<UnitPrice type="netto">42,5</UnitPrice>');
    expect(one).toContain('<DefaultVatPercent>25,5</DefaultVatPercent>');
    expect(contentOf(await bench.call('getproduct.nv?code=T1'))).toBe(one);
    expect(contentOf(await bench.call(`getproduct.nv?idlist=${key},9`))).toBe(`<Products>${one}</Products>`);
    expect(contentOf(await bench.call('productlist.nv'))).toBe(
      `<ProductList><Product><NetvisorKey>${key}</NetvisorKey><ProductCode>T1</ProductCode><Name>Työ</Name>` +
        '<UnitPrice>42,500000000000</UnitPrice><UnitGrossPrice>53,337500000000</UnitGrossPrice>' +
        '<ProductGroupDescription>Palvelut</ProductGroupDescription>' +
        `<Uri>${bench.sandbox.url}getproduct.nv?id=${key}</Uri></Product></ProductList>`,
    );
  });

  it('that are not there are an empty element, and no failure', async () => {
    for (const query of ['id=123', 'code=none']) {
      const answered = await bench.call(`getproduct.nv?${query}`);
      expect([verdictOf(answered), contentOf(answered)]).toEqual(['OK', '<Product />']);
    }
  });

  it('have a code that no other has', async () => {
    await bench.call('product.nv?method=add', product('T1'));
    expect(categoryOf(await bench.call('product.nv?method=add', product('T1')))).toBe('DUPLICATE_DATA');
  });

  it('are listed when they were deleted, unless the list is asked not to', async () => {
    const key = keyOf(await bench.call('product.nv?method=add', product('T1')));
    await bench.control('DELETE', `/companies/1967543-8/products/${key}`);
    const count = async (query: string) =>
      contentOf(await bench.call(`productlist.nv${query}`)).split('<Uri>').length - 1;
    expect(await count('')).toBe(1);
    expect(await count('?deleted=0&published=1')).toBe(0);
    expect(categoryOf(await bench.call('productlist.nv?deleted=0'))).toBe('INVALID_DATA');
  });

  it.each([
    ['a point for a comma', 'unitprice type="net">42,5', 'unitprice type="net">42.5', 'comma'],
    ['no kind of price', 'unitprice type="net"', 'unitprice', 'type'],
    ['an empty mandatory element', '<productgroup>Palvelut', '<productgroup>', 'productgroup'],
    ['a mandatory element missing', '<isactive>1</isactive>', '', 'isactive'],
    [
      'an account that is not there',
      '25,5</defaultvatpercentage>',
      '25,5</defaultvatpercentage><defaultdomesticaccountnumber>9999</defaultdomesticaccountnumber>',
      '9999',
    ],
  ])('are refused with %s', async (_, from, to, named) => {
    const refused = await bench.call('product.nv?method=add', product('T1').replace(from, to));
    expect([categoryOf(refused), verdictOf(refused).includes(named)]).toEqual(['INVALID_DATA', true]);
  });

  it('are not edited where extended product management is in use', async () => {
    const key = keyOf(await bench.call('product.nv?method=add', product('T1')));
    expect(verdictOf(await bench.call(`product.nv?method=edit&id=${key}`, product('T1', 'Uusi')))).toBe('OK');
    const company = {
      organisationId: '1967543-8',
      customerId: 'CUSTOMER-1',
      customerKey: 'customer-key-for-tests-only',
    };
    await bench.control('POST', '/companies', { ...company, hasExtendedProducts: true });
    const refused = await bench.call(`product.nv?method=edit&id=${key}`, product('T1', 'Toinen'));
    expect([refused.status, categoryOf(refused)]).toEqual([403, 'SERVICE_ACCESS_ERROR']);
  });
});
