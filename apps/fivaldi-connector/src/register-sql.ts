import type { RecordTable } from '#lib/documents';
import type { RegisterModes } from '#lib/policy';

import {
  afterColumns,
  BY_INDEX,
  changes,
  columnsOf,
  emptied,
  registerTable,
  stagedColumns,
  stagedRows,
  stagedTable,
} from './record-sql.js';

export type ImportMode = RegisterModes[keyof RegisterModes];

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
 *
 * The records of a small document come as a parameter instead (`stagedJson`),
 * the last one of each of the {@link OVER_STAGED}: to fill and empty a temporary
 * table costs as much as the rest of such an import.
 */
export interface RegisterSql {
  /** Temporary tables of one connection; emptied by every commit and rollback. */
  readonly session: readonly string[];
  readonly copy: string;
  /** The first key that stands more than once among the records staged after $1 up to $2, with its first two lines. */
  readonly repeatedKeys: string;
  /** One item for each staged record after $4 up to $5; answers with counts: `outcome`, `records`, `emptied`. */
  readonly plan: string;
  /** The same, each record looked up by itself: few against many. */
  readonly planByIndex: string;
  /** The same for a register that had no row when the import began ($2 transfer, $3 after, $4 up to). */
  readonly planNew: string;
  /** How many rows the register has, deleted ones too, counted to $3. */
  readonly size: string;
  /** One item for each record that the register has and the document lacks, numbered after $4. */
  readonly planDeletions: string;
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

/** Where the statements find the staged records. */
export type StagedIn = 'table' | 'parameter';

/** The statements that look at staged records. */
export const OVER_STAGED: ReadonlySet<keyof RegisterSql> = new Set([
  'repeatedKeys',
  'plan',
  'planByIndex',
  'planNew',
  'planDeletions',
  'create',
  'createNew',
  'apply',
]);

const texts = new Map<string, RegisterSql>();

export function registerSql(table: RecordTable, mode: ImportMode, stagedIn: StagedIn = 'table'): RegisterSql {
  const name = `${table.register} ${mode} ${stagedIn}`;
  const text = texts.get(name) ?? write(table, mode, stagedIn);
  texts.set(name, text);
  return text;
}

function write(table: RecordTable, mode: ImportMode, stagedIn: StagedIn): RegisterSql {
  const { key } = table;
  const register = registerTable(table);
  const staged = stagedIn === 'table' ? stagedTable(table) : 'staged';
  /** A statement over the staged records with so many parameters of its own. */
  const overStaged = (own: number, parts: readonly string[], statement: string): string => {
    const all = stagedIn === 'table' ? parts : [`staged as materialized (${stagedRows(table, own + 1)})`, ...parts];
    return all.length === 0 ? statement : `with ${all.join(', ')} ${statement}`;
  };
  const columns = columnsOf(table);
  const list = (names: readonly string[], alias = ''): string => names.map((name) => alias + name).join(', ');
  const keep = mode === 'update-keep';
  const after = afterColumns(table, keep);
  const same = `(${list(columns, 'a.')}) is not distinct from (${list(columns, 'r.')})`;
  const inRegister = `r.environment_id = $1 and r.company_id = $2 and r.deleted_at is null`;
  const items = `transfers.item (environment_id, transfer_id, register, no, key, outcome, line, "column", faults, emptied, changes)`;
  const into = (own: number, keep: boolean, chosen: string, clash: string): string =>
    overStaged(
      own,
      [],
      `insert into ${register} (environment_id, company_id, ${list(columns)}, imported, written_by)
      select $1, $2, ${list(columns, 'a.')}, true, $3::text
        from ${staged} s
        ${keep ? `left join ${register} r on ${inRegister} and r.${key} = s.${key}` : ''}
        cross join lateral (select ${afterColumns(table, keep)}) a
        ${chosen}
      ${clash}`,
    );
  const onConflict = `on conflict (environment_id, company_id, ${key})`;
  // A batch that is there already was rejected; were it not, this must fail rather than write over it.
  const replace = mode === 'add-once' ? '' : `${onConflict} ${replacing(columns)}`;
  // Of a transfer that is new the statistics know nothing: taken for one row, its items would meet every staged row.
  const item = `cross join lateral (
          select i.outcome from transfers.item i where i.transfer_id = $3::uuid and i.no = s.no ${BY_INDEX}) i`;

  const plan = (joined: string): string =>
    overStaged(
      5,
      [
        `items as (
        insert into ${items}
        select $1, $3, '${table.register}', s.no, s.${key}, p.outcome, s.line, s."column", s.faults,
               p.outcome = 'updated' and ${emptied(table)},
               case when p.outcome = 'updated' then ${changes(table)} end
          from ${staged} s
          left join ${joined}
          cross join lateral (select ${after}) a
          cross join lateral (
            select case when s.faults is not null then 'rejected'
                        when r.${key} is null then 'created'
                        when ${leaves(table, mode)} then 'left'
                        when ${same} then 'unchanged'
                        else 'updated' end as outcome) p
         where s.no > $4 and s.no <= $5
        returning outcome, emptied)`,
      ],
      `select outcome, count(*)::int as records, (count(*) filter (where emptied))::int as emptied
        from items group by outcome`,
    );

  return {
    session: [
      `create temporary table staged_${table.register} (
         ${stagedColumns(table).join(', ')}
       ) on commit delete rows`,
    ],
    copy: `copy ${staged} from stdin`,
    repeatedKeys: overStaged(
      2,
      [
        `first as materialized (
        select ${key} as key, min(no) as no from ${staged}
         where ${key} is not null and no > $1 and no <= $2
         group by ${key} having count(*) > 1 order by min(no) limit 1)`,
      ],
      `select key, array(select s.line from ${staged} s where s.${key} = first.key order by s.no limit 2) as lines
        from first`,
    ),
    plan: plan(`${register} r on ${inRegister} and r.${key} = s.${key}`),
    planByIndex: plan(
      `lateral (select * from ${register} r where ${inRegister} and r.${key} = s.${key} ${BY_INDEX}) r on true`,
    ),
    planNew: overStaged(
      4,
      [
        `items as (
        insert into ${items}
        select $1, $2, '${table.register}', no, ${key}, case when faults is null then 'created' else 'rejected' end, line, "column", faults,
               false, null
          from ${staged} where no > $3 and no <= $4
        returning outcome)`,
      ],
      'select outcome, count(*)::int as records, 0 as emptied from items group by outcome',
    ),
    size: `select count(*)::int as records from (select from ${register} where environment_id = $1 and company_id = $2 limit $3) as counted`,
    planDeletions: overStaged(
      4,
      [
        `lacking as (
        insert into ${items}
        select $1, $3, '${table.register}', $4::int + row_number() over (order by r.${key}), r.${key}, 'deleted', null, null, null, false, null
          from ${register} r
         where ${inRegister} and not exists (select from ${staged} s where s.${key} = r.${key})
        returning 1)`,
      ],
      'select count(*)::int as records from lacking',
    ),
    create: into(5, false, `${item} where i.outcome = 'created' and s.no > $4 and s.no <= $5`, replace),
    createNew: into(5, false, 'where s.no > $4 and s.no <= $5 and s.faults is null', `${onConflict} do nothing`),
    apply: into(4, keep, `${item} where i.outcome = any ($4::text[])`, replace),
    adopt: `
      update ${register} r set imported = true
        from transfers.item i
       where ${inRegister} and not r.imported
         and i.transfer_id = $3 and i.register = '${table.register}' and i.outcome = 'unchanged' and i.key = r.${key}`,
    applyDeletions: `
      update ${register} r set deleted_at = clock_timestamp(), written_by = $3::text
        from transfers.item i
       where ${inRegister} and i.transfer_id = $3::uuid and i.register = '${table.register}' and i.outcome = 'deleted'
         and i.key = r.${key}`,
  };
}

/** Of an upsert: the record becomes the new one, and is there again if it had been deleted. */
export const replacing = (columns: readonly string[]): string => `do update set
        ${columns.map((name) => `${name} = excluded.${name}`).join(', ')},
        imported = true, written_by = excluded.written_by, updated_at = clock_timestamp(), deleted_at = null`;

/** When the mode leaves a record of the register alone. */
function leaves({ register }: RecordTable, mode: ImportMode): string {
  if (mode !== 'add-only') return 'false';
  // A customer made by hand is overwritten by the first import that names it (semantics §1, the seed's note).
  return register === 'company' ? 'r.imported' : 'true';
}
