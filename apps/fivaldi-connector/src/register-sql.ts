import type { Field, RecordTable } from '#lib/documents';
import type { CompanyRegisterMode, ProductRegisterMode } from '#lib/policy';

export type ImportMode = CompanyRegisterMode | ProductRegisterMode;

/**
 * The set-based form of the import modes: statements over a staging table, made
 * from a stream's record table.
 *
 * It says for a whole document at once what `planRecord` of `libs/policy` says
 * for one record; a property test demands that the two agree. Names come from
 * the record table, values are always bound. Parameters: $1 environment, $2
 * company, $3 transfer.
 *
 * In the staging table a missing element is `null` and an empty one is `''`:
 * both become `null` in the register, but only `''` empties under `keep`.
 */
export interface RegisterSql {
  /** Temporary tables of one connection; emptied by every commit and rollback. */
  readonly session: readonly string[];
  readonly copy: string;
  /** Keys that the document names more than once, with the places of the first two. */
  readonly repeatedKeys: string;
  /** One writer at a time to a company's register: what was planned is still true when it is applied. */
  readonly lock: string;
  /** Rejected records as items; used alone when a document is not carried out. */
  readonly rejected: string;
  /** Writes one item a record and answers with counts: `outcome`, `records`, `emptied`. */
  readonly plan: string;
  /** Writes one item a record that the register has and the document lacks. */
  readonly planDeletions: string;
  readonly apply: string;
  /** Records that were made by hand and equal the document's: from now on they count as imported. */
  readonly adopt: string;
  readonly applyDeletions: string;
}

const COLUMN_TYPES: Record<Field['type']['kind'], string> = {
  text: 'text',
  pattern: 'text',
  code: 'text',
  decimal: 'numeric',
  boolean: 'boolean',
  date: 'date',
};

/** The register's table, owned by this connector. */
export const registerTable = ({ register }: RecordTable): string => `fivaldi.${register}_record`;

export const columnType = ({ type }: Field): string => COLUMN_TYPES[type.kind];

export function registerSql(table: RecordTable, mode: ImportMode): RegisterSql {
  const { key } = table;
  const register = registerTable(table);
  const staged = `pg_temp.staged_${table.register}`;
  const hasChildren = table.children.length > 0;
  const columns = [...table.fields.map(({ field }) => field), ...(hasChildren ? ['children'] : [])];
  const list = (names: readonly string[], alias = ''): string => names.map((name) => alias + name).join(', ');
  const after = afterColumns(table, mode === 'update-keep');
  const same = `(${list(columns, 'a.')}) is not distinct from (${list(columns, 'r.')})`;
  const inRegister = `r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null`;
  const items = `transfers.item (transfer_id, no, key, outcome, line, "column", faults, changes)`;

  return {
    session: [
      `create temporary table staged_${table.register} (
         no int not null, line int not null, "column" int not null, faults jsonb,
         ${table.fields.map(({ field }) => `${field} text`).join(', ')}${hasChildren ? ', children jsonb' : ''}
       ) on commit delete rows`,
    ],
    copy: `copy ${staged} from stdin`,
    repeatedKeys: `
      with first as materialized (
        select ${key} as key, min(no) as no from ${staged}
         where ${key} is not null group by ${key} having count(*) > 1 order by min(no) limit 1)
      select key, array(select s.line from ${staged} s where s.${key} = first.key order by s.no limit 2) as lines
        from first`,
    lock: `select pg_advisory_xact_lock(hashtextextended($1 || '${table.register}', 0))`,
    rejected: `
      insert into ${items}
      select $1, no, ${key}, 'rejected', line, "column", faults, null from ${staged} where faults is not null`,
    plan: `
      with planned as materialized (
        select s.no, s.${key} as key, s.line, s."column", s.faults,
               case when s.faults is not null then 'rejected'
                    when r.${key} is null then 'created'
                    when ${leaves(table, mode)} then 'left'
                    when ${same} then 'unchanged'
                    else 'updated' end as outcome,
               ${emptied(table)} as emptied,
               ${changes(table)} as changes
          from ${staged} s
          left join ${register} r on ${inRegister} and r.${key} = s.${key}
          cross join lateral (select ${after}) a
      ), items as (
        insert into ${items}
        select $3, no, key, outcome, line, "column", faults, case when outcome = 'updated' then changes end from planned
      )
      select outcome, count(*)::int as records, (count(*) filter (where emptied and outcome = 'updated'))::int as emptied
        from planned group by outcome`,
    planDeletions: `
      with lacking as (
        insert into ${items}
        select $3, $4::int + row_number() over (order by r.${key}), r.${key}, 'deleted', null, null, null, null
          from ${register} r
         where ${inRegister} and not exists (select from ${staged} s where s.${key} = r.${key})
        returning 1
      )
      select count(*)::int as records from lacking`,
    apply: `
      insert into ${register} (environment_id, company_id, ${list(columns)}, imported, written_by)
      select $1, $2, ${list(columns, 'a.')}, true, $3::text
        from ${staged} s
        join transfers.item i on i.transfer_id = $3::uuid and i.no = s.no and i.outcome in ('created', 'updated')
        ${mode === 'update-keep' ? `left join ${register} r on ${inRegister} and r.${key} = s.${key}` : ''}
        cross join lateral (select ${after}) a
      on conflict (environment_id, company_id, ${key}) do update set
        ${columns.map((name) => `${name} = excluded.${name}`).join(', ')},
        imported = true, written_by = excluded.written_by, updated_at = clock_timestamp(), deleted_at = null`,
    adopt: `
      update ${register} r set imported = true
        from transfers.item i
       where ${inRegister} and not r.imported
         and i.transfer_id = $3 and i.outcome = 'unchanged' and i.key = r.${key}`,
    applyDeletions: `
      update ${register} r set deleted_at = clock_timestamp(), written_by = $3::text
        from transfers.item i
       where ${inRegister} and i.transfer_id = $3::uuid and i.outcome = 'deleted' and i.key = r.${key}`,
  };
}

/** When the mode leaves a record of the register alone. */
function leaves({ register }: RecordTable, mode: ImportMode): string {
  if (mode !== 'add-only') return 'false';
  // A customer made by hand is overwritten by the first import that names it (semantics §1, the seed's note).
  return register === 'company' ? 'r.imported' : 'true';
}

/** The record as it will be: the document's fields, and under `keep` the register's where the document has none. */
function afterColumns({ fields, children }: RecordTable, keep: boolean): string {
  const typed = (field: Field): string => `nullif(s.${field.field}, '')::${columnType(field)}`;
  const columns = fields.map((field) =>
    keep
      ? `case when s.${field.field} is null then r.${field.field} else ${typed(field)} end as ${field.field}`
      : `${typed(field)} as ${field.field}`,
  );
  if (children.length > 0) {
    columns.push(
      keep
        ? `fivaldi.keep_children(coalesce(r.children, '{}'), coalesce(s.children, '{}')) as children`
        : `jsonb_strip_nulls(coalesce(s.children, '{}')) as children`,
    );
  }
  return columns.join(', ');
}

/** Whether some field that had a value has none afterwards. */
function emptied({ fields, key, children }: RecordTable): string {
  const lost = fields
    .filter(({ field }) => field !== key)
    .map(({ field }) => `(r.${field} is not null and a.${field} is null)`);
  if (children.length > 0) lost.push('fivaldi.children_emptied(r.children, a.children)');
  return `r.${key} is not null and s.faults is null and (${lost.join(' or ')})`;
}

/** The fields that differ, as `[{field, before, after}]`; computed only for records that both sides have. */
function changes({ fields, key, children }: RecordTable): string {
  const values = fields
    .filter(({ field }) => field !== key)
    .map(({ field }, index) => `(${index}, '${field}', r.${field}::text, a.${field}::text)`);
  const ofChildren =
    children.length > 0
      ? ` union all select 1000, c.field, c.before, c.after from fivaldi.child_changes(r.children, a.children) c`
      : '';
  return `case when r.${key} is not null and s.faults is null then (
    select jsonb_agg(jsonb_build_object('field', c.field, 'before', c.before, 'after', c.after) order by c.no, c.field)
      from (select * from (values ${values.join(', ')}) as v (no, field, before, after)${ofChildren}) as c (no, field, before, after)
     where c.before is distinct from c.after) end`;
}
