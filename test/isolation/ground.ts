import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';

import { Database } from '../../libs/store/src/index.ts';
import { createTestDatabase, type TestDatabase } from '../../libs/testing/src/index.ts';

/** An environment and its companies. Everything that is written for it bears its id, wherever text can. */
export interface Tenant {
  readonly id: string;
  readonly companies: readonly string[];
  /** What is known to be its own. */
  readonly transfers: string[];
}

/** A database with tenants in it, the services' pools, and an observer whom no policy binds. */
export interface Ground {
  readonly test: TestDatabase;
  readonly observer: pg.Pool;
  readonly gateway: Database;
  readonly connector: Database;
  readonly auth: Database;
  readonly tenants: readonly Tenant[];
  leave(): Promise<void>;
}

/** Marks the connections that may be cancelled and killed. */
export const HUNTED = 'isolation-worker';

export async function prepare(tenantCount: number, poolSize: number): Promise<Ground> {
  const test = await createTestDatabase();
  const observer = new pg.Pool({ connectionString: test.url, max: 3 });
  const open = (service: 'gateway' | 'fivaldi-connector' | 'auth'): Promise<Database> =>
    Database.open({ url: test.as(service), name: HUNTED, poolSize });
  const [gateway, connector, auth] = await Promise.all([open('gateway'), open('fivaldi-connector'), open('auth')]);
  const tenants = Array.from({ length: tenantCount }, () => ({
    id: randomUUID(),
    companies: [randomUUID(), randomUUID(), randomUUID()],
    transfers: [],
  }));
  for (const { id, companies } of tenants) {
    await observer.query(`insert into auth.environment values ($1::uuid, $1::uuid::text, true, 'Europe/Helsinki')`, [
      id,
    ]);
    await observer.query(
      `insert into auth.company (environment_id, company_id, name, fivaldi_number)
       select $1::uuid, company, $1::uuid::text, no::text from unnest($2::uuid[]) with ordinality as given (company, no)`,
      [id, companies],
    );
  }
  const leave = async (): Promise<void> => {
    await Promise.all([gateway.close(), connector.close(), auth.close(), observer.end()]);
    await test.drop();
  };
  return { test, observer, gateway, connector, auth, tenants, leave };
}

export const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)]!;

/** A document that says whose it is in its every line; the longer ones take several chunks. */
export function documentOf(tenant: Tenant): Buffer {
  const line = (): string => `${tenant.id} ${randomBytes(60).toString('hex')}\n`;
  const lines = Math.random() < 0.1 ? 2_500 : 5;
  return Buffer.from(Array.from({ length: lines }, line).join(''));
}

/** Rows that are somebody's but not their company's environment's, by table; and texts that name another tenant. */
export async function strays({ observer }: Ground): Promise<readonly string[]> {
  const byCompany = ['transfers.document', 'transfers.lane', 'transfers.transfer', 'transfers.idempotency_key']
    .concat(['fivaldi.product_record', 'auth.restriction_group'])
    .map(
      (table) => `
        select '${table}' from ${table} t left join auth.company c using (company_id)
         where c.environment_id is distinct from t.environment_id`,
    );
  const { rows } = await observer.query<{ what: string }>(`
    select what from (
      ${byCompany.join(' union all ')}
      union all
      select 'transfers.document_chunk' from transfers.document_chunk c
        left join transfers.document d on d.id = c.document_id left join transfers.upload u using (document_id)
       where c.environment_id is distinct from coalesce(d.environment_id, u.environment_id)
      union all
      select 'transfers.item' from transfers.item i left join transfers.transfer t on t.id = i.transfer_id
       where i.environment_id is distinct from t.environment_id or not starts_with(i.key, i.environment_id::text)
      union all
      select 'fivaldi.product_record, its text' from fivaldi.product_record
       where not starts_with(product_code, environment_id::text)
      union all
      select 'auth.restriction_group, its text' from auth.restriction_group
       where not starts_with(name, environment_id::text)
      union all
      select 'bus.outbox' from bus.outbox o join auth.company c on c.company_id = (o.data ->> 'companyId')::uuid
       where type = 'audit.event.v1' and c.environment_id is distinct from (o.data ->> 'environmentId')::uuid
    ) as found (what)`);
  return rows.map(({ what }) => what);
}

/** One digest of every row that the tenant has in any table. */
export async function digest({ observer }: Ground, { id }: Tenant): Promise<string> {
  const { rows: tables } = await observer.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('auth', 'transfers', 'fivaldi', 'audit')
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'environment_id') order by 1`);
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '-') as part
         from ${name} t where environment_id = $1`,
  );
  const { rows } = await observer.query<{ digest: string }>(
    `select string_agg(part, ' ' order by part) as digest from (${parts.join(' union all ')}) as every`,
    [id],
  );
  return rows[0]?.digest ?? '';
}
