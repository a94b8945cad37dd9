import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { Database } from './database.js';

describe('a query that is read in portions', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.url, name: 'portions.spec' });
    await database.rows('create table number as select no from generate_series(1, 10) as no');
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  const sizes = (most: number, atOnce: () => number): Promise<number[]> =>
    database.transaction(async (sql) => {
      const found: number[] = [];
      for await (const rows of sql.portions('select no from number where no <= $1 order by no', [most], atOnce)) {
        found.push(rows.length);
      }
      return found;
    });

  it.each([
    ['nothing', 0, 4, []],
    ['less than a portion', 3, 4, [3]],
    ['exactly one', 4, 4, [4]],
    ['several, the last one short', 10, 4, [4, 4, 2]],
  ])('of %s gives every row once', async (_what, most, atOnce, expected) => {
    expect(await sizes(most, () => atOnce)).toEqual(expected);
  });

  it('is asked before each portion how many rows it may be', async () => {
    let next = 0;
    expect(await sizes(10, () => ++next)).toEqual([1, 2, 3, 4]);
  });

  it('makes the next portion while one is worked on, as large as that one allows, and no other', async () => {
    const asked: number[] = [];
    const askedByThen: number[] = [];
    await database.transaction(async (sql) => {
      const atOnce = (last: readonly object[]): number => {
        asked.push(last.length);
        return last.length + 1;
      };
      for await (const rows of sql.portions('select no from number order by no', [], atOnce)) {
        expect(rows).toHaveLength(asked[askedByThen.length]! + 1);
        askedByThen.push(asked.length);
      }
    });
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect(askedByThen).toEqual([2, 3, 4, 5]);
  });

  it('fails where its row fails, and not before', async () => {
    const found: number[] = [];
    const failing = database.transaction(async (sql) => {
      for await (const rows of sql.portions('select 1 / (no - 5) from number', [], () => 2)) found.push(rows.length);
    });
    await expect(failing).rejects.toThrow('division by zero');
    expect(found).toEqual([2, 2]);
  });

  it('may be left before its end, whatever comes of the portion that is under way', async () => {
    const left = await database.transaction(async (sql) => {
      for await (const rows of sql.portions('select no from number order by no', [], () => 2)) return rows.length;
      return 0;
    });
    expect(left).toBe(2);
    const failing = database.transaction(async (sql) => {
      for await (const rows of sql.portions('select 1 / (no - 3) from number', [], () => 2))
        throw new Error(`had enough after ${rows.length}`);
    });
    await expect(failing).rejects.toThrow('had enough after 2');
  });

  it('can be followed by another one in the same transaction', async () => {
    await database.transaction(async (sql) => {
      for (const most of [2, 3]) {
        const rows: object[] = [];
        for await (const some of sql.portions('select no from number where no <= $1', [most], () => 2))
          rows.push(...some);
        expect(rows).toHaveLength(most);
      }
    });
  });
});

describe('a transaction that is a snapshot', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = await Database.open({ url: test.url, name: 'portions.spec' });
    await database.rows('create table number (no int)');
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  it('begins with its first statement and sees nothing that is written after it', async () => {
    const count = 'select count(*)::int as n from number';
    const seen = await database.transaction(
      async (sql) => {
        await database.rows('insert into number values (1)');
        const first = await sql.rows<{ n: number }>(count);
        await database.rows('insert into number values (2)');
        return [first[0]?.n, (await sql.rows<{ n: number }>(count))[0]?.n];
      },
      { snapshot: true, scope: { tenant: '0190a7c0-0000-7000-8000-000000000001' } },
    );
    expect(seen).toEqual([1, 1]);
  });

  it('writes nothing', async () => {
    await expect(
      database.transaction((sql) => sql.rows('insert into number values (3)'), { snapshot: true }),
    ).rejects.toThrow('read-only');
  });
});
