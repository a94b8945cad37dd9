import { MAX_CHILDREN } from './record-builder.js';
import type { ChildTable, Field, FieldSource, FieldType, RecordTable } from './record-table.js';

const SOURCES: Readonly<Record<FieldSource, string>> = {
  documented: 'documented',
  seen: 'seen in public programs',
  ours: 'ours',
};

const HEADINGS = ['element', 'suomi', 'svenska', 'English', 'type', 'length', 'required', 'field', 'name'];

/** The stream's reference page, Markdown: everything that a document may hold, from the same table that reads it. */
export function referencePage(table: RecordTable): string {
  return [
    `# ${table.label.fi} (${table.stream})`,
    '',
    `A document is \`FivaldiXML\` with one \`FVBusinessId\` before the first record, at most one \`FVCreationTime\`,`,
    `and any number of \`${table.element}\`. Records are told apart by \`${keyElement(table)}\`.`,
    '',
    'Names marked _ours_ are not public: they are chosen in the manner of the documented ones. The order of the',
    'elements of a record is free, and none but a child may stand twice. An absent element says nothing; an empty one',
    'empties its field. White space at the ends of a value is not part of it. Lengths count characters.',
    '',
    ...section(table),
    ...table.children.flatMap((child) => [
      `## ${child.element}: ${child.label.fi} / ${child.label.sv} / ${child.label.en}`,
      '',
      `Inside \`${table.element}\`, up to ${MAX_CHILDREN} in all, told apart by \`${keyElement(child)}\`.`,
      '',
      ...section(child),
    ]),
  ].join('\n');
}

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
  const [type, length] = describe(field.type);
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
