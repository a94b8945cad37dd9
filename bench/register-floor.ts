import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { copyLine, product } from './product-document.ts';

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
export async function registerFloor(pool: pg.Pool, rows: number): Promise<RegisterFloor> {
  const client = await pool.connect();
  try {
    const columns = await registerColumns(client);
    const names = columns.map(({ name }) => name);
    await client.query(`
      drop table if exists bench.staged, bench.register;
      create table bench.register (like fivaldi.product_record including all);
      create unlogged table bench.staged (
        no int not null, line int not null, "column" int not null, faults jsonb, ${names.map((name) => `${name} text`).join(', ')}
      )`);
    const lines = readyLines(rows, names);
    const copy = await timed(() => copyLines(client, lines));
    const insert = await timed(() => client.query(insertSql(columns)));
    await client.query('drop table bench.staged, bench.register');
    return { copy, insert };
  } finally {
    client.release();
  }
}

async function registerColumns(client: pg.PoolClient): Promise<readonly RegisterColumn[]> {
  const { rows } = await client.query<RegisterColumn>(`
    select column_name as name, data_type as type from information_schema.columns
     where table_schema = 'fivaldi' and table_name = 'product_record'
       and column_name not in ('environment_id', 'company_id', 'imported', 'written_by', 'created_at', 'updated_at', 'deleted_at')
     order by ordinal_position`);
  return rows;
}

/** Made before the clock runs: their making is not the database's. */
function readyLines(rows: number, names: readonly string[]): readonly Buffer[] {
  const blocks: Buffer[] = [];
  for (let from = 0; from < rows; from += 1000) {
    const block = Array.from({ length: Math.min(1000, rows - from) }, (_, index) => from + index);
    blocks.push(Buffer.from(block.map((no) => copyLine(product(no), no + 1, names)).join('')));
  }
  return blocks;
}

async function copyLines(client: pg.PoolClient, lines: readonly Buffer[]): Promise<void> {
  const copy = client.query(copyFrom('copy bench.staged from stdin'));
  for (const block of lines) if (!copy.write(block)) await once(copy, 'drain');
  copy.end();
  await finished(copy);
}

function insertSql(columns: readonly RegisterColumn[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  return `
    insert into bench.register (environment_id, company_id, ${names}, imported, written_by)
    select '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002',
           ${columns.map(({ name, type }) => `${name}::${type}`).join(', ')}, true, 'bench'
      from bench.staged
    on conflict (environment_id, company_id, product_code) do update set
      ${columns.map(({ name }) => `${name} = excluded.${name}`).join(', ')}`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
