import { describe, expect, it } from '@jest/globals';
import { SaxesParser } from 'saxes';

import { LANGUAGES, type RecordTable } from './record-table.js';
import { RECORD_REASONS } from './record.js';
import { explainFault, recordReasons } from './record-reasons.js';
import { referencePage } from './reference.js';
import { tableOf, TABLES } from './streams/tables.js';
import { xsd } from './xsd.js';

const everyField = (table: RecordTable) => [table, ...table.children].flatMap(({ fields }) => fields);

describe.each(TABLES.map((table) => [table.stream, table] as const))('the table of %s', (stream, table) => {
  it('is found by its stream', () => {
    expect(tableOf(stream)).toBe(table);
  });

  it('names each element and each field once, and has its keys', () => {
    for (const { fields, key } of [table, ...table.children]) {
      expect(new Set(fields.map(({ field }) => field)).size).toBe(fields.length);
      expect(new Set(fields.map(({ element }) => element)).size).toBe(fields.length);
      expect(fields.find(({ field }) => field === key)?.required).toBe(true);
    }
  });

  it('has a column name for every field and a label in every language', () => {
    for (const { field, label } of everyField(table)) {
      expect(field).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(LANGUAGES.map((language) => label[language].trim())).not.toContain('');
    }
  });

  it('is on the reference page, every field of it', () => {
    const page = referencePage(table).replaceAll(/ +\|/g, ' |');
    for (const { attribute, element, label, field } of everyField(table)) {
      expect(page).toContain(`| \`${attribute ? '@' : ''}${element}\` | ${label.fi} | ${label.sv} | ${label.en} |`);
      expect(page).toContain(`| \`${field}\` |`);
    }
  });

  it('is a well-formed schema with every element and attribute', () => {
    const named: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes }) => {
      if (name === 'xs:element' || name === 'xs:attribute') named.push(`${name} ${String(attributes['name'])}`);
    });
    parser.write(xsd(table)).close();
    expect(named).toEqual(
      expect.arrayContaining([
        'xs:element FivaldiXML',
        'xs:element FVBusinessId',
        ...everyField(table).map(({ attribute, element }) => `xs:${attribute ? 'attribute' : 'element'} ${element}`),
      ]),
    );
  });
});

describe('a stream whose documents we do not read', () => {
  it('has no table', () => {
    expect(tableOf('kiha')).toBeUndefined();
  });
});

describe('a fault explained', () => {
  it('says where, what and how much in the language asked', () => {
    const fault = { line: 3, column: 7, element: 'ProductName', reason: 'too-long', limit: 80 } as const;
    expect(explainFault(fault, 'en')).toBe('3:7 ProductName may have at most 80 characters.');
    expect(explainFault(fault, 'fi')).toBe('3:7 ProductName saa olla enintään 80 merkkiä.');
    expect(explainFault({ ...fault, element: '$&' }, 'sv')).toBe('3:7 $& får ha högst 80 tecken.');
  });

  it.each(RECORD_REASONS)('has words of its own for %s in every language', (reason) => {
    const texts = LANGUAGES.map((language) => recordReasons[reason][language]);
    expect(new Set(texts).size).toBe(LANGUAGES.length);
    expect(texts.every((text) => text.includes('{element}'))).toBe(true);
  });
});
