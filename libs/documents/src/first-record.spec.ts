import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { firstRecord } from './first-record.js';
import { documentTables } from './streams/tables.js';

const expected = { tables: documentTables('tuoterekisteri', true), companyNumber: '2251' };
const HEAD = '<?xml version="1.0" encoding="ISO-8859-15"?>\n<FivaldiXML><FVBusinessId>2251</FVBusinessId>';
const PRODUCT = '<Product><ProductCode>A</ProductCode></Product>';

/** A source that gives these parts and counts them. */
function sourceOf(parts: readonly string[]) {
  const left = parts.map((part) => Buffer.from(part, 'latin1'));
  return { next: () => Promise.resolve(left.shift()), left };
}
const look = (...parts: readonly string[]) => firstRecord(sourceOf(parts).next, expected);

describe('the first record of a document', () => {
  it.each([
    ['a record of the stream', `${HEAD}${PRODUCT}</FivaldiXML>`, 'product'],
    ['base data', `${HEAD}<Dimension/>${PRODUCT}</FivaldiXML>`, 'dimension'],
    ['none', `${HEAD}</FivaldiXML>`, null],
    ['one that is broken inside: nobody has looked', `${HEAD}<Product><ProductCode></Product>`, 'product'],
  ])('is found: %s', async (_, document, register) => {
    expect((await look(document)).register).toBe(register);
  });

  it.each([
    ['another company', `<FivaldiXML><FVBusinessId>1</FVBusinessId>${PRODUCT}`, 'foreign-company'],
    ['no company', `<FivaldiXML>${PRODUCT}</FivaldiXML>`, 'company-missing'],
    ['a record of no stream that comes in', `${HEAD}<HousingCompany/></FivaldiXML>`, 'wrong-stream'],
    ['a document that is cut', HEAD, 'malformed'],
    ['nothing', '', 'empty'],
    ['no XML', 'CompanyId;CompanyName1', 'malformed'],
    ['comments without an end', `${HEAD}${`<!--${'x'.repeat(1000)}-->`.repeat(2000)}${PRODUCT}`, 'prolog-too-long'],
  ])('is not looked for behind what is wrong: %s', async (_, document, refusal) => {
    const parts = document.match(/[^]{1,65536}/g) ?? [];
    await expect(look(...parts)).rejects.toMatchObject({ refusal });
  });

  it('is the same however the bytes come, and what was taken of them is given back', async () => {
    const document = `${HEAD}<!-- c --><FVCreationTime>2026-11-22T06:00:00</FVCreationTime>${PRODUCT}</FivaldiXML>`;
    const cuts = fc.array(fc.integer({ min: 1, max: document.length - 1 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const at = [0, ...places.toSorted((a, b) => a - b), document.length];
        const parts = at.slice(1).map((end, index) => document.slice(at[index], end));
        const source = sourceOf(parts);
        const { register, read } = await firstRecord(source.next, expected);
        expect(register).toBe('product');
        expect(Buffer.concat([...read, ...source.left]).toString('latin1')).toBe(document);
      }),
    );
  });
});
