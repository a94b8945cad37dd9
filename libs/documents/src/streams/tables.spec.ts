import { describe, expect, it } from '@jest/globals';

import { DOCUMENT_STREAM_NAMES, supports } from '#lib/contracts';

import { LANGUAGES, type RecordTable } from '../record-table.js';
import { bringsBasicData, documentTables, TABLES, tablesOf } from './tables.js';

const parts = (table: RecordTable) => [table, ...table.children];

/** What every register has beside its table's fields. */
const OWN_COLUMNS = [
  'environment_id',
  'company_id',
  'children',
  'imported',
  'written_by',
  'created_at',
  'updated_at',
  'deleted_at',
];

describe.each(TABLES.map((table) => [table.register, table] as const))('the table of %s', (_, table) => {
  it('names each element and each field once, and has its keys', () => {
    for (const { fields, key } of parts(table)) {
      expect(new Set(fields.map(({ field }) => field)).size).toBe(fields.length);
      expect(new Set(fields.map(({ element }) => element)).size).toBe(fields.length);
      expect(fields.find(({ field }) => field === key)?.required).toBe(true);
    }
    const within = [...table.fields, ...table.children].map(({ element }) => element);
    expect(new Set(within).size).toBe(within.length);
  });

  it('has a column name for every field, and leaves the register its own', () => {
    for (const { field } of parts(table).flatMap(({ fields }) => fields)) expect(field).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(table.fields.filter(({ field }) => OWN_COLUMNS.includes(field))).toEqual([]);
  });

  it('has a label in every language for all that has a name', () => {
    const labels = parts(table).flatMap(({ label, fields }) => [label, ...fields.map((field) => field.label)]);
    for (const label of labels) expect(LANGUAGES.map((language) => label[language].trim())).not.toContain('');
  });

  it('keeps personal identity codes out of sight', () => {
    const codes = parts(table).flatMap(({ fields }) => fields.filter(({ field }) => field.includes('social_security')));
    expect(codes.filter(({ sensitive }) => !sensitive)).toEqual([]);
  });

  it('belongs to its stream', () => {
    expect(tablesOf(table.stream)).toContain(table);
  });
});

describe('the tables together', () => {
  it('give each kind of record, and each of its parts, an element of its own', () => {
    const elements = TABLES.flatMap(parts).map(({ element }) => element);
    expect(new Set(elements).size).toBe(elements.length);
  });

  it('give each field of a record an element that no other kind of record has', () => {
    const elements = TABLES.flatMap(({ fields }) => fields.map(({ element }) => element));
    expect(new Set(elements).size).toBe(elements.length);
  });

  it('are one register each', () => {
    expect(new Set(TABLES.map(({ register }) => register)).size).toBe(TABLES.length);
  });

  it.each(DOCUMENT_STREAM_NAMES)('cover the stream %s', (stream) => {
    expect(tablesOf(stream).length).toBeGreaterThan(0);
  });
});

describe('base data in a document', () => {
  const basic = tablesOf('perustiedot');
  const others = DOCUMENT_STREAM_NAMES.filter((stream) => supports(stream, 'import') && stream !== 'perustiedot');

  it.each(others)('stands before the records of %s, for whoever may bring it', (stream) => {
    expect(documentTables(stream, true)).toEqual([...basic, ...tablesOf(stream)]);
    expect(documentTables(stream, false)).toEqual(tablesOf(stream));
  });

  it('is all that a document of its own stream holds', () => {
    expect(documentTables('perustiedot', true)).toEqual(basic);
  });

  it.each([
    ['tilaukset', ['order'], false],
    ['tilaukset', ['discount', 'order'], true],
    ['tuoterekisteri', ['dimension'], true],
    ['perustiedot', ['dimension'], false],
    ['palkat', [], false],
  ] as const)('rides along in %s with %j: %s', (stream, registers, brings) => {
    expect(bringsBasicData(stream, registers)).toBe(brings);
  });
});
