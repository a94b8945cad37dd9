import { describe, expect, it } from '@jest/globals';
import { SaxesParser } from 'saxes';

import { DOCUMENT_STREAM_NAMES, type DocumentStream, supports } from '#lib/contracts';

import { LANGUAGES } from './record-table.js';
import { RECORD_REASONS } from './record.js';
import { explainFault, recordReasons } from './record-reasons.js';
import { referencePage } from './reference.js';
import { documentTables, tablesOf } from './streams/tables.js';
import { xsd } from './xsd.js';

const partsOf = (stream: DocumentStream) => tablesOf(stream).flatMap((table) => [table, ...table.children]);

describe.each(DOCUMENT_STREAM_NAMES)('the documents of %s', (stream) => {
  it('are on their reference page, every field of them', () => {
    const page = referencePage(stream).replaceAll(/ +\|/g, ' |');
    for (const { element, label, fields } of partsOf(stream)) {
      expect(page).toContain(`# ${element}: ${label.fi} / ${label.sv} / ${label.en}\n`);
      for (const { attribute, element, label, field } of fields) {
        expect(page).toContain(`| \`${attribute ? '@' : ''}${element}\` | ${label.fi} | ${label.sv} | ${label.en} |`);
        expect(page).toContain(`| \`${field}\` |`);
      }
    }
  });

  it('have a well-formed schema with every element and attribute, and each type once', () => {
    const named: string[] = [];
    const patterns: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name, attributes }) => {
      if (name === 'xs:pattern') patterns.push(String(attributes['value']));
      else if ('name' in attributes) named.push(`${name} ${String(attributes['name'])}`);
    });
    parser.write(xsd(stream)).close();
    const tables = documentTables(stream, supports(stream, 'import'));
    const parts = tables.flatMap((table) => [table, ...table.children]);
    expect(named.filter((name) => name.startsWith('xs:complexType'))).toEqual(
      parts.map(({ element }) => `xs:complexType ${element}`),
    );
    const fields = parts.flatMap(({ fields }) => fields);
    expect(named).toEqual(
      expect.arrayContaining([
        'xs:element FivaldiXML',
        'xs:element FVBusinessId',
        ...parts.map(({ element }) => `xs:element ${element}`),
        ...fields.map(({ attribute, element }) => `xs:${attribute ? 'attribute' : 'element'} ${element}`),
      ]),
    );
    for (const pattern of patterns) expect(() => new RegExp(`^(?:${pattern})$`, 'u')).not.toThrow();
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
