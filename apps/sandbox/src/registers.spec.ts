import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Bench, NOON, startBench } from './sandbox.spec-support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.sandbox.stop());

const made = async (body: object): Promise<Record<string, unknown>> =>
  (await bench.call('POST', '/customers/createCustomer', body)).json as Record<string, unknown>;
const customer = async (id: unknown): Promise<Record<string, unknown>> =>
  (await bench.call('GET', `/customers/${String(id)}`)).json as Record<string, unknown>;

describe('the customer register', () => {
  it('gives the next free number, whatever the caller asks for, and makes two of the same', async () => {
    const first = await made({ customerId: '7', customerName: 'A', externalId: 'X' });
    const second = await made({ customerId: '7', customerName: 'A', externalId: 'X' });
    expect(Number(second['customerId'])).toBe(Number(first['customerId']) + 1);
    expect(first['customerId']).not.toBe('7');
    const { json } = await bench.call('GET', '/customers?searchWord=X');
    expect(json).toHaveLength(2);
  });

  it('stamps a change with the wall clock of Finland and the partner', async () => {
    expect(await made({})).toMatchObject({ changeTime: '03.02.2025 12:00:00', changeUser: 'ws-example' });
  });

  it.each([
    ['updateCustomer', { customerName2: 'new' }, { email: 'a@b.fi', customerName2: 'new', isCustomer: true }],
    ['updateCustomer', { email: null }, { email: null, customerName2: 'two', isCustomer: true }],
    ['updateCustomerAllFields', { customerName2: 'new' }, { email: null, customerName2: 'new', isCustomer: false }],
  ])('%s with %j keeps, empties and sets', async (method, body, after) => {
    const { customerId } = await made({ email: 'a@b.fi', customerName2: 'two', isCustomer: true });
    expect((await bench.call('POST', `/customers/${String(customerId)}/${method}`, body)).status).toBe(200);
    expect(await customer(customerId)).toMatchObject(after);
  });

  it('leaves addresses and bank accounts to their own methods', async () => {
    const { customerId } = await made({ customerEntityAddressDTOS: [{ streetAddress: 'Koekatu 1' }] });
    await bench.call('POST', `/customers/${String(customerId)}/updateCustomerAllFields`, {
      customerEntityAddressDTOS: [],
    });
    expect(await customer(customerId)).toMatchObject({ customerEntityAddressDTOS: [{ streetAddress: 'Koekatu 1' }] });
  });

  it('has one main address: a new one unsets the one before', async () => {
    const { customerId } = await made({
      customerEntityAddressDTOS: [{ streetAddress: 'A', isMainAddress: true }, { streetAddress: 'B' }],
    });
    const path = `/customers/${String(customerId)}`;
    const mains = async () =>
      ((await customer(customerId))['customerEntityAddressDTOS'] as { isMainAddress: boolean }[]).map(
        (address) => address.isMainAddress,
      );
    await bench.call('POST', `${path}/createAddress`, { streetAddress: 'C', isMainAddress: true });
    expect(await mains()).toEqual([false, false, true]);
    const all = (await customer(customerId))['customerEntityAddressDTOS'] as { addressId: number }[];
    await bench.call('POST', `${path}/address/${all[1]?.addressId}/updateAddressAllFields`, { isMainAddress: true });
    expect(await mains()).toEqual([false, true, false]);
    expect((await customer(customerId))['customerEntityAddressDTOS']).toMatchObject([{}, { streetAddress: null }, {}]);
  });

  it.each([
    [{ ibanNumber: 'FI2112345600000785' }, { bbanNumber: '12345600000785', swift: 'NDEAFIHH' }],
    [
      { ibanNumber: 'FI2112345600000785', bbanNumber: '9', swift: 'WRONGXXX' },
      { bbanNumber: '12345600000785', swift: 'NDEAFIHH' },
    ],
    [{ bbanNumber: '123456-785' }, { ibanNumber: 'FI2112345600000785', swift: 'NDEAFIHH' }],
    [{ bbanNumber: '50000120000018' }, { swift: 'OKOYFIHH' }],
    [{}, { ibanNumber: null, bbanNumber: null, swift: null }],
  ])('derives the numbers of a Finnish account from %j', async (numbers, after) => {
    const { customerId } = await made({});
    const path = `/customers/${String(customerId)}/createBankAccount`;
    expect((await bench.call('POST', path, { countryId: 'FI', ...numbers })).json).toMatchObject(after);
  });

  it('takes a foreign account as it is, and refuses a Finnish one whose check digits are wrong', async () => {
    const { customerId } = await made({});
    const path = `/customers/${String(customerId)}/createBankAccount`;
    const foreign = { countryId: 'SE', ibanNumber: 'SE4550000000058398257466', swift: 'ESSESESS' };
    expect((await bench.call('POST', path, foreign)).json).toMatchObject(foreign);
    expect((await bench.call('POST', path, { countryId: 'FI', ibanNumber: 'FI2212345600000785' })).status).toBe(400);
  });

  it.each([
    [{ customerName: 'x'.repeat(41) }, 'customerName: size must be between 0 and 40'],
    [{ customerName: 5 }, 'customerName: must be a string'],
    [{ isCustomer: 'yes' }, 'isCustomer: must be a boolean'],
    [{ isCustomer: null }, 'isCustomer: must not be null'],
    [{ currency: 'EU' }, 'currency: size must be between 3 and 3'],
    [{ languageCode: 'FI' }, 'languageCode: must be one of FIN, ENG, SWE'],
    [{ paymentPriority: 6 }, 'paymentPriority: must be one of 1, 2, 3, 4, 5'],
    [{ customerInterestPercent: 10_000 }, 'customerInterestPercent: must be less than or equal to 9999.999999'],
    [
      { customerEntityAddressDTOS: [{ countryCode: 'FIN' }] },
      'customerEntityAddressDTOS[0].countryCode: size must be between 2 and 2',
    ],
  ])('refuses %j as an ApiErrorList, and changes nothing', async (body, error) => {
    const before = (await bench.call('GET', '/customers')).json as unknown[];
    expect(await bench.call('POST', '/customers/createCustomer', body)).toMatchObject({
      status: 400,
      json: { status: 'BAD_REQUEST', message: error, errors: [error] },
    });
    expect((await bench.call('GET', '/customers')).json).toHaveLength(before.length);
  });

  it('has no paging, knows days but no hours, and narrows by fields', async () => {
    const own = await startBench();
    await own.call('POST', '/customers/createCustomer', { customerName: 'Old' });
    own.clock.now = new Date('2025-02-04T21:59:00Z');
    await own.call('POST', '/customers/createCustomer', { customerName: 'New' });
    own.clock.now = new Date('2025-02-04T22:01:00Z');
    await own.call('POST', '/customers/createCustomer', { customerName: 'Past midnight' });
    const names = async (query: string) => (await own.call('GET', `/customers?fields=customerName${query}`)).json;
    expect(await names('&fromDate=03.02.2025')).toHaveLength(3);
    expect(await names('&fromDate=04.02.2025')).toEqual([{ customerName: 'New' }, { customerName: 'Past midnight' }]);
    expect(await names('&fromDate=05.02.2025')).toEqual([{ customerName: 'Past midnight' }]);
    expect(await names('&fromDate=31.02.2025')).toMatchObject({ errors: ['fromDate: must be a date, dd.mm.yyyy'] });
    await own.sandbox.stop();
  });

  it('answers 404 with an ApiError to a read, and 400 to a change, of what is not there', async () => {
    expect(await bench.call('GET', '/customers/99')).toEqual({
      status: 404,
      json: { status: 'NOT_FOUND', message: 'Customer with id [99] does not exist on Fivaldi company' },
    });
    expect((await bench.call('POST', '/customers/99/updateCustomer', {})).status).toBe(400);
  });
});

const product = async (code: string): Promise<unknown> =>
  (await bench.call('GET', `/products/getProduct?productCode=${encodeURIComponent(code)}`)).json;

describe('the product register', () => {
  it('makes the description and the posting groups that are missing', async () => {
    await bench.call('POST', '/products/createProduct', {
      productCode: 'P1',
      description: 'Tiili',
      productEntityPostingDTOList: [{ postingGroupId: '0000000001', postingCodeId: '1' }],
    });
    expect(await product('P1')).toMatchObject({
      productCode: 'P1',
      description: 'Tiili',
      salesPrice: 0,
      productEntityDescriptionDTOList: [{ languageCode: 'FIN', description: 'Tiili' }],
      productEntityPostingDTOList: [
        { postingGroupId: '0000000001', postingCodeId: '1' },
        { postingGroupId: '0000000002', postingCodeId: null },
      ],
    });
  });

  it('refuses a code that is taken, and a change of one that is not there', async () => {
    await bench.call('POST', '/products/createProduct', { productCode: 'P2' });
    expect((await bench.call('POST', '/products/createProduct', { productCode: 'P2' })).status).toBe(400);
    const { status, json } = await bench.call('POST', '/products/updateProduct?productCode=P9', {});
    expect([status, json]).toMatchObject([
      400,
      { message: 'Product code with id [P9] does not exist on Fivaldi company' },
    ]);
  });

  it.each([
    ['updateProduct?productCode=P3', { unitId: '2' }, { eanCode: '64', unitId: '2', salesPrice: 9.5 }],
    ['updateProduct?productCode=P3', { eanCode: null }, { eanCode: null, salesPrice: 9.5 }],
    ['updateProductAllFields', { productCode: 'P3', unitId: '2' }, { eanCode: null, unitId: '2', salesPrice: 0 }],
  ])('%s with %j tells absent from null', async (method, body, after) => {
    await bench.call('POST', '/products/createProduct', { productCode: 'P3' });
    await bench.call('POST', '/products/updateProductAllFields', { productCode: 'P3', eanCode: '64', salesPrice: 9.5 });
    expect((await bench.call('POST', `/products/${method}`, body)).status).toBe(200);
    expect(await product('P3')).toMatchObject(after);
  });

  it('keeps descriptions and postings by methods of their own', async () => {
    await bench.call('POST', '/products/createProduct', { productCode: 'P4', description: 'Tiili' });
    const query = '?productCode=P4';
    await bench.call('POST', `/products/createProductDescription${query}`, {
      languageCode: 'SWE',
      description: 'Tegel',
    });
    await bench.call('POST', `/products/updateProductDescriptionAllFields${query}`, {
      languageCode: 'FIN',
      description: 'Uusi',
    });
    await bench.call('POST', `/products/updateProductPostingAllFields${query}`, {
      postingGroupId: '0000000002',
      postingCodeId: '2',
    });
    expect(await product('P4')).toMatchObject({
      description: 'Uusi',
      productEntityDescriptionDTOList: [{ languageCode: 'FIN' }, { languageCode: 'SWE', description: 'Tegel' }],
      productEntityPostingDTOList: [{}, { postingGroupId: '0000000002', postingCodeId: '2' }],
    });
  });

  it('finds a code with special characters by the query alone', async () => {
    await bench.call('POST', '/products/createProduct', { productCode: 'A/1 Ä' });
    expect(await product('A/1 Ä')).toMatchObject({ productCode: 'A/1 Ä' });
    expect((await bench.call('GET', `/products/${encodeURIComponent('A/1 Ä')}`)).status).toBe(404);
    expect((await bench.call('GET', '/products/P4')).status).toBe(200);
  });

  it.each([
    [{ productCode: 'x'.repeat(21) }, 'productCode: size must be between 1 and 20'],
    [{ productCode: 'Q', salesPrice: 1.234_567_8 }, 'salesPrice: must have at most 6 decimals'],
    [{ productCode: 'Q', salesPrice: '1' }, 'salesPrice: must be a number'],
    [
      { productCode: 'Q', productEntityPostingDTOList: [{}] },
      'productEntityPostingDTOList[0].postingGroupId: must not be null',
    ],
  ])('refuses %j', async (body, error) => {
    expect((await bench.call('POST', '/products/createProduct', body)).json).toMatchObject({ errors: [error] });
  });
});

describe('an edit by hand', () => {
  it('changes a record as a person in Fivaldi does: seen by lists, and in no journal', async () => {
    const own = await startBench();
    await own.call('POST', '/customers/createCustomer', { customerName: 'A' });
    const lines = own.sandbox.journal().length;
    own.clock.now = new Date(NOON.getTime() + 86_400_000);
    const edit = { register: 'customer', key: '1001', fields: { customerName: 'B' } };
    expect((await own.control('POST', `/companies/${own.cuid}/edits`, edit)).status).toBe(204);
    expect(own.sandbox.journal()).toHaveLength(lines);
    const { json } = await own.call('GET', '/customers?fromDate=04.02.2025');
    expect(json).toMatchObject([{ customerId: '1001', customerName: 'B', changeTime: '04.02.2025 12:00:00' }]);
    await own.sandbox.stop();
  });
});
