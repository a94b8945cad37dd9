import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Company, World } from './engine.spec-support.js';
import { itemFlow } from './item-flow.spec-support.js';
import { type DuePair, nextDue } from './pairs.js';

const DUE = 20;

let world: World;
let company: Company;
beforeAll(async () => {
  world = await World.open();
  company = await world.company();
  await world.crowd(company, 'due', DUE);
});
afterAll(() => world.close());

describe('the records that are due', () => {
  it('are read with those of the same number, and no others, however many the flow has', async () => {
    const [held] = await world.parts().turns.take(1);
    held!.release();
    const { turn } = held!;
    const read = () =>
      world.database.transaction(
        async (sql) => {
          const due = await nextDue(sql, turn, itemFlow.name, DUE);
          const [pairs] = await sql.rows<{ read: number }>(
            `select (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
               from pg_stat_xact_user_tables where relid = 'severa.pair'::regclass`,
          );
          return { due, read: pairs?.read ?? 0 };
        },
        { scope: { tenant: turn.environmentId } },
      );
    const seen: { readonly due: readonly DuePair[]; readonly read: number }[] = [];
    // More often than PostgreSQL plans a statement anew.
    for (let nth = 0; nth < 8; nth += 1) seen.push(await read());
    const [first] = seen;
    expect(first?.due).toHaveLength(DUE);
    expect(first?.due.find(({ key }) => key === 'K00002')?.rival).toBe('Name 3');
    // Of all of them together, at times: statistics are not sent off after each.
    expect(Math.max(...seen.map((one) => one.read))).toBeLessThan(8 * 4 * DUE);
  });
});
