import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { NetvisorReply, NetvisorRequest } from '#lib/upstream';

import { type Company, World } from './engine.spec-support.js';
import type { Flow } from './flow.js';
import { type Item, itemFlow } from './item-flow.spec-support.js';
import { Mover } from './mover.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
afterEach(() => world.clear());

const writes = ({ method }: NetvisorRequest): boolean => method !== 'GET';
const lost: NetvisorReply = { as: 'unknown', why: 'no answer' };

describe('an answer that is lost', () => {
  it.each([
    ['was carried out', true],
    ['was not carried out', false],
  ])('is looked up before anything is sent again: the request %s', async (_, done) => {
    const { company, systems } = await world.companyWith(1);
    let once = true;
    systems.spoil = (request) => {
      if (!writes(request) || !once) return null;
      once = false;
      return { reply: lost, done };
    };
    await world.settle();
    expect(systems.journal).toEqual(['add 100 new']);
    expect(systems.target.size).toBe(1);
    expect(await world.pairs(company)).toMatchObject([{ state: 'moved', sending: null, attempts: 0 }]);
    const results = (await world.history(company)).map(({ operation, result }) => `${operation} ${result}`);
    expect(results).toEqual(['create unknown', 'create moved']);
  });

  it('leaves a person to look when it is lost again and again, and is looked up even then', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.spoil = (request) => (writes(request) ? { reply: lost, done: false } : null);
    await world.settle();
    expect(await world.pairs(company)).toMatchObject([{ state: 'rejected', cause: 'no-answer', sending: 'create' }]);
    systems.spoil = () => null;
    systems.target.set('9', { code: '100', value: 'new' });
    await world.owner.query(`update severa.pair set state = 'due', attempts = 0`);
    await world.again(company);
    await world.settle();
    expect(systems.journal).toEqual([]);
    expect(await world.pairs(company)).toMatchObject([{ state: 'moved', netvisor_key: '9', sending: null }]);
  });

  it('is asked for again where it only reads', async () => {
    const { company, systems } = await world.companyWith(4);
    let answers = 0;
    systems.spoil = ({ method }) => (method === 'GET' && (answers += 1) % 2 === 1 ? { reply: lost, done: true } : null);
    await world.settle();
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { moved: 4 } }]);
    expect(systems.journal).toHaveLength(4);
  });

  it('makes nothing twice and loses nothing, whatever share of answers is lost, and however', async () => {
    const { company, systems } = await world.companyWith(300);
    let seed = 7;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const spoilt: readonly (readonly [NetvisorReply, boolean])[] = [
      [lost, true],
      [lost, true],
      [lost, false],
      [{ as: 'unreachable', why: 'refused' }, false],
      [{ as: 'unavailable', text: 'huolto' }, false],
    ];
    systems.spoil = () => {
      if (random() > 0.15) return null;
      const [reply, done] = spoilt[Math.floor(random() * spoilt.length)]!;
      return { reply, done };
    };
    for (let round = 0; round < 400 && !(await isOver(company)); round += 1) {
      await world.owner.query('update severa.link set due_at = now()');
      await world.owner.query('update severa.run set next_at = now()');
      await world.settle();
    }
    const codes = [...systems.target.values()].map(({ code }) => code);
    expect(new Set(codes).size).toBe(300);
    expect(codes).toHaveLength(300);
    expect(new Set((await world.pairs(company)).map(({ state }) => state))).toEqual(new Set(['moved']));
  });

  const isOver = async (company: Company): Promise<boolean> => {
    const pairs = await world.pairs(company);
    return pairs.length > 0 && pairs.every(({ state }) => state === 'moved');
  };
});

describe('what a look-up needs', () => {
  /** The flow, which remembers of a creation what it has sent. */
  const remembering: Flow = {
    ...itemFlow,
    next(situation) {
      const step = itemFlow.next(situation);
      const sent = { key: null, sent: (situation.source as unknown as Item).code };
      return step.do === 'write' && step.operation === 'create' ? { ...step, known: sent } : step;
    },
  };
  const known = async (): Promise<unknown> => (await world.rows('select state, known from severa.pair'))[0];

  it('is written down before the request is sent', async () => {
    const { systems } = await world.companyWith(1);
    const seen: unknown[] = [];
    systems.before = async (request) => {
      if (request && writes(request)) seen.push(await known());
    };
    await world.settle(world.parts({ flows: [remembering] }));
    expect(seen).toEqual([{ state: 'sending', known: { key: null, sent: '100' } }]);
  });

  it('stays known though the record changes, and though a person has to look, until the answer is known', async () => {
    const { company, systems } = await world.companyWith(1);
    systems.spoil = (request) => (writes(request) ? { reply: lost, done: false } : null);
    const parts = world.parts({ flows: [remembering] });
    await world.settle({ ...parts, patience: { ...parts.patience, afterUnknown: () => null } });
    expect(await known()).toEqual({ state: 'rejected', known: { key: null, sent: '100' } });
    systems.source.set('guid-00000', { code: '200', value: 'long' });
    await world.again(company);
    await world.settle(parts);
    expect(await known()).toEqual({ state: 'rejected', known: { key: null, sent: '100' } });
  });

  it('is told of what the list of the other side does not have: under what it was looked for', async () => {
    const { company, systems } = await world.companyWith(5, { products: 'to-netvisor' });
    systems.target.set('9', { code: '101', value: 'new' });
    systems.spoil = (request) =>
      writes(request) ? { reply: { as: 'unavailable', text: 'huolto' }, done: false } : null;
    const parts = world.parts();
    await world.settle({ ...parts, patience: { ...parts.patience, maintenance: 3_600_000 } });
    expect(systems.journal).toEqual([]);
    const pairs = await world.rows('select number, known from severa.pair where company_id = $1 order by key', [
      company.companyId,
    ]);
    expect(pairs.slice(0, 2)).toEqual([
      { number: '100', known: { key: null, sought: '100' } },
      { number: '101', known: { key: '9', value: 'new' } },
    ]);
  });

  it('is forgotten with a refusal, which says that nothing was done', async () => {
    const { systems } = await world.companyWith(1);
    const refused: NetvisorReply = { as: 'refused', category: 'INVALID_DATA', text: 'ei', transactionId: 't' };
    systems.spoil = (request) => (writes(request) ? { reply: refused, done: false } : null);
    await world.settle(world.parts({ flows: [remembering] }));
    expect(await known()).toEqual({ state: 'rejected', known: null });
  });
});

describe('a process that is killed', () => {
  it.each([
    ['after the request was carried out', true],
    ['before it was sent', false],
  ])('leaves a record that the next one looks up: %s', async (_, done) => {
    const { company, systems } = await world.companyWith(3);
    const parts = world.parts();
    const killed = new Error('killed');
    let writing = 0;
    const dying = world.parts({
      clients: {
        ...parts.clients,
        netvisor: {
          send: async (credentials, request) => {
            if (request.method === 'POST' && (writing += 1) === 2) {
              if (done) await parts.clients.netvisor.send(credentials, request);
              throw killed;
            }
            return parts.clients.netvisor.send(credentials, request);
          },
        },
      },
      log: { ...parts.log, error: () => undefined },
    });
    // Nothing of it is written down after the kill: neither what it had learned, nor that its turn is over.
    const rows = dying.database.rows.bind(dying.database);
    let dead = false;
    const database = Object.create(dying.database) as typeof dying.database;
    database.rows = (...args) => (dead ? new Promise(() => undefined) : rows(...args));
    database.transaction = (work, options) =>
      dead ? new Promise(() => undefined) : dying.database.transaction(work, options);
    const send = dying.clients.netvisor.send.bind(dying.clients.netvisor);
    const clients = {
      ...dying.clients,
      netvisor: {
        send: (...args: Parameters<typeof send>) =>
          send(...args).catch(() => {
            dead = true;
            return new Promise<never>(() => undefined);
          }),
      },
    };
    const [held] = await dying.turns.take(1);
    void new Mover({ ...dying, database, clients }).use(held!);
    await world.until(() => dead, 'the kill');
    held!.release();
    expect((await world.pairs(company)).map(({ state }) => state)).toContain('sending');
    expect(await world.parts().turns.take(1)).toEqual([]);
    await world.owner.query(`update severa.link set leased_until = now() - interval '1 second'`);
    await world.settle();
    expect(systems.journal.toSorted()).toEqual(['add 100 new', 'add 101 new', 'add 102 new']);
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { moved: 3 } }]);
  });
});
