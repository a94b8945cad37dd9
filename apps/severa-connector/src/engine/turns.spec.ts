import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { createLog } from '#lib/service';
import { Database } from '#lib/store';

import { type Company, World } from './engine.spec-support.js';
import { items } from './item-flow.spec-support.js';
import { LinkLoop } from './link-loop.js';
import { Mover } from './mover.js';
import { TurnLost } from './stop.js';
import { HeldTurn, holdTurn, Turns } from './turns.js';
import type { EngineParts } from './work.js';

let world: World;
let other: Database;
beforeAll(async () => {
  world = await World.open();
  other = await Database.open({ url: world.test.as('severa-connector'), name: 'another-process', poolSize: 4 });
});
afterAll(async () => {
  await other.close();
  await world.close();
});
afterEach(() => world.clear());

const leave = async (turns: Turns, held: HeldTurn): Promise<void> => {
  held.release();
  await turns.leave(held.turn);
};
const waitsLongest = async (turns: Turns): Promise<HeldTurn> => {
  const [held] = await turns.take(1);
  if (!held) throw new Error('no link is due');
  return held;
};
const lapse = () => world.owner.query(`update severa.link set leased_until = now() - interval '1 ms'`);

describe('turns', () => {
  it('go round the links, from whichever process they are asked', async () => {
    const companies = [];
    for (let nth = 0; nth < 5; nth += 1) companies.push(await world.company());
    const processes = [new Turns(world.database), new Turns(other)];
    const given: string[] = [];
    for (let nth = 0; nth < 15; nth += 1) {
      const turns = processes[nth % 2]!;
      const held = await waitsLongest(turns);
      given.push(held.turn.companyId);
      await leave(turns, held);
      // It has work left, and waits from now on.
      await world.owner.query('update severa.link set due_at = clock_timestamp() where company_id = $1', [
        held.turn.companyId,
      ]);
    }
    expect(given.slice(0, 5)).toEqual(companies.map(({ companyId }) => companyId));
    expect(given.slice(5)).toEqual(given.slice(0, 10));
  });

  it('are handed out once, however many ask at once', async () => {
    for (let nth = 0; nth < 30; nth += 1) await world.company();
    const processes = [new Turns(world.database), new Turns(other)];
    const taken = (await Promise.all(Array.from({ length: 12 }, (_, nth) => processes[nth % 2]!.take(4)))).flat();
    const ids = taken.map(({ turn }) => turn.companyId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const held of taken) held.release();
  });

  it('are lost by a worker that does not renew, and it writes nothing more', async () => {
    await world.company();
    const turns = new Turns(world.database);
    const lost = await waitsLongest(turns);
    expect(await turns.renew(lost.turn)).toBe(true);
    expect(await turns.take(1)).toEqual([]);
    await lapse();
    const taken = await waitsLongest(turns);
    expect(await turns.renew(lost.turn)).toBe(false);
    const hold = ({ turn }: HeldTurn) =>
      world.database.transaction((sql) => holdTurn(sql, turn), { scope: { tenant: turn.environmentId } });
    await expect(hold(lost)).rejects.toBeInstanceOf(TurnLost);
    await expect(hold(taken)).resolves.toBeUndefined();
    await leave(turns, lost);
    expect(await turns.take(1)).toEqual([]);
    taken.release();
  });

  it('let nothing be sent by a process that slept through its lease', async () => {
    await world.company();
    const turns = new Turns(world.database);
    const fresh = await waitsLongest(turns);
    expect(() => fresh.check()).not.toThrow();
    fresh.release();
    const asleep = new HeldTurn(turns, fresh.turn, performance.now() - 21_000);
    expect(() => asleep.check()).toThrow(TurnLost);
    asleep.release();
  });

  it('do not forget what was asked for while they were used', async () => {
    const { companyId } = await world.company();
    const turns = new Turns(world.database);
    const held = await waitsLongest(turns);
    await world.owner.query(
      `insert into severa.comparison (environment_id, company_id, flow, state, asked_by)
       values ($1, $2, 'customers-to-netvisor', 'due', 'spec')`,
      [held.turn.environmentId, companyId],
    );
    await leave(turns, held);
    const again = await waitsLongest(turns);
    again.release();
    expect(again.turn.companyId).toBe(companyId);
  });

  it('come at once to a link that was changed while it had its turn', async () => {
    await world.company();
    const turns = new Turns(world.database);
    const held = await waitsLongest(turns);
    await world.owner.query('update severa.link set mark = mark + 1');
    await leave(turns, held);
    const again = await waitsLongest(turns);
    await leave(turns, again);
    expect(await turns.take(1)).toEqual([]);
  });
});

describe('two processes', () => {
  it('never make two calls for one company at once, and do everything once', async () => {
    const companies: Company[] = [];
    for (let nth = 0; nth < 12; nth += 1) companies.push(await world.company());
    for (const company of companies) {
      const systems = world.of(company);
      systems.milliseconds = 5;
      for (const [key, item] of items(20)) systems.source.set(key, item);
    }
    const patience = { ...world.parts().patience, turn: 60 };
    const loops = [world.database, other].map((database) => {
      const parts = world.parts({ database, turns: new Turns(database), patience });
      return new LinkLoop(parts.turns, new Mover(parts), createLog('spec', 'silent'), 4);
    });
    for (const loop of loops) loop.start();
    await world.until(() => companies.every((one) => world.of(one).journal.length >= 20), 'all that is to be moved');
    await Promise.all(loops.map((loop) => loop.stop()));
    for (const company of companies) {
      const { journal, mostAtOnce } = world.of(company);
      expect(mostAtOnce).toBe(1);
      expect(journal.toSorted()).toEqual(items(20).map(([, { code }]) => `add ${code} new`));
    }
  });

  it('work on others while one only waits for Severa, on half as many more as there are places', async () => {
    for (let nth = 0; nth < 14; nth += 1) await world.companyWith(2);
    let open = (): void => undefined;
    const moment = new Promise<void>((resolve) => (open = resolve));
    const waiting = new Set<string>();
    const budget = {
      takeAtOnce: () => false,
      take: (clientId: string) => {
        waiting.add(clientId);
        return moment;
      },
    } as unknown as EngineParts['budget'];
    const parts = world.parts({ budget });
    const loop = new LinkLoop(parts.turns, new Mover(parts), createLog('spec', 'silent'), 8);
    loop.start();
    const taken = async () => (await world.rows('select from severa.link where leased_until > now()')).length;
    await world.until(() => waiting.size === 12, 'four more than there are places to wait');
    expect(await taken()).toBe(12);
    open();
    await world.until(
      () => [...world.systems.values()].every(({ journal }) => journal.length === 2),
      'all that is to be moved',
    );
    await loop.stop();
  });

  it('work on no others while as many as there are places ask', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const due = async () => {
      const { systems } = await world.companyWith(1);
      systems.before = () => answered;
      return systems;
    };
    const first = [await due(), await due(), await due(), await due()];
    const parts = world.parts();
    const loop = new LinkLoop(parts.turns, new Mover(parts), createLog('spec', 'silent'), first.length);
    loop.start();
    await world.until(() => first.every(({ calls }) => calls === 1), 'all places to ask');
    const late = [await due(), await due()];
    const take = jest.spyOn(parts.turns, 'take');
    loop.nudge();
    await new Promise(setImmediate);
    expect(take).not.toHaveBeenCalled();
    answer();
    await world.until(() => late.every(({ journal }) => journal.length === 1), 'the others to have their turn');
    await loop.stop();
  });

  it('bring a call that is under way to its end before they stop, and begin nothing more', async () => {
    const company = await world.company();
    const systems = world.of(company);
    for (const [key, item] of items(50)) systems.source.set(key, item);
    systems.milliseconds = 20;
    const parts = world.parts();
    const loop = new LinkLoop(parts.turns, new Mover(parts), createLog('spec', 'silent'), 2);
    loop.start();
    await world.until(() => systems.journal.length >= 2, 'some to be moved');
    await loop.stop();
    const { calls } = systems;
    expect(calls).toBeLessThan(100);
    const states = (await world.pairs(company)).map(({ state }) => state);
    expect(states.filter((state) => state === 'moved')).toHaveLength(systems.journal.length);
    expect(states).not.toContain('sending');
    const [row] = await world.rows<{ free: boolean }>('select leased_until is null as free from severa.link');
    expect(row).toEqual({ free: true });
    expect(systems.calls).toBe(calls);
  });
});
