import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

const RECORDS = 50;

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.as('fivaldi-connector'), name: 'revived' });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

describe('records that an import makes again', () => {
  it('leave a version each, and none is looked for in all the others, though there were none when it began', async () => {
    await asOwner('vacuum analyze fivaldi.record_version');
    const company = [randomUUID(), randomUUID()];
    const found = await database.transaction(
      async (sql) => {
        await sql.rows(
          `insert into fivaldi.product_record
                  (environment_id, company_id, product_code, imported, written_by, deleted_at)
           select $1, $2, 'P' || n, true, 'spec', now() from generate_series(1, ${RECORDS}) n`,
          company,
        );
        await sql.rows(
          `update fivaldi.product_record set deleted_at = null, written_by = $3
            where environment_id = $1 and company_id = $2`,
          [...company, randomUUID()],
        );
        // Before the versions are counted: that reads them all.
        const [read] = await sql.rows<{ scans: number }>(
          `select seq_scan::int as scans from pg_stat_xact_user_tables where relid = 'fivaldi.record_version'::regclass`,
        );
        const [kept] = await sql.rows<{ versions: number }>(
          'select count(*)::int as versions from fivaldi.record_version',
        );
        return { ...read, ...kept };
      },
      { scope: { tenant: company[0]! } },
    );
    expect(found).toEqual({ scans: 0, versions: RECORDS });
  });
});

/** `vacuum` is the owner's to run, outside any transaction. */
async function asOwner(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
