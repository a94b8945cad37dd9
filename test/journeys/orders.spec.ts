/** Sales orders [myyntitilaukset] over HTTP: their modes, what completes them, and what a person must confirm first. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DemoCompany } from '../../scripts/demo/company.ts';
import { product, record } from './documents.ts';
import { Firm } from './firm.ts';

type Values = Readonly<Record<string, string>>;

/** A row's elements without their common beginning. */
const row = (no: string, values: Values = {}): Values =>
  Object.fromEntries(Object.entries({ No: no, ...values }).map(([name, value]) => [`SalesOrderRow${name}`, value]));
const order = (number: string, rows: readonly Values[] = [], values: Values = {}): string =>
  record('SalesOrder', { SalesOrderNumber: number, ...values, SalesOrderRow: rows });

describe('sales orders', () => {
  let firm: Firm;
  beforeAll(async () => {
    firm = await Firm.open();
  }, 90_000);
  afterAll(() => firm?.close());

  const companyWith = (salesOrders: object): Promise<DemoCompany> => firm.company({ salesOrders });
  const bring = (company: DemoCompany, records: string, options = {}) =>
    firm.bring(company, 'tilaukset', records, options);
  const rowsOf = (company: DemoCompany) => firm.rows(company, 'order', 'order_number');
  const products = (company: DemoCompany) => firm.held(company, 'product', 'product_code', 'name');
  const addByHand = (company: DemoCompany) =>
    firm.database.query(
      `update fivaldi.order_record set children = jsonb_set(children, '{rows,99}', '{"free_text": "by hand"}')
        where company_id = $1`,
      [company.id],
    );

  it('that are new alone come in under add-only; those that are there keep their values and rows', async () => {
    const company = await companyWith({ mode: 'add-only' });
    await bring(company, order('1', [row('1', { Quantity: '2' })]));
    await addByHand(company);
    const second = await bring(company, order('1', [row('1', { Quantity: '3' })]) + order('2'));
    expect(second).toMatchObject({ state: 'succeeded', effect: { created: 1, left: 1, updated: 0 } });
    expect(await rowsOf(company)).toEqual({ 1: { 1: { quantity: '2' }, 99: { free_text: 'by hand' } }, 2: {} });
  });

  it('become the document’s under update-all: what it lacks is emptied, and rows made by hand go', async () => {
    const company = await companyWith({ mode: 'update-all' });
    await bring(company, order('1', [row('1', { Quantity: '2', Unit: 'kpl' })], { SalesOrderName1: 'Aho' }));
    await addByHand(company);
    const second = await bring(company, order('1', [row('1', { Quantity: '2' })]));
    expect(second).toMatchObject({ state: 'succeeded', effect: { updated: 1, emptied: 1 } });
    expect(await rowsOf(company)).toEqual({ 1: { 1: { quantity: '2' } } });
    expect(await firm.held(company, 'order', 'order_number', 'name1')).toEqual({ 1: null });
    const [item] = await firm.partner.client.items(second.id);
    expect(item?.changes).toEqual([
      { field: 'name1', before: 'Aho', after: null },
      { field: 'rows/1/unit', before: 'kpl', after: null },
      { field: 'rows/99/free_text', before: 'by hand', after: null },
    ]);
  });

  it('that name an unknown product are rejected, each row by its number and code; the others go in', async () => {
    const company = await companyWith({ mode: 'update-all' });
    await firm.bring(company, 'tuoterekisteri', product('P1'));
    const named = (no: string, code: string) => row(no, { ProductId: code });
    const documents = `\n${order('1', [named('1', 'P1'), named('2', 'X & Y')])}\n${order('2', [named('1', 'P1')])}`;
    const partial = await bring(company, documents);
    expect(partial).toMatchObject({ state: 'partial', effect: { created: 1, rejected: 1 } });
    const [item] = await firm.partner.client.items(partial.id, 'outcome=rejected&lang=fi');
    expect(item).toMatchObject({ key: '1', line: 3 });
    expect(item?.faults).toMatchObject([
      { line: 3, element: 'SalesOrderRowProductId', reason: 'unknown-product', child: '2', code: 'X & Y' },
    ]);
    expect(item?.faults?.[0]?.message).toContain('rivi 2: tuotetta X & Y ei ole tuoterekisterissä');
    expect(Object.keys(await rowsOf(company))).toEqual(['2']);
    expect(await products(company)).toEqual({ P1: null });
  });

  it('bring the products that are missing with them, by code and name, each once', async () => {
    const company = await companyWith({ mode: 'update-all', createMissingProducts: true });
    await firm.bring(company, 'tuoterekisteri', product('P1', { ProductName: 'Sorvi' }));
    const named = (no: string, code: string, name: string) => row(no, { ProductId: code, ProductName: name });
    const documents = order('1', [named('1', 'P1', 'Else'), named('2', 'N1', 'Höylä')]);
    const made = await bring(company, documents + order('2', [named('1', 'N1', 'Later')]));
    expect(made).toMatchObject({ state: 'succeeded', effect: { created: 3 } });
    expect(await products(company)).toEqual({ P1: 'Sorvi', N1: 'Höylä' });
    expect(await bring(company, documents)).toMatchObject({ effect: { created: 0, unchanged: 1 } });
  });

  it('take the discounts that the company has and the document brings, the most specific first', async () => {
    const company = await companyWith({ mode: 'update-all', useDiscountRegister: true });
    const discount = (id: string, percent: string, of: Values): string =>
      record('Discount', { DiscountId: id, DiscountPercent: percent, ...of });
    await firm.bring(company, 'tuoterekisteri', product('P1', { ProductGroup: 'G1' }) + product('P2'));
    await firm.bring(company, 'perustiedot', discount('D1', '5', { DiscountProductGroup: 'G1' }));
    const rows = [
      row('1', { ProductId: 'P1', DiscountPercent: '1' }),
      row('2', { ProductId: 'P2', DiscountPercent: '1' }),
    ];
    const coming = discount('D2', '7.50', { DiscountCompanyId: 'C1', DiscountProductCode: 'P1' });
    await bring(
      company,
      order('1', rows, { SalesOrderCompanyId: 'C1' }) + coming + order('2', rows, { SalesOrderCompanyId: 'C2' }),
    );
    const percents = (first: string) => ({
      1: { product_code: 'P1', discount_percent: first },
      2: { product_code: 'P2', discount_percent: '1' },
    });
    expect(await rowsOf(company)).toEqual({ 1: percents('7.5'), 2: percents('5') });
  });

  it('take dimensions of the levels that are fetched: the row’s, the customer’s, the posting group’s', async () => {
    const company = await companyWith({ mode: 'update-all', fetchMissingDimensions: [1, 2, 3] });
    const customer = { CompanyId: 'C1', CompanyDimension1: 'C1', CompanyDimension2: 'C2', CompanyDimension4: 'C4' };
    await firm.bring(company, 'yritysrekisteri', record('Company', { ...customer, CompanySalesPostingGroup: 'S' }));
    const group = { PostingGroupDimension1: 'S1', PostingGroupDimension2: 'S2', PostingGroupDimension3: 'S3' };
    const rows = [row('1', { Dimension1: 'R1', Dimension2: '' })];
    const posting = record('PostingGroup', { PostingGroupId: 'S', ...group });
    await bring(company, order('1', rows, { SalesOrderCompanyId: 'C1' }) + posting);
    expect(await rowsOf(company)).toEqual({ 1: { 1: { dimension1: 'R1', dimension2: 'C2', dimension3: 'S3' } } });
  });

  it('that would lose rows made by hand are shown, held and released, with all that comes with them', async () => {
    const company = await companyWith({ mode: 'update-all', createMissingProducts: true });
    const numbers = Array.from({ length: 12 }, (_, no) => `T${no}`);
    const known = numbers.map((number) => order(number, [row('1', { Quantity: '1' })])).join('');
    await bring(company, known);
    await addByHand(company);
    const before = await rowsOf(company);
    const untouched = async (): Promise<void> => {
      expect(await rowsOf(company)).toEqual(before);
      expect(await products(company)).toEqual({});
      expect(await firm.held(company, 'dimension', 'dimension_id', 'name_fi')).toEqual({});
    };
    const dimension = record('Dimension', { DimensionId: '1/100' });
    const documents = `${order('NEW', [row('1', { ProductId: 'N1' })])}${known}${dimension}`;

    const effect = { created: 3, updated: 12, emptied: 12, brake: ['WOULD_EMPTY'] };
    expect(await bring(company, documents, { dryRun: true })).toMatchObject({ state: 'succeeded', effect });
    await untouched();
    const held = await bring(company, documents);
    expect(held).toMatchObject({ state: 'held', effect });
    await untouched();
    const items = await firm.partner.client.items(held.id, 'outcome=created');
    expect(items.map(({ key }) => key).sort()).toEqual(['1/100', 'N1', 'NEW']);

    const released = await firm.installed.operator.call('POST', `/v1/transfers/${held.id}/release`, {
      headers: { 'if-match': `"${held.effectMark}"` },
    });
    expect(released.status).toBe(200);
    const { brake: _brake, ...applied } = effect;
    expect(await firm.partner.client.settled(held.id)).toMatchObject({ state: 'succeeded', effect: applied });
    expect(await rowsOf(company)).toEqual({
      ...Object.fromEntries(numbers.map((number) => [number, { 1: { quantity: '1' } }])),
      NEW: { 1: { product_code: 'N1' } },
    });
    expect(await products(company)).toEqual({ N1: null });
    expect(await firm.held(company, 'dimension', 'dimension_id', 'name_fi')).toEqual({ '1/100': null });
    expect(await firm.partner.client.items(held.id, 'limit=200')).toHaveLength(15);
  });
});
