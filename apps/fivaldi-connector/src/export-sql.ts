import type { Field, RecordTable } from '#lib/documents';

import { columnType, registerTable } from './record-sql.js';

/** A record as {@link exportSql} gives it: canonical texts by the fields' names, `children` as JSON. */
export type ExportRow = Readonly<Record<string, string | null>> & {
  readonly children: string | null;
  /** Whether it has more children than may come with other records: {@link childrenSql} has them. */
  readonly children_apart: string;
  readonly is_protected: string;
};

/**
 * Bytes of children as they are stored, packed as a rule: hundreds of rows. An order may have ten thousand, and a
 * portion has two hundred orders.
 */
const APART = 16_384;

/** The children of one record, as text: $1 environment, $2 company, $3 its key. */
export const childrenSql = (table: RecordTable): string =>
  `select r.children::text as children from ${registerTable(table)} r
    where r.environment_id = $1 and r.company_id = $2 and r.${table.key} = $3`;

/** The field that puts somebody under a non-disclosure order [turvakielto]. */
const RESTRICTION = 'security_restriction';

/** Whether a register is about people themselves. */
export const isAboutPeople = ({ fields }: RecordTable): boolean => fields.some(({ field }) => field === RESTRICTION);

/**
 * The query that reads a register out, in the order of its keys; made from the record table. Names come from the table,
 * values are bound: $1 environment, $2 company, $3 since, or null for all of it, $4 the level of dimensions, or null.
 */
export function exportSql(table: RecordTable): string {
  const columns = table.fields.map((field) => `${canonical(table, field)} as ${field.field}`);
  const apart = table.children.length > 0 ? `pg_column_size(r.children) > ${APART}` : 'false';
  const children = table.children.length > 0 ? `case when ${apart} then null else r.children::text end` : 'null';
  const level =
    table.register === 'dimension' ? `and ($4::text is null or starts_with(r.${table.key}, $4 || '/'))` : '';
  return `
      select ${columns.join(', ')}, ${children} as children, (${apart})::text as children_apart,
             (${isProtected(table)})::text as is_protected
        from ${registerTable(table)} r
       where r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null
         and ($3::timestamptz is null or r.updated_at >= $3) and ($4::text is null or true) ${level}
       order by r.${table.key}`;
}

/** A column as its canonical text: equal values are equal texts, however they came in. */
function canonical(table: RecordTable, field: Field): string {
  switch (columnType(table, field)) {
    case 'numeric':
      return `trim_scale(r.${field.field})::text`;
    case 'date':
      return `to_char(r.${field.field}, 'YYYY-MM-DD')`;
    default:
      return `r.${field.field}::text`;
  }
}

/**
 * Whether a record is about somebody under a non-disclosure order: their own, or one that says where they live. An
 * order stands as long as the person's row does, deleted or not.
 */
function isProtected(table: RecordTable): string {
  if (isAboutPeople(table)) return `coalesce(r.${RESTRICTION}, false)`;
  const person = table.stream === 'kiha' ? table.fields.find(({ field }) => field === 'person_id') : undefined;
  if (person === undefined) return 'false';
  return `exists (
    select from fivaldi.estate_person_record p
     where p.environment_id = r.environment_id and p.company_id = r.company_id and p.person_id = ${canonical(table, person)}
       and p.${RESTRICTION})`;
}
