import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Company, QUICK, World } from './engine.spec-support.js';
import type { Flow } from './flow.js';
import { type Item, items, listedFlow } from './item-flow.spec-support.js';
import type { EngineParts } from './work.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

/** Two items to a page on either side; each page names the next. */
const pagedFlow: Flow = {
  ...listedFlow,
  async *index({ calls, from }) {
    for (let at = Number(from ?? 0); ; at += 2) {
      const { children } = await calls.netvisor({ method: 'GET', resource: 'items.nv' });
      const some = children.slice(at, at + 2).map(({ children: [key, code] }) => [code?.text, key?.text] as const);
      if (some.length === 0) return;
      yield { found: some.map(([code, key]) => [code ?? '', { key: key ?? null }] as const), at: at + 2 };
    }
  },
  async *read({ calls, from }) {
    for (let at = Number(from ?? 0); ; at += 2) {
      const all = (await calls.severa({ method: 'GET', path: ['items'] })) as (Item & { key: string })[];
      const some = all.slice(at, at + 2);
      if (some.length === 0) return;
      const records = some.map(({ key, code, value }) => ({ key, number: code, name: null, content: { code, value } }));
      yield { records, at: at + 2 };
    }
  },
};

const parts = (more: Partial<EngineParts> = {}): EngineParts =>
  world.parts({ flows: [pagedFlow], patience: { ...QUICK, portion: 0 }, ...more });

/** A company whose registers have five items here and three there, two of which are the same. */
async function compared(): Promise<Company> {
  const { company, systems } = await world.companyWith(5, { products: 'none' });
  for (const [key, item] of items(6).slice(3)) systems.target.set(String(100 + Number(key.slice(-5))), item);
  await world.owner.query(
    `insert into severa.comparison (environment_id, company_id, flow, state, asked_by) values ($1, $2, $3, 'due', 'p')`,
    [company.environmentId, company.companyId, pagedFlow.name],
  );
  return company;
}

const reports = ({ companyId }: Company) =>
  world.rows<{ state: string; report: { counts: object } | null }>(
    'select state, cause, report, progress from severa.comparison where company_id = $1',
    [companyId],
  );

describe('a comparison', () => {
  it('goes on turn by turn, lets other links have theirs in between, and leaves nothing behind but its report', async () => {
    const companies = [await compared(), await compared()];
    const { turns } = world.parts();
    const order: string[] = [];
    const take = turns.take.bind(turns);
    turns.take = async () => {
      const held = await take(1);
      order.push(...held.map(({ turn }) => turn.companyId));
      return held;
    };
    await world.settle({ ...parts(), turns });
    const counts = { matches: 2, 'would-be-created': 3, conflicts: 0, 'breaks-a-rule': 0, 'only-there': 1 };
    for (const company of companies) {
      expect(await reports(company)).toMatchObject([
        { state: 'done', cause: null, report: { counts }, progress: null },
      ]);
    }
    expect(new Set(order.slice(0, 2)).size).toBe(2);
    expect(order.length).toBeGreaterThan(8);
    expect(await world.rows('select from severa.compared')).toEqual([]);
  });

  it('goes under the rules of the moment, request by request', async () => {
    const company = await compared();
    let closed = false;
    world.say = (answer) => (closed ? { ...answer, allowed: false, rulesVersion: null } : answer);
    let calls = 0;
    world.of(company).before = async () => {
      calls += 1;
      closed = true;
      await world.changeRules(company);
    };
    await world.settle(parts());
    expect(calls).toBe(1);
    expect(await reports(company)).toMatchObject([{ state: 'failed', cause: 'not-allowed' }]);
  });
});
