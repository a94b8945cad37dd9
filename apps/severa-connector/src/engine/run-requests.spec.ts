import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { AccessAnswer } from '#lib/contracts';

import { type Company, World } from './engine.spec-support.js';
import { requestRun, type RunRequest } from './runs.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

describe('what a person asks for', () => {
  const ask = (company: Company, request: Partial<RunRequest>) =>
    world.database.transaction(
      (sql) =>
        requestRun(sql, company, {
          flow: 'customers-to-severa',
          trigger: 'person',
          requestedBy: 'person:anna',
          scope: {},
          ...request,
        }),
      { scope: { tenant: company.environmentId } },
    );

  it('of an on-demand flow is moved; what is only offered is not', async () => {
    const { company, systems } = await world.companyWith(5, { customers: 'to-severa' });
    await world.settle();
    expect(systems.journal).toEqual([]);
    expect(new Set((await world.pairs(company)).map(({ state }) => state))).toEqual(new Set(['candidate']));
    await ask(company, { scope: { keys: ['guid-00001', 'guid-00003'] } });
    await world.settle();
    expect(systems.journal).toEqual(['add 101 new', 'add 103 new']);
    expect((await world.history(company)).map(({ by }) => by)).toEqual(['person:anna', 'person:anna']);
    await ask(company, { scope: { candidates: true } });
    await world.settle();
    expect(systems.journal).toHaveLength(5);
  });

  it('joins the run that is open, with what both are about', async () => {
    const { company } = await world.companyWith(3, { customers: 'to-severa' });
    const first = await ask(company, { scope: { keys: ['guid-00000'] } });
    const second = await ask(company, { scope: { keys: ['guid-00002'] } });
    expect(second).toEqual({ runId: first.runId, joined: true });
    await world.settle();
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual(['moved', 'candidate', 'moved']);
  });

  it('while the run is under way is carried out when that comes to its end', async () => {
    const { company, systems } = await world.companyWith(4, { customers: 'to-severa' });
    await world.settle();
    await ask(company, { scope: { keys: ['guid-00000', 'guid-00001'] } });
    systems.afterWrites(1, () => ask(company, { scope: { keys: ['guid-00003'] } }));
    await world.settle();
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual(['moved', 'moved', 'candidate', 'moved']);
    expect((await world.runs(company)).every(({ ended_at: endedAt }) => endedAt !== null)).toBe(true);
  });

  /** Somebody asks while the rules are being asked for the first time, which answer so. */
  const askedMeanwhile = (company: Company, request: Partial<RunRequest>, answer: Partial<AccessAnswer>) => {
    let asked = false;
    return world.parts({
      decide: async ({ partnerUserId, companyId }) => {
        const allowed = await world.decide(partnerUserId, companyId);
        if (asked) return allowed;
        asked = true;
        await ask(company, request);
        return { ...allowed, ...answer };
      },
    });
  };

  it.each<[string, Partial<AccessAnswer>]>([
    ['the window is found closed', { allowed: false, waits: true, opensAt: '2099-01-01T00:00:00Z' }],
    ['the rules say no', { allowed: false, reasons: ['COMPANY_GRANT_MISSING'] }],
  ])('while %s goes by what the rules say then', async (_, answer) => {
    const { company } = await world.companyWith(2);
    await world.settle(askedMeanwhile(company, { flow: 'customers-to-netvisor' }, { ...answer, rulesVersion: null }));
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', cause: null, counts: { moved: 2 } }]);
  });

  it('while the run is about to begin is of that run', async () => {
    const { company } = await world.companyWith(4, { customers: 'to-severa' });
    await world.settle();
    await ask(company, { scope: { keys: ['guid-00000'] } });
    await world.settle(askedMeanwhile(company, { scope: { keys: ['guid-00003'] } }, {}));
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual([
      'moved',
      'candidate',
      'candidate',
      'moved',
    ]);
  });

  it('reads everything anew when everything is asked for', async () => {
    const { company, systems } = await world.companyWith(2);
    await world.settle();
    const { calls } = systems;
    await ask(company, { flow: 'customers-to-netvisor', scope: { everything: true } });
    await world.settle();
    expect(systems.calls).toBe(calls + 1);
    expect(await world.audited('run.ended')).toMatchObject([
      { details: { trigger: 'schedule' } },
      { details: { trigger: 'person', requestedBy: 'person:anna', state: 'succeeded' } },
    ]);
  });
});
