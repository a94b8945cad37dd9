import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { Database, type Sql } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { type HandedOut, holdTurn, type Turn, TurnLost, Turns } from './turns.js';

const PARTNER = 'ws-example';

let test: TestDatabase;
let owner: pg.Client;
const processes: Database[] = [];
let turns: Turns;

beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
  const url = test.as('fivaldi-connector');
  for (const name of ['one', 'two', 'three']) processes.push(await Database.open({ url, name }));
});
afterAll(async () => {
  await Promise.all(processes.map((database) => database.close()));
  await owner.end();
  await test.drop();
});
beforeEach(async () => {
  turns = new Turns(processes[0]!, PARTNER);
  await turns.open();
});
afterEach(() => owner.query('truncate fivaldi.connection, fivaldi.delivery, fivaldi.request_budget'));

const budget = (rate: number, capacity: number, tokens: number) =>
  owner.query(
    'update fivaldi.request_budget set rate = $1, capacity = $2, tokens = $3, refilled_at = clock_timestamp()',
    [rate, capacity, tokens],
  );

/** Companies with one record due each. */
async function companies(count: number, environmentId: string = randomUUID()): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await owner.query(
    `insert into fivaldi.connection (environment_id, company_id, cuid, target, active, changed_by)
     select $1, id, replace(id::text, '-', ''), 'myynninhallinta', true, 'spec' from unnest($2::uuid[]) as id`,
    [environmentId, ids],
  );
  await owner.query(
    `insert into fivaldi.delivery (environment_id, company_id, register, key)
     select $1, id, 'product', 'A' from unnest($2::uuid[]) as id`,
    [environmentId, ids],
  );
  return ids;
}

function turnOf(handed: HandedOut): Turn {
  if (handed.as !== 'turn') throw new Error(`no turn but ${JSON.stringify(handed)}`);
  return handed.turn;
}

describe('turns', () => {
  it('goes round the companies, from whichever process they are asked', async () => {
    const ids = await companies(5);
    await budget(1_000, 100, 90);
    const given: string[] = [];
    for (let i = 0; i < 15; i += 1) {
      const asker = new Turns(processes[i % 3]!, PARTNER);
      const turn = turnOf(await asker.next());
      given.push(turn.companyId);
      await asker.leave(turn);
    }
    expect(new Set(given.slice(0, 5))).toEqual(new Set(ids));
    expect(given.slice(5)).toEqual(given.slice(0, 10));
  });

  it('has one worker at a time for each company', async () => {
    await companies(1);
    await budget(1_000, 100, 90);
    const turn = turnOf(await turns.next());
    expect(await turns.next()).toEqual({ as: 'idle' });
    await turns.leave(turn);
    expect(await turns.next()).toMatchObject({ as: 'turn' });
  });

  it('takes a turn away from a worker that does not renew it, and lets it write nothing more', async () => {
    await companies(1);
    await budget(1_000, 100, 90);
    const lost = turnOf(await turns.next());
    expect(await turns.renew(lost)).toBe(true);
    await owner.query(`update fivaldi.connection set leased_until = clock_timestamp() - interval '1 ms'`);
    const taken = turnOf(await turns.next());
    expect(await turns.renew(lost)).toBe(false);
    const hold = (turn: Turn) =>
      processes[0]!.transaction((sql) => holdTurn(sql, turn), { scope: { tenant: turn.environmentId } });
    await expect(hold(lost)).rejects.toBeInstanceOf(TurnLost);
    await expect(hold(taken)).resolves.toBeUndefined();
    await turns.leave(lost);
    expect(await turns.next()).toEqual({ as: 'idle' });
  });

  it('costs nothing when nobody has anything to deliver', async () => {
    await companies(1);
    await owner.query(`update fivaldi.delivery set state = 'delivered'`);
    await budget(0.001, 10, 1);
    expect(await turns.next()).toEqual({ as: 'idle' });
    await owner.query(`update fivaldi.delivery set state = 'due'`);
    expect(await turns.next()).toMatchObject({ as: 'turn' });
    expect(await turns.next()).toMatchObject({ as: 'wait' });
  });

  it.each([
    ['is not active', `active = false`],
    ['is paused', `paused = 'unauthorised'`],
    ['waits for its window', `waits_until = clock_timestamp() + interval '1 hour'`],
  ])('passes a company over that %s', async (_, how) => {
    await companies(1);
    await budget(1_000, 100, 90);
    await owner.query(`update fivaldi.connection set ${how}`);
    expect(await turns.next()).toEqual({ as: 'idle' });
  });

  it('gives a turn back that sent nothing', async () => {
    await companies(1);
    await budget(0.001, 10, 1);
    await turns.leave(turnOf(await turns.next()));
    await turns.giveBack();
    expect(await turns.next()).toMatchObject({ as: 'turn' });
  });

  describe('among many that have much to deliver', () => {
    const COMPANIES = 1_000;
    const EACH = 20;
    beforeEach(async () => {
      await companies(COMPANIES);
      await owner.query(
        `insert into fivaldi.delivery (environment_id, company_id, register, key)
         select environment_id, company_id, 'product', 'P' || n from fivaldi.connection, generate_series(1, $1::int) as n`,
        [EACH],
      );
      await owner.query(
        `insert into fivaldi.newcomer (environment_id, company_id, register, remote_id, next_try_at)
         select environment_id, company_id, 'order', n, clock_timestamp() + interval '1 hour'
           from fivaldi.connection, generate_series(1, $1::int) as n`,
        [EACH],
      );
      await owner.query('analyze fivaldi.delivery, fivaldi.newcomer, fivaldi.connection');
      await budget(1_000, 100, 90);
    });
    afterEach(() => owner.query('truncate fivaldi.newcomer'));

    /** How many rows of what waits the connection has read so far. */
    async function readBy(sql: Sql): Promise<number> {
      const [counted] = await sql.rows<{ read: number }>(
        `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
           from pg_stat_xact_user_tables where relid in ('fivaldi.delivery'::regclass, 'fivaldi.newcomer'::regclass)`,
      );
      return counted?.read ?? 0;
    }

    /** What a turn is handed out as, and how many such rows are read for it. */
    async function readByNext(): Promise<{ readonly as: string; readonly read: number }> {
      let read = 0;
      const [database] = processes;
      const counting: Pick<Database, 'transaction'> = {
        transaction: (work, options) =>
          database!.transaction(async (sql) => {
            const before = await readBy(sql);
            const result = await work(sql);
            read = (await readBy(sql)) - before;
            return result;
          }, options),
      };
      const { as } = await new Turns(counting as Database, PARTNER).next();
      return { as, read };
    }

    it('reads a few rows to find who is next', async () => {
      const { as, read } = await readByNext();
      expect(as).toBe('turn');
      expect(read).toBeLessThan(10);
    });

    it('reads a row or two of each company to find that all of it has to wait', async () => {
      await owner.query(`update fivaldi.delivery set next_try_at = clock_timestamp() + interval '1 hour'`);
      await owner.query('vacuum analyze fivaldi.delivery');
      const { as, read } = await readByNext();
      expect(as).toBe('idle');
      expect(read).toBeLessThanOrEqual(2 * COMPANIES);
    });
  });

  it('stops after a refusal, for every process', async () => {
    await companies(1);
    await budget(1_000, 100, 90);
    await turns.refused(30);
    const { milliseconds } = (await new Turns(processes[1]!, PARTNER).next()) as { milliseconds: number };
    expect(milliseconds).toBeGreaterThan(29_000);
  });

  it('is never above the limit, uses it, and is fair, from three processes at once', async () => {
    const ids = await companies(40);
    const rate = 100;
    const capacity = 120;
    await budget(rate, capacity, 0);
    const sent: { at: number; companyId: string }[] = [];
    const began = Date.now();
    const SECONDS = 4;
    const work = async (database: Database): Promise<void> => {
      const mine = new Turns(database, PARTNER);
      while (Date.now() - began < SECONDS * 1000) {
        const handed = await mine.next();
        if (handed.as === 'turn') {
          sent.push({ at: handed.turn.at.getTime(), companyId: handed.turn.companyId });
          await mine.leave(handed.turn);
        } else await pause(handed.as === 'wait' ? handed.milliseconds : 20);
      }
    };
    await Promise.all(processes.flatMap((database) => [work(database), work(database)]));

    // No stretch of time, however long, has more than the burst and what comes back while it lasts.
    const times = sent.map(({ at }) => at).sort((a, b) => a - b);
    let worst = 0;
    let lowest = Infinity;
    for (const [index, at] of times.entries()) {
      lowest = Math.min(lowest, index - (rate * at) / 1000);
      worst = Math.max(worst, index + 1 - (rate * at) / 1000 - lowest);
    }
    expect(worst).toBeLessThanOrEqual(capacity);
    const lasted = (times.at(-1)! - times[0]!) / 1000;
    expect(sent.length).toBeGreaterThanOrEqual(0.95 * rate * lasted);

    const shares = ids.map((id) => sent.filter(({ companyId }) => companyId === id).length);
    const sum = shares.reduce((a, b) => a + b, 0);
    const jain = sum ** 2 / (shares.length * shares.reduce((a, b) => a + b * b, 0));
    expect(jain).toBeGreaterThanOrEqual(0.99);
  });
});
