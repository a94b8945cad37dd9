import { type DocumentStream, supports } from '#lib/contracts';

import type { ChildTable, Field, FieldType, RecordTable } from './record-table.js';
import { documentTables } from './streams/tables.js';

/**
 * The stream's XML Schema 1.0, without a target namespace, for whoever writes
 * documents. It cannot say all that the reader demands (each element once, one
 * FVBusinessId before the first record, the right to bring base data); what it
 * says, the reader demands too.
 */
export function xsd(stream: DocumentStream): string {
  const tables = documentTables(stream, supports(stream, 'import'));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">',
    '  <xs:element name="FivaldiXML">',
    '    <xs:complexType>',
    '      <xs:choice minOccurs="0" maxOccurs="unbounded">',
    '        <xs:element name="FVBusinessId" type="xs:token"/>',
    '        <xs:element name="FVCreationTime" type="xs:token"/>',
    ...tables.map(({ element }) => `        <xs:element name="${element}" type="${element}"/>`),
    '      </xs:choice>',
    '    </xs:complexType>',
    '  </xs:element>',
    ...tables.flatMap((table) => [
      ...complexType(table, table.children),
      ...table.children.flatMap((child) => complexType(child, [])),
    ]),
    '</xs:schema>',
    '',
  ].join('\n');
}

function complexType({ element, fields, key }: RecordTable | ChildTable, children: readonly ChildTable[]): string[] {
  return [
    `  <xs:complexType name="${element}">`,
    ...documentation('    ', `Told apart by ${fields.find(({ field }) => field === key)?.element ?? key}.`),
    '    <!-- A choice, because the order is free: xs:all would say so and each element once, but in XML Schema 1.0',
    '         it cannot hold the children that may stand several times. -->',
    '    <xs:choice minOccurs="0" maxOccurs="unbounded">',
    ...fields.filter(({ attribute }) => !attribute).flatMap(elementOf),
    ...children.map((child) => `      <xs:element name="${child.element}" type="${child.element}"/>`),
    '    </xs:choice>',
    ...fields.filter(({ attribute }) => attribute).flatMap(attributeOf),
    '  </xs:complexType>',
  ];
}

function elementOf(field: Field): string[] {
  return [
    `      <xs:element name="${field.element}">`,
    ...documentation('        ', labelsOf(field)),
    ...simpleType('        ', field),
    '      </xs:element>',
  ];
}

function attributeOf(field: Field): string[] {
  return [
    `    <xs:attribute name="${field.element}"${field.required ? ' use="required"' : ''}>`,
    ...documentation('      ', labelsOf(field)),
    ...simpleType('      ', field),
    '    </xs:attribute>',
  ];
}

/** An empty element empties its field, so every type but a required one also takes nothing at all. */
function simpleType(indent: string, { type, required }: Field): string[] {
  if (type.kind === 'text') {
    const least = required ? [`${indent}    <xs:minLength value="1"/>`] : [];
    return restriction(indent, 'xs:token', [...least, `${indent}    <xs:maxLength value="${type.max}"/>`]);
  }
  if (type.kind === 'code') {
    const values = required ? type.values : [...type.values, ''];
    return restriction(
      indent,
      'xs:token',
      values.map((value) => `${indent}    <xs:enumeration value="${escaped(value)}"/>`),
    );
  }
  const pattern = required ? patternOf(type) : `(${patternOf(type)})?`;
  return restriction(indent, 'xs:token', [`${indent}    <xs:pattern value="${escaped(pattern)}"/>`]);
}

function patternOf(type: Exclude<FieldType, { kind: 'text' | 'code' }>): string {
  switch (type.kind) {
    case 'pattern':
      return type.pattern;
    case 'decimal':
      return `-?0*[0-9]{1,${type.precision - type.scale}}(\\.${type.scale > 0 ? `[0-9]{1,${type.scale}}0*` : '0+'})?`;
    case 'boolean':
      return '[01]';
    case 'date':
      return '[0-9]{4}-[0-9]{2}-[0-9]{2}';
  }
}

function restriction(indent: string, base: string, facets: readonly string[]): string[] {
  return [
    `${indent}<xs:simpleType>`,
    `${indent}  <xs:restriction base="${base}">`,
    ...facets,
    `${indent}  </xs:restriction>`,
    `${indent}</xs:simpleType>`,
  ];
}

function documentation(indent: string, says: string): string[] {
  return [
    `${indent}<xs:annotation>`,
    `${indent}  <xs:documentation>${escaped(says)}</xs:documentation>`,
    `${indent}</xs:annotation>`,
  ];
}

const labelsOf = ({ label, source }: Field): string => `${label.fi} / ${label.sv} / ${label.en} (${source})`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
