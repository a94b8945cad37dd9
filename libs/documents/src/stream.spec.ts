import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DocumentRefused } from './errors.js';
import { readRecords } from './read-records.js';
import {
  alive,
  bytesOf,
  COMPANIES,
  type Document,
  latin9,
  PRODUCTS,
  product,
  read,
  readOne,
  refusalOf,
  utf16le,
  valuesOf,
  wrapped,
} from './spec/reading.js';

const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>\r\n`;
const products = (declaration = ''): string =>
  wrapped(
    '<Product>\r\n<ProductCode>A&amp;1</ProductCode><ProductName>Öljy €ä</ProductName></Product>' +
      '<Product ><!-- > --><ProductUnit>far too long</ProductUnit>\r<ProductCode><![CDATA[]]]></ProductCode></Product>',
    declaration,
  );
const companies = (declaration = ''): string =>
  wrapped(
    '<Company><CompanyId>K1</CompanyId><CompanyAddress Id="1" Main="&#49;"\r\n><FVAddrName>ä</FVAddrName>' +
      '</CompanyAddress></Company>',
    declaration,
  );

const whole: readonly (readonly [string, Document, typeof PRODUCTS])[] = [
  ['products in UTF-8', products(), PRODUCTS],
  ['products in ISO-8859-15', latin9(products(declared('ISO-8859-15'))), PRODUCTS],
  ['products in UTF-16', utf16le(products(declared('UTF-16'))), PRODUCTS],
  ['products packed', gzipSync(products()), { ...PRODUCTS, gzip: true }],
  ['companies in UTF-8', companies(declared('UTF-8')), COMPANIES],
  ['companies in ISO-8859-15', latin9(companies(declared('ISO-8859-15'))), COMPANIES],
  ['companies packed', gzipSync(latin9(companies(declared('ISO-8859-15')))), { ...COMPANIES, gzip: true }],
];

const broken: readonly (readonly [string, Document, typeof PRODUCTS])[] = [
  ['a mismatched tag', products().replace('</ProductName>', '</ProductNamen>'), PRODUCTS],
  ['an unknown entity', products().replace('&amp;', '&nbsp;'), PRODUCTS],
  ['another company', products().replace('500001', '500002'), PRODUCTS],
  ['a document type', `<!DOCTYPE a>${products()}`, PRODUCTS],
  ['a lie about its letters', products(declared('ISO-8859-1')), PRODUCTS],
];

describe('where a document is cut into pieces', () => {
  it.each([...whole, ...broken])('does not matter: %s', async (_, document, options) => {
    const bytes = bytesOf(document);
    const outcome = (...sizes: readonly number[]): Promise<unknown> =>
      read(document, options, ...sizes).catch((error: unknown) => {
        if (!(error instanceof DocumentRefused)) throw error;
        return [error.code, error.details];
      });
    const expected = await outcome();
    expect(await outcome(...Array.from(bytes, () => 1))).toEqual(expected);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(40)), async (sizes) => {
        expect(await outcome(...sizes)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a document that was cut short', () => {
  it.each(whole)('is refused, wherever the cut is: %s', async (_, document, options) => {
    const bytes = bytesOf(document);
    expect(await refusalOf(bytes, options)).toBeNull();
    const passing: number[] = [];
    for (let length = 0; length < bytes.length; length++) {
      if ((await refusalOf(bytes.subarray(0, length), options)) === null) passing.push(length);
    }
    expect(passing).toEqual([]);
  });
});

describe('a packed document that is refused', () => {
  it('is refused at once, though its sender has stopped in the middle', async () => {
    const bomb = gzipSync(wrapped('<!-- -->'.repeat(1_000_000)));
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bomb.subarray(0, -20);
      await new Promise(() => undefined);
    }
    await expect(readRecords(source(), { ...PRODUCTS, gzip: true }, () => undefined)).rejects.toMatchObject({
      code: 'document.unpacks-suspiciously',
    });
  });

  it('passes on what its source failed of', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- an async source, as a request is
    async function* source(): AsyncGenerator<Uint8Array> {
      yield gzipSync(products()).subarray(0, 30);
      throw new RangeError('the line went dead');
    }
    await expect(readRecords(source(), { ...PRODUCTS, gzip: true }, () => undefined)).rejects.toThrow('went dead');
  });
});

describe('text that often breaks programs', () => {
  it.each([
    'null',
    'undefined',
    'NaN',
    '-1E+02',
    '00012345672',
    '0x1A',
    "' OR 1=1 --",
    '"; DROP TABLE product; --',
    '../../../etc/passwd',
    '<script>alert(1)</script>',
    '${7*7} {{7*7}} #{7*7} $& $1',
    '\\N \\t \\x00 \\.',
    '田中さん 部落格 사회과학원',
    'ﷺ مرحبا \u202etxet\u202c',
    'Ṱ̺̺o͞ ̢n҉̔ͮ',
    '👩‍👩‍👧‍👦 🇫🇮 ‪‪x‬',
    '\u200b\ufeff\u00a0x\u2028\u2029',
    'a\u0301 ä å ſ İ ı',
    '\u{10ffff}\ue000\ufffd',
    '%s %n %d',
    '=1+1',
    '__proto__',
    ']]> & ]]',
    'a\tb\nc',
  ])('survives unchanged: %j', async (name) => {
    const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const record = await readOne(product(`<ProductName>${escaped}</ProductName>`));
    expect(record.faults).toEqual([]);
    expect(valuesOf(record)).toEqual({ product_code: 'A1', name });
  });
});

describe('a large document', () => {
  it('is read no faster than its records are taken', async () => {
    let given = 0;
    let taken = 0;
    let furthest = 0;
    const part = Buffer.from('<Product><ProductCode>A</ProductCode></Product>'.repeat(100));
    // eslint-disable-next-line @typescript-eslint/require-await -- an async source, as a request is
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(wrapped('').replace('</FivaldiXML>', ''));
      for (; given < 50; given++) yield part;
      yield Buffer.from('</FivaldiXML>');
    }
    await readRecords(source(), PRODUCTS, async (batch) => {
      furthest = Math.max(furthest, given - taken);
      await new Promise(setImmediate);
      taken += batch.length / 100;
    });
    expect(taken).toBe(50);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  it('of 50 MB takes no more memory at its end than at its beginning', async () => {
    const inner = '<ProductName>Tuote ä</ProductName>'.padEnd(200, ' ');
    const part = Buffer.from(`<Product><ProductCode>A</ProductCode>${inner}</Product>\n`.repeat(250));
    // eslint-disable-next-line @typescript-eslint/require-await -- an async source, as a request is
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(wrapped('').replace('</FivaldiXML>', ''));
      for (let bytes = 0; bytes < 50_000_000; bytes += part.length) yield part;
      yield Buffer.from('</FivaldiXML>');
    }
    const held: number[] = [];
    let batches = 0;
    await readRecords(source(), PRODUCTS, () => {
      if (batches++ % 200 === 10) held.push(alive());
    });
    expect(held.length).toBeGreaterThan(3);
    expect((held.at(-1) ?? 0) - (held[0] ?? 0)).toBeLessThan(5_000_000);
  });
});
