import { describe, expect, it } from '@jest/globals';

import { tuoterekisteri } from './index.js';
import { RECORD_REASONS, type RecordReason } from './record.js';
import { COMPANIES, placeOf, PRODUCTS, product, read, readOne, valuesOf, wrapped } from './spec/reading.js';

const company = (inner: string): string => wrapped(`<Company><CompanyId>K1</CompanyId>${inner}</Company>`);
const address = (attributes: string, inner = ''): string => `<CompanyAddress ${attributes}>${inner}</CompanyAddress>`;

describe('a record', () => {
  it('keeps absent, empty and given apart', async () => {
    const record = await readOne(
      product('<ProductName/><ProductGroup> \n </ProductGroup><ProductUnit>kpl</ProductUnit>'),
    );
    expect(valuesOf(record)).toEqual({ product_code: 'A1', name: null, product_group: null, unit: 'kpl' });
    expect(record).toMatchObject({ no: 1, key: 'A1', children: null, faults: [] });
  });

  it('has one value for each field of its table, in the table’s order', async () => {
    const { values } = await readOne(product('<ProductUnit>kpl</ProductUnit>'));
    expect(values).toHaveLength(tuoterekisteri.fields.length);
    expect(values[tuoterekisteri.fields.findIndex(({ field }) => field === 'unit')]).toBe('kpl');
  });

  it('takes its fields in any order, and remembers none from the record before', async () => {
    const code = (text: string): string => `<ProductCode>${text}</ProductCode>`;
    const { records } = await read(
      wrapped(
        `<Product><ProductUnit>kg</ProductUnit>${code('A')}<ProductName>a</ProductName></Product>` +
          `<Product>${code('B')}<ProductUnit>m</ProductUnit></Product>` +
          `<Product><ProductName>c</ProductName>${code('C')}</Product>`,
      ),
    );
    expect(records.map((record) => valuesOf(record))).toEqual([
      { product_code: 'A', unit: 'kg', name: 'a' },
      { product_code: 'B', unit: 'm' },
      { product_code: 'C', name: 'c' },
    ]);
  });

  it('gives canonical values, trimmed and with references resolved', async () => {
    const record = await readOne(
      product(
        '<ProductName>\n a &amp; <![CDATA[<b>]]><!-- not this -->&#x20AC;c </ProductName>' +
          '<ProductSalesPrice>0010.500</ProductSalesPrice><ProductDefaultToInvoice>1</ProductDefaultToInvoice>',
      ),
    );
    expect(valuesOf(record)).toEqual({
      product_code: 'A1',
      name: 'a & <b>€c',
      sales_price: '10.5',
      default_to_invoice: 'true',
    });
  });

  it('holds its children by kind and id', async () => {
    const record = await readOne(
      company(
        address('Id="10" Type="MAIL" Main="1"', '<FVAddrCountry>FI</FVAddrCountry><FVAddrName/>') +
          address('Id="11"') +
          '<CompanyBankAccount Id="10"><FVBankSwift>NDEAFIHH</FVBankSwift></CompanyBankAccount>' +
          '<CompanyName1>after</CompanyName1>',
      ),
      COMPANIES,
    );
    expect(record.faults).toEqual([]);
    expect(record.children).toEqual({
      addresses: { '10': { type: 'MAIL', main: 'true', country: 'FI', name: null }, '11': {} },
      bank_accounts: { '10': { swift: 'NDEAFIHH' } },
    });
    expect(valuesOf(record)).toMatchObject({ name1: 'after' });
  });

  it('may have a child called by any name', async () => {
    const { children } = await readOne(company(address('Id="__proto__"') + address('Id="toString"')), COMPANIES);
    expect(Object.keys(children?.['addresses'] ?? {})).toEqual(['__proto__', 'toString']);
  });
});

const address1 = (inner: string): string => company(address('Id="1"', inner));

/** One wrong thing each: the reason, what it calls the element, the document, what it says was allowed. */
const rejected: readonly (readonly [RecordReason, string, string, (string | number)?])[] = [
  ['too-long', 'ProductUnit', product('<ProductUnit>12345678901</ProductUnit>'), 10],
  ['pattern-mismatch', 'ProductOriginCountry', product('<ProductOriginCountry>Suomi</ProductOriginCountry>')],
  ['not-a-decimal', 'ProductSalesPrice', product('<ProductSalesPrice>ten</ProductSalesPrice>'), '16,6'],
  ['decimal-comma', 'ProductSalesPrice', product('<ProductSalesPrice>1,5</ProductSalesPrice>'), '16,6'],
  ['too-many-digits', 'ProductSalesPrice', product('<ProductSalesPrice>0.1234567</ProductSalesPrice>'), '16,6'],
  ['not-a-boolean', 'ProductDefaultToInvoice', product('<ProductDefaultToInvoice>yes</ProductDefaultToInvoice>')],
  ['not-in-code-list', 'CompanyLanguage', company('<CompanyLanguage>FI</CompanyLanguage>'), 'FIN, SWE, ENG'],
  ['not-in-code-list', 'CompanyAddress@Type', company(address('Id="1" Type="POST"'))],
  ['not-a-date', 'FVAddrBeginDate', address1('<FVAddrBeginDate>1.1.2025</FVAddrBeginDate>')],
  ['unknown-element', 'Unknown', product('<Unknown><a>x</a><b/></Unknown>')],
  ['unknown-element', 'constructor', product('<constructor/>')],
  ['unknown-element', 'b', product('<ProductName>a<b>c</b></ProductName>')],
  ['unknown-element', 'CompanyAddress', product('<CompanyAddress Id="1"/>')],
  ['unknown-element', 'CompanyAddress', address1(address('Id="2"'))],
  ['unknown-element', 'CompanyName1', address1('<CompanyName1/>')],
  ['unknown-element', 'FVAddrCity', address1('<FVAddrCity>x</FVAddrCity>')],
  ['unknown-attribute', 'Product@a', wrapped('<Product a="1"><ProductCode>A</ProductCode></Product>')],
  ['unknown-attribute', 'ProductName@xsi:nil', product('<ProductName xsi:nil="true"/>')],
  ['unknown-attribute', 'CompanyAddress@id', company(address('Id="1" id="2"'))],
  ['repeated-element', 'ProductCode', product('<ProductCode>A2</ProductCode>')],
  ['repeated-element', 'ProductName', product('<ProductName/><ProductName>a</ProductName>')],
  ['repeated-element', 'FVAddrName', address1('<FVAddrName>a</FVAddrName><FVAddrName/>')],
  ['missing-required', 'ProductCode', wrapped('<Product/>')],
  ['missing-required', 'ProductCode', wrapped('<Product><ProductCode> </ProductCode></Product>')],
  ['missing-required', 'CompanyAddress@Id', company('<CompanyAddress/>')],
  ['missing-required', 'CompanyAddress@Id', company(address('Id=" "'))],
  ['duplicate-child', 'CompanyAddress@Id', company(address('Id="1"') + address('Id="2"') + address('Id=" 1"'))],
  ['too-many-children', 'CompanyAddress', company(addresses(1003)), 1000],
  ['text-between-elements', 'Product', product('text')],
  ['text-between-elements', 'CompanyAddress', address1('text')],
];

/** What the registers say of a record, or the reader of a person's own writing: no document shows them. */
const FOUND_ELSEWHERE = new Set<RecordReason>(['forbidden-character', 'unknown-product', 'repeated-batch']);

describe('a record is rejected', () => {
  it.each(rejected)('%s: %s', async (reason, element, document, ...[limit]) => {
    const { faults } = await readOne(document, document.includes('<Company>') ? COMPANIES : PRODUCTS);
    expect(faults).toMatchObject([limit === undefined ? { reason, element } : { reason, element, limit }]);
  });

  it('for every reason that there is', () => {
    const shown = new Set(rejected.map(([reason]) => reason));
    expect(RECORD_REASONS.filter((reason) => !shown.has(reason) && !FOUND_ELSEWHERE.has(reason))).toEqual([]);
  });

  it('with all its faults at once, and the others go on', async () => {
    const { records, summary } = await read(
      wrapped(
        '<Product><ProductCode>A</ProductCode></Product>' +
          '<Product><ProductSalesPrice>1,5</ProductSalesPrice><Unknown/></Product>' +
          '<Product><ProductCode>C</ProductCode></Product>',
      ),
    );
    expect(summary).toMatchObject({ records: 3, rejected: 1 });
    expect(records.map(({ no, key }) => [no, key])).toEqual([
      [1, 'A'],
      [2, null],
      [3, 'C'],
    ]);
    expect(records.map(({ faults }) => faults.map(({ reason }) => reason))).toEqual([
      [],
      ['decimal-comma', 'unknown-element', 'missing-required'],
      [],
    ]);
  });

  it('with at most twenty faults, however many it has', async () => {
    const { faults } = await readOne(product('<Unknown/>'.repeat(1000)));
    expect(faults).toHaveLength(20);
  });

  it('without telling what its values were', async () => {
    const { faults } = await readOne(product('<ProductSalesPrice>secret</ProductSalesPrice>'));
    expect(JSON.stringify(faults)).not.toContain('secret');
  });
});

describe('a fault and a record stand where a person would look', () => {
  const layouts: readonly (readonly [string, string])[] = [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
    ['no line breaks', ''],
  ];

  it.each(layouts)('with %s', async (_, newline) => {
    const document = [
      '<?xml version="1.0"?>',
      '<!-- ää 😀 --><FivaldiXML >',
      '  <FVBusinessId>500001</FVBusinessId><?a b?>',
      '  <Product>',
      '    <ProductCode>ä😀&amp;</ProductCode><!-- 😀 --><ProductUnit>too long a unit</ProductUnit>',
      '    <ProductName><![CDATA[😀]]></ProductName><ProductGroup',
      '      >1234</ProductGroup>',
      '  </Product><Product',
      '  ><Unknown',
      '     a=">" /></Product>',
      '</FivaldiXML>',
    ].join(newline || ' ');
    const { records } = await read(document);
    const [first, second] = records;
    expect(first).toMatchObject({ ...placeOf(document, '<Product', 1), key: 'ä😀&' });
    expect(first?.faults).toEqual([
      { ...placeOf(document, '<ProductUnit'), element: 'ProductUnit', reason: 'too-long', limit: 10 },
      { ...placeOf(document, '<ProductGroup'), element: 'ProductGroup', reason: 'too-long', limit: 3 },
    ]);
    expect(second).toMatchObject(placeOf(document, '<Product', 6));
    expect(second?.faults).toEqual([
      { ...placeOf(document, '<Unknown'), element: 'Unknown', reason: 'unknown-element' },
      { ...placeOf(document, '<Product', 6), element: 'ProductCode', reason: 'missing-required' },
    ]);
  });
});

function addresses(count: number): string {
  return Array.from({ length: count }, (_, id) => address(`Id="${id}"`)).join('');
}
