import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { World } from './engine.spec-support.js';
import { itemFlow, items } from './item-flow.spec-support.js';
import type { Flow, Outgoing, Step } from './flow.js';
import { PauseLink } from './stop.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

/** The flow, with its creations made up just before they are sent. */
const preparing = (make: (call: Outgoing) => Outgoing | (Step & { readonly do: 'reject' | 'wait' })): Flow => ({
  ...itemFlow,
  next(situation) {
    const step = itemFlow.next(situation);
    if (step.do !== 'write' || 'prepare' in step.call) return step;
    const { call } = step;
    return {
      ...step,
      call: {
        system: 'netvisor',
        prepare: async (calls) => {
          await calls.severa({ method: 'GET', path: ['pdf'] });
          return make(call);
        },
      },
    };
  },
});

describe('a record on its way', () => {
  it('may be made up just before it is sent', async () => {
    const { systems } = await world.companyWith(2);
    await world.settle(world.parts({ flows: [preparing((call) => call)] }));
    expect(systems.journal).toEqual(['add 100 new', 'add 101 new']);
  });

  it('is not sent when making it up shows that it cannot be', async () => {
    const { company, systems } = await world.companyWith(1);
    const reject = { do: 'reject', objections: [{ cause: 'file-too-large' }] } as const;
    await world.settle(world.parts({ flows: [preparing(() => reject)] }));
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toMatchObject([{ state: 'rejected', cause: 'file-too-large', sending: null }]);
  });

  it('is rejected with the refusal of what it is made up from', async () => {
    const { company, systems } = await world.companyWith(2);
    const severa = systems.severa.send;
    Object.assign(systems.severa, {
      send: (request: Parameters<typeof severa>[0]) =>
        request.path[0] === 'pdf'
          ? Promise.resolve({ as: 'refused', status: 409, type: 'InvalidOperation', texts: ['No file'] } as const)
          : severa(request),
    });
    await world.settle(world.parts({ flows: [preparing((call) => call)] }));
    expect(await world.pairs(company)).toMatchObject(Array(2).fill({ state: 'rejected', cause: 'severa-refused' }));
    expect(await world.runs(company)).toMatchObject([{ state: 'partial' }]);
  });

  it('is sent again when nothing was done', async () => {
    const { company, systems } = await world.companyWith(1);
    let once = true;
    systems.spoil = ({ method }) => {
      if (method === 'GET' || !once) return null;
      once = false;
      return { reply: { as: 'refused', category: 'REQUEST_NOT_UNIQUE', text: '', transactionId: 't' }, done: false };
    };
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'due', sending: null }]);
    await world.owner.query('update severa.pair set next_try_at = now()');
    await world.owner.query('update severa.run set next_at = now()');
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual(['add 100 new']);
  });

  it('goes another way when its flow learns something from a refusal', async () => {
    const { company, systems } = await world.companyWith(1);
    let looked = 0;
    const flow: Flow = {
      ...itemFlow,
      next: (situation) =>
        situation.known?.['look'] === true ? itemFlow.next({ ...situation, known: null }) : itemFlow.next(situation),
      learnRefusal: (_, step, { category }) =>
        category === 'DUPLICATE_DATA' && step.operation === 'create' ? { key: null, look: true } : null,
    };
    systems.spoil = ({ method }) => {
      if (method === 'GET') looked += 1;
      if (method === 'GET' || looked > 1) return null;
      systems.target.set('9', { code: '100', value: 'new' });
      return { reply: { as: 'refused', category: 'DUPLICATE_DATA', text: 'on jo', transactionId: 't' }, done: false };
    };
    await world.settle(world.parts({ flows: [flow] }));
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toMatchObject([{ state: 'moved', netvisor_key: '9' }]);
  });

  it('forgets that it was not there when it is rejected, since it may come there', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.spoil = ({ method }) =>
      method === 'GET'
        ? null
        : { reply: { as: 'refused', category: 'INVALID_DATA', text: 'ei', transactionId: 't' }, done: false };
    await world.settle();
    expect(await world.rows('select known from severa.pair')).toEqual([{ known: null }]);
    systems.spoil = () => null;
    systems.target.set('9', { code: '100', value: 'new' });
    await world.owner.query(`update severa.pair set state = 'due'`);
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual([]);
  });

  it('that has left the source meanwhile is settled first, and then reported as gone', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.spoil = ({ method }) => (method === 'GET' ? null : { reply: { as: 'unknown', why: 'cut' }, done: true });
    const parts = world.parts();
    const patience = { ...parts.patience, afterUnknown: () => 3_600_000 };
    await world.settle({ ...parts, patience });
    expect(await world.pairs(company)).toMatchObject([{ state: 'unknown', sending: 'create' }]);
    systems.source.clear();
    systems.spoil = () => null;
    await world.again(company);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'unknown', sending: 'create' }]);
    await world.owner.query('update severa.pair set next_try_at = now()');
    await world.again(company);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'gone', cause: 'gone-in-source', sending: null }]);
    expect(systems.journal).toHaveLength(1);
    expect((await world.history(company)).map(({ result }) => result)).toEqual(['unknown', 'moved', 'gone']);
  });

  it('with a text that cannot be stored stops no other', async () => {
    const { company, systems } = await world.companyWith(3);
    systems.source.set('guid-00001', { code: '101', value: 'half \ud800 and none \0' });
    systems.spoil = ({ body }) =>
      body?.children.some(({ text }) => text === '102')
        ? { reply: { as: 'refused', category: 'INVALID_DATA', text: 'merkki \0', transactionId: 't' }, done: false }
        : null;
    await world.settle();
    expect((await world.pairs(company)).map(({ state }) => state)).toEqual(['moved', 'moved', 'rejected']);
    expect(systems.journal).toHaveLength(2);
  });
});

describe('a link without credentials', () => {
  it('stands still, and says which are missing', async () => {
    const { company, systems } = await world.companyWith(1);
    await world.settle(
      world.parts({ credentialsOf: () => Promise.reject(new PauseLink('severa-credentials-missing', 'severa', '')) }),
    );
    expect(systems.calls).toBe(0);
    const paused = await world.rows('select paused from severa.link where company_id = $1', [company.companyId]);
    expect(paused).toEqual([{ paused: 'severa-credentials-missing' }]);
  });
});

describe('a comparison', () => {
  it('is carried out before the link is in use, and writes to neither side', async () => {
    const company = await world.company({ products: 'to-netvisor' });
    const systems = world.of(company);
    for (const [key, item] of items(3)) systems.source.set(key, item);
    systems.target.set('7', { code: '101', value: 'new' });
    await world.owner.query(`update severa.link set state = 'preparing'`);
    await world.owner.query(
      `insert into severa.comparison (environment_id, company_id, flow, state, asked_by)
       values ($1, $2, 'products-to-netvisor', 'due', 'spec')`,
      [company.environmentId, company.companyId],
    );
    await world.settle();
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toEqual([]);
    const [row] = await world.rows<{ state: string; report: object }>('select state, report from severa.comparison');
    expect(row).toMatchObject({ state: 'done', report: expect.any(Object) });
  });

  it('ends with the cause when the other system does not let us in', async () => {
    const company = await world.company({ products: 'to-netvisor' });
    world.of(company).spoil = () => ({ reply: { as: 'unauthorised', text: 'ei', transactionId: 't' }, done: false });
    await world.owner.query(`update severa.link set state = 'preparing'`);
    await world.owner.query(
      `insert into severa.comparison (environment_id, company_id, flow, state, asked_by)
       values ($1, $2, 'products-to-netvisor', 'due', 'spec')`,
      [company.environmentId, company.companyId],
    );
    await world.settle();
    const rows = await world.rows('select state, cause from severa.comparison');
    expect(rows).toEqual([{ state: 'failed', cause: 'netvisor-credentials-invalid' }]);
  });
});
