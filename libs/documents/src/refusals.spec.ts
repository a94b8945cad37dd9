import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { DOCUMENT_REFUSALS, type DocumentRefusal } from './errors.js';
import type { ReadOptions } from './read-records.js';
import { documentTables, tablesOf } from './streams/tables.js';
import {
  bytesOf,
  COMPANIES,
  type Document,
  latin1,
  PRODUCTS,
  product,
  refusalOf,
  utf16le,
  wrapped,
} from './spec/reading.js';

const BASIC: Partial<ReadOptions> = { tables: tablesOf('perustiedot') };
const WITH_BASIC = documentTables('tuoterekisteri', true);
const GOOD = product('<ProductName>Äes</ProductName>');
const PACKED = gzipSync(GOOD);
const gzip: Partial<ReadOptions> = { gzip: true };
const limited = (limits: ReadOptions['limits']): Partial<ReadOptions> => (limits === undefined ? {} : { limits });
const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>`;
const id = (text: string): string => `<FVBusinessId>${text}</FVBusinessId>`;
const root = (inner: string): string => `<FivaldiXML>${inner}</FivaldiXML>`;
const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');

const hostile: readonly (readonly [DocumentRefusal, string, Document, Partial<ReadOptions>?])[] = [
  ['too-large', 'more bytes than the cap', GOOD, limited({ inputBytes: 50 })],
  ['too-large', 'more packed bytes than the cap', PACKED, { ...gzip, ...limited({ inputBytes: 50 }) }],
  ['unpacks-too-large', 'more bytes inside than the cap', PACKED, { ...gzip, ...limited({ unpackedBytes: 50 }) }],
  ['unpacks-suspiciously', 'a bomb', gzipSync(wrapped('<!-- -->'.repeat(2_000_000))), gzip],
  ['gzip-broken', 'plain text called gzip', GOOD, gzip],
  ['gzip-broken', 'a flipped bit', flipped(PACKED, 20), gzip],
  ['gzip-broken', 'a wrong checksum', flipped(PACKED, PACKED.length - 6), gzip],
  ['gzip-truncated', 'no bytes', '', gzip],
  ['gzip-truncated', 'a missing end', PACKED.subarray(0, -1), gzip],
  ['gzip-not-single', 'two members', Buffer.concat([PACKED, gzipSync(' ')]), gzip],
  ['gzip-not-single', 'zeros at the end', Buffer.concat([PACKED, Buffer.alloc(3)]), gzip],
  ['gzip-not-single', 'an empty member at the end', Buffer.concat([PACKED, gzipSync('')]), gzip],
  ['gzip-broken', 'something at the end', Buffer.concat([PACKED, Buffer.from('more')]), gzip],
  ['encoding-broken', 'gzip inside gzip', gzipSync(PACKED), gzip],
  ['encoding-broken', 'gzip that was not announced', PACKED],
  ['empty', 'no bytes', ''],
  ['empty', 'only white space', ' \r\n\t'],
  ['empty', 'only a byte order mark', '\ufeff'],
  ['encoding-unsupported', 'windows-1252', wrapped('', declared('windows-1252'))],
  ['encoding-unsupported', 'a charset that we do not read', GOOD, { charset: 'utf-7' }],
  ['encoding-unsupported', 'a name from the prototype', wrapped('', declared('constructor'))],
  ['encoding-unsupported', 'UTF-16 without its mark', utf16le(GOOD).subarray(2)],
  ['encoding-unsupported', 'UTF-16 without its mark, declared', utf16le(wrapped('', declared('UTF-16'))).subarray(2)],
  ['encoding-conflict', 'declaration and charset', wrapped('', declared('ISO-8859-15')), { charset: 'utf-8' }],
  ['encoding-conflict', 'mark and declaration', `\ufeff${wrapped('', declared('ISO-8859-1'))}`],
  ['encoding-conflict', 'mark and charset', `\ufeff${GOOD}`, { charset: 'iso-8859-1' }],
  ['encoding-conflict', 'UTF-8 in UTF-16', utf16le(wrapped('', declared('UTF-8')))],
  ['encoding-broken', 'Latin-1 without saying so', latin1(GOOD)],
  ['encoding-broken', 'Latin-1 that says UTF-8', latin1(wrapped('<!-- ä -->', declared('UTF-8')))],
  ['encoding-broken', 'an overlong slash', Buffer.concat([bytesOf('<a>'), Buffer.from([0xc0, 0xaf])])],
  ['encoding-broken', 'half a surrogate pair', Buffer.concat([utf16le('<a>'), Buffer.from([0, 0xd8, 0x61, 0])])],
  ['encoding-broken', 'an end inside a character', Buffer.concat([bytesOf(GOOD), Buffer.from([0xc3])])],
  ['encoding-windows-1252', 'a euro of windows-1252', latin1(wrapped('<!--\x80 ä-->', declared('ISO-8859-1')))],
  ['encoding-windows-1252', 'its dash in ISO-8859-15', latin1(wrapped('<!--ä \x96-->', declared('ISO-8859-15')))],
  ['encoding-utf-8-in-disguise', 'ä of UTF-8 as Latin', wrapped('<!--ä-->', declared('ISO-8859-1'))],
  ['encoding-utf-8-in-disguise', 'Ä of UTF-8 as Latin', wrapped('<!--Ä-->', declared('ISO-8859-15'))],
  ['encoding-utf-8-in-disguise', 'a Latin charset over UTF-8', GOOD, { charset: 'iso-8859-1' }],
  ['malformed', 'a missing end', GOOD.slice(0, -1)],
  ['malformed', 'a second byte order mark', `\ufeff\ufeff${GOOD}`],
  [
    'malformed',
    'a declaration too long to look at',
    wrapped('', `<?xml version="1.0"${' '.repeat(1100)}encoding="UTF-8"?>`),
  ],
  ['version-unsupported', 'XML 1.1', wrapped('', '<?xml version="1.1"?>')],
  ['doctype-forbidden', 'a system id', wrapped('', '<!DOCTYPE FivaldiXML SYSTEM "file:///etc/passwd">')],
  ['doctype-forbidden', 'a billion laughs', wrapped('', `<!DOCTYPE x [<!ENTITY l0 "ha">${entities}]>`)],
  ['doctype-forbidden', 'inside the root', wrapped('<!DOCTYPE x>')],
  ['entity-undefined', 'an entity of HTML', product('<ProductName>&nbsp;</ProductName>')],
  ['entity-undefined', 'an entity from the prototype', product('<ProductName>&toString;</ProductName>')],
  ['entity-undefined', 'in an attribute', wrapped('<Product a="&auml;"/>')],
  ['prolog-too-long', 'comments before the root', wrapped('', `<!--${'x'.repeat(70_000)}-->`)],
  ['prolog-too-long', 'an endless document type', `<!DOCTYPE x [${' '.repeat(70_000)}`],
  ['too-deep', 'nested elements', wrapped('<Product>' + '<x>'.repeat(70))],
  ['too-many-elements', 'one more than allowed', wrapped('<Product/><Product/>'), limited({ elements: 3 })],
  ['too-many-records', 'one more than allowed', wrapped('<Product/><Product/>'), limited({ records: 1 })],
  ['record-too-large', 'one character more than allowed', product(''), limited({ record: 38 })],
  ['record-too-large', 'one that never ends', wrapped(`<Product>${'<x/>'.repeat(60)}`), limited({ record: 200 })],
  ['record-too-large', 'unknown elements without end', wrapped(`<Product>${'<x/>'.repeat(2000)}`)],
  ['record-too-large', 'the same inside one another', wrapped(`<Product><x>${'<y/>'.repeat(1001)}`)],
  ['too-many-attributes', 'sixty-five', wrapped(`<Product ${numbered(65)}/>`)],
  ['attribute-too-long', 'a long value', wrapped(`<Product a="${'x'.repeat(65_537)}"/>`)],
  ['name-too-long', "an element's", wrapped(`<Product><${'x'.repeat(257)}/></Product>`)],
  ['name-too-long', "an attribute's", wrapped(`<Product ${'x'.repeat(257)}="1"/>`)],
  ['text-too-long', 'one text', product(`<ProductName>${'x'.repeat(1_048_577)}</ProductName>`)],
  [
    'text-too-long',
    'one text in parts',
    product(`<ProductName>${`${'x'.repeat(9e5)}<!---->`.repeat(2)}</ProductName>`),
  ],
  ['text-too-long', 'a comment', wrapped(`<!--${'x'.repeat(1_048_577)}-->`)],
  ['text-too-long', 'an entity that never ends', wrapped(`&${'x'.repeat(2_000_000)}`)],
  ['text-too-long', 'a tag that never ends', wrapped(`<${'x'.repeat(2_000_000)}`)],
  ['text-too-long', 'an attribute that never ends', wrapped(`<Product a="${'x'.repeat(2_000_000)}`)],
  ['text-too-long', 'an instruction that never ends', wrapped(`<?${'x'.repeat(2_000_000)}`)],
  ['unknown-root', 'another root', '<Products/>'],
  ['unknown-root', 'the root in a namespace', '<FivaldiXML xmlns="urn:x"/>'],
  ['unknown-root', 'the root with a prefix', '<f:FivaldiXML xmlns:f="urn:x"/>'],
  ['unknown-element', 'under the root', wrapped('<Unknown/>')],
  ['unknown-element', 'in the header', root('<FVBusinessId><b>500001</b></FVBusinessId>')],
  ['unknown-element', 'a name from the prototype', wrapped('<constructor/>')],
  ['unknown-attribute', 'of the root', '<FivaldiXML a="1"/>'],
  ['unknown-attribute', 'of the header', root('<FVBusinessId a="1">500001</FVBusinessId>')],
  ['stray-text', 'text under the root', wrapped('text')],
  ['stray-text', 'a CDATA section under the root', wrapped('<![CDATA[ x ]]>')],
  ['wrong-stream', 'a company among products', wrapped('<Company/>')],
  ['wrong-stream', 'a product among companies', wrapped('<Product/>'), COMPANIES],
  ['wrong-stream', 'a product among base data', wrapped('<Product/>'), BASIC],
  ['wrong-stream', 'an order among products and base data', wrapped('<SalesOrder/>'), { tables: WITH_BASIC }],
  ['basic-data-not-allowed', 'a discount among products', wrapped('<Discount/>')],
  ['basic-data-not-allowed', 'after the products', product('').replace('</Fiv', '<Employee/></Fiv')],
  ['company-missing', 'not at all', root('')],
  ['company-missing', 'after the first record', root(`<Product/>${id('500001')}`)],
  ['company-repeated', 'the same twice', wrapped(id('500001'))],
  ['foreign-company', 'another number', root(id('500002'))],
  ['foreign-company', 'no number', root('<FVBusinessId/>')],
  ['foreign-company', 'the number with a zero before it', root(id('0500001'))],
  ['creation-time-repeated', 'twice', wrapped('<FVCreationTime/><FVCreationTime/>')],
];

describe('a document as a whole is refused', () => {
  it.each(hostile)('%s: %s', async (refusal, _, document, options = {}) => {
    expect(await refusalOf(document, { ...PRODUCTS, ...options })).toMatchObject({ code: `document.${refusal}` });
  });

  it('too-slow: more time in the parser than allowed', async () => {
    let now = 0;
    const clock = (): number => (now += 20_000);
    expect(await refusalOf(GOOD, { ...PRODUCTS, clock })).toBeNull();
    expect(await refusalOf(GOOD, { ...PRODUCTS, clock, limits: { parseMs: 19_999 } })).toMatchObject({
      code: 'document.too-slow',
      kind: 'oversized',
    });
  });

  it('for every reason that there is', () => {
    const shown = new Set([...hostile.map(([refusal]) => refusal), 'too-slow']);
    expect(DOCUMENT_REFUSALS.filter((refusal) => !shown.has(refusal))).toEqual([]);
  });

  it('with the place where the reader stopped', async () => {
    const refusal = await refusalOf('<FivaldiXML>\r\n  <FVBusinessId>ää</FVBusinessId>');
    expect(refusal?.details).toEqual({ line: 2, column: 33 });
  });

  it('never with what stands in it', async () => {
    for (const [, , document, options = {}] of hostile.filter(([, what]) => what.includes('number'))) {
      const refusal = await refusalOf(document, { ...PRODUCTS, ...options });
      expect(JSON.stringify([refusal?.message, refusal?.details])).not.toContain('50000');
    }
  });
});

describe('a document at its limits is let through', () => {
  it.each<[string, Document, Partial<ReadOptions>?]>([
    ['of no records', wrapped('')],
    ['with a creation time', wrapped('<FVCreationTime>2025-02-03T10:15:00</FVCreationTime>')],
    ['with white space in its header', root(id('\n 500001 '))],
    ['with a document type in a comment', wrapped('<!-- <!DOCTYPE x> -->')],
    ['with a document type in a CDATA section', product('<ProductName><![CDATA[<!DOCTYPE x>]]></ProductName>')],
    ['with instructions and comments anywhere', wrapped('<?a b?><!-- -->', '<?xml version="1.0"?><?c d?>')],
    ['with the schema in its root', wrapped('').replace('>', ' xmlns:xsi="urn:x" xsi:noNamespaceSchemaLocation="y">')],
    ['with sixty-four attributes', wrapped(`<Product ${numbered(64)}/>`)],
    ['with a text of a mebibyte', product(`<ProductName>${'x'.repeat(1_048_576)}</ProductName>`)],
    ['of as many bytes as allowed', GOOD, limited({ inputBytes: bytesOf(GOOD).length })],
    ['with a record of as many characters as allowed', product(''), limited({ record: 39 })],
    ['with base data beside its records', wrapped('<Discount/><Product/><Dimension/>'), { tables: WITH_BASIC }],
    ['packed', PACKED, gzip],
    ['that packs well but is small', gzipSync(wrapped(' '.repeat(900_000))), gzip],
  ])('%s', async (_, document, options = {}) => {
    expect(await refusalOf(document, { ...PRODUCTS, ...options })).toBeNull();
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}

function numbered(count: number): string {
  return Array.from({ length: count }, (_, i) => `a${i}="1"`).join(' ');
}
