import { describe, expect, it } from '@jest/globals';

import type { Field, FieldType, RecordTable } from './record-table.js';
import { alive, COMPANY, read, readOne, valuesOf, wrapped } from './spec/reading.js';
import { documentTables, TABLES, tablesOf } from './streams/tables.js';

const options = (tables: readonly RecordTable[]) => ({
  tables,
  companyNumber: COMPANY,
  gzip: false,
  charset: undefined,
});
const BASE = options(tablesOf('perustiedot'));
const ORDERS = options(tablesOf('tilaukset'));
const PAYROLL = options(tablesOf('palkat'));
const COMPANIES_AND_BASE = options(documentTables('yritysrekisteri', true));

const row = (no: string | number, inner = ''): string =>
  `<SalesOrderRow><SalesOrderRowNo>${no}</SalesOrderRowNo>${inner}</SalesOrderRow>`;
const order = (inner: string, no = '1'): string =>
  `<SalesOrder><SalesOrderNumber>${no}</SalesOrderNumber>${inner}</SalesOrder>`;
const numbered = (count: number, part: (no: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index + 1)).join('');

describe('a document of several kinds of record', () => {
  const mixed = wrapped(
    '<Dimension><DimensionId>1/100</DimensionId><DimensionInSales>1</DimensionInSales></Dimension>' +
      '<Company><CompanyId>K1</CompanyId><CompanyAddress Id="1"/></Company>' +
      '<Dimension><DimensionNameFi>Projekti</DimensionNameFi><DimensionId>2/100</DimensionId></Dimension>' +
      '<Company><CompanyName1>Äiti Oy</CompanyName1><CompanyId>1/100</CompanyId></Company>',
  );

  it('gives each record with its own table, in the document’s order', async () => {
    const { records, summary } = await read(mixed, COMPANIES_AND_BASE);
    expect(records.map((record) => [record.no, record.table.register, record.key, valuesOf(record)])).toEqual([
      [1, 'dimension', '1/100', { dimension_id: '1/100', in_sales: 'true' }],
      [2, 'company', 'K1', { company_code: 'K1' }],
      [3, 'dimension', '2/100', { dimension_id: '2/100', name_fi: 'Projekti' }],
      [4, 'company', '1/100', { company_code: '1/100', name1: 'Äiti Oy' }],
    ]);
    expect(records.map(({ values, table }) => values.length === table.fields.length)).not.toContain(false);
    expect(summary).toMatchObject({ records: 4, rejected: 0, registers: ['dimension', 'company'] });
  });

  it('says of a document without records that it has none of any register', async () => {
    expect((await read(wrapped(''), COMPANIES_AND_BASE)).summary.registers).toEqual([]);
  });

  it('lets no kind use the elements of another', async () => {
    const record = await readOne(
      wrapped('<Discount><DiscountId>1</DiscountId><DiscountPercent>5</DiscountPercent><EmployeeId/></Discount>'),
      BASE,
    );
    expect(record.faults).toMatchObject([{ reason: 'unknown-element', element: 'EmployeeId' }]);
  });

  it('demands of each kind its own', async () => {
    const { records } = await read(wrapped('<Discount/><Employee/><Discount/>'), BASE);
    expect(records.map(({ faults }) => faults.map(({ element }) => element))).toEqual([
      ['DiscountId', 'DiscountPercent'],
      ['EmployeeId'],
      ['DiscountId', 'DiscountPercent'],
    ]);
  });
});

describe('rows', () => {
  it('are told apart by their number, whose order is free', async () => {
    const record = await readOne(
      wrapped(
        order(
          row(20, '<SalesOrderRowTextRow>1</SalesOrderRowTextRow>') +
            row(10, '<SalesOrderRowQuantity>5.0</SalesOrderRowQuantity>'),
        ),
      ),
      ORDERS,
    );
    expect(record.faults).toEqual([]);
    expect(record.children).toEqual({ rows: { '10': { quantity: '5' }, '20': { text_row: 'true' } } });
  });

  it('may give either unit price or both', async () => {
    const prices =
      '<SalesOrderRowTaxableUnitPrice>10.00</SalesOrderRowTaxableUnitPrice>' +
      '<SalesOrderRowUnitPriceInclTax>12.55</SalesOrderRowUnitPriceInclTax>';
    const record = await readOne(wrapped(order(row(1, prices))), ORDERS);
    expect(record.children).toEqual({ rows: { '1': { taxable_unit_price: '10', unit_price_incl_tax: '12.55' } } });
  });

  it.each(['01', '-1', '1.0', 'a', '1234567'])('are not numbered %j: one number is one row', async (no) => {
    const { faults } = await readOne(wrapped(order(row(no))), ORDERS);
    expect(faults).toMatchObject([{ reason: 'pattern-mismatch', element: 'SalesOrderRowNo' }]);
  });

  it('may be ten thousand in an order, and not one more', async () => {
    const { records } = await read(wrapped(order(numbered(10_000, row)) + order(numbered(10_001, row), '2')), ORDERS);
    expect(records.map(({ children }) => Object.keys(children?.['rows'] ?? {}).length)).toEqual([10_000, 10_000]);
    expect(records.map(({ faults }) => faults)).toMatchObject([[], [{ reason: 'too-many-children', limit: 10_000 }]]);
  });

  it('are counted for each record and each kind of child anew', async () => {
    const address = (no: number): string => `<CompanyAddress Id="${no}"/>`;
    const account = (no: number): string => `<CompanyBankAccount Id="${no}"/>`;
    const company = `<Company><CompanyId>K</CompanyId>${numbered(1000, address)}${numbered(1000, account)}</Company>`;
    const { records } = await read(wrapped(company + company), options(tablesOf('yritysrekisteri')));
    expect(records.map(({ faults }) => faults)).toEqual([[], []]);
  });

  it('of a payroll batch hold on to nothing of the document but their values', async () => {
    const given = 'Tuntipalkka viikolla 7';
    const inner = '<PayrollRowDate>2025-02-15</PayrollRowDate><PayrollRowQuantity>7.5</PayrollRowQuantity>';
    const part = (no: number): string =>
      `<PayrollRow>${' '.repeat(30_000)}<PayrollRowNo>${no}</PayrollRowNo>${inner}` +
      `<PayrollRowDescription>${given}</PayrollRowDescription></PayrollRow>`;
    const batch = `<PayrollBatch><PayrollBatchId>B</PayrollBatchId>${numbered(2000, part)}</PayrollBatch>`;
    const document = Buffer.from(wrapped(batch));
    const before = alive();
    const { records } = await read(document, PAYROLL);
    expect(alive() - before).toBeLessThan(15_000_000);
    expect(document.length).toBeGreaterThan(60_000_000);
    expect(records[0]?.children?.['rows']?.['2000']).toMatchObject({ description: given });
  });
});

/** A value of the type, as a document writes it and as it is read. */
const EXAMPLES: Readonly<Record<Exclude<FieldType['kind'], 'code' | 'pattern'>, readonly [string, string]>> = {
  text: ['ä', 'ä'],
  decimal: ['007', '7'],
  boolean: ['1', 'true'],
  date: ['2025-02-03', '2025-02-03'],
};
const PATTERNS = ['FI', 'EUR', '1/100', '10'];

function example({ type }: Field): readonly [written: string, read: string] {
  if (type.kind === 'code') return [type.values[0] ?? '', type.values[0] ?? ''];
  if (type.kind !== 'pattern') return EXAMPLES[type.kind];
  const fitting = PATTERNS.find((value) => new RegExp(`^(?:${type.pattern})$`, 'u').test(value)) ?? '';
  return [fitting, fitting];
}

function written(element: string, fields: readonly Field[], inner = ''): string {
  const attributes = fields.filter(({ attribute }) => attribute);
  const elements = fields.filter(({ attribute }) => !attribute);
  const given = attributes.map((field) => ` ${field.element}="${example(field)[0]}"`).join('');
  const texts = elements.map((field) => `<${field.element}>${example(field)[0]}</${field.element}>`).join('');
  return `<${element}${given}>${texts}${inner}</${element}>`;
}

describe.each(TABLES.map((table) => [table.element, table] as const))('every name of %s', (element, table) => {
  it('is read as its own field', async () => {
    const children = table.children.map((child) => written(child.element, child.fields)).join('');
    const record = await readOne(wrapped(written(element, table.fields, children)), options([table]));
    expect(record.faults).toEqual([]);
    expect(valuesOf(record)).toEqual(Object.fromEntries(table.fields.map((field) => [field.field, example(field)[1]])));
    for (const { kind, key, fields } of table.children) {
      const id = fields.filter(({ field }) => field === key).map((field) => example(field)[1]);
      const others = fields.filter(({ field }) => field !== key).map((field) => [field.field, example(field)[1]]);
      expect(record.children?.[kind]).toEqual(Object.fromEntries([[id[0], Object.fromEntries(others)]]));
    }
  });
});
