import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { EXPORT_CHARSETS, type ExportCharset } from '#lib/contracts';

import {
  type ChildTable,
  type Children,
  type Field,
  type FieldValue,
  readRecords,
  type RecordTable,
  RecordWriter,
  TABLES,
  tuoterekisteri,
  UnwritableValue,
  type WritableRecord,
  yritysrekisteri,
} from './index.js';
import { COMPANY, pieces } from './spec/reading.js';

const MOMENT = '2026-11-22T05:50:10.123456Z';
/** What escapes, encodings and line ends could stumble over; `Ã¤` in one Latin byte each reads as UTF-8. */
const AWKWARD = [
  '&',
  '<',
  '>',
  '"',
  "'",
  '\t',
  '\n',
  '\r',
  ']]>',
  '€',
  'Š',
  'Ã¤',
  'â\xa0\xa4',
  '¤',
  '\x85',
  '\u2028',
  '😀',
  '\ufffd',
];

const letter = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((one) => !/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/u.test(one)),
);

/** Canonical texts of a field's type. */
function valueOf({ type }: Field): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'text':
      return fc
        .array(letter, { minLength: 1, maxLength: Math.min(type.max, 12) })
        .map((letters) =>
          [...letters.join('')]
            .slice(0, type.max)
            .join('')
            .replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''),
        )
        .filter((text) => text !== '');
    case 'pattern':
      return fc.stringMatching(new RegExp(`^(?:${type.pattern})$`, 'u')).filter((text) => [...text].length <= type.max);
    case 'decimal':
      return fc
        .integer({ min: -(10 ** Math.min(type.precision, 9)) + 1, max: 10 ** Math.min(type.precision, 9) - 1 })
        .map((digits) => String(digits / 10 ** Math.min(type.scale, 6)))
        .filter((text) => !text.includes('e'));
    case 'code':
      return fc.constantFrom(...type.values);
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'date':
      return fc
        .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((day) => day.toISOString().slice(0, 10));
  }
}

const given = (field: Field): fc.Arbitrary<FieldValue> =>
  field.required ? valueOf(field) : fc.option(valueOf(field), { nil: undefined, freq: 2 });

function childrenOf(child: ChildTable): fc.Arbitrary<Children[string]> {
  const key = child.fields.find(({ field }) => field === child.key)!;
  const others = child.fields.filter(({ field }) => field !== child.key);
  const row = fc
    .tuple(...others.map(given))
    .map((values) =>
      Object.fromEntries(
        others.flatMap(({ field }, index) => (values[index] === undefined ? [] : [[field, values[index]!]])),
      ),
    );
  return fc.dictionary(valueOf(key), row, { maxKeys: 3 });
}

function recordOf(table: RecordTable): fc.Arbitrary<WritableRecord> {
  const children = table.children.map((child) =>
    childrenOf(child).map((rows): [string, Children[string]] => [child.kind, rows]),
  );
  return fc.record({
    values: fc.tuple(...table.fields.map(given)),
    children: fc.tuple(...children).map((kinds) => {
      const some = kinds.filter(([, rows]) => Object.keys(rows).length > 0);
      return some.length === 0 ? null : Object.fromEntries(some);
    }),
  });
}

function written(table: RecordTable, records: readonly WritableRecord[], charset: ExportCharset): Buffer {
  const writer = new RecordWriter(charset);
  const parts = records.map((record) => writer.records(table, [record]));
  return Buffer.concat([writer.head(COMPANY, MOMENT), ...parts, writer.tail()]);
}

async function reread(table: RecordTable, document: Buffer): Promise<readonly WritableRecord[]> {
  const found: WritableRecord[] = [];
  await readRecords(
    pieces(document),
    { tables: [table], companyNumber: COMPANY, gzip: false, charset: undefined },
    (batch) => {
      for (const { values, children, faults } of batch) {
        expect(faults).toEqual([]);
        found.push({ values, children });
      }
    },
  );
  return found;
}

const one = (name: string, rest: Readonly<Record<string, FieldValue>> = {}): WritableRecord => ({
  values: tuoterekisteri.fields.map(({ field }) =>
    field === 'product_code' ? 'A' : field === 'name' ? name : rest[field],
  ),
  children: null,
});
const textOf = (record: WritableRecord, charset: ExportCharset = 'UTF-8'): string =>
  written(tuoterekisteri, [record], charset).toString('latin1').split('\n').at(-3) ?? '';

const CELLS = TABLES.flatMap((table) => EXPORT_CHARSETS.map((charset) => [table.register, charset, table] as const));

describe('a written document', () => {
  it.each(CELLS)('of %s in %s reads as the very records it was written from', async (_register, charset, table) => {
    await fc.assert(
      fc.asyncProperty(fc.array(recordOf(table), { maxLength: 3 }), async (records) => {
        const found = await reread(table, written(table, records, charset));
        expect(found).toEqual(records);
      }),
      { numRuns: 40 },
    );
  });

  it.each(EXPORT_CHARSETS)('in %s is the same bytes, however many records are handed over at once', (charset) => {
    const records = Array.from({ length: 2_000 }, (_, no) => one(`Höylä ${no} Ã¤ 漢`));
    const atOnce = new RecordWriter(charset).records(tuoterekisteri, records);
    const writer = new RecordWriter(charset);
    const oneByOne = Buffer.concat(records.map((record) => writer.records(tuoterekisteri, [record])));
    expect(atOnce.length).toBeGreaterThan(100_000);
    expect(atOnce.equals(oneByOne)).toBe(true);
  });

  it('takes each record when the one before it is written, so that they need not all be there at once', () => {
    const steps: string[] = [];
    const records = function* (): Generator<WritableRecord> {
      for (const name of ['A', 'B']) {
        steps.push(`${name} is made`);
        yield {
          get values() {
            steps.push(`${name} is written`);
            return one(name).values;
          },
          children: null,
        };
      }
    };
    new RecordWriter('UTF-8').records(tuoterekisteri, records());
    expect(steps).toEqual(['A is made', 'A is written', 'B is made', 'B is written']);
  });

  it('says whose it is and what moment it shows, before the first record', () => {
    expect(written(yritysrekisteri, [], 'ISO-8859-15').toString('latin1')).toBe(
      '<?xml version="1.0" encoding="ISO-8859-15"?>\n<FivaldiXML>\n<FVBusinessId>500001</FVBusinessId>\n' +
        `<FVCreationTime>${MOMENT}</FVCreationTime>\n</FivaldiXML>\n`,
    );
  });

  it('has no element for what a record lacks, and 1 and 0 for yes and no', () => {
    expect(textOf(one('B', { unit: null, default_to_invoice: 'true' }))).toBe(
      '<Product><ProductCode>A</ProductCode><ProductName>B</ProductName>' +
        '<ProductDefaultToInvoice>1</ProductDefaultToInvoice></Product>',
    );
  });

  it.each([
    ['its own letters', 'äö€Š', 'äö\xa4\xa6'],
    ['a letter that ISO-8859-15 has given away', '¤¼', '&#164;&#188;'],
    ['any other letter by its number', '漢😀', '&#28450;&#128512;'],
    ['a second letter that would make the first one UTF-8', 'Ã¤Ã€', 'Ã&#164;Ã&#8364;'],
  ])('in ISO-8859-15 has %s', (_what, name, expected) => {
    expect(textOf(one(name), 'ISO-8859-15')).toContain(`<ProductName>${expected}</ProductName>`);
  });

  it.each(['\0', '\x08', '\x1f', '\ufffe', '\uffff', '\ud800'])('refuses what XML cannot carry: %j', (letter) => {
    expect(() => textOf(one(`a${letter}`))).toThrow(UnwritableValue);
    expect(() => textOf(one(`a${letter}`))).toThrow('ProductName of the record A');
  });

  it('takes names from the table alone, whatever the children are called', () => {
    const children = { addresses: { '10': { 'evil/><a': 'x' } }, '<evil>': { '1': {} } };
    const values = yritysrekisteri.fields.map(({ field }) => (field === 'company_code' ? 'A' : null));
    expect(written(yritysrekisteri, [{ values, children }], 'UTF-8').toString()).toContain(
      '<Company><CompanyId>A</CompanyId><CompanyAddress Id="10"></CompanyAddress></Company>',
    );
  });
});
