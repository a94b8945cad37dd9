import type { RecordTable } from '#lib/documents';

import { afterColumns, BY_INDEX, columnsOf, columnType, registerTable, stagedTable } from './record-sql.js';

/**
 * Base data as a document will leave it, while none of it is written yet: a dry run and a held document are completed
 * from it like one that goes in.
 *
 * What the document brings of a register is noted in a temporary table of the register's shape; whoever looks a record
 * up finds it there first, and else in the register.
 */
export interface ComingSql {
  readonly session: readonly string[];
  /** Notes the records staged after $3 up to $4, as they will be ($1 environment, $2 company). */
  readonly note: string;
  /** Adds what the document does not bring, so that the temporary table is the whole register ($1, $2 likewise). */
  readonly addRest: string;
}

export const comingTable = ({ register }: RecordTable): string => `pg_temp.coming_${register}`;

/** `lookedUpBy` are lists of columns or expressions, an index each. */
export function comingSql(table: RecordTable, lookedUpBy: readonly string[]): ComingSql {
  const { key, fields } = table;
  const columns = columnsOf(table);
  return {
    session: [
      `create temporary table coming_${table.register} (
         ${fields.map((field) => `${field.field} ${columnType(table, field)}`).join(', ')}
       ) on commit delete rows`,
      ...[key, ...lookedUpBy].map((by) => `create index on pg_temp.coming_${table.register} (${by})`),
    ],
    note: `
      insert into ${comingTable(table)} (${columns.join(', ')})
      select ${columns.map((name) => `a.${name}`).join(', ')}
        from ${stagedTable(table)} s
        left join lateral (
          select * from ${registerTable(table)} r
           where r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null and r.${key} = s.${key}
          ${BY_INDEX}) r on true
        cross join lateral (select ${afterColumns(table, true)}) a
       where s.no > $3 and s.no <= $4 and s.faults is null`,
    addRest: `
      insert into ${comingTable(table)} (${columns.join(', ')})
      select ${columns.map((name) => `r.${name}`).join(', ')} from ${registerTable(table)} r
       where r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null
         and not exists (select from ${comingTable(table)} c where c.${key} = r.${key} ${BY_INDEX})`,
  };
}

/**
 * The records with `columns` for which `holds`, as the document will leave the register; a subquery. `holds` is given
 * the alias of the record's table. $1 is the environment, $2 the company.
 */
export function asComing(table: RecordTable, columns: readonly string[], holds: (alias: string) => string): string {
  const list = (alias: string): string => columns.map((name) => `${alias}.${name}`).join(', ');
  const register = 'kept';
  const document = 'coming';
  return `(
    select ${list(register)} from ${registerTable(table)} ${register}
     where ${register}.environment_id = $1 and ${register}.company_id = $2 and ${register}.deleted_at is null
       and ${holds(register)}
       and not exists (select from ${comingTable(table)} c where c.${table.key} = ${register}.${table.key})
    union all
    select ${list(document)} from ${comingTable(table)} ${document} where ${holds(document)}
    ${BY_INDEX})`;
}
