import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { laneTicket } from '#lib/contracts';
import { createTestDatabase, freePort, type TestDatabase } from '#lib/testing';

import { Database } from './database.js';
import { StoreUnavailable } from './errors.js';
import { outboxOf, outgoing, type OutgoingMessage, writeOutbox } from './outbox.js';
import { sqlOf } from './sql.js';

describe('the database', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.url, name: 'database.spec', poolSize: 4 });
    await database.rows('create table public.note (text text primary key)');
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const notes = async (): Promise<string[]> =>
    (await database.rows<{ text: string }>('select text from public.note order by text')).map(({ text }) => text);
  const ticket = (): ReturnType<typeof outgoing> =>
    outgoing(laneTicket, { laneId: randomUUID(), ticket: randomUUID() });

  it('makes a transaction true whole, or not at all', async () => {
    await database.transaction((sql) => sql.rows(`insert into public.note values ('a')`));
    const failing = database.transaction(async (sql) => {
      await sql.rows(`insert into public.note values ('b')`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual(['a']);
  });

  it('does not say that it is true when a failed statement was passed over', async () => {
    const passedOver = database.transaction(async (sql) => {
      await sql.rows(`insert into public.note values ('lost')`);
      await sql.rows('select 1 / 0').catch(() => undefined);
    });
    await expect(passedOver).rejects.toThrow('Nothing was committed');
    expect(await notes()).not.toContain('lost');
  });

  it('gives every connection back, whatever became of the statement: four are enough for any number', async () => {
    const failing = (n: number): Promise<unknown> =>
      [
        () => database.rows('select 1 / 0'),
        () => database.transaction((sql) => sql.rows('select no_such_column')),
        () => database.transaction(() => Promise.reject(new Error('changed my mind'))),
        () => database.entities(() => Promise.reject(new Error('changed my mind'))),
      ][n % 4]!();
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => failing(n)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    const busy = `select count(*)::int as held, count(*) filter (where state <> 'idle' and pid <> pg_backend_pid())::int
      as in_use from pg_stat_activity where application_name = 'database.spec'`;
    const [{ held, in_use: inUse } = { held: 99, in_use: 99 }] = await database.rows<{ held: number; in_use: number }>(
      busy,
    );
    expect(held).toBeLessThanOrEqual(4);
    expect(inUse).toBe(0);
    expect(await Promise.all([1, 2, 3, 4].map(() => notes()))).toHaveLength(4);
  });

  it('joins statements to a change of entities', async () => {
    const failing = database.entities(async (em) => {
      await sqlOf(em).rows('insert into public.note values ($1)', ['c']);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await notes()).toEqual(['a']);
  });

  it('streams a COPY into the transaction, and undoes it when it breaks off', async () => {
    const copied = await database.transaction(async (sql) => {
      const copy = sql.copyWriter('copy public.note from stdin');
      for (let i = 0; i < 1_000; i += 1) await copy.write(`row ${i}\n`);
      await copy.end();
      return (await sql.rows<{ n: number }>('select count(*)::int as n from public.note'))[0]?.n;
    });
    expect(copied).toBe(1_001);
    const broken = database.transaction(async (sql) => {
      const copy = sql.copyWriter('copy public.note from stdin');
      await copy.write('another\n');
      await copy.abort(new Error('the reader failed'));
      throw new Error('the reader failed');
    });
    await expect(broken).rejects.toThrow('the reader failed');
    expect(await notes()).not.toContain('another');
    await database.rows(`delete from public.note`);
  });

  it('keeps session tables apart and empties them with every transaction', async () => {
    const session = ['create temporary table scratch (n int) on commit delete rows'];
    const count = (): Promise<number | undefined> =>
      database.transaction(
        async (sql) => {
          await sql.rows('insert into pg_temp.scratch values (1)');
          return (await sql.rows<{ n: number }>('select count(*)::int as n from pg_temp.scratch'))[0]?.n;
        },
        { session },
      );
    expect(await Promise.all(Array.from({ length: 20 }, count))).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('says unavailable when PostgreSQL cannot be reached, or gives a connection up', async () => {
    const url = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
    await expect(Database.open({ url, name: 'nowhere' }).then((away) => away.ping())).rejects.toThrow(
      /reach|ECONNREFUSED/,
    );
    const killed = database.transaction((sql) => sql.rows('select pg_terminate_backend(pg_backend_pid())'));
    await expect(killed).rejects.toBeInstanceOf(StoreUnavailable);
    await database.ping();
  });

  describe('its outbox', () => {
    it('forgets what the broker has confirmed, and keeps the rest for the next round', async () => {
      const outbox = outboxOf(database);
      const [first, second] = [ticket(), ticket()];
      await database.transaction((sql) => writeOutbox(sql, [first, second]));
      const seen: string[] = [];
      const publish = (messages: readonly OutgoingMessage[]): Promise<boolean[]> => {
        seen.push(...messages.map(({ id }) => id));
        return Promise.resolve(messages.map(({ id }) => id === first.id || seen.filter((s) => s === id).length > 1));
      };
      expect(await outbox.relay(10, publish)).toBe(2);
      expect(await outbox.pending()).toMatchObject({ messages: 1 });
      expect(await outbox.relay(10, publish)).toBe(1);
      expect(seen).toEqual([first.id, second.id, second.id]);
      expect(await outbox.pending()).toEqual({ messages: 0, oldest: null });
    });

    it('keeps everything when publishing fails', async () => {
      const outbox = outboxOf(database);
      await database.transaction((sql) => writeOutbox(sql, [ticket()]));
      await expect(outbox.relay(10, () => Promise.reject(new Error('no broker')))).rejects.toThrow('no broker');
      expect(await outbox.relay(10, (messages) => Promise.resolve(messages.map(() => true)))).toBe(1);
    });

    it('gives each message to one of two relays that look at once', async () => {
      await database.transaction((sql) => writeOutbox(sql, Array.from({ length: 50 }, ticket)));
      const outbox = outboxOf(database);
      const seen: string[] = [];
      const publish = (messages: readonly OutgoingMessage[]): Promise<boolean[]> => {
        seen.push(...messages.map(({ id }) => id));
        return Promise.resolve(messages.map(() => true));
      };
      await Promise.all([outbox.relay(30, publish), outbox.relay(30, publish)]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(50);
    });
  });
});
