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
 * company, $3 transfer; others as said.
 *
 * In the staging table a missing element is `null` and an empty one is `''`:
 * both become `null` in the register, but only `''` empties under `keep`.
 */
export interface RegisterSql {
  /** Temporary tables of one connection; emptied by every commit and rollback. */
  readonly session: readonly string[];
  readonly copy: string;
  /** The first key that stands more than once among the records staged after $1 up to $2, with its first two lines. */
  readonly repeatedKeys: string;
  /** One writer at a time to a company's register: what was planned is still true when it is applied. */
  readonly lock: string;
  /** One item for each staged record after $4 up to $5; answers with counts: `outcome`, `records`, `emptied`. */
  readonly plan: string;
  /** The same for a register that had no row when the import began ($2 transfer, $3 after, $4 up to). */
  readonly planNew: string;
  /** How many rows the register has, deleted ones too, counted to $3. */
  readonly size: string;
  /** One item for each record that the register has and the document lacks, numbered after $4. */
  readonly planDeletions: string;
  /** Items of records that could have gone in, when the document as a whole does not ($1 is the transfer). */
  readonly forget: string;
  /** Writes the new records among those staged after $4 up to $5. */
  readonly create: string;
  /**
   * The same in a register that had no row when the import began. A key that
   * stands twice goes in once here; the document is refused for it at the end.
   */
  readonly createNew: string;
  /** Writes the records whose items have one of the outcomes $4. */
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
  const keep = mode === 'update-keep';
  const after = afterColumns(table, keep);
  const same = `(${list(columns, 'a.')}) is not distinct from (${list(columns, 'r.')})`;
  const inRegister = `r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null`;
  const items = `transfers.item (environment_id, transfer_id, no, key, outcome, line, "column", faults, emptied, changes)`;
  const write = (keep: boolean, chosen: string, clash: string): string => `
      insert into ${register} (environment_id, company_id, ${list(columns)}, imported, written_by)
      select $1, $2, ${list(columns, 'a.')}, true, $3::text
        from ${staged} s
        ${keep ? `left join ${register} r on ${inRegister} and r.${key} = s.${key}` : ''}
        cross join lateral (select ${afterColumns(table, keep)}) a
        ${chosen}
      on conflict (environment_id, company_id, ${key}) ${clash}`;
  const replace = `do update set
        ${columns.map((name) => `${name} = excluded.${name}`).join(', ')},
        imported = true, written_by = excluded.written_by, updated_at = clock_timestamp(), deleted_at = null`;
  const item = 'join transfers.item i on i.transfer_id = $3::uuid and i.no = s.no';

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
         where ${key} is not null and no > $1 and no <= $2
         group by ${key} having count(*) > 1 order by min(no) limit 1)
      select key, array(select s.line from ${staged} s where s.${key} = first.key order by s.no limit 2) as lines
        from first`,
    lock: `select pg_advisory_xact_lock(hashtextextended($1 || '${table.register}', 0))`,
    plan: `
      with items as (
        insert into ${items}
        select $1, $3, s.no, s.${key}, p.outcome, s.line, s."column", s.faults,
               p.outcome = 'updated' and ${emptied(table)},
               case when p.outcome = 'updated' then ${changes(table)} end
          from ${staged} s
          left join ${register} r on ${inRegister} and r.${key} = s.${key}
          cross join lateral (select ${after}) a
          cross join lateral (
            select case when s.faults is not null then 'rejected'
                        when r.${key} is null then 'created'
                        when ${leaves(table, mode)} then 'left'
                        when ${same} then 'unchanged'
                        else 'updated' end as outcome) p
         where s.no > $4 and s.no <= $5
        returning outcome, emptied
      )
      select outcome, count(*)::int as records, (count(*) filter (where emptied))::int as emptied
        from items group by outcome`,
    planNew: `
      with items as (
        insert into ${items}
        select $1, $2, no, ${key}, case when faults is null then 'created' else 'rejected' end, line, "column", faults,
               false, null
          from ${staged} where no > $3 and no <= $4
        returning outcome
      )
      select outcome, count(*)::int as records, 0 as emptied from items group by outcome`,
    size: `select count(*)::int as records from (select from ${register} where environment_id = $1 and company_id = $2 limit $3) as counted`,
    planDeletions: `
      with lacking as (
        insert into ${items}
        select $1, $3, $4::int + row_number() over (order by r.${key}), r.${key}, 'deleted', null, null, null, false, null
          from ${register} r
         where ${inRegister} and not exists (select from ${staged} s where s.${key} = r.${key})
        returning 1
      )
      select count(*)::int as records from lacking`,
    forget: `delete from transfers.item where transfer_id = $1 and outcome <> 'rejected'`,
    create: write(false, `${item} and i.outcome = 'created' where s.no > $4 and s.no <= $5`, replace),
    createNew: write(false, 'where s.no > $4 and s.no <= $5 and s.faults is null', 'do nothing'),
    apply: write(keep, `${item} and i.outcome = any ($4::text[])`, replace),
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

/** Whether some field that had a value has none afterwards; asked of records that both sides have. */
function emptied({ fields, key, children }: RecordTable): string {
  const lost = fields
    .filter(({ field }) => field !== key)
    .map(({ field }) => `(r.${field} is not null and a.${field} is null)`);
  if (children.length > 0) lost.push('fivaldi.children_emptied(r.children, a.children)');
  return `(${lost.join(' or ')})`;
}

/** The fields that differ, as `[{field, before, after}]`; asked of records that both sides have. */
function changes({ fields, key, children }: RecordTable): string {
  const values = fields
    .filter(({ field }) => field !== key)
    .map(({ field }, index) => `(${index}, '${field}', r.${field}::text, a.${field}::text)`);
  const ofChildren =
    children.length > 0
      ? ` union all select 1000, c.field, c.before, c.after from fivaldi.child_changes(r.children, a.children) c`
      : '';
  return `(
    select jsonb_agg(jsonb_build_object('field', c.field, 'before', c.before, 'after', c.after) order by c.no, c.field)
      from (select * from (values ${values.join(', ')}) as v (no, field, before, after)${ofChildren}) as c (no, field, before, after)
     where c.before is distinct from c.after)`;
}
