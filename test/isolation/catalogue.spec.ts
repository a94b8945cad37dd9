/**
 * What PostgreSQL's catalogue says of the migrated database: each guard of docs/explanation/isolation.md holds for
 * every table there is, the ones of tomorrow too.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { auditMigrations } from '../../apps/audit/src/migrations/index.ts';
import { authMigrations } from '../../apps/auth/src/migrations/index.ts';
import { fivaldiMigrations } from '../../apps/fivaldi-connector/src/migrations/index.ts';
import { severaMigrations } from '../../apps/severa-connector/src/migrations/index.ts';
import { busMigrations, SERVICE_ROLES, type ServiceRole, storeMigrations } from '../../libs/store/src/index.ts';
import { createTestDatabase, type TestDatabase } from '../../libs/testing/src/index.ts';
import { transfersMigrations } from '../../libs/transfers/src/index.ts';

const OWNERS = [
  storeMigrations,
  busMigrations,
  transfersMigrations,
  authMigrations,
  fivaldiMigrations,
  severaMigrations,
  auditMigrations,
];
const ROLES = Object.values(SERVICE_ROLES);

/** Unique keys of tenant tables without the environment, and why each of them tells nobody anything. */
const KEYS_ACROSS_TENANTS: Readonly<Record<string, string>> = {
  'auth.company_id_once': 'a company is asked for by its id alone; the id is drawn at random, not chosen',
  'fivaldi.connection_cuid_once': 'two companies of ours must never write into one of Fivaldi’s; the operator names it',
  'severa.link_organisation_once':
    'two active links of ours must never speak for one company of Netvisor’s; active is who has its credentials',
};

let test: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await test.drop();
});

/** The first column of each row. */
async function ask(sql: string, values: unknown[] = []): Promise<unknown[]> {
  const { rows } = await owner.query<unknown[]>({ text: sql, values, rowMode: 'array' });
  return rows.map(([first]) => first);
}

/** `select, update (a, b)` as `select`, `update (a)`, `update (b)`. */
const privilegesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(\w+)(?: \(([^)]*)\))?(?:, |$)/g)].flatMap(([, verb, columns]) =>
    columns === undefined ? [verb!] : columns.split(', ').map((column) => `${verb} (${column})`),
  );

const TENANT_TABLES = `
  select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)'
     and exists (select from pg_attribute a
                  where a.attrelid = c.oid and a.attname = 'environment_id' and not a.attisdropped)`;

describe('the database', () => {
  it('has tables with a tenant in every schema that holds a tenant’s data', async () => {
    const schemas = await ask(`
      select distinct n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.oid in (${TENANT_TABLES}) order by 1`);
    expect(schemas).toEqual(['audit', 'auth', 'fivaldi', 'severa', 'transfers']);
  });

  it('has row-level security, enabled and forced, with one policy on each of them', async () => {
    expect(
      await ask(`
        select c.oid::regclass::text from pg_class c where c.oid in (${TENANT_TABLES})
           and not (c.relrowsecurity and c.relforcerowsecurity
                    and (select count(*) = 1 from pg_policy p where p.polrelid = c.oid))`),
    ).toEqual([]);
  });

  it('has the same on the data keys, whose tenant may also be a word', async () => {
    expect(
      await ask(`
        select pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid) and polcmd = '*'
               and relrowsecurity and relforcerowsecurity and (select count(*) = 1 from pg_policy where polrelid = c.oid)
               and pg_get_expr(polqual, polrelid) ~ '^\\(\\(tenant = .*tenant\\(\\).*\\) OR .*every_tenant\\(\\)\\)$'
          from pg_class c join pg_policy on polrelid = c.oid where c.oid = 'tietovirta.data_key'::regclass`),
    ).toEqual([true]);
  });

  it('has the tenant in each unique key of theirs, but those that are named', async () => {
    const keys = await ask(`
      select n.nspname || '.' || c.relname from pg_index i
        join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
       where i.indisunique and i.indrelid in (${TENANT_TABLES})
         and not exists (select from pg_attribute a where a.attrelid = i.indrelid
                            and a.attname = 'environment_id' and a.attnum = any (i.indkey))
       order by 1`);
    expect(keys).toEqual(Object.keys(KEYS_ACROSS_TENANTS));
  });

  it('has the tenant in each reference from one of them to another', async () => {
    expect(
      await ask(`
        select k.conrelid::regclass || '.' || k.conname from pg_constraint k
         where k.contype = 'f' and k.conrelid in (${TENANT_TABLES}) and k.confrelid in (${TENANT_TABLES})
           and not exists (
             select from unnest(k.conkey, k.confkey) as pair (here, there)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = here
               join pg_attribute b on b.attrelid = k.confrelid and b.attnum = there
              where a.attname = 'environment_id' and b.attname = 'environment_id')`),
    ).toEqual([]);
  });

  it('has no view, no rule and no function that runs with the rights of its owner', async () => {
    const ours = `n.nspname !~ '^(pg_|information_schema)'`;
    expect(
      await ask(`
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where ${ours} and (p.prosecdef or p.proleakproof)
        union all
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where ${ours} and c.relkind in ('v', 'm', 'f')
        union all
        select r.rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class
          join pg_namespace n on n.oid = c.relnamespace where ${ours}`),
    ).toEqual([]);
  });
});

describe('the services', () => {
  it('are roles that no policy lets past, that inherit nothing and are members of nothing', async () => {
    const { rows } = await owner.query(
      `select rolname, rolsuper or rolbypassrls or rolinherit or rolcreatedb or rolcreaterole or rolreplication as more,
              exists (select from pg_auth_members m where m.member = r.oid) as member
         from pg_roles r where rolname = any ($1) order by rolname`,
      [ROLES],
    );
    expect(rows).toEqual([...ROLES].sort().map((rolname) => ({ rolname, more: false, member: false })));
  });

  it('may do with each table what its owner says and nothing more, and each table is named', async () => {
    const named = OWNERS.flatMap(({ schema, grants }) =>
      Object.keys(grants).map((thing) => `${schema}.${thing.replace(/^sequence /, '')}`),
    );
    const there = await ask(`
      select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'`);
    expect(there.filter((table) => !named.includes(String(table)))).toEqual([]);
    const said = OWNERS.flatMap(({ schema, grants }) =>
      Object.entries(grants).flatMap(([thing, holders]) =>
        Object.entries(holders).flatMap(([service, privileges]) =>
          privilegesIn(privileges).map(
            (one) => `${SERVICE_ROLES[service as ServiceRole]} ${schema}.${thing.replace(/^sequence /, '')} ${one}`,
          ),
        ),
      ),
    );
    const has = await ask(
      `with thing as (
         select c.oid, n.nspname || '.' || c.relname as name, c.relacl
           from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema)'
       ), held as (
         select name, '' as part, a.* from thing, aclexplode(relacl) a
         union all
         select name, ' (' || attname || ')', a.* from thing join pg_attribute on attrelid = oid, aclexplode(attacl) a
       )
       select coalesce(rolname, 'public') || ' ' || name || ' ' || lower(privilege_type) || part
         from held left join pg_roles r on r.oid = grantee where grantee = 0 or rolname = any ($1)`,
      [ROLES],
    );
    expect(has.map(String).sort()).toEqual(said.sort());
  });

  it.each(['environment', 'company', 'partner_user', 'person', 'xml_settings', 'onboarding_row', 'sms_outgoing'])(
    'may not take away what is only ever changed: auth.%s',
    async (table) => {
      expect(await ask(`select has_table_privilege('tietovirta_auth', 'auth.${table}', 'delete')`)).toEqual([false]);
    },
  );

  it.each([
    'upper_right',
    'company_grant',
    'token',
    'person_recovery_code',
    'person_role',
    'onboarding_file',
    'sms_inbox',
  ])('may not turn into another what is only ever given and taken away: auth.%s', async (table) => {
    expect(await ask(`select has_any_column_privilege('tietovirta_auth', 'auth.${table}', 'update')`)).toEqual([false]);
  });

  it('may not TRUNCATE, refer to, or put a trigger on anything, nor make anything but temporary tables', async () => {
    expect(
      await ask(
        `select grantee || ' ' || privilege_type || ' ' || table_name from information_schema.role_table_grants
          where grantee = any ($1) and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
         union all
         select role || ' ' || nspname from pg_namespace, unnest($1::text[]) as role
          where has_schema_privilege(role, oid, 'create')`,
        [ROLES],
      ),
    ).toEqual([]);
  });

  it.each([
    ['password hashes and sessions', 'auth.%', ['tietovirta_auth']],
    ['the audit log', 'audit.%', ['tietovirta_audit']],
    ['the registers', 'fivaldi.%', ['tietovirta_connector']],
    ['links and their credentials', 'severa.%', ['tietovirta_severa']],
    ['the data keys', 'tietovirta.data_key', ['tietovirta_auth', 'tietovirta_severa']],
  ])('but those who need them cannot look at %s', async (_, tables, roles) => {
    const who = await ask(
      `select distinct grantee::text from information_schema.column_privileges
        where table_schema || '.' || table_name like $1 and grantee = any ($2) order by 1`,
      [tables, ROLES],
    );
    expect(who).toEqual(roles);
  });

  it('may append to the audit log, and take nothing out of it but what retention empties', async () => {
    const may = await ask(
      `select distinct privilege_type || ' ' || column_name from information_schema.column_privileges
        where table_schema = 'audit' and table_name = 'entry' and grantee = 'tietovirta_audit'
          and privilege_type not in ('SELECT', 'INSERT') order by 1`,
    );
    const emptied = ['address', 'address_salt', 'details', 'details_salt', 'redacted_at'];
    expect(may).toEqual(emptied.map((column) => `UPDATE ${column}`));
    expect(await ask(`select has_table_privilege('tietovirta_audit', 'audit.entry', 'delete')`)).toEqual([false]);
  });
});
