import pg from 'pg';
import { uniqueNamespace } from './unique-namespace.js';

/** A database of one's own. */
export interface TestDatabase {
  /** As the owner of the server, whom row-level security does not bind. */
  readonly url: string;
  /** As a service logs in: with its grants, and bound by row-level security. */
  as(service: 'gateway' | 'auth' | 'fivaldi-connector' | 'severa-connector' | 'audit'): string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/**
 * A fresh clone of the migrated template, on the server that this run of the tests started. A spec works as the service
 * whose code it tries wherever it can: what the owner of the server may, says nothing of what the service may.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = setting('TEST_DATABASE_SERVER');
  const name = `tietovirta_test_${uniqueNamespace()}`;
  await query(server, `create database ${name} template ${setting('TEST_DATABASE_TEMPLATE')}`);
  const at = (address: string): string => {
    const url = new URL(address);
    url.pathname = name;
    return url.href;
  };
  const services = JSON.parse(setting('TEST_DATABASE_SERVICES')) as Record<string, string>;
  return {
    url: at(server),
    as: (service) => at(services[service] ?? ''),
    drop: () => query(server, `drop database if exists ${name} with (force)`),
  };
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
