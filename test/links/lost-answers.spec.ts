/** Links whose systems apply what they are asked and do not say so: nothing is made twice, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { full } from '../faults/full.ts';
import { type Company, type Engine, LinkGround } from './ground.ts';
import { changes, emptyJournals, exporter, faultsOf, holdings, importer } from './scene.ts';

/** 10,000 records in the whole form, 300 in the short one; half of the companies in each direction. */
const LOAD = full
  ? { companies: 20, imported: 700, invoices: 50, exported: 250 }
  : { companies: 4, imported: 90, invoices: 5, exported: 55 };
const RECORDS = (LOAD.companies / 2) * (LOAD.imported + LOAD.invoices + LOAD.exported);

const runs = async (): Promise<number> =>
  (await ground.owner.query('select from severa.run where ended_at is not null')).rows.length;

let ground: LinkGround;
let engine: Engine;
const companies: Company[] = [];
beforeAll(async () => {
  ground = await LinkGround.open();
  engine = await ground.engine();
  for (let nth = 0; nth < LOAD.companies / 2; nth += 1) {
    companies.push(await importer(ground, { customers: LOAD.imported, invoices: LOAD.invoices }));
    companies.push(await exporter(ground, LOAD.exported));
  }
}, 120_000);
afterAll(() => ground.close());

describe(`${RECORDS} records, while the answer to every twentieth call is lost after it was applied`, () => {
  it(
    'are on both sides once, each of them',
    async () => {
      await ground.netvisor.tell('POST', 'faults', { kind: 'reset-after-applying', share: 0.05, seed: 1 });
      await ground.severa.tell('POST', 'faults', { kind: 'reset-after-applying', share: 0.05, seed: 2 });
      await ground.drain([engine], full ? 1_500_000 : 100_000);

      for (const company of companies) {
        expect((await ground.pairs(company)).filter(({ state }) => state !== 'moved')).toEqual([]);
        expect(await faultsOf(ground, company)).toEqual([]);
      }
      const held = await Promise.all(companies.map((company) => holdings(ground, company)));
      const moved = held.reduce((sum, { netvisor }) => sum + netvisor.customers.length + netvisor.invoices.length, 0);
      expect(moved).toBe(RECORDS);
    },
    full ? 1_600_000 : 120_000,
  );

  it('were lost answers of: both systems', async () => {
    for (const system of [ground.netvisor, ground.severa]) {
      const [fault] = await system.tell<readonly { seen: number; harmed: number }[]>('GET', 'faults');
      expect(fault!.harmed / fault!.seen).toBeGreaterThan(0.03);
    }
  });

  it('were created once, by the journals', async () => {
    for (const company of companies) {
      const { netvisor, severa } = await changes(ground, company);
      const added = netvisor.filter(({ method, applied }) => applied && method === 'add');
      const names = added.map(({ resource, reference }) => `${resource} ${reference}`);
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
      const posts = severa.filter(({ method, path }) => method === 'POST' && !path.endsWith('/token'));
      const made = posts.flatMap(({ changes: of }) => of.filter(({ register }) => register === 'customers'));
      expect(made).toHaveLength(made.length === 0 ? 0 : LOAD.exported);
      expect(netvisor.filter(({ overlap }) => overlap)).toEqual([]);
    }
  });

  it('are left alone when nothing has changed', async () => {
    await ground.netvisor.tell('DELETE', 'faults');
    await ground.severa.tell('DELETE', 'faults');
    await emptyJournals(ground);
    const before = await runs();
    await ground.again();
    await ground.drain([engine], 300_000);
    // Customers, products and invoices of one half of the companies; customers of the other.
    expect((await runs()) - before).toBe((3 + 1) * (LOAD.companies / 2));
    for (const company of companies) {
      expect(await changes(ground, company)).toEqual({ netvisor: [], severa: [] });
    }
  }, 310_000);
});
