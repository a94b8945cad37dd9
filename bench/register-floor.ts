import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

/** A register of the product, and lines for its columns. */
export interface FloorRegister {
  readonly table: string;
  readonly key: string;
  /** Lines of COPY's text format: place, line, column, faults, then these columns. Made before the clock runs. */
  readonly lines: (columns: readonly string[]) => readonly Buffer[];
}

/** Columns of the register that a document fills, with their types, as the database has them. */
interface RegisterColumn {
  readonly name: string;
  readonly type: string;
}

/** What the database alone needs for the same rows, in milliseconds. */
export interface RegisterFloor {
  /** COPY of the very lines into an unlogged table of texts. */
  readonly copy: number;
  /** One INSERT … SELECT … ON CONFLICT of them into an empty table like the register's, logged, keys and all. */
  readonly insert: number;
}

/** Measured in tables of its own, in the same database, and on nothing but one connection. */
export async function registerFloor(pool: pg.Pool, register: FloorRegister): Promise<RegisterFloor> {
  const client = await pool.connect();
  try {
    const columns = await registerColumns(client, register.table);
    const names = columns.map(({ name }) => name);
    await client.query(`
      drop table if exists bench.staged, bench.register;
      create table bench.register (like fivaldi.${register.table} including all);
      create unlogged table bench.staged (
        no int not null, line int not null, "column" int not null, faults jsonb,
        ${columns.map(({ name, type }) => `${name} ${type === 'jsonb' ? 'jsonb' : 'text'}`).join(', ')}
      )`);
    const lines = register.lines(names);
    const copy = await timed(() => copyLines(client, lines));
    const insert = await timed(() => client.query(insertSql(columns, register.key)));
    await client.query('drop table bench.staged, bench.register');
    return { copy, insert };
  } finally {
    client.release();
  }
}

/** Milliseconds in which the database gives out a company's rows as text, in the order of their keys. */
export async function registerOutFloor(
  pool: pg.Pool,
  { table, key }: Pick<FloorRegister, 'table' | 'key'>,
  companyId: string,
): Promise<number> {
  const client = await pool.connect();
  try {
    const names = (await registerColumns(client, table)).map(({ name }) => name);
    const rows = `select ${names.join(', ')} from fivaldi.${table} where company_id = '${companyId}' order by ${key}`;
    return await timed(async () => {
      const copy = client.query(copyTo(`copy (${rows}) to stdout`)).resume();
      await finished(copy);
    });
  } finally {
    client.release();
  }
}

async function registerColumns(client: pg.PoolClient, table: string): Promise<readonly RegisterColumn[]> {
  const { rows } = await client.query<RegisterColumn>(
    `select column_name as name, data_type as type from information_schema.columns
      where table_schema = 'fivaldi' and table_name = $1
        and column_name not in ('environment_id', 'company_id', 'imported', 'written_by', 'created_at', 'updated_at', 'deleted_at')
      order by ordinal_position`,
    [table],
  );
  return rows;
}

async function copyLines(client: pg.PoolClient, lines: readonly Buffer[]): Promise<void> {
  const copy = client.query(copyFrom('copy bench.staged from stdin'));
  for (const block of lines) if (!copy.write(block)) await once(copy, 'drain');
  copy.end();
  await finished(copy);
}

function insertSql(columns: readonly RegisterColumn[], key: string): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `
    insert into bench.register (environment_id, company_id, ${names}, imported, written_by)
    select '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002',
           ${columns.map(({ name, type }) => `${name}::${type}`).join(', ')}, true, 'bench'
      from bench.staged
    on conflict (environment_id, company_id, ${key}) do update set
      ${columns.map(({ name }) => `${name} = excluded.${name}`).join(', ')}`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
