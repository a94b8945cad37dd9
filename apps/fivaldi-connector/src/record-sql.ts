import type { Field, RecordTable } from '#lib/documents';

/*
 * What can be said of one record in SQL, for a statement that has the staged record as `s`, the register's as `r` and
 * the one that will be as `a`. Names come from the record table, never from a document.
 */

/** Stands for a value about a person that nobody reads in a list of changes. */
export const MASK = '•••';

const COLUMN_TYPES: Record<Field['type']['kind'], string> = {
  text: 'text',
  pattern: 'text',
  code: 'text',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
};

/**
 * Ends a subquery that is to be run for each row that asks, by index. PostgreSQL would make a join of it otherwise, and
 * with no statistics of a company that is new it takes its register for a single record, and reads it whole each time.
 */
export const BY_INDEX = 'offset 0';

/** The register's table, owned by this connector. */
export const registerTable = ({ register }: Pick<RecordTable, 'register'>): string => `fivaldi.${register}_record`;

/** The temporary table that a document's records are staged in. */
export const stagedTable = ({ register }: Pick<RecordTable, 'register'>): string => `pg_temp.staged_${register}`;

/** A staged record: its place in the document, its faults, every field as text, children. */
export const stagedColumns = ({ fields, children }: RecordTable): readonly string[] => [
  'no int',
  'line int',
  '"column" int',
  'faults jsonb',
  ...fields.map(({ field }) => `${field} text`),
  ...(children.length > 0 ? ['children jsonb'] : []),
];

/** The staged records that parameter `no` holds as JSON. */
export const stagedRows = (table: RecordTable, no: number): string =>
  `select * from json_to_recordset($${no}::json) as given (${stagedColumns(table).join(', ')})`;

/** A key is text whatever it is written in: items and URLs name records by it. */
export const columnType = ({ key }: Pick<RecordTable, 'key'>, { field, type }: Field): string =>
  field === key ? 'text' : COLUMN_TYPES[type.kind];

/** Fields and, where the register has them, children. */
export const columnsOf = ({ fields, children }: RecordTable): readonly string[] => [
  ...fields.map(({ field }) => field),
  ...(children.length > 0 ? ['children'] : []),
];

/** The record as it will be: the document's fields, and under `keep` the register's where the document has none. */
export function afterColumns(table: RecordTable, keep: boolean): string {
  const typed = (field: Field): string => `nullif(s.${field.field}, '')::${columnType(table, field)}`;
  const columns = table.fields.map((field) =>
    keep
      ? `case when s.${field.field} is null then r.${field.field} else ${typed(field)} end as ${field.field}`
      : `${typed(field)} as ${field.field}`,
  );
  if (table.children.length > 0) {
    columns.push(
      keep
        ? `fivaldi.keep_children(coalesce(r.children, '{}'), coalesce(s.children, '{}')) as children`
        : `jsonb_strip_nulls(coalesce(s.children, '{}')) as children`,
    );
  }
  return columns.join(', ');
}

/** Whether some field that had a value has none afterwards; asked of records that both sides have. */
export function emptied({ fields, key, children }: RecordTable): string {
  const lost = fields
    .filter(({ field }) => field !== key)
    .map(({ field }) => `(r.${field} is not null and a.${field} is null)`);
  if (children.length > 0) lost.push('fivaldi.children_emptied(r.children, a.children)');
  return lost.length > 0 ? `(${lost.join(' or ')})` : 'false';
}

/**
 * The fields that differ, as `[{field, before, after}]`; asked of records that both sides have. Of a sensitive field
 * it says that it differs, and neither value.
 */
export function changes({ fields, key, children }: RecordTable): string {
  const own = fields
    .filter(({ field }) => field !== key)
    .map(
      ({ field, sensitive }, index) =>
        `(${index}, '${field}', r.${field}::text, a.${field}::text, ${sensitive ?? false})`,
    );
  const parts = own.length > 0 ? [`select * from (values ${own.join(', ')}) as v`] : [];
  if (children.length > 0) {
    const secret = sensitiveChildren(children);
    parts.push(
      `select 1000, c.field, c.before, c.after, ${secret} from fivaldi.child_changes(r.children, a.children) c`,
    );
  }
  const shown = (value: string): string =>
    `case when c.secret and c.${value} is not null then '${MASK}' else c.${value} end`;
  return `(
    select jsonb_agg(
             jsonb_build_object('field', c.field, 'before', ${shown('before')}, 'after', ${shown('after')})
             order by c.no, c.field)
      from (${parts.join(' union all ')}) as c (no, field, before, after, secret)
     where c.before is distinct from c.after)`;
}

/** Whether the path `c.field` is that of a sensitive field of a child; its id may be any text. */
function sensitiveChildren(children: RecordTable['children']): string {
  const paths = children.flatMap(({ kind, fields }) =>
    fields.filter(({ sensitive }) => sensitive).map(({ field }) => [`${kind}/`, `/${field}`] as const),
  );
  const conditions = paths.map(
    ([from, to]) => `(left(c.field, ${from.length}) = '${from}' and right(c.field, ${to.length}) = '${to}')`,
  );
  return conditions.length > 0 ? conditions.join(' or ') : 'false';
}
