import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../../libs/testing/src/index.ts';

const APPS = join(import.meta.dirname, '..', '..', 'apps');

describe('every service that has the database', () => {
  const mains = readdirSync(APPS)
    .map((app) => [app, readFileSync(join(APPS, app, 'src', 'main.ts'), 'utf8')] as const)
    .filter(([, text]) => text.includes('Database.open('));

  it.each(mains)('compares its clock with the database’s before it begins: %s', (_, text) => {
    const compared = text.indexOf('await compareClocks(database, log);');
    expect(compared).toBeGreaterThan(text.indexOf('Database.open('));
    expect(compared).toBeLessThan(text.indexOf("'started'"));
  });

  it('is one of five', () => expect(mains).toHaveLength(5));
});

describe('every moment that is kept', () => {
  let clone: TestDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    clone = await createTestDatabase();
    owner = new pg.Client({ connectionString: clone.url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await clone.drop();
  });

  it('is in UTC: no column of any table has a time without its offset', async () => {
    const { rows } = await owner.query<{ type: string; columns: string[] }>(`
      select format_type(a.atttypid, null) as type, array_agg(r.oid::regclass || '.' || a.attname) as columns
        from pg_attribute a join pg_class r on r.oid = a.attrelid join pg_namespace n on n.oid = r.relnamespace
       where r.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
         and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and format_type(a.atttypid, null) ~ '^time'
       group by 1`);
    expect(rows.map(({ type }) => type)).toEqual(['timestamp with time zone']);
    expect(rows[0]!.columns.length).toBeGreaterThan(60);
  });
});
