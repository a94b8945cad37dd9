import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { NetvisorReply } from '#lib/upstream';

import { World } from './engine.spec-support.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

describe('a window', () => {
  it('that is closed keeps a run waiting, and costs it nothing', async () => {
    const { company, systems } = await world.companyWith(3);
    const opensAt = new Date(Date.now() + 1_800_000).toISOString();
    world.say = (answer) => ({
      ...answer,
      allowed: false,
      waits: true,
      opensAt,
      reasons: ['WEEKEND'],
      rulesVersion: null,
    });
    await world.settle();
    expect(systems.calls).toBe(0);
    expect(await world.runs(company)).toMatchObject([
      { state: 'waiting', cause: 'outside-hours', reasons: ['WEEKEND'], opens_at: new Date(opensAt), ended_at: null },
    ]);
    const dueAt = (await world.link(company))['due_at'] as Date;
    expect(dueAt.getTime() - Date.parse(opensAt)).toBeGreaterThanOrEqual(0);
    expect(dueAt.getTime() - Date.parse(opensAt)).toBeLessThan(5_000);
    world.say = (answer) => answer;
    await world.owner.query('update severa.run set next_at = now()');
    await world.again(company);
    await world.settle();
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', opens_at: null, cause: null }]);
  });

  it('that closes in the middle lets nothing more through, and the run goes on when it opens', async () => {
    const { company, systems } = await world.companyWith(5);
    systems.afterWrites(2, async () => {
      world.say = (answer) => ({ ...answer, allowed: false, waits: true, rulesVersion: null });
      await world.changeRules(company);
    });
    await world.settle();
    // The one that was on its way when it closed comes to its end.
    expect(systems.journal).toHaveLength(2);
    expect(await world.runs(company)).toMatchObject([{ state: 'sending', cause: 'outside-hours', ended_at: null }]);
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual(['moved', 'moved', 'due', 'due', 'due']);
    world.say = (answer) => answer;
    systems.before = () => undefined;
    await world.owner.query('update severa.run set next_at = now()');
    await world.again(company);
    await world.settle();
    expect(systems.journal).toHaveLength(5);
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { moved: 5 } }]);
  });

  it('is asked about again when the minute of the answer is over', async () => {
    const { systems } = await world.companyWith(2);
    let answers = 0;
    world.say = (answer) => {
      answers += 1;
      const decidedAt =
        answers === 1 ? new Date(Date.parse(answer.decidedAt) - 60_000).toISOString() : answer.decidedAt;
      return { ...answer, decidedAt };
    };
    await world.settle();
    expect(answers).toBeGreaterThanOrEqual(2);
    expect(systems.journal).toHaveLength(2);
  });

  it('is asked about once in a minute, and once for each change of the rules', async () => {
    const { company, systems } = await world.companyWith(20);
    systems.afterWrites(10, () => world.changeRules(company));
    const before = world.asked;
    await world.settle();
    expect(systems.journal).toHaveLength(20);
    // One more when a minute begins meanwhile.
    expect(world.asked - before).toBeGreaterThanOrEqual(2);
    expect(world.asked - before).toBeLessThanOrEqual(3);
  });
});

describe('a resource that Netvisor has not opened to us', () => {
  const closed: NetvisorReply = {
    as: 'refused',
    category: 'SERVICE_ACCESS_ERROR',
    text: 'Resurssi ei ole käytössä',
    transactionId: 't',
  };

  it('stops the run and no record, and the records move once it is open', async () => {
    const { company, systems } = await world.companyWith(5);
    systems.spoil = ({ method }) => (method === 'POST' ? { reply: closed, done: false } : null);
    await world.settle();
    expect(systems.calls).toBeLessThan(5);
    expect(await world.runs(company)).toMatchObject([
      { state: 'failed', cause: 'netvisor-access', counts: { read: 5 } },
    ]);
    expect(await world.rows('select progress from severa.run')).toEqual([
      { progress: { message: 'Resurssi ei ole käytössä' } },
    ]);
    expect(await world.pairs(company)).toMatchObject(Array(5).fill({ state: 'due', cause: null, sending: null }));
    expect(await world.history(company)).toEqual([]);
    const [due] = await world.rows<{ soon: boolean }>(
      `select due_at < now() + interval '61 minutes' as soon from severa.flow_state`,
    );
    expect(due).toEqual({ soon: true });
    systems.spoil = () => null;
    await world.again(company);
    await world.settle();
    expect(systems.journal).toHaveLength(5);
    expect(await world.runs(company)).toMatchObject([
      { state: 'failed' },
      { state: 'succeeded', counts: { moved: 5 } },
    ]);
  });

  it('keeps no other flow of the link from moving', async () => {
    const { company, systems } = await world.companyWith(3, { customers: 'to-netvisor', products: 'to-netvisor' });
    let writes = 0;
    systems.spoil = ({ method }) => (method === 'POST' && ++writes === 1 ? { reply: closed, done: false } : null);
    await world.settle();
    const states = (await world.runs(company)).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['failed', 'succeeded']);
    expect(systems.journal).toHaveLength(3);
  });

  it('lets the others go first, should it be about one record after all', async () => {
    const { company, systems } = await world.companyWith(3);
    systems.spoil = ({ method, body }) =>
      method === 'POST' && body?.children.some(({ text }) => text === '100') ? { reply: closed, done: false } : null;
    await world.settle();
    expect(systems.journal).toEqual([]);
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual(['add 101 new', 'add 102 new']);
  });
});

describe('a right that is taken away', () => {
  it('in the middle of a run stops it, says why of each record, and gives them back with the right', async () => {
    const { company, systems } = await world.companyWith(5);
    systems.afterWrites(2, async () => {
      world.say = (answer) => ({ ...answer, allowed: false, reasons: ['COMPANY_GRANT_MISSING'], rulesVersion: null });
      await world.changeRules(company);
    });
    await world.settle();
    expect(systems.journal).toHaveLength(2);
    expect(await world.runs(company)).toMatchObject([
      { state: 'failed', cause: 'not-allowed', reasons: ['COMPANY_GRANT_MISSING'], counts: { moved: 2, denied: 3 } },
    ]);
    expect((await world.pairs(company)).slice(2)).toMatchObject(
      Array(3).fill({ state: 'denied', cause: 'not-allowed' }),
    );
    expect(await world.audited('run.ended')).toMatchObject([{ details: { state: 'failed', counts: { denied: 3 } } }]);
    systems.before = () => undefined;
    world.say = (answer) => answer;
    await world.again(company);
    await world.settle();
    expect(systems.journal).toHaveLength(5);
  });

  it('after a lost answer leaves the record unknown: it is looked up when it is allowed again', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.spoil = ({ method }) => (method === 'POST' ? { reply: { as: 'unknown', why: 'cut' }, done: true } : null);
    const parts = world.parts();
    await world.settle({ ...parts, patience: { ...parts.patience, afterUnknown: () => 3_600_000 } });
    systems.spoil = () => null;
    // A person has it tried again.
    await world.owner.query(`update severa.pair set state = 'due', next_try_at = now()`);
    await world.changeRules(company);
    world.say = (answer) => ({ ...answer, allowed: false, reasons: ['X'], rulesVersion: null });
    await world.again(company);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'due', sending: 'create' }]);
    world.say = (answer) => answer;
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual(['add 100 new']);
    expect(await world.pairs(company)).toMatchObject([{ state: 'moved' }]);
  });
});
