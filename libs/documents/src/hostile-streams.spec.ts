import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { DOCUMENT_STREAM_NAMES, type DocumentStream, supports } from '#lib/contracts';

import type { DocumentRefusal } from './errors.js';
import type { ReadOptions } from './read-records.js';
import type { ReadRecord } from './record.js';
import type { ChildTable, Field, RecordTable } from './record-table.js';
import { type Document, PRODUCTS, read, refusalOf, wrapped } from './spec/reading.js';
import { documentTables, TABLES, tablesOf } from './streams/tables.js';

const IMPORTED = DOCUMENT_STREAM_NAMES.filter((stream) => supports(stream, 'import'));
const optionsOf = (stream: DocumentStream, more: Partial<ReadOptions> = {}): ReadOptions => ({
  ...PRODUCTS,
  tables: documentTables(stream, true),
  ...more,
});

/** A record with its key and what else is given. */
const record = ({ element, fields, key }: RecordTable, inner = '', id = '1/1'): string => {
  const name = fields.find(({ field }) => field === key)?.element ?? '';
  return `<${element}><${name}>${id}</${name}>${inner}</${element}>`;
};
/** A child with its key and what it cannot do without. */
const child = ({ element, fields, key }: ChildTable, id: string): string => {
  const valueOf = ({ field, type }: Field): string => (field === key ? id : type.kind === 'date' ? '2026-01-31' : '1');
  const needed = fields.filter(({ required }) => required);
  const attributes = needed.filter((one) => one.attribute).map((one) => ` ${one.element}="${valueOf(one)}"`);
  const elements = needed
    .filter((one) => !one.attribute)
    .map((one) => `<${one.element}>${valueOf(one)}</${one.element}>`);
  return `<${element}${attributes.join('')}>${elements.join('')}</${element}>`;
};

/** What the work takes of the processor, in milliseconds: others may be at work beside it. */
async function spent<T>(work: () => Promise<T>): Promise<{ readonly took: number; readonly result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  return { took: process.cpuUsage(before).user / 1000, result };
}

/** Documents of one stream that mean harm, inside its own records: what each is called, and what it must be refused as. */
function hostile(table: RecordTable): readonly (readonly [string, DocumentRefusal, Document, Partial<ReadOptions>?])[] {
  const [of] = table.children;
  const within = (inner: string): string => (of ? record(table, `<${of.element}>${inner}</${of.element}>`) : inner);
  const deep = `${'<x>'.repeat(70)}${'</x>'.repeat(70)}`;
  return [
    ['elements in elements', 'too-deep', wrapped(record(table, deep))],
    ['elements in elements of a child', 'too-deep', wrapped(within(record(table, deep)))],
    ['a value that never ends', 'text-too-long', wrapped(record(table, '', 'x'.repeat(2_000_000)))],
    ['attributes without end', 'text-too-long', wrapped(`<${table.element} a="${'x'.repeat(2_000_000)}"`)],
    ['unknown elements without end', 'record-too-large', wrapped(`<${table.element}>${'<x/>'.repeat(3_000_000)}`)],
    ['an entity of its own', 'doctype-forbidden', `<!DOCTYPE x [<!ENTITY a "b">]>${wrapped(record(table, '', '&a;'))}`],
    ['an end that is missing', 'malformed', wrapped(record(table).slice(0, -1))],
    ['a bomb', 'unpacks-suspiciously', gzipSync(wrapped(record(table).repeat(200_000))), { gzip: true }],
  ];
}

const CASES = IMPORTED.flatMap((stream) =>
  tablesOf(stream).flatMap((table) =>
    hostile(table).map(([what, refusal, ...rest]) => [table.element, what, refusal, stream, ...rest] as const),
  ),
);

describe('a document that means harm', () => {
  it.each(CASES)('of %s, with %s, is refused as %s within a second', async (...of) => {
    const [, , refusal, stream, document, more] = of;
    let best = Infinity;
    // Others at work slow the processor down, too: what counts is what the work itself takes.
    for (let tries = 0; tries < 3 && best >= 1_000; tries += 1) {
      const { took, result } = await spent(() => refusalOf(document, optionsOf(stream, more)));
      expect(result?.code).toBe(`document.${refusal}`);
      best = Math.min(best, took);
    }
    expect(best).toBeLessThan(1_000);
  });

  const strangers = IMPORTED.flatMap((stream) => {
    const own = documentTables(stream, true);
    return TABLES.filter((table) => !own.includes(table)).map(({ element }) => [element, stream] as const);
  });
  it.each(strangers)('of %s among %s is refused with a code that says so', async (element, stream) => {
    const refusal = await refusalOf(wrapped(`<${element}/>`), optionsOf(stream));
    expect(refusal?.code).toBe('document.wrong-stream');
  });
});

const PARENTS = IMPORTED.flatMap((stream) =>
  tablesOf(stream).flatMap((table) => table.children.map((of) => [of.element, stream, table, of] as const)),
);

describe('a record with too much in it', () => {
  const readOne = async (document: Document, stream: DocumentStream): Promise<ReadRecord> => {
    const { records } = await read(document, optionsOf(stream));
    expect(records).toHaveLength(1);
    return records[0]!;
  };

  it.each(PARENTS)('of ever the same %s is rejected, not the document', async (_, stream, table, of) => {
    const document = wrapped(record(table, child(of, '1').repeat(Math.min(of.atMost, 10_000))));
    const { took, result } = await spent(() => readOne(document, stream));
    expect(result.faults.map(({ reason }) => reason)).toContain('duplicate-child');
    expect(result.faults.length).toBeLessThanOrEqual(20);
    expect(took).toBeLessThan(1_000);
  });

  it.each(PARENTS)('of more %s than one may have is rejected', async (_, stream, table, of) => {
    const all = Array.from({ length: of.atMost + 1 }, (_, no) => child(of, String(no)));
    const result = await readOne(wrapped(record(table, all.join(''))), stream);
    expect(result.faults.map(({ reason }) => reason)).toContain('too-many-children');
  });

  it.each(PARENTS)(
    'tells %s apart by any name, also one that every object of JavaScript has',
    async (_, stream, table, of) => {
      const ids = ['__proto__', 'toString', 'valueOf'];
      const inner = ids.map((id) => child(of, id)).join('');
      const result = await readOne(wrapped(record(table, inner, 'A')), stream);
      const isNumbered = of.key === 'row_no';
      expect(result.faults.map(({ reason }) => reason)).toEqual(isNumbered ? ids.map(() => 'pattern-mismatch') : []);
      if (!isNumbered) expect(Object.keys(result.children?.[of.kind] ?? {})).toEqual(ids);
    },
  );
});
