import { describe, expect, it } from '@jest/globals';

import type { Encoding } from './record.js';
import { type Document, latin1, latin9, PRODUCTS, product, read, utf16be, utf16le, valuesOf } from './spec/reading.js';

const LETTERS = 'Äiti & öljyä åå §½';
const named = (name: string, declaration = ''): string =>
  declaration + product(`<ProductName>${name.replace('&', '&amp;')}</ProductName>`);
const declared = (encoding: string): string => `<?xml version='1.0' encoding='${encoding}' standalone="yes"?>\n`;

describe('a document is read in its encoding', () => {
  it.each<[string, Encoding, string, Document, string?]>([
    ['that nothing names', 'UTF-8', `${LETTERS} €Š 😀`, named(`${LETTERS} €Š 😀`)],
    ['that it declares', 'UTF-8', LETTERS, named(LETTERS, declared('utf-8'))],
    ['that its mark names', 'UTF-8', LETTERS, `\ufeff${named(LETTERS, declared('UTF-8'))}`],
    ['that the transport names', 'UTF-8', LETTERS, named(LETTERS), 'UTF-8'],
    ['that it declares', 'ISO-8859-1', `${LETTERS} ¤¼`, latin1(named(`${LETTERS} ¤¼`, declared('ISO-8859-1')))],
    ['that it declares', 'ISO-8859-15', `Äiti €ŠšŽžŒœŸ`, latin9(named(`Äiti €ŠšŽžŒœŸ`, declared('ISO-8859-15')))],
    ['that the transport alone names', 'ISO-8859-15', 'ä €', latin9(named('ä €')), 'iso-8859-15'],
    ['that both name', 'ISO-8859-15', 'ä €', latin9(named('ä €', declared('ISO-8859-15'))), 'ISO-8859-15'],
    ['that no letter shows', 'ISO-8859-15', 'plain', named('plain', declared('ISO-8859-15'))],
    ['that its mark names', 'UTF-16LE', `${LETTERS} 😀`, utf16le(named(`${LETTERS} 😀`))],
    ['that its mark and declaration name', 'UTF-16LE', LETTERS, utf16le(named(LETTERS, declared('UTF-16')))],
    ['that its mark and the transport name', 'UTF-16BE', LETTERS, utf16be(named(LETTERS)), 'utf-16'],
    ['that its mark and declaration name', 'UTF-16BE', LETTERS, utf16be(named(LETTERS, declared('UTF-16BE')))],
  ])('%s: %s', async (_, encoding, name, document, charset = undefined) => {
    const { records, summary } = await read(document, { ...PRODUCTS, charset });
    expect(summary.encoding).toBe(encoding);
    expect(summary.bytes).toBe(Buffer.byteLength(document));
    expect(records.map((record) => valuesOf(record))).toEqual([{ product_code: 'A1', name }]);
  });
});
