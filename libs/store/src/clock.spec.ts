import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '#lib/testing';

import { clockOffset, compareClocks } from './clock.js';
import { Database } from './database.js';

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ url: test.url, name: 'clock.spec' });
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const shifted = (milliseconds: number) => (): number => Date.now() + milliseconds;
async function toldWhen(milliseconds: number) {
  const told: { readonly offsetMilliseconds: number }[] = [];
  await compareClocks(database, { warn: (fields) => void told.push(fields) }, shifted(milliseconds));
  return told;
}

describe('the clock of a service', () => {
  it('is compared with that of PostgreSQL', async () => {
    expect(Math.abs(await clockOffset(database))).toBeLessThan(1_000);
    for (const off of [60_000, -60_000]) {
      const found = await clockOffset(database, shifted(off));
      expect(Math.abs(found)).toBeGreaterThan(50_000);
      expect(Math.abs(found)).toBeLessThanOrEqual(60_001);
      expect(Math.sign(found)).toBe(Math.sign(off));
    }
  });

  it.each([0, 500, -500])('that is %d ms off is worth no word', async (off) => {
    expect(await toldWhen(off)).toEqual([]);
  });

  it.each([20_000, -20_000])('that is %d ms off is told to the log, with how much', async (off) => {
    const [told, ...more] = await toldWhen(off);
    expect(more).toEqual([]);
    expect(Math.abs(told!.offsetMilliseconds - off)).toBeLessThan(10_000);
  });

  it('is not blamed for an answer that takes long', async () => {
    const slow = {
      rows: async <Row extends object>(text: string) => {
        const rows = await database.rows<Row>(text);
        await database.rows('select pg_sleep(0.3)');
        return rows;
      },
    };
    expect(await clockOffset(slow)).toBe(0);
  });

  it('is not asked for the zone: PostgreSQL speaks UTC to every service', async () => {
    await database.transaction(async (sql) => {
      const [row] = await sql.rows<{ zone: string; at: string }>(
        `select current_setting('timezone') as zone, '2026-07-01 12:00+03'::timestamptz::text as at`,
      );
      expect(row).toEqual({ zone: 'UTC', at: '2026-07-01 09:00:00+00' });
    });
  });
});
