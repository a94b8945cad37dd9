import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Database } from '#lib/store';

import { type Company, World } from './engine.spec-support.js';
import { itemFlow } from './item-flow.spec-support.js';
import { Ledger } from './ledger.js';
import { LedgerBook } from './ledger-book.js';
import { Permission } from './permission.js';
import type { HeldTurn } from './turns.js';
import type { Run } from './runs.js';

const RECORDS = 2_000;

let world: World;
let company: Company;
let held: HeldTurn;
beforeAll(async () => {
  world = await World.open();
  company = await world.company();
  const { environmentId, companyId } = company;
  await world.rows(
    `insert into severa.pair (environment_id, company_id, flow, key, state)
     select $1, $2, $3, 'K' || n, 'moved' from generate_series(1, $4::int) as n`,
    [environmentId, companyId, itemFlow.name, RECORDS],
  );
  await world.rows('analyze severa.pair');
  held = (await world.parts().turns.take(1))[0]!;
});
afterAll(async () => {
  held.release();
  await world.close();
});

/** The database, and how many rows of the pairs each statement has read. */
function counting(read: number[]): Pick<Database, 'rows'> {
  return {
    rows: (text, values, options) =>
      world.database.transaction(async (sql) => {
        const rows = await sql.rows(text, values);
        const [pairs] = await sql.rows<{ read: number }>(
          `select (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
             from pg_stat_xact_user_tables where relid = 'severa.pair'::regclass`,
        );
        read.push(pairs?.read ?? 0);
        return rows as never;
      }, options),
  };
}

const runOf = (): Run => ({
  id: randomUUID(),
  flow: itemFlow.name,
  trigger: 'schedule',
  requestedBy: null,
  scope: {},
  state: 'sending',
  again: false,
  opensAt: null,
  began: new Date(),
  nextAt: new Date(),
  seen: new Date().toISOString(),
  ready: true,
  closed: false,
});

describe('what is written between two requests', () => {
  it('reads the records that it is about and no others, however many the flow has', async () => {
    const run = runOf();
    const { decide } = world.parts();
    const { stream, direction } = itemFlow;
    const permission = new Permission(decide, held.turn, { stream, direction, runId: run.id });
    const read: number[] = [];
    const ledger = new Ledger(new LedgerBook(counting(read)), held, itemFlow, run, permission);
    // More often than PostgreSQL plans a statement anew.
    for (let nth = 1; nth <= 10; nth += 1) {
      const about = { mark: '1', attempts: 0 } as const;
      ledger.settle({ ...about, key: `K${nth}`, state: 'moved', sending: null });
      await ledger.pass({ ...about, key: `K${nth + 1}`, state: 'sending', sending: 'change' });
    }
    // Of all ten together, at times: statistics are not sent off after each.
    expect(Math.max(...read)).toBeLessThan(100);
    expect(Math.min(...read)).toBeGreaterThan(0);
    const pairs = await world.pairs(company);
    expect(pairs.filter(({ state }) => state === 'sending').map(({ key }) => key)).toEqual(['K11']);
  });
});
