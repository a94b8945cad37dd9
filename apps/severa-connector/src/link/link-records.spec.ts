import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Database } from '#lib/store';

import { type Company, World } from '../engine/engine.spec-support.js';
import { itemFlow } from '../engine/item-flow.spec-support.js';
import { LinkRecords } from './link-records.js';

const OFFERED = 20;

let world: World;
let company: Company;
beforeAll(async () => {
  world = await World.open();
  company = await world.company();
  await world.crowd(company, 'candidate', OFFERED);
});
afterAll(() => world.close());

/** The database, and how many pairs each transaction has read. */
function counting(read: number[]): Database {
  const transaction: Database['transaction'] = (work, options) =>
    world.database.transaction(async (sql) => {
      const result = await work(sql);
      const [pairs] = await sql.rows<{ read: number }>(
        `select (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
           from pg_stat_xact_user_tables where relid = 'severa.pair'::regclass`,
      );
      read.push(pairs?.read ?? 0);
      return result;
    }, options);
  return { transaction } as Database;
}

describe('the records that are offered', () => {
  it('are read with those of the same number, and no others, however many the flow has', async () => {
    const read: number[] = [];
    const records = new LinkRecords(counting(read), [itemFlow], {});
    const { environmentId, companyId } = company;
    const asked = { environmentId, companyId, flow: itemFlow.name, state: 'candidate', language: 'en' } as const;
    // More often than PostgreSQL plans a statement anew.
    for (let nth = 0; nth < 8; nth += 1) {
      const shown = await records.list({ ...asked, limit: OFFERED });
      expect(shown.records).toHaveLength(OFFERED);
    }
    // Of all of them together, at times: statistics are not sent off after each.
    expect(Math.max(...read)).toBeLessThan(8 * 4 * OFFERED);
    expect(Math.max(...read)).toBeGreaterThan(0);
  });
});
