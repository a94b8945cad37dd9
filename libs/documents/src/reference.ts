import { type DocumentStream, DOCUMENT_STREAMS, supports } from '#lib/contracts';

import type { ChildTable, Field, FieldSource, FieldType, RecordTable } from './record-table.js';
import { tablesOf } from './streams/tables.js';

const SOURCES: Readonly<Record<FieldSource, string>> = {
  documented: 'documented',
  seen: 'seen in public programs',
  ours: 'ours',
};

const HEADINGS = ['element', 'suomi', 'svenska', 'English', 'type', 'length', 'required', 'field', 'name'];

/** The stream's reference page, Markdown: everything that a document may hold, from the same tables that read it. */
export function referencePage(stream: DocumentStream): string {
  const tables = tablesOf(stream);
  return [
    `# ${DOCUMENT_STREAMS[stream].label} (${stream}): ${DOCUMENT_STREAMS[stream].directions.join(' and ')}`,
    '',
    'A document is `FivaldiXML` with one `FVBusinessId` before the first record, at most one `FVCreationTime`, and any',
    `number of ${tables.map(({ element }) => `\`${element}\``).join(', ')}${tables.length > 1 ? ', in any order' : ''}.`,
    ...besides(stream),
    '',
    'Names marked _ours_ are not public: they are chosen in the manner of the documented ones. The order of the',
    'elements of a record is free, and none but a child may stand twice. An absent element says nothing; an empty one',
    'empties its field. White space at the ends of a value is not part of it. Lengths count characters.',
    '',
    ...tables.flatMap(recordSections),
  ].join('\n');
}

/** What is true of this stream's documents only. */
function besides(stream: DocumentStream): string[] {
  if (stream === 'projektit') return ['A document holds one level of dimensions.'];
  if (stream === 'perustiedot' || !supports(stream, 'import')) return [];
  return [
    'Beside them may stand records of the [base data](perustiedot.md), from a partner user who may import that too;',
    'they go in first.',
  ];
}

function recordSections(table: RecordTable): string[] {
  return [
    `## ${heading(table)}`,
    '',
    `Told apart by \`${keyElement(table)}\`.`,
    '',
    ...section(table),
    ...table.children.flatMap((child) => [
      `### ${heading(child)}`,
      '',
      `Inside \`${table.element}\`, up to ${child.atMost}, told apart by \`${keyElement(child)}\`.`,
      '',
      ...section(child),
    ]),
  ];
}

const heading = ({ element, label }: RecordTable | ChildTable): string =>
  `${element}: ${label.fi} / ${label.sv} / ${label.en}`;

/** A Markdown table with its columns aligned, as the formatter would. */
function section({ fields }: { readonly fields: readonly Field[] }): string[] {
  const rows = [HEADINGS, ...fields.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [headings = '', ...lines] = rows.map((row) =>
    line(row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))),
  );
  return [headings, line(widths.map((width) => '-'.repeat(width))), ...lines, ''];
}

function cellsOf(field: Field): string[] {
  const { fi, sv, en } = field.label;
  const [kind, length] = describe(field.type);
  const type = field.sensitive ? `${kind}; never in items or logs` : kind;
  const required = field.required ? 'yes' : '';
  return [`\`${nameOf(field)}\``, fi, sv, en, type, length, required, `\`${field.field}\``, SOURCES[field.source]];
}

function describe(type: FieldType): [type: string, length: string] {
  switch (type.kind) {
    case 'text':
      return ['text', `${type.max}`];
    case 'pattern':
      return [`text: ${type.says.en}`, `${type.max}`];
    case 'decimal':
      if (type.scale === 0) return ['whole number', `${type.precision} digits`];
      return ['decimal, a dot', `${type.precision - type.scale} + ${type.scale} digits`];
    case 'code':
      return [`one of ${type.values.join(', ')}`, `${Math.max(...type.values.map(({ length }) => length))}`];
    case 'boolean':
      return ['1 or 0', '1'];
    case 'date':
      return ['date, YYYY-MM-DD', '10'];
  }
}

const nameOf = ({ attribute, element }: Field): string => (attribute ? `@${element}` : element);

function keyElement({ fields, key }: RecordTable | ChildTable): string {
  const field = fields.find((candidate) => candidate.field === key);
  return field === undefined ? key : nameOf(field);
}
