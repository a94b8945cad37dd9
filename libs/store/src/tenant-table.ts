/**
 * The statements that put a table under row-level security: a row is seen, written and removed only by a transaction
 * whose {@link Scope} is the row's environment.
 *
 *   tietovirta.tenant      | rows seen
 *   -----------------------+----------------------------------------------
 *   never set, or ''       | none
 *   an environment's id    | that environment's
 *   'every'                | all, those that belong to no environment too
 *
 * FORCE, since the owner of a table is otherwise exempt. `''` is what a pooled connection is left with after a
 * transaction that had set it, and must not raise. The functions stand in subqueries, so that a statement asks them
 * once and not for each row.
 */
export function tenantTable(table: string, column = 'environment_id'): readonly string[] {
  const own = `${column} = (select tietovirta.tenant()) or (select tietovirta.every_tenant())`;
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} using (${own}) with check (${own})`,
  ];
}

/** What the policies of {@link tenantTable} call; before the first of them. Inlined by the planner. */
export const TENANT_FUNCTIONS: readonly string[] = [
  'create schema if not exists tietovirta',
  `create or replace function tietovirta.tenant() returns uuid language sql stable parallel safe as
     $$ select nullif(nullif(current_setting('tietovirta.tenant', true), ''), 'every')::uuid $$`,
  `create or replace function tietovirta.every_tenant() returns boolean language sql stable parallel safe as
     $$ select coalesce(current_setting('tietovirta.tenant', true) = 'every', false) $$`,
];
