import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { type ConnectionSql, Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import type { Calls, Flow } from '../engine/flow.js';
import type { Turn } from '../engine/turns.js';
import { customersToNetvisor } from '../flows/customers-to-netvisor.js';
import { customersToSevera } from '../flows/customers-to-severa.js';
import { productsToNetvisor } from '../flows/products-to-netvisor.js';
import { productsToSevera } from '../flows/products-to-severa.js';
import { NetvisorRegister } from '../flows/netvisor-register.spec-support.js';
import { ReadSides } from '../flows/register-reading.spec-support.js';
import { SETTINGS, TODAY } from '../flows/register-sides.spec-support.js';
import { COUNTRIES } from '../flows/severa-register.spec-support.js';
import type { ComparisonReport } from './compare.js';
import {
  carryOutComparison,
  type ComparisonWork,
  dueComparison,
  isComparable,
  type Progress,
  storeComparison,
} from './comparisons.js';

describe('a flow', () => {
  it('can be compared when it lists the other side', () => {
    const unlisted: Flow = Object.fromEntries(
      Object.entries(customersToNetvisor).filter(([name]) => name !== 'index'),
    ) as unknown as Flow;
    expect([isComparable(productsToSevera), isComparable(unlisted)]).toEqual([true, false]);
  });
});

const REPORT: ComparisonReport = {
  counts: { matches: 1, 'would-be-created': 0, conflicts: 0, 'breaks-a-rule': 0, 'only-there': 0 },
  samples: { matches: [], 'would-be-created': [], conflicts: [], 'breaks-a-rule': [], 'only-there': [] },
  causes: {},
};
let test: TestDatabase;
let owner: pg.Client;
let database: Database;
let turn: Turn;

beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
  database = await Database.open({ url: test.as('severa-connector'), name: 'comparisons.spec' });
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await test.drop();
});
beforeEach(async () => {
  const [environmentId, companyId] = [randomUUID(), randomUUID()];
  turn = { environmentId, companyId, fence: '3', mark: '1' } as Turn;
  await owner.query(
    `insert into severa.link (environment_id, company_id, partner_user_id, organisation_id, netvisor_host, language,
                              settings, changed_by, fence)
     values ($1, $2, $3, $4, 'training', 'FI', '{}', 'spec', 3)`,
    [environmentId, companyId, randomUUID(), companyId.slice(0, 9)],
  );
  await ask('products-to-netvisor', '2026-03-18T10:00:00Z');
  await ask('customers-to-netvisor', '2026-03-18T09:00:00Z');
});

const ask = (flow: string, at: string) =>
  owner.query(
    `insert into severa.comparison (environment_id, company_id, flow, state, asked_by, asked_at)
     values ($1, $2, $3, 'due', 'spec', $4)
     on conflict (environment_id, company_id, flow) do update set asked_at = excluded.asked_at`,
    [turn.environmentId, turn.companyId, flow, at],
  );
const inScope = <T>(work: (sql: ConnectionSql) => Promise<T>): Promise<T> =>
  database.transaction(work, { scope: { tenant: turn.environmentId } });
const stored = async () => {
  const { rows } = await owner.query<{ flow: string; state: string; report: unknown; cause: string | null }>(
    `select flow, state, report, cause from severa.comparison where company_id = $1 order by flow`,
    [turn.companyId],
  );
  return rows;
};

const workOn = (flow: Flow, calls: Calls, end = Infinity): ComparisonWork => ({
  turn,
  flow,
  reading: { settings: SETTINGS, calls, now: new Date('2026-03-18T10:00:00Z') },
  today: TODAY,
  write: inScope,
  renew: () => Promise.resolve(),
  end,
});

/** The process ends after so many pages of Severa's. */
function brokenOff(sides: ReadSides, after: number): Calls {
  let pages = 0;
  return {
    netvisor: (request) => sides.netvisor(request),
    severa: (request) => sides.severa(request),
    async *severaPages(request, told) {
      for await (const page of sides.severaPages(request, told)) {
        if ((pages += 1) > after) throw new Error('the process ends');
        yield page;
      }
    },
  };
}

describe('a comparison of customers', () => {
  const customers = [
    { guid: 'a', number: 1001, name: 'Renamed', vatNumber: 'FI12345671' },
    { guid: 'b', number: 1002, name: 'B' },
    { guid: 'c', number: 1003, name: 'C' },
    { guid: 'd', number: null, name: 'D' },
    { guid: 'e', number: 1005, name: 'E', vatNumber: 'FI76543212' },
    { guid: 'f', number: 1006, name: 'F' },
    { guid: 'g', number: 1006, name: 'G' },
  ];
  const register = {
    1: { internalidentifier: '1001', name: 'A', externalidentifier: '1234567-1' },
    2: { internalidentifier: '1002', name: 'Somebody else' },
    3: { internalidentifier: '77', name: 'E', externalidentifier: '7654321-2' },
    4: { internalidentifier: 'TEMP', name: 'Temporary' },
  };
  const lists = { 'localization/countries': COUNTRIES, customers };
  const sides = () => new ReadSides(lists, new NetvisorRegister(register));
  const progress = async () => (await inScope((sql) => dueComparison(sql, turn)))?.progress ?? null;

  it('finds what the first run will, and writes nothing', async () => {
    const calls = sides();
    const report = await carryOutComparison(workOn(customersToNetvisor, calls), null);
    expect(report?.counts).toEqual({
      matches: 1,
      'would-be-created': 1,
      conflicts: 4,
      'breaks-a-rule': 1,
      'only-there': 2,
    });
    expect(report?.causes).toEqual({
      'same-code-other-name': 1,
      'customer-number-missing': 1,
      'same-business-id-other-code': 1,
      'code-twice-here': 2,
    });
    expect(calls.asked).toEqual(['customerlist.nv', 'localization/countries', 'customers']);
  });

  it.each([
    ['to Netvisor', customersToNetvisor, 4],
    ['to Severa', customersToSevera, 5],
  ])('comes to the same in portions, %s, each of which ends with a page', async (_, flow, portions) => {
    await ask(flow.name, '2026-03-18T08:00:00Z');
    const whole = await carryOutComparison(workOn(flow, sides()), null);
    let report: ComparisonReport | null = null;
    let taken = 0;
    let before: Progress | null = null;
    for (; report === null; taken += 1) {
      report = await carryOutComparison(workOn(flow, sides(), 0), before);
      before = await progress();
    }
    expect(report).toEqual(whole);
    expect(taken).toBe(portions);
  });

  it('goes on where it was broken off, and counts nothing twice', async () => {
    const whole = await carryOutComparison(workOn(customersToNetvisor, sides()), null);
    const calls = brokenOff(sides(), 2);
    await expect(carryOutComparison(workOn(customersToNetvisor, calls), null)).rejects.toThrow('the process ends');
    const after = sides();
    expect(await carryOutComparison(workOn(customersToNetvisor, after), await progress())).toEqual(whole);
    expect(after.asked).toEqual(['localization/countries', 'customers pageToken=4']);
  });

  it('counts nothing twice of what it reads again, since its list names no place', async () => {
    const coded = (codes: readonly string[]) => codes.map((code) => ({ guid: code, code, name: code }));
    const some = { products: coded(['P1']), worktypes: coded(['W1', 'W2', 'W3']) };
    const whole = await carryOutComparison(workOn(productsToNetvisor, new ReadSides(some)), null);
    await ask(productsToNetvisor.name, '2026-03-18T08:00:00Z');
    const calls = brokenOff(new ReadSides(some), 2);
    await expect(carryOutComparison(workOn(productsToNetvisor, calls), null)).rejects.toThrow('the process ends');
    const after = await carryOutComparison(workOn(productsToNetvisor, new ReadSides(some)), await progress());
    expect(after).toEqual(whole);
    expect(after?.counts).toMatchObject({ 'would-be-created': 4, conflicts: 0 });
  });

  it('begins anew over a link that was changed meanwhile', async () => {
    await carryOutComparison(workOn(customersToNetvisor, sides(), 0), null);
    turn = { ...turn, mark: '2' };
    const after = sides();
    const report = await carryOutComparison(workOn(customersToNetvisor, after), await progress());
    expect(report?.counts.matches).toBe(1);
    expect(after.asked).toEqual(['customerlist.nv', 'localization/countries', 'customers']);
  });

  it('keeps nothing of both sides when it has ended', async () => {
    await carryOutComparison(workOn(customersToNetvisor, sides()), null);
    const kept = () => owner.query('select from severa.compared where company_id = $1', [turn.companyId]);
    expect((await kept()).rowCount).toBe(11);
    await inScope((sql) => storeComparison(sql, turn, 'customers-to-netvisor', { report: REPORT }));
    expect((await kept()).rowCount).toBe(0);
  });
});

describe('a comparison that somebody asked for', () => {
  it('is carried out in the order of asking', async () => {
    expect(await inScope((sql) => dueComparison(sql, turn))).toMatchObject({ flow: 'customers-to-netvisor' });
    await inScope((sql) => storeComparison(sql, turn, 'customers-to-netvisor', { report: REPORT }));
    expect(await inScope((sql) => dueComparison(sql, turn))).toMatchObject({ flow: 'products-to-netvisor' });
    await inScope((sql) => storeComparison(sql, turn, 'products-to-netvisor', { cause: 'netvisor-access' }));
    expect(await inScope((sql) => dueComparison(sql, turn))).toBeNull();
    expect(await stored()).toEqual([
      { flow: 'customers-to-netvisor', state: 'done', report: REPORT, cause: null },
      { flow: 'products-to-netvisor', state: 'failed', report: null, cause: 'netvisor-access' },
    ]);
  });

  it('is not written down by a turn that has passed on', async () => {
    await inScope((sql) => storeComparison(sql, { ...turn, fence: '2' }, 'customers-to-netvisor', { report: REPORT }));
    expect(await stored()).toMatchObject([{ state: 'due' }, { state: 'due' }]);
  });
});
