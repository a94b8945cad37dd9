import pg from 'pg';
import { uniqueNamespace } from './unique-namespace.js';

/** A database of one's own. */
export interface TestDatabase {
  readonly url: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/**
 * A fresh clone of the migrated template, on the server that this run of the tests started. The url's user owns the
 * server, so row-level security does not bind it: a spec about isolation connects as the role it is about.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = setting('TEST_DATABASE_SERVER');
  const name = `tietovirta_test_${uniqueNamespace()}`;
  await query(server, `create database ${name} template ${setting('TEST_DATABASE_TEMPLATE')}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => query(server, `drop database if exists ${name} with (force)`) };
}

async function query(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the spec through jest and its global setup`);
  return value;
}
