import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { tuoterekisteri } from '#lib/documents';
import { Database, type Sql } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { bringIn, settingsOf, xml } from './import.spec-support.js';
import { stagedTable } from './record-sql.js';

/** So few transfers that PostgreSQL's statistics name every one of them, and take any other for one without items. */
const OTHERS = 50;
const ITEMS_OF_EACH = 400;

describe('an import, when the statistics of the items know only those of other transfers', () => {
  let test: TestDatabase;
  let owner: Database;
  let connector: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    owner = await Database.open({ url: test.url, name: 'own-items.spec' });
    connector = await Database.open({ url: test.as('fivaldi-connector'), name: 'own-items.spec' });
    await owner.rows(
      `insert into transfers.item (environment_id, transfer_id, register, no, key, outcome)
       select $1::uuid, transfer, 'product', no, 'K' || no, 'created'
         from (select gen_random_uuid() as transfer from generate_series(1, $2::int)) as others,
              generate_series(1, $3::int) as no`,
      [randomUUID(), OTHERS, ITEMS_OF_EACH],
    );
    await owner.rows('analyze transfers.item');
  });
  afterAll(async () => {
    await Promise.all([owner.close(), connector.close()]);
    await test.drop();
  });

  /** A company with so many products, `P1` and so on. */
  async function companyWith(products: number): Promise<{ environmentId: string; companyId: string }> {
    const company = { environmentId: randomUUID(), companyId: randomUUID() };
    await owner.rows(
      `insert into fivaldi.product_record (environment_id, company_id, product_code, imported, written_by)
       select $1, $2, 'P' || no, true, 'spec' from generate_series(1, $3::int) as no`,
      [company.environmentId, company.companyId, products],
    );
    return company;
  }

  /** How many staged records and items the connection has read, each one as often as it has. */
  async function readBy(sql: Sql): Promise<number> {
    const [both] = await sql.rows<{ read: number }>(
      `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
        where relid in ('${stagedTable(tuoterekisteri)}'::regclass, 'transfers.item'::regclass)`,
    );
    return both?.read ?? 0;
  }

  /** The database, and how much of them each of its transactions reads. */
  function counting(read: number[]): Pick<Database, 'transaction'> {
    return {
      transaction: (work, options) =>
        connector.transaction(async (sql) => {
          const before = await readBy(sql);
          const result = await work(sql);
          read.push((await readBy(sql)) - before);
          return result;
        }, options),
    };
  }

  it.each([
    ['new ones into a register that is much larger', { held: 10_001, from: 20_001, records: 2_000 }, 'created'],
    ['changed ones, fewer than are planned anew', { held: 900, from: 1, records: 900 }, 'updated'],
  ] as const)(
    'reads its own records and items a few times, and not all of the one for each of the other: %s',
    async (_what, { held, from, records }, outcome) => {
      const company = await companyWith(held);
      const read: number[] = [];
      const document = Array.from({ length: records }, (_, index) =>
        xml(tuoterekisteri, { product_code: `P${from + index}`, name: 'Höylä' }),
      );
      const how = { ...company, stream: 'tuoterekisteri', settings: settingsOf() } as const;
      const { effect } = await bringIn(counting(read), document, how);
      expect(effect[outcome]).toBe(records);
      expect(read).toHaveLength(1);
      expect(read[0]).toBeGreaterThanOrEqual(records);
      expect(read[0]).toBeLessThan(10 * records);
    },
  );
});
