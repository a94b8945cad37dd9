import type { Sql } from './sql.js';

/** What is wrong, and about which role, table or view. */
export interface IsolationFault {
  readonly what: keyof typeof SENTENCES;
  readonly name: string;
}

const SENTENCES = {
  'past-every-policy':
    'The role is a superuser, has BYPASSRLS, or may become a role that is or has: no policy binds it',
  'owns-a-table': 'The role owns the table, or may become its owner: it could lift the policies',
  'may-truncate': 'The role may TRUNCATE the table, which no policy holds back',
  'not-forced': 'The table has an environment_id, and its row-level security is not enabled and forced',
  'no-policy': 'The policy of the table is not the one that tenantTable() makes',
  'view-of-its-owner': 'The view reads with the rights of its owner: it needs security_invoker',
} as const;

/** The service would see what no tenant's policy holds back, so it does not start. */
export class IsolationMissing extends Error {
  constructor(readonly faults: readonly IsolationFault[]) {
    const lines = faults.map(({ what, name }) => `${name}: ${SENTENCES[what]}.`);
    super(
      `Tenants are not kept apart in the database.\n  ${lines.join('\n  ')}\n` +
        "Bring the database up to date (npm run migrate), and name the service's own role in its DATABASE_URL, " +
        'such as tietovirta_gateway: docs/explanation/isolation.md.',
    );
    this.name = 'IsolationMissing';
  }
}

/** Refuses with {@link IsolationMissing}; before a service does anything else with its database. */
export async function requireIsolation(sql: Sql): Promise<void> {
  const faults = await isolationFaults(sql);
  if (faults.length > 0) throw new IsolationMissing(faults);
}

/** All that keeps row-level security from holding for the role that asks; nothing when it holds. */
export async function isolationFaults(sql: Sql): Promise<readonly IsolationFault[]> {
  return sql.rows<{ what: IsolationFault['what']; name: string }>(FAULTS);
}

/**
 * Who asks is `session_user` too: whoever logged in as another role can go back to it. What a role may that no policy
 * binds need not be told table by table.
 */
const FAULTS = `
  with asker as (
    select distinct role::text from unnest(array[current_user, session_user]) as role
  ), unbound as (
    select role from asker
     where exists (select from pg_roles r where (r.rolsuper or r.rolbypassrls) and pg_has_role(role, r.oid, 'member'))
  ), tenant_table as (
    select c.oid, c.oid::regclass::text as name, c.relowner, c.relrowsecurity and c.relforcerowsecurity as forced
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname !~ '^pg_'
       and exists (select from pg_attribute a
                    where a.attrelid = c.oid and a.attname = 'environment_id' and not a.attisdropped)
  ), policy as (
    select polrelid, polcmd = '*' and polpermissive and polroles = '{0}'
             and pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid)
             and pg_get_expr(polqual, polrelid) ~ $policy$${policyPattern()}$policy$ as sound
      from pg_policy
  )
  select 'past-every-policy' as what, role as name from unbound
  union all
  select distinct 'owns-a-table', name from tenant_table, asker
   where role not in (select role from unbound) and pg_has_role(role, relowner, 'member')
  union all
  select distinct 'may-truncate', name from tenant_table, asker
   where role not in (select role from unbound) and has_table_privilege(role, oid, 'truncate')
  union all
  select 'not-forced', name from tenant_table where not forced
  union all
  select 'no-policy', name from tenant_table
   where (select count(*) = 1 and bool_and(sound) from policy where polrelid = oid) is not true
  union all
  select 'view-of-its-owner', c.oid::regclass::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('v', 'm') and n.nspname !~ '^(pg_|information_schema)'
     and not coalesce(c.reloptions && '{security_invoker=true,security_invoker=on}', false)
  order by what, name`;

/** How PostgreSQL writes the policy of `tenantTable` out again. */
function policyPattern(): string {
  const asked = (name: string): string => String.raw`\( SELECT (tietovirta\.)?${name}\(\) AS ${name}\)`;
  return String.raw`^\(\(environment_id = ${asked('tenant')}\) OR ${asked('every_tenant')}\)$`;
}
