import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Company, QUICK, World } from './engine.spec-support.js';
import type { Flow, Json } from './flow.js';
import { type Item, itemFlow, items } from './item-flow.spec-support.js';
import { requestRun } from './runs.js';
import { CallRefused, TurnLost } from './stop.js';
import type { EngineParts } from './work.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.clear();
  starts = [];
  onPage = () => undefined;
});

/** Where each go of a reading began. */
let starts: (Json | undefined)[] = [];
/** What happens before a page is read: by where it begins, and by whether its reading was gone on with. */
let onPage: (at: number, resumed: boolean) => unknown = () => undefined;

/** Two items to a page, each of which names the next. */
const pagedFlow: Flow = {
  ...itemFlow,
  async *read({ calls, from }) {
    starts.push(from);
    for (let at = Number(from ?? 0); ; at += 2) {
      await onPage(at, from !== undefined);
      const all = (await calls.severa({ method: 'GET', path: ['items'] })) as (Item & { key: string })[];
      const some = all.slice(at, at + 2);
      if (some.length === 0) return;
      yield {
        records: some.map(({ key, code, value }) => ({ key, number: code, name: null, content: { code, value } })),
        at: at + 2,
      };
    }
  },
};

const withParts = (more: Partial<EngineParts> = {}): EngineParts => world.parts({ flows: [pagedFlow], ...more });
const inPortions = () => withParts({ patience: { ...QUICK, portion: 0 } });
const states = async (company: Company) => (await world.pairs(company)).map(({ state }) => state);

/** The turn is lost at the page, as when its process is killed. */
function lostAt(page: number): void {
  let lost = false;
  onPage = (at) => {
    if (lost || at !== page) return;
    lost = true;
    throw new TurnLost('c');
  };
}

describe('a reading that is longer than its portion', () => {
  it('goes on in another turn, page after page, and moves everything', async () => {
    const { company } = await world.companyWith(5);
    await world.settle(inPortions());
    expect(starts).toEqual([undefined, 2, 4, 6]);
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { read: 5, moved: 5 } }]);
  });

  it('lets other links have their turn in between', async () => {
    await world.companyWith(6);
    const { turns } = world.parts();
    const { company: small } = await world.companyWith(1);
    const parts = inPortions();
    const order: string[] = [];
    const take = turns.take.bind(turns);
    turns.take = async () => {
      const held = await take(1);
      order.push(...held.map(({ turn }) => turn.companyId));
      return held;
    };
    await world.settle({ ...parts, turns });
    expect(order.indexOf(small.companyId)).toBe(1);
  });

  it('knows at its end what its earlier pages have met: only what none has met is gone', async () => {
    const { company, systems } = await world.companyWith(6);
    await world.settle(inPortions());
    systems.source.delete('guid-00001');
    await world.again(company);
    await world.settle(inPortions());
    expect(await states(company)).toEqual(['moved', 'gone', 'moved', 'moved', 'moved', 'moved']);
    expect((await world.runs(company))[1]).toMatchObject({ counts: { read: 5, gone: 1 } });
    expect(await world.rows('select from severa.met')).toEqual([]);
  });

  it('is carried out once more when it is asked for meanwhile', async () => {
    const { company } = await world.companyWith(5);
    onPage = async (at, resumed) => {
      if (at !== 2 || !resumed) return;
      onPage = () => undefined;
      const asked = { flow: pagedFlow.name, trigger: 'person', requestedBy: 'p', scope: {} } as const;
      await world.database.transaction((sql) => requestRun(sql, company, asked), {
        scope: { tenant: company.environmentId },
      });
    };
    await world.settle(inPortions());
    expect(starts.filter((from) => from === undefined)).toHaveLength(2);
  });
});

describe('a reading that was broken off', () => {
  it('goes on from its last page, and reads none a second time', async () => {
    const { company } = await world.companyWith(6);
    lostAt(4);
    await world.settle(withParts());
    expect(starts).toEqual([undefined, 4]);
    expect(await world.runs(company)).toMatchObject([{ state: 'succeeded', counts: { read: 6, moved: 6 } }]);
  });

  it('begins anew where the source knows the place no more', async () => {
    const { company } = await world.companyWith(6);
    lostAt(4);
    const lost = onPage;
    onPage = (at, resumed) => {
      if (resumed) throw new CallRefused('severa', { cause: 'x', category: null, status: '400', words: 'token' });
      return lost(at, resumed);
    };
    await world.settle(withParts());
    expect(starts).toEqual([undefined, 4, undefined]);
    expect(await states(company)).toEqual(Array.from({ length: 6 }, () => 'moved'));
  });

  it('begins anew under other settings', async () => {
    const { company } = await world.companyWith(6);
    onPage = async (at) => {
      if (at !== 4) return;
      onPage = () => undefined;
      await world.owner.query(
        `update severa.link set mark = mark + 1, settings = settings || '{"registersEveryMinutes": 90}'`,
      );
    };
    await world.settle(withParts());
    expect(starts).toEqual([undefined, undefined]);
    expect(await states(company)).toEqual(Array.from({ length: 6 }, () => 'moved'));
  });
});

describe('a reading', () => {
  it('asks for each page with the credentials of its moment', async () => {
    await world.companyWith(6);
    const parts = withParts();
    const used: string[] = [];
    let saved = 'first';
    onPage = (at) => void (saved = at === 4 ? 'second' : saved);
    await world.settle({
      ...parts,
      credentialsOf: async (environmentId, companyId) => {
        const now = await parts.credentialsOf(environmentId, companyId);
        return { ...now, severa: { ...now.severa, clientSecret: saved } };
      },
      clients: {
        ...parts.clients,
        severa: {
          send: (credentials, request) => {
            used.push(credentials.clientSecret);
            return parts.clients.severa.send(credentials, request);
          },
        },
      },
    });
    expect(used).toEqual(['first', 'first', 'first', 'second']);
  });

  it('tells of more that is gone than is told at once', async () => {
    const { company, systems } = await world.companyWith(1);
    await world.settle();
    await world.owner.query(
      `insert into severa.pair (environment_id, company_id, flow, key, state)
       select $1, $2, $3, 'old-' || n, 'moved' from generate_series(1, 2100) n`,
      [company.environmentId, company.companyId, pagedFlow.name],
    );
    for (const [key, item] of items(3)) systems.source.set(key, item);
    await world.again(company);
    await world.settle();
    expect((await world.runs(company))[1]).toMatchObject({ counts: { read: 3, moved: 2, gone: 2_100 } });
  });
});
