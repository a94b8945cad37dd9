import { createHash } from 'node:crypto';

import type { RecordTable } from '#lib/documents';
import type { Children, Fields, RegisterRecord } from '#lib/policy';
import type { Sql } from '#lib/store';

import { columnType, registerTable } from '../record-sql.js';
import { namesOf } from './register-table.js';

/** Where a record is. */
export interface RecordPlace {
  readonly environmentId: string;
  readonly companyId: string;
  readonly key: string;
}

/** A record as it stands, deleted ones too. */
export interface StandingRecord extends RegisterRecord {
  readonly key: string;
  readonly writtenBy: string;
  /** PostgreSQL's texts, to the microsecond. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

export interface RecordRow {
  readonly key: string;
  readonly values: readonly (string | null)[];
  readonly children: Children | null;
  readonly imported: boolean;
  readonly written_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly deleted_at: string | null;
}

/**
 * One register's rows, one at a time, by statements made from its record table: names come from there, values are
 * bound. What whole documents do to the same rows is in `register-sql.ts`.
 */
export class RecordRows {
  readonly #names: readonly string[];

  constructor(private readonly table: RecordTable) {
    this.#names = namesOf(table).fields;
  }

  /** What {@link recordOf} reads, of a register with the alias `r`; children are read when they are asked for. */
  columns(children: string): string {
    const values = this.#names.map((name) => `r.${name}::text`).join(', ');
    const own = this.table.children.length > 0 ? children : `'{}'::jsonb`;
    return `r.${this.table.key} as key, array[${values}]::text[] as values, ${own} as children,
      r.imported, r.written_by, r.created_at, r.updated_at, r.deleted_at`;
  }

  recordOf(row: RecordRow): StandingRecord {
    return {
      key: row.key,
      fields: Object.fromEntries(this.#names.map((name, index) => [name, row.values[index] ?? null])),
      children: row.children ?? {},
      imported: row.imported,
      writtenBy: row.written_by,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
    };
  }

  async find(sql: Sql, place: RecordPlace): Promise<StandingRecord | null> {
    const [row] = await sql.rows<RecordRow>(
      `select ${this.columns('r.children')} from ${registerTable(this.table)} r
        where r.environment_id = $1 and r.company_id = $2 and r.${this.table.key} = $3`,
      [place.environmentId, place.companyId, place.key],
    );
    return row ? this.recordOf(row) : null;
  }

  /** Puts the whole record in place, alive. Answers with its mark. */
  async put(
    sql: Sql,
    { environmentId, companyId, key }: RecordPlace,
    after: RegisterRecord,
    by: string,
  ): Promise<string> {
    const { table } = this;
    const hasChildren = table.children.length > 0;
    const columns = [...this.#names, ...(hasChildren ? ['children'] : []), 'imported', 'written_by'];
    const fields = table.fields.filter(({ field }) => field !== table.key);
    const types = [
      ...fields.map((field) => columnType(table, field)),
      ...(hasChildren ? ['jsonb'] : []),
      'boolean',
      'text',
    ];
    const values: unknown[] = fields.map(({ field }) => after.fields[field] ?? null);
    if (hasChildren) values.push(JSON.stringify(storedChildren(after)));
    values.push(after.imported, by);
    const [row] = await sql.rows<MarkedRow>(
      `insert into ${registerTable(table)} as r (environment_id, company_id, ${table.key}, ${columns.join(', ')})
       values ($1, $2, $3, ${types.map((type, index) => `$${index + 4}::${type}`).join(', ')})
       on conflict (environment_id, company_id, ${table.key}) do update set
         ${columns.map((name) => `${name} = excluded.${name}`).join(', ')},
         updated_at = clock_timestamp(), deleted_at = null
       returning ${MARKED}`,
      [environmentId, companyId, key, ...values],
    );
    return markOfRow(row!);
  }

  /** Marks the record as deleted. Answers with its mark. */
  async remove(sql: Sql, { environmentId, companyId, key }: RecordPlace, by: string): Promise<string> {
    const [row] = await sql.rows<MarkedRow>(
      `update ${registerTable(this.table)} r
          set deleted_at = clock_timestamp(), updated_at = clock_timestamp(), written_by = $4
        where environment_id = $1 and company_id = $2 and ${this.table.key} = $3
        returning ${MARKED}`,
      [environmentId, companyId, key, by],
    );
    return markOfRow(row!);
  }
}

const MARKED = 'r.updated_at, r.deleted_at, r.imported';
type MarkedRow = Pick<RecordRow, 'updated_at' | 'deleted_at' | 'imported'>;

/**
 * Names a record as it stands. Made of when it was written, never of its values: whoever may not see a value must not
 * be able to guess it.
 */
export const markOf = ({ updatedAt, deletedAt, imported }: StandingRecord): string =>
  markOfRow({ updated_at: updatedAt, deleted_at: deletedAt, imported });

const markOfRow = ({ updated_at, deleted_at, imported }: MarkedRow): string =>
  createHash('sha256')
    .update(JSON.stringify([updated_at, deleted_at, imported]))
    .digest('base64url')
    .slice(0, 22);

/** Children as the register keeps them: what is empty is absent, and so is a kind without children. */
function storedChildren({ children }: RegisterRecord): Children {
  const given = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return Object.fromEntries(
    Object.entries(children)
      .filter(([, all]) => Object.keys(all).length > 0)
      .map(([kind, all]) => [kind, Object.fromEntries(Object.entries(all).map(([id, child]) => [id, given(child)]))]),
  );
}
