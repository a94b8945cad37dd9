import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Bench, send, signedWire, startBench } from './sandbox.spec-support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  await bench.call('POST', '/customers/createCustomer', { customerName: 'A' });
  await bench.call('POST', '/products/createProduct', { productCode: 'M1' });
  const zero = [{ postingGroupId: '0000000001', postingCodeId: '2' }];
  await bench.call('POST', '/products/createProduct', { productCode: 'EU', productEntityPostingDTOList: zero });
});
afterAll(() => bench.sandbox.stop());

const ORDER = {
  customerId: '1001',
  externalOrderNumber: 'WEB-1',
  languageCode: 'FIN',
  currency: 'EUR',
  currencyRate: 1,
  orderDate: '03.02.2025',
  paymentTermId: '14',
  postingGroupId: '0000000001',
  buyer: { buyerOrganisationName: 'Esimerkki Oy', countryCode: 'FI' },
};
const ROW = { productCode: 'M1', quantity: 5, unitPriceExcludingTax: 10 };

interface Placed {
  readonly id: string;
  readonly orderNumber: string;
  readonly orderStatus: string;
  readonly externalBatchId: string;
}

/** Places an order and reads it back by its batch. */
async function placed(order: object): Promise<Placed> {
  const { json } = await bench.call('POST', '/sales/sales-order', order);
  const batch = (json as { externalBatchId: string }).externalBatchId;
  const found = (await bench.call('GET', `/sales/sales-orders/batch/${batch}`)).json as Placed[];
  return found[0]!;
}

describe('a sales order', () => {
  it('is given its ids, numbers, status and sums by Fivaldi', async () => {
    const order = await placed({
      ...ORDER,
      id: 'mine',
      orderNumber: '99',
      orderStatus: 'INVOICED',
      salesOrderRowDTOS: [ROW],
    });
    const next = await placed({ ...ORDER, salesOrderRowDTOS: [ROW] });
    expect(order).toMatchObject({
      orderStatus: 'DRAFT',
      cuid: bench.cuid,
      externalOrderNumber: 'WEB-1',
      createTime: '03.02.2025 12:00:00',
      buyer: { countryName: 'Suomi' },
      totalVatExcludedAmount: 50,
      totalVatIncludedAmount: 62.75,
      totalVatAmount: 12.75,
    });
    expect(order.id).not.toBe('mine');
    expect(Number(next.orderNumber)).toBe(Number(order.orderNumber) + 1);
    expect(order.id).not.toBe(next.id);
    expect(bench.cuid).toHaveLength(32);
  });

  it.each([
    [{ ...ROW }, { totalSumIncludingTax: 62.75 }],
    [{ ...ROW, discountRate: 10 }, { totalSumIncludingTax: 56.48 }],
    [{ productCode: 'M1', quantity: 2, totalSumIncludingTax: 25.1 }, { unitPriceExcludingTax: 10 }],
    [{ ...ROW, productCode: 'EU' }, { totalSumIncludingTax: 50 }],
    [{ textRow: true, rowFreeText: 'Kiitos' }, { rowFreeText: 'Kiitos' }],
  ])('counts what was not given of the row %j', async (row, after) => {
    expect(await placed({ ...ORDER, salesOrderRowDTOS: [row] })).toMatchObject({ salesOrderRowDTOS: [after] });
  });

  it.each([
    [
      { ...ROW, totalSumIncludingTax: 1 },
      'UnitPriceExcludingTax and totalSumIncludingTax can not be given on same row',
    ],
    [{ ...ROW, productCode: 'X' }, 'Product code with id [X] does not exist on Fivaldi company'],
    [{ ...ROW, productCode: undefined }, "Item's code cannot be empty"],
    [{ ...ROW, description: 'x'.repeat(81) }, 'Row description cannot exceed 80 characters'],
    [{ ...ROW, rowFreeText: 'x'.repeat(513) }, 'Free text below rows cannot exceed 512 characters'],
    [{ ...ROW, unitId: '9' }, 'Unit with id [9] does not exist on Fivaldi company'],
    [{ ...ROW, discountRate: 10.123 }, 'salesOrderRowDTOS[0].discountRate: must have at most 2 decimals'],
    [{ textRow: true, quantity: 1 }, 'salesOrderRowDTOS[0].quantity: must not be given on a text row'],
  ])('is refused for the row %j', async (row, error) => {
    const answered = await bench.call('POST', '/sales/sales-order', { ...ORDER, salesOrderRowDTOS: [row] });
    expect(answered).toMatchObject({ status: 400, json: { errors: [error] } });
  });

  it.each([
    [{ customerId: '77' }, 'Customer with id [77] does not exist on Fivaldi company'],
    [{ paymentTermId: '15' }, 'Payment term with id [15] does not exist on Fivaldi company'],
    [{ transmissionTypeId: '0000000009' }, 'Transmission type with id [0000000009] does not exist on Fivaldi company'],
    [{ currency: 'SEK' }, 'currency: must be one of EUR'],
    [{ currencyRate: 2 }, 'currencyRate: must be one of 1'],
    [{ orderDate: '2025-02-03' }, 'orderDate: must be a date, dd.mm.yyyy'],
    [{ customerId: undefined }, 'customerId: must not be null'],
    [{ customerId: null }, 'customerId: must not be null'],
  ])('is refused with %j', async (part, error) => {
    const answered = await bench.call('POST', '/sales/sales-order', { ...ORDER, ...part });
    expect(answered).toMatchObject({ status: 400, json: { errors: [error] } });
  });

  it('of a bad batch places none of the others', async () => {
    const count = async () => ((await bench.call('GET', '/sales/sales-orders')).json as unknown[]).length;
    const before = await count();
    const bad = [ORDER, { ...ORDER, customerId: '77' }];
    expect((await bench.call('POST', '/sales/multiple-sales-orders', bad)).status).toBe(400);
    expect(await count()).toBe(before);
    expect((await bench.call('POST', '/sales/multiple-sales-orders', [ORDER, ORDER])).status).toBe(200);
    expect(await count()).toBe(before + 2);
  });

  it.each([
    ['batch', { externalBatchId: expect.stringMatching(/^.{32}$/), errors: [] }],
    ['id', { id: expect.stringMatching(/^.{32}$/), errors: [] }],
    ['nothing', { errors: [] }],
  ] as const)('is answered with its %s by a company that is told so', async (createdOrder, answer) => {
    const own = await startBench({ companies: [{ createdOrder }] });
    await own.call('POST', '/customers/createCustomer', { customerName: 'A' });
    expect(await own.call('POST', '/sales/sales-order', ORDER)).toEqual({ status: 200, json: answer });
    await own.sandbox.stop();
  });

  it('that is bad is answered with 200 and its errors by a company that is told so, and not placed', async () => {
    const own = await startBench({ companies: [{ badOrder: 'listed' }] });
    const errors = ['Customer with id [1001] does not exist on Fivaldi company'];
    expect(await own.call('POST', '/sales/sales-order', ORDER)).toMatchObject({ status: 200, json: { errors } });
    expect((await own.call('GET', '/sales/sales-orders')).json).toEqual([]);
    await own.sandbox.stop();
  });

  it('can be replaced while it is a draft, and never after', async () => {
    const { id, orderNumber } = await placed(ORDER);
    const path = `/sales/sales-order/${id}`;
    const after = await bench.call('PUT', path, { ...ORDER, orderIdentifier: 'new' });
    expect(after).toMatchObject({
      status: 200,
      json: { id, orderNumber, orderStatus: 'DRAFT', orderIdentifier: 'new' },
    });

    const invoiced = { register: 'order', key: id, fields: { orderStatus: 'INVOICED' } };
    await bench.control('POST', `/companies/${bench.cuid}/edits`, invoiced);
    const refused = await bench.call('PUT', path, ORDER);
    expect(refused).toMatchObject({ status: 400, json: { message: 'Only orders with status DRAFT can be updated' } });
    const list = (await bench.call('GET', '/sales/sales-orders?status=INVOICED')).json;
    expect(list).toMatchObject([{ id }]);
  });

  it('read and sent back as it is, is refused for giving both prices', async () => {
    const order = await placed({ ...ORDER, salesOrderRowDTOS: [ROW] });
    expect((await bench.call('PUT', `/sales/sales-order/${order.id}`, order)).status).toBe(400);
  });

  it('is listed by the day of its creation', async () => {
    const all = ((await bench.call('GET', '/sales/sales-orders')).json as unknown[]).length;
    expect((await bench.call('GET', '/sales/sales-orders?fromDate=03.02.2025')).json).toHaveLength(all);
    expect((await bench.call('GET', '/sales/sales-orders?fromDate=04.02.2025')).json).toEqual([]);
    const drafts = (await bench.call('GET', '/sales/sales-orders?status=DRAFT')).json;
    expect((await bench.call('GET', '/sales/sales-orders?fromDate=03.02.2025&status=DRAFT')).json).toEqual(drafts);
    expect((await bench.call('GET', '/sales/sales-orders?fromDate=04.02.2025&status=DRAFT')).json).toEqual([]);
  });

  it('shows what its ids are taken from', async () => {
    const { json } = await bench.call('GET', '/sales/company-invoicing-details');
    expect(json).toMatchObject({ paymentTermDTOList: [{ paymentTermId: '14' }, {}], customerIds: ['1001'] });
  });
});

/** A form with one file, sent with neither its bytes nor its type signed. */
async function attached(id: string, fileName: string, content: string): Promise<unknown> {
  const head = `--b1\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\n`;
  const body = Buffer.from(`${head}Content-Type: application/pdf\r\n\r\n${content}\r\n--b1--\r\n`);
  const path = `/customer/api/companies/${bench.cuid}/sales/sales-order/${id}/attachment`;
  const seconds = bench.clock.now.getTime() / 1000;
  const signing = { seconds, form: true, contentType: 'multipart/form-data; boundary=b1' };
  const { bytes } = await send(bench.sandbox.url, signedWire('POST', path, body, signing));
  return JSON.parse(bytes.toString('utf8')) as unknown;
}

describe('an attachment', () => {
  it.each([
    ['lasku.pdf', '%PDF-1.7', false],
    ['lasku 1.pdf', '%PDF-1.7', true],
    ['lasku.1.pdf', '%PDF-1.7', true],
    ['lasku.txt', '%PDF-1.7', true],
    ['lasku.pdf', 'text', true],
    ['lasku.pdf', `%PDF-1.7${' '.repeat(5 * 1024 * 1024)}`, true],
  ])('%s is taken, or answered with 200 and its error', async (fileName, content, hasErrors) => {
    const { id } = await placed(ORDER);
    expect(await attached(id, fileName, content)).toMatchObject({ hasErrors });
    const { records, applied } = bench.sandbox.journal().at(-1)!;
    expect([applied, records.length]).toEqual(hasErrors ? [false, 0] : [true, 1]);
  });

  it('is of drafts alone', async () => {
    const { id } = await placed(ORDER);
    const invoiced = { register: 'order', key: id, fields: { orderStatus: 'INVOICED' } };
    await bench.control('POST', `/companies/${bench.cuid}/edits`, invoiced);
    const message = 'Only orders with status DRAFT can have an attachment';
    expect(await attached(id, 'lasku.pdf', '%PDF-1.7')).toMatchObject({ message });
  });
});
