import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { Database } from '#lib/store';
import { createTestDatabase, type TestDatabase } from '#lib/testing';

import type { Flow } from '../engine/flow.js';
import type { Turn } from '../engine/turns.js';
import { customersToNetvisor } from '../flows/customers-to-netvisor.js';
import { productsToSevera } from '../flows/products-to-severa.js';
import { NetvisorRegister } from '../flows/netvisor-register.spec-support.js';
import { ReadSides } from '../flows/register-reading.spec-support.js';
import { SETTINGS, TODAY } from '../flows/register-sides.spec-support.js';
import { COUNTRIES } from '../flows/severa-register.spec-support.js';
import type { ComparisonReport } from './compare.js';
import { carryOutComparison, dueComparison, isComparable, storeComparison } from './comparisons.js';

const workOn = (flow: Flow) => ({ flow, settings: SETTINGS, now: new Date('2026-03-18T10:00:00Z'), today: TODAY });

describe('a comparison of customers', () => {
  const calls = () =>
    new ReadSides(
      {
        'localization/countries': COUNTRIES,
        customers: [
          { guid: 'a', number: 1001, name: 'Renamed', vatNumber: 'FI12345671' },
          { guid: 'b', number: 1002, name: 'B' },
          { guid: 'c', number: 1003, name: 'C' },
          { guid: 'd', number: null, name: 'D' },
          { guid: 'e', number: 1005, name: 'E', vatNumber: 'FI76543212' },
          { guid: 'f', number: 1006, name: 'F' },
          { guid: 'g', number: 1006, name: 'G' },
        ],
      },
      new NetvisorRegister({
        1: { internalidentifier: '1001', name: 'A', externalidentifier: '1234567-1' },
        2: { internalidentifier: '1002', name: 'Somebody else' },
        3: { internalidentifier: '77', name: 'E', externalidentifier: '7654321-2' },
        4: { internalidentifier: 'TEMP', name: 'Temporary' },
      }),
    );

  it('finds what the first run will, and writes nothing', async () => {
    const sides = calls();
    const { counts, causes } = await carryOutComparison(sides, workOn(customersToNetvisor));
    expect(counts).toEqual({ matches: 1, 'would-be-created': 1, conflicts: 4, 'breaks-a-rule': 1, 'only-there': 2 });
    expect(causes).toEqual({
      'same-code-other-name': 1,
      'customer-number-missing': 1,
      'same-business-id-other-code': 1,
      'code-twice-here': 2,
    });
    expect(sides.asked).toEqual(['customerlist.nv', 'localization/countries', 'customers']);
  });
});

describe('a flow', () => {
  it('can be compared when it lists the other side', () => {
    const unlisted: Flow = Object.fromEntries(
      Object.entries(customersToNetvisor).filter(([name]) => name !== 'index'),
    ) as unknown as Flow;
    expect([isComparable(productsToSevera), isComparable(unlisted)]).toEqual([true, false]);
  });
});

describe('a comparison that somebody asked for', () => {
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
    turn = { environmentId, companyId, fence: '3' } as Turn;
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
       values ($1, $2, $3, 'due', 'spec', $4)`,
      [turn.environmentId, turn.companyId, flow, at],
    );
  const inScope = <T>(work: (sql: Parameters<typeof dueComparison>[0]) => Promise<T>): Promise<T> =>
    database.transaction(work, { scope: { tenant: turn.environmentId } });
  const stored = async () => {
    const { rows } = await owner.query<{ flow: string; state: string; report: unknown; cause: string | null }>(
      `select flow, state, report, cause from severa.comparison where company_id = $1 order by flow`,
      [turn.companyId],
    );
    return rows;
  };

  it('is carried out in the order of asking', async () => {
    expect(await inScope((sql) => dueComparison(sql, turn))).toBe('customers-to-netvisor');
    await inScope((sql) => storeComparison(sql, turn, 'customers-to-netvisor', { report: REPORT }));
    expect(await inScope((sql) => dueComparison(sql, turn))).toBe('products-to-netvisor');
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
