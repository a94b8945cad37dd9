import pg from 'pg';
import type { Answer } from './knock.ts';

/** SQLSTATE invalid_password. */
const INVALID_PASSWORD = '28P01';

/** Knocks once at the server, for two seconds. */
export async function knockAtDatabase(url: string): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that goes down while we leave is no news here; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return 'in';
  } catch (error) {
    return (error as { code?: string }).code === INVALID_PASSWORD ? 'refused' : 'silent';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates the database unless it is there. `server` is a url of any database of the server. */
export async function ensureDatabase(server: string, name: string): Promise<void> {
  await onServer(server, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  });
}

/** Removes every database whose name begins so, and ends whoever is connected to it. */
export async function dropDatabases(server: string, beginning: string): Promise<void> {
  await onServer(server, async (client) => {
    const sql = 'select datname as name from pg_database where starts_with(datname, $1)';
    const { rows } = await client.query<{ name: string }>(sql, [beginning]);
    for (const { name } of rows) await client.query(`drop database if exists "${name}" with (force)`);
  });
}

/** Runs one statement that must not be in a transaction. */
export async function execute(server: string, sql: string): Promise<void> {
  await onServer(server, (client) => client.query(sql));
}

/** The same server's other database. */
export function databaseAt(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
