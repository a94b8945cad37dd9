/** What else may go wrong on the way to either system, and whom it may not harm. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import { type Company, type Engine, LinkGround } from './ground.ts';
import { exporter, faultsOf, holdings, importer } from './scene.ts';

let ground: LinkGround;
let engine: Engine;
beforeAll(async () => {
  ground = await LinkGround.open();
  engine = await ground.engine();
});
afterAll(() => ground.close());
beforeEach(() => ground.clear());

interface Order {
  readonly netvisor?: string;
  readonly severa?: string;
}

describe('a link', () => {
  it.each<[string, Order]>([
    ['answers that come too late', { netvisor: 'slow', severa: 'slow' }],
    ['connections cut before anything was applied', { netvisor: 'reset-before', severa: 'reset-before' }],
    ['connections cut after it was applied', { netvisor: 'reset-after-applying', severa: 'reset-after-applying' }],
    ['500 before it was applied', { severa: '500-before' }],
    ['500 after it was applied', { netvisor: '500-after-applying', severa: '500-after-applying' }],
    ['half an answer', { netvisor: 'truncated', severa: 'truncated' }],
    ['HTML instead of an answer', { netvisor: 'html', severa: 'html' }],
    ['maintenance', { netvisor: 'maintenance', severa: 'maintenance' }],
    ['another encoding than is said', { netvisor: 'wrong-encoding', severa: 'wrong-encoding' }],
    ['429 of Severa', { severa: 'limited' }],
  ])(
    'makes nothing twice and loses nothing when it meets %s',
    async (_, kinds) => {
      const companies = [await importer(ground, { customers: 3, invoices: 1 }), await exporter(ground, 3)];
      const order = { skip: 2, times: 6, share: 0.5, seed: 1, latencyMs: 2_500 };
      for (const system of ['netvisor', 'severa'] as const) {
        const kind = kinds[system];
        if (kind !== undefined) await ground[system].tell('POST', 'faults', { kind, ...order });
      }
      await ground.drain([engine]);
      for (const system of ['netvisor', 'severa'] as const) {
        const orders = await ground[system].tell<readonly { harmed: number }[]>('GET', 'faults');
        for (const { harmed } of orders) expect(harmed).toBeGreaterThan(0);
      }
      for (const company of companies) expect(await faultsOf(ground, company)).toEqual([]);
    },
    70_000,
  );
});

describe('an invoice', () => {
  it('stays behind while the product that it names is on its way and the answer was lost', async () => {
    const company = await importer(ground, { customers: 3, invoices: 2 });
    await ground.netvisor.tell('POST', 'faults', { kind: 'reset-before', operation: 'POST product.nv', times: 4 });
    await ground.drain([engine]);
    const { rows } = await ground.owner.query(
      `select flow, operation, result from severa.history where company_id = $1 and result <> 'moved'`,
      [company.companyId],
    );
    expect(rows).toEqual(Array(4).fill({ flow: 'products-to-netvisor', operation: 'create', result: 'unknown' }));
    expect(await faultsOf(ground, company)).toEqual([]);
  }, 60_000);
});

const moved = async (company: Company): Promise<boolean> => (await faultsOf(ground, company)).length === 0;

describe('what one record has wrong', () => {
  it('does not stop the others, in either direction', async () => {
    const [into, outOf] = [await importer(ground, { customers: 5 }), await exporter(ground, 5)];
    await ground.inSevera(into, 'customers', [{ number: 900, name: 'Жук' }]);
    await ground.inNetvisor(outOf, 'customers', [{ fields: { internalidentifier: '0900', name: 'Nolla Oy' } }]);
    await ground.drain([engine]);
    const rejected = async (company: Company): Promise<readonly object[]> =>
      (await ground.pairs(company)).filter(({ state }) => state !== 'moved');
    expect(await rejected(into)).toMatchObject([{ number: '900', state: 'rejected', cause: 'letter-unknown' }]);
    expect(await rejected(outOf)).toMatchObject([
      { number: '0900', state: 'rejected', cause: 'customer-code-leading-zero' },
    ]);
    expect((await holdings(ground, into)).netvisor.customers).toHaveLength(5);
    expect((await holdings(ground, outOf)).severa.customers).toHaveLength(5);
  }, 60_000);
});

describe('what one company meets', () => {
  it.each([
    ['a user that was removed', 'removed'],
    ['maintenance that does not end', 'maintenance'],
    ['answers that never come', 'slow'],
  ])(
    'does not stop the others: %s',
    async (_, what) => {
      const [unlucky, ...others] = [
        await importer(ground, { customers: 5 }),
        await importer(ground, { customers: 5 }),
        await exporter(ground, 3),
      ];
      const { netvisor: organisationId, companyId } = unlucky;
      if (what === 'removed') await ground.netvisor.tell('DELETE', `users/TV_${companyId}`);
      else await ground.netvisor.tell('POST', 'faults', { kind: what, organisationId, latencyMs: 600_000 });

      const theirs = until(async () => (await Promise.all(others.map(moved))).every((is) => is), {
        within: 30_000,
        what: 'the records of the others',
      });
      await ground.work([engine], theirs);
      expect(await moved(unlucky)).toBe(false);
      expect((await holdings(ground, unlucky)).netvisor.customers).toEqual([]);
      if (what !== 'removed') return;
      const { rows } = await ground.owner.query('select paused from severa.link where company_id = $1', [companyId]);
      expect(rows).toEqual([{ paused: 'netvisor-credentials-invalid' }]);
    },
    60_000,
  );
});
