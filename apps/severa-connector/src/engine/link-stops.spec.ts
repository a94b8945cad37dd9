import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { GREEN, World } from './engine.spec-support.js';
import { items } from './item-flow.spec-support.js';
import type { EngineParts } from './work.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

describe('a link', () => {
  it('that is let in no more stands still with the cause, loses nothing, and stops no other', async () => {
    const { company, systems } = await world.companyWith(3);
    const other = await world.companyWith(3);
    const text = 'Integraatioavaimet eivät kelpaa';
    systems.spoil = () => ({ reply: { as: 'unauthorised', text, transactionId: 't' }, done: false });
    await world.settle();
    expect(other.systems.journal).toHaveLength(3);
    expect(await world.link(company)).toMatchObject({ paused: 'netvisor-credentials-invalid' });
    expect(await world.audited('link.paused')).toMatchObject([
      { companyId: company.companyId, details: { cause: 'netvisor-credentials-invalid', message: text } },
    ]);
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual(['due', 'due', 'due']);
    const { calls } = systems;
    await world.again(company);
    await world.settle();
    expect(systems.calls).toBe(calls);
    systems.spoil = () => null;
    await world.owner.query('update severa.link set paused = null');
    await world.again(company);
    await world.settle();
    expect(systems.journal).toHaveLength(3);
  });

  it('does not stand still for credentials that were replaced while its turn went on', async () => {
    const { company, systems } = await world.companyWith(1);
    let spoilt = false;
    systems.spoil = () => {
      if (spoilt) return null;
      spoilt = true;
      return { reply: { as: 'unauthorised', text: 'old', transactionId: 't' }, done: false };
    };
    systems.before = async (request) => {
      if (!request || spoilt) return;
      await world.owner.query(
        `insert into severa.credential (environment_id, company_id, system, identity, sealed, saved_by)
         values ($1, $2, 'netvisor', 'new', '', 'person:x')`,
        [company.environmentId, company.companyId],
      );
    };
    await world.settle();
    expect(await world.link(company)).toMatchObject({ paused: null });
    expect(await world.audited('link.paused')).toEqual([]);
    expect(systems.journal).toHaveLength(1);
  });

  it('is tested on schedule, and stands still when a key is no good any more', async () => {
    const { company, systems } = await world.companyWith(1);
    await world.owner.query('update severa.link set check_at = now()');
    const part = { light: 'yellow', cause: 'severa-key-invalid', message: 'AuthenticationRequired' } as const;
    world.tested = { ...GREEN, severa: { parts: [part] } };
    await world.settle();
    expect(systems.calls).toBe(0);
    const { paused, check_at: checkAt } = await world.link(company);
    expect(paused).toBe('severa-key-invalid');
    expect((checkAt as Date).getTime() - Date.now()).toBeGreaterThan(29 * 60_000);
  });

  it('is not tested while its windows are closed', async () => {
    const { company } = await world.companyWith(1);
    await world.owner.query('update severa.link set check_at = now()');
    world.say = (answer) => ({ ...answer, allowed: false, waits: true, rulesVersion: null });
    let tests = 0;
    await world.settle(world.parts({ test: () => Promise.resolve(((tests += 1), GREEN)) }));
    expect(tests).toBe(0);
    expect(await world.link(company)).toMatchObject({ paused: null });
  });

  it('is tested under the first of its flows that may speak', async () => {
    const { company } = await world.companyWith(1, { customers: 'to-netvisor', products: 'to-netvisor' });
    await world.owner.query('update severa.link set check_at = now()');
    let tests = 0;
    world.asked = 0;
    const parts = world.parts({
      test: () => Promise.resolve(((tests += 1), GREEN)),
      decide: async ({ partnerUserId, companyId }) => {
        const first = world.asked === 0;
        const answer = await world.decide(partnerUserId, companyId);
        return first ? { ...answer, allowed: false, rulesVersion: null } : answer;
      },
    });
    await world.settle(parts);
    expect(tests).toBe(1);
    expect(await world.link(company)).toMatchObject({ paused: null });
  });

  it('has the rules asked before each request of its test, and ends it when they say no', async () => {
    const { company } = await world.companyWith(1);
    await world.owner.query('update severa.link set check_at = now()');
    const sent: string[] = [];
    const test: EngineParts['test'] = async (_, pass) => {
      await pass();
      sent.push('first');
      world.say = (answer) => ({ ...answer, allowed: false, waits: true, rulesVersion: null });
      await world.changeRules(company);
      await pass();
      sent.push('second');
      return { ...GREEN, severa: { parts: [{ light: 'yellow', cause: 'severa-key-invalid', message: null }] } };
    };
    await world.settle(world.parts({ test }));
    expect(sent).toEqual(['first']);
    const { paused, check_at: checkAt } = await world.link(company);
    expect(paused).toBeNull();
    expect((checkAt as Date).getTime()).toBeGreaterThan(Date.now());
  });

  it('whose turn has passed on has nothing more asked for its test', async () => {
    await world.companyWith(1);
    await world.owner.query('update severa.link set check_at = now()');
    const sent: string[] = [];
    const test: EngineParts['test'] = async (_, pass) => {
      await world.owner.query('update severa.link set fence = fence + 1');
      await pass();
      sent.push('one');
      return GREEN;
    };
    await world.settle(world.parts({ test }));
    expect(sent).toEqual([]);
  });

  it('goes on with its next turn when the test has let it go on', async () => {
    const { company, systems } = await world.companyWith(2);
    await world.owner.query(`update severa.link set check_at = now(), paused = 'severa-key-invalid'`);
    const test = async () => {
      await world.owner.query('update severa.link set paused = null, due_at = now() where company_id = $1', [
        company.companyId,
      ]);
      return GREEN;
    };
    await world.settle(world.parts({ test }));
    expect(systems.journal).toHaveLength(2);
  });

  it.each([
    ['unreachable', { as: 'unreachable', why: 'ECONNREFUSED' }],
    ['in maintenance', { as: 'unavailable', text: 'Huolto' }],
  ] as const)('waits when the other side is %s, and rejects nothing for it', async (_, reply) => {
    const { company, systems } = await world.companyWith(2);
    systems.spoil = () => ({ reply, done: false });
    const parts = world.parts();
    const patience = { ...parts.patience, maintenance: 900_000, afterFailure: () => 15_000 };
    await world.settle({ ...parts, patience });
    const { due_at: dueAt, failures, paused } = await world.link(company);
    expect((dueAt as Date).getTime()).toBeGreaterThan(Date.now() + 10_000);
    expect({ failures, paused }).toEqual({ failures: 1, paused: null });
    expect(await world.pairs(company)).toMatchObject([{ state: 'due' }, { state: 'due' }]);
    systems.spoil = () => null;
    await world.again(company);
    await world.settle();
    expect(systems.journal).toHaveLength(2);
    expect(await world.link(company)).toMatchObject({ failures: 0 });
  });

  it.each([
    ['stopped', `state = 'stopped', mark = mark + 1`],
    ['changed', `settings = jsonb_set(settings, '{customers}', '"none"'), mark = mark + 1`],
  ])('that is %s by a person in the middle of a run sends nothing more', async (_, how) => {
    const { company, systems } = await world.companyWith(5);
    systems.afterWrites(2, () => world.owner.query(`update severa.link set ${how}`));
    await world.settle();
    expect(systems.journal).toHaveLength(2);
    await world.owner.query('update severa.link set due_at = now()');
    await world.settle();
    expect(systems.journal).toHaveLength(2);
    expect(await world.runs(company)).toMatchObject([{ state: 'stopped' }]);
  });

  it('whose turn has passed to another worker writes nothing more, and sends nothing more', async () => {
    const { company, systems } = await world.companyWith(5);
    systems.afterWrites(2, () => world.owner.query('update severa.link set fence = fence + 1'));
    await world.settle();
    expect(systems.journal.length).toBeLessThanOrEqual(3);
    const before = await world.pairs(company);
    expect(before.filter(({ state }) => state === 'moved').length).toBeLessThanOrEqual(2);
    await world.owner.query(`update severa.link set leased_until = null`);
    await world.again(company);
    await world.settle();
    expect([...systems.journal].sort()).toEqual(items(5).map(([, { code }]) => `add ${code} new`));
  });

  it('whose turn has passed to another worker while a request was under way leaves its record to be looked up', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.before = async (request) => {
      if (request?.method === 'POST') await world.owner.query('update severa.link set fence = fence + 1');
    };
    await world.settle();
    expect(systems.journal).toEqual(['add 100 new']);
    expect(await world.pairs(company)).toMatchObject([{ state: 'sending', sending: 'create', netvisor_key: null }]);
    expect(await world.history(company)).toEqual([]);
  });

  it('whose turn has passed to another worker while it was reading stores nothing of it', async () => {
    const { company, systems } = await world.companyWith(3);
    systems.before = async () => {
      systems.before = () => undefined;
      await world.owner.query('update severa.link set fence = fence + 1');
    };
    await world.settle();
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toEqual([]);
    expect(await world.rows('select from severa.flow_state where cursor is not null')).toEqual([]);
  });
});
