import type { RecordTable } from '#lib/documents';

import { columnType, registerTable } from '../record-sql.js';
import { sensitiveFields } from './masking.js';

/**
 * What an import deleted or emptied, put back: statements over a working table, made from a register's record table.
 * Names come from there, values are bound. Parameters: $1 environment, $2 company, $3 transfer; others as said.
 */
export interface RestoreSql {
  /** One row for each deleted record and each emptied field, with what becomes of it. */
  readonly plan: string;
  /** A version of each record that is about to be restored ($4 is by whom). */
  readonly keepVersions: string;
  /** Deleted records stand again ($4 is by whom; $3 is not used, nor in the next). */
  readonly undelete: string;
  /** Emptied fields, children's too, have their values again. */
  readonly fill: string;
}

/** The working table of one connection; emptied by every commit and rollback. */
export const RESTORE_SESSION: readonly string[] = [
  `create temporary table restoring (
     register text not null, no int not null, key text not null, field text, child text[], before text,
     outcome text not null, written_by text not null
   ) on commit delete rows`,
  'create index restoring_no on pg_temp.restoring (no)',
];

/** A child's field, `addresses/10/name`, as its kind, its id and its name; an id may have slashes of its own. */
const PARTS = `regexp_match(c.field, '^([^/]+)/(.*)/([^/]+)$')`;

/**
 *   lost      | the record now            | becomes
 *   ----------+---------------------------+------------------------------------------------
 *   a record  | deleted by that import    | restored
 *             | deleted by somebody since | conflict
 *             | there                     | nothing
 *   a field   | deleted                   | conflict
 *             | without it                | restored; with its child, or not at all
 *             | with that very value      | nothing
 *             | with another value        | conflict
 *   a sensitive field, record there       | not restorable: the items do not have its value
 *
 * A child is put back whole or not at all: where one field of it has another value by now it is another child, and the
 * two must not be mixed.
 *
 * `isMain`: items that do not say their register are this one's.
 */
export function restoreSql(table: RecordTable, isMain: boolean): RestoreSql {
  const { key, register } = table;
  const rows = registerTable(table);
  const fields = table.fields.filter(({ field }) => field !== key);
  const hasChildren = table.children.length > 0;
  const values = `(values ${fields.map(({ field }) => `('${field}', r.${field}::text)`).join(', ') || `('', null)`})`;
  const ours = `i.environment_id = $1 and i.transfer_id = $3::uuid and (i.register = '${register}'${isMain ? ' or i.register is null' : ''})`;
  const join = `join ${rows} r on r.environment_id = $1 and r.company_id = $2 and r.${key} = i.key`;
  const chosen = `p.register = '${register}' and p.outcome = 'restored'`;
  const same = `r.environment_id = $1 and r.company_id = $2 and r.${key} = p.key`;
  const written = `updated_at = clock_timestamp(), written_by = $4`;
  const hidden = sensitiveFields(table).map((name) => `'${name}'`);

  return {
    plan: `
      insert into pg_temp.restoring
      select '${register}', i.no, i.key, null, null, null,
             case when r.deleted_at is null then 'nothing' when r.written_by = $3::text then 'restored' else 'conflict' end,
             r.written_by
        from transfers.item i ${join}
       where ${ours} and i.outcome = 'deleted'
      union all
      select '${register}', l.no, l.key, l.field, l.child, l.before,
             case when l.outcome = 'restored' and l.child is not null
                       and bool_or(l.outcome = 'conflict') over (partition by l.no, l.child[1], l.child[2])
                  then 'conflict' else l.outcome end,
             l.written_by
        from (
          select i.no, i.key, c.field, s.child, c.before, r.written_by,
                 case when r.deleted_at is not null then 'conflict'
                      when coalesce(s.child[1] || '/' || s.child[3], c.field) = any (array[${hidden.join(', ')}]::text[])
                        then 'not-restorable'
                      when now.value is null then 'restored'
                      when now.value = c.before then 'nothing'
                      else 'conflict' end as outcome
            from transfers.item i ${join}
            cross join lateral jsonb_to_recordset(i.changes) as c (field text, before text, after text)
            cross join lateral (select ${PARTS} as child) as s
            cross join lateral (select case when s.child is null
              then (select v.value from ${values} as v (field, value) where v.field = c.field)
              ${hasChildren ? 'else r.children #>> s.child' : ''} end as value) as now
           where ${ours} and i.outcome = 'updated' and i.emptied and c.before is not null and c.after is null) as l`,
    keepVersions: `
      insert into fivaldi.record_version
        (environment_id, company_id, register, key, no, what, by, transfer_id, before, changes)
      select $1, $2, '${register}', p.key,
             coalesce(last.no, 0) + 1,
             'restored', $4, $3::uuid,
             jsonb_build_object(
               'fields', (select coalesce(jsonb_object_agg(v.field, v.value) filter (where v.field <> ''), '{}') from ${values} as v (field, value)),
               'children', ${hasChildren ? 'r.children' : `'{}'::jsonb`},
               'imported', r.imported, 'deleted', r.deleted_at is not null),
             p.changes
        from (select p.key, coalesce(jsonb_agg(jsonb_build_object('field', p.field, 'before', null, 'after', p.before))
                                       filter (where p.field is not null), '[]') as changes
                from pg_temp.restoring p where ${chosen} group by p.key) as p
        join ${rows} r on ${same}
        left join (select v.key, max(v.no) as no from fivaldi.record_version v
                    where v.environment_id = $1 and v.company_id = $2 and v.register = '${register}'
                    group by v.key) as last on last.key = p.key`,
    undelete: `
      update ${rows} r set deleted_at = null, ${written} from pg_temp.restoring p
       where ${chosen} and p.field is null and ${same} and $3::uuid is not null`,
    fill: fill(table, { rows, chosen, same, written, hasChildren }),
  };
}

interface FillParts {
  readonly rows: string;
  readonly chosen: string;
  readonly same: string;
  readonly written: string;
  readonly hasChildren: boolean;
}

function fill(table: RecordTable, { rows, chosen, same, written, hasChildren }: FillParts): string {
  const columns = table.fields
    .filter(({ field }) => field !== table.key)
    .map(
      (field) =>
        `${field.field} = case when p.fields ? '${field.field}' then (p.fields ->> '${field.field}')::${columnType(table, field)} else r.${field.field} end`,
    );
  if (hasChildren) columns.push('children = fivaldi.keep_children(r.children, p.children)');
  return `
      with own as (
        select p.key, jsonb_object_agg(p.field, p.before) as fields from pg_temp.restoring p
         where ${chosen} and p.field is not null and p.child is null group by p.key
      ), child as (
        select p.key, p.child[1] as kind, p.child[2] as id, jsonb_object_agg(p.child[3], p.before) as fields
          from pg_temp.restoring p where ${chosen} and p.child is not null group by p.key, p.child[1], p.child[2]
      ), kind as (
        select key, kind, jsonb_object_agg(id, fields) as children from child group by key, kind
      ), children as (
        select key, jsonb_object_agg(kind, children) as children from kind group by key
      ), p as (
        select key, coalesce(own.fields, '{}') as fields, coalesce(children.children, '{}') as children
          from own full join children using (key)
      )
      update ${rows} r set ${[...columns, written].join(', ')} from p where ${same} and $3::uuid is not null`;
}

/** Records by what becomes of them; the best of what becomes of their fields. */
const RECORDS = `
  select no, register, key, bool_or(field is null) as whole, count(field)::int as fields_lost,
         case when bool_or(outcome = 'restored') then 'restored'
              when bool_or(outcome = 'conflict') then 'conflict'
              when bool_or(outcome = 'not-restorable') then 'not-restorable'
              else 'nothing' end as outcome,
         min(written_by) filter (where outcome = 'conflict') as changed_by
    from pg_temp.restoring group by no, register, key`;

/** How many records, and how many fields, by what becomes of them. */
export const RESTORE_COUNTS = `
  select 'records' as of, outcome, count(*)::int as count from (${RECORDS}) as record group by outcome
  union all
  select 'fields', outcome, count(*)::int from pg_temp.restoring where field is not null group by outcome`;

/** As many fields of one item are named; an order may lose thousands of rows. */
export const NAMED_FIELDS = 100;

/** A page of the records, after $1, at most $2 of them. */
export const RESTORE_ITEMS = `
  select record.*, (
      select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'outcome', f.outcome) order by f.field), '[]')
        from (select field, outcome from pg_temp.restoring r
               where r.no = record.no and r.field is not null order by field limit ${NAMED_FIELDS}) as f) as fields
    from (${RECORDS} having no > $1 order by no limit $2) as record order by no`;
