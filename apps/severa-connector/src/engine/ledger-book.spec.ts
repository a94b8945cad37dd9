import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';

import type { Database } from '#lib/store';

import { type Company, World } from './engine.spec-support.js';
import { historyRow } from './history.js';
import { itemFlow } from './item-flow.spec-support.js';
import { LedgerBook } from './ledger-book.js';
import type { Change, Entry } from './ledger-entry.js';
import type { HeldTurn } from './turns.js';

/** Two environments' companies, each with one record that is due. */
const ENVIRONMENTS = [randomUUID(), randomUUID()] as const;

/** For so long a statement waits for a lock, in milliseconds. */
const LOCK_TIMEOUT = 5_000;

let world: World;
let companies: Company[];
let held: HeldTurn[];
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  companies = [];
  for (let nth = 0; nth < 12; nth += 1) companies.push(await world.company({}, ENVIRONMENTS[nth < 8 ? 0 : 1]));
  for (const { environmentId, companyId } of companies) {
    await world.rows(
      `insert into severa.pair (environment_id, company_id, flow, key, state) values ($1, $2, $3, 'K', 'due')`,
      [environmentId, companyId, itemFlow.name],
    );
  }
  held = [...(await world.parts().turns.take(companies.length))];
});
afterEach(async () => {
  for (const one of held) one.release();
  await world.clear();
});

const begins: Change = { key: 'K', mark: '1', state: 'sending', sending: 'create', attempts: 0 };

async function entryOf({ companyId, partnerUserId }: Company, more: Partial<Entry> = {}): Promise<Entry> {
  const { turn } = held.find((one) => one.turn.companyId === companyId)!;
  const { decidedAt, rulesVersion } = await world.decide(partnerUserId, companyId);
  return {
    turn,
    flow: itemFlow,
    run: { id: uuid(), trigger: 'schedule', requestedBy: null },
    decision: { decidedAt, rulesVersion: rulesVersion! },
    rests: [],
    begins,
    told: [],
    ...more,
  };
}

/** The database, and how many entries each statement has. */
function listening(statements: number[]): Pick<Database, 'rows'> {
  return {
    rows: (text, values = [], options = {}) => {
      statements.push((JSON.parse(values[0] as string) as unknown[]).length);
      return world.database.rows(text, values, options);
    },
  };
}

const stateOf = async (company: Company): Promise<string | undefined> => (await world.pairs(company))[0]?.state;
const statesOf = (some: readonly Company[]) => Promise.all(some.map(stateOf));

describe('the book of all ledgers', () => {
  it('writes what gathers while a statement is on its way with the next one, whichever environment it is of', async () => {
    const statements: number[] = [];
    const book = new LedgerBook(listening(statements));
    const entries = await Promise.all(companies.map((company) => entryOf(company)));
    const written = await Promise.all(entries.map((entry) => book.write(entry)));
    expect(written).toEqual(companies.map(() => ({ same: true, open: true })));
    expect(await statesOf(companies)).toEqual(companies.map(() => 'sending'));
    expect(statements).toEqual([1, 11]);
  });

  it('writes nothing of a company that is said to be of another environment', async () => {
    const [ours, theirs] = [companies[0]!, companies[8]!];
    const [right, wrong] = [await entryOf(ours), await entryOf(theirs)];
    const book = new LedgerBook(world.database);
    const strayed = { ...wrong, turn: { ...wrong.turn, environmentId: ours.environmentId } };
    const written = await Promise.all([right, strayed].map((entry) => book.write(entry)));
    expect(written.map(({ same }) => same)).toEqual([true, null]);
    expect(await statesOf([ours, theirs])).toEqual(['sending', 'due']);
  });

  it('has no link wait while another one’s row is locked', async () => {
    const [first, blocked, ...others] = companies as [Company, Company, ...Company[]];
    const book = new LedgerBook(world.database);
    await world.owner.query('begin');
    await world.owner.query('select from severa.link where company_id = $1 for update', [blocked.companyId]);
    const entries = await Promise.all([first, blocked, ...others].map((company) => entryOf(company)));
    const began = performance.now();
    const [one, waits, ...rest] = entries.map((entry) => book.write(entry));
    await Promise.all([one, ...rest]);
    expect(performance.now() - began).toBeLessThan(LOCK_TIMEOUT - 500);
    // What comes later does not wait either.
    expect(await book.write(entries[0]!)).toEqual({ same: true, open: true });
    expect(await stateOf(blocked)).toBe('due');
    await world.owner.query('commit');
    expect(await waits).toEqual({ same: true, open: true });
  }, 10_000);

  it('says of each link what is true of it alone', async () => {
    const some = companies.slice(0, 6);
    const [, lost, changed, ruled] = some;
    const entries = await Promise.all(some.map((company) => entryOf(company)));
    entries[4] = { ...entries[4]!, decision: { ...entries[4]!.decision!, decidedAt: '2026-01-01T00:00:00Z' } };
    await world.rows('update severa.link set fence = fence + 1 where company_id = $1', [lost!.companyId]);
    await world.rows('update severa.link set mark = mark + 1 where company_id = $1', [changed!.companyId]);
    await world.changeRules(ruled!);
    const book = new LedgerBook(world.database);
    const told = (entry: Entry) =>
      historyRow({ key: 'K', number: null, name: null, operation: 'none', result: 'moved', attempt: 1 }, 'severa', {
        key: entry.turn.companyId,
      });
    const written = await Promise.all(entries.map((entry) => book.write({ ...entry, told: [told(entry)] })));
    expect(written).toEqual([
      { same: true, open: true },
      { same: null, open: false },
      { same: false, open: false },
      { same: true, open: false },
      { same: true, open: false },
      { same: true, open: true },
    ]);
    expect(await statesOf(some)).toEqual(['sending', 'due', 'due', 'due', 'due', 'sending']);
    const history = await Promise.all(some.map((company) => world.history(company)));
    expect(history.map((rows) => rows.map((row) => (row as { netvisor_key?: string }).netvisor_key))).toEqual(
      some.map((company) => (company === lost ? [] : [company.companyId])),
    );
  });

  it('tells no link that it may go before its entry is committed', async () => {
    const [first, blocked] = companies as [Company, Company];
    const book = new LedgerBook(world.database);
    await world.owner.query('begin');
    await world.owner.query('select from severa.link where company_id = $1 for update', [blocked.companyId]);
    const entries = await Promise.all([first, blocked].map((company) => entryOf(company)));
    let told = false;
    const written = entries.map((entry) => book.write(entry));
    void written[1]!.then(() => (told = true));
    await written[0];
    await world.until(isBlocked, 'the second to wait for the row');
    expect(told).toBe(false);
    await world.owner.query('commit');
    expect(await written[1]).toEqual({ same: true, open: true });
    expect(await stateOf(blocked)).toBe('sending');
  });

  it('fails no link for what another one could not have written', async () => {
    const [first, bad, fine] = companies as [Company, Company, Company];
    const book = new LedgerBook(world.database);
    const nonsense = { ...begins, state: 'nonsense' as 'due' };
    const entries = await Promise.all([entryOf(first), entryOf(bad, { begins: nonsense }), entryOf(fine)]);
    const written = await Promise.allSettled(entries.map((entry) => book.write(entry)));
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await statesOf([first, bad, fine])).toEqual(['sending', 'due', 'sending']);
  });

  it('reads the records that it is about and no others, whatever the statistics say', async () => {
    await world.rows('alter table severa.pair set (autovacuum_enabled = false)');
    await world.rows(
      `insert into severa.pair (environment_id, company_id, flow, key, state)
       select environment_id, company_id, $1, 'R' || n, 'moved' from severa.link, generate_series(1, 1000) as n`,
      [itemFlow.name],
    );
    const read: number[] = [];
    const database: Pick<Database, 'rows'> = {
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
    const book = new LedgerBook(database);
    const entries = await Promise.all(companies.slice(0, 8).map((company) => entryOf(company)));
    // More often than PostgreSQL plans a statement anew.
    for (let nth = 0; nth < 10; nth += 1) await Promise.all(entries.map((entry) => book.write(entry)));
    // Of several statements together, at times: statistics are not sent off after each.
    expect(Math.max(...read)).toBeLessThan(400);
    expect(Math.min(...read)).toBeGreaterThan(0);
  });
});

const isBlocked = async (): Promise<boolean> => (await world.rows('select from pg_locks where not granted')).length > 0;
