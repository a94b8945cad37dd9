import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const databases: TestDatabase[] = [];

async function create(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

describe('a test database', () => {
  it('is not shared', async () => {
    const [one, other] = await Promise.all([create(), create()]);
    const first = await connected(one.url);
    const second = await connected(other.url);
    await first.query('create table mine (n int)');
    await expect(second.query('select from mine')).rejects.toThrow('relation "mine" does not exist');
    await Promise.all([first.end(), second.end()]);
  });

  it('is removed under those who are still connected, and a second time without complaint', async () => {
    const database = await create();
    const client = await connected(database.url);
    await database.drop();
    await expect(client.query('select 1')).rejects.toThrow();
    await expect(connected(database.url)).rejects.toThrow('does not exist');
    await database.drop();
  });
});
