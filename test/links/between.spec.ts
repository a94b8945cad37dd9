/** What people do on either side while a link waits for an answer, or between two of its runs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type Company, type Engine, LinkGround } from './ground.ts';
import { faultsOf, holdings, importer } from './scene.ts';

let ground: LinkGround;
let engine: Engine;
beforeAll(async () => {
  ground = await LinkGround.open();
  engine = await ground.engine();
});
afterAll(() => ground.close());
beforeEach(() => ground.clear());

const change = (company: Company, register: string, fields: object): Promise<unknown> =>
  ground.severa.tell('PATCH', `organisations/${company.severa}/${register}`, fields);

const troubleOf = async (company: Company): Promise<readonly object[]> =>
  (await ground.pairs(company)).filter(({ state }) => state !== 'moved');

interface NetvisorState {
  readonly customers: readonly { readonly key: number }[];
  readonly products: readonly { readonly fields: Readonly<Record<string, string>> }[];
}
const inNetvisor = (company: Company): Promise<NetvisorState> =>
  ground.netvisor.tell('GET', `companies/${company.netvisor}/state`);

describe.each([
  ['that was carried out', 'reset-after-applying'],
  ['that never arrived', 'reset-before'],
])('a creation whose answer is lost, %s, and whose look-ups are lost until a person has changed it', (_, kind) => {
  /** Moves what there is, but for the answer of one creation and of every look-up after it. */
  async function loses(creation: string, lookUp: string): Promise<void> {
    await ground.netvisor.tell('POST', 'faults', { kind, operation: `POST ${creation}`, times: 1 });
    await ground.netvisor.tell('POST', 'faults', { kind: 'reset-before', operation: `GET ${lookUp}`, skip: 1 });
    await ground.drain([engine]);
    await ground.netvisor.tell('DELETE', 'faults');
  }
  async function goesOn(): Promise<void> {
    await ground.again();
    await ground.drain([engine]);
  }

  it('of a customer makes one customer', async () => {
    const company = await importer(ground, { customers: 1 });
    await loses('customer.nv', 'customerlist.nv');
    expect(await troubleOf(company)).toMatchObject([{ cause: 'no-answer', sending: 'create' }]);
    await change(company, 'customers', { number: 7001 });
    await goesOn();
    expect((await holdings(ground, company)).netvisor.customers).toEqual(['7001']);
    expect(await troubleOf(company)).toEqual([]);
  }, 60_000);

  it('of a product makes one product', async () => {
    const company = await importer(ground, { customers: 1 });
    await loses('product.nv', 'productlist.nv');
    expect(await troubleOf(company)).toMatchObject([{ cause: 'no-answer', sending: 'create' }]);
    await change(company, 'products', { code: 'TUNTI-2' });
    await goesOn();
    expect((await inNetvisor(company)).products).toHaveLength(1);
    expect(await troubleOf(company)).toEqual([]);
  }, 60_000);

  it('of an invoice makes one invoice', async () => {
    const company = await importer(ground, { customers: 1, invoices: 1 });
    await loses('salesinvoice.nv', 'salesinvoicelist.nv');
    expect(await troubleOf(company)).toMatchObject([{ cause: 'no-answer', sending: 'create' }]);
    await change(company, 'invoices', { number: 70_001 });
    await goesOn();
    const { invoices } = (await holdings(ground, company)).netvisor;
    const arrived = kind === 'reset-after-applying';
    expect(invoices).toEqual([arrived ? expect.not.stringMatching('70001') : '70001']);
    expect(await troubleOf(company)).toMatchObject(arrived ? [{ cause: 'already-transferred' }] : []);
  }, 60_000);
});

describe('an API resource that is switched off', () => {
  it('keeps its own flow from moving, no other, and no record is rejected for it', async () => {
    const company = await importer(ground, { customers: 5 });
    const resources = ['customerlist', 'getcustomer', 'productlist', 'getproduct', 'product'].map(
      (name) => `${name}.nv`,
    );
    await ground.netvisor.tell('PUT', `companies/${company.netvisor}/resources`, { resources });
    await ground.drain([engine]);
    expect(await troubleOf(company)).toMatchObject(Array(5).fill({ flow: 'customers-to-netvisor', state: 'due' }));
    const { rows } = await ground.owner.query(`select flow, state, cause from severa.run where cause is not null`);
    expect(rows).toEqual([{ flow: 'customers-to-netvisor', state: 'failed', cause: 'netvisor-access' }]);
    expect((await inNetvisor(company)).products).toHaveLength(1);

    await ground.netvisor.tell('PUT', `companies/${company.netvisor}/resources`, { resources: null });
    await ground.again();
    await ground.drain([engine]);
    expect(await faultsOf(ground, company)).toEqual([]);
  }, 60_000);
});

describe('a customer that somebody has removed from Netvisor', () => {
  it('is told when it changes in Severa, and stays removed', async () => {
    const company = await importer(ground, { customers: 1 });
    await ground.drain([engine]);
    const [customer] = (await inNetvisor(company)).customers;
    await ground.netvisor.tell('DELETE', `companies/${company.netvisor}/customers/${customer?.key}`);
    await change(company, 'customers', { name: 'Uusi nimi Oy' });
    await ground.again();
    await ground.drain([engine]);
    expect(await troubleOf(company)).toMatchObject([{ state: 'rejected', cause: 'gone-in-target' }]);
    expect((await holdings(ground, company)).netvisor.customers).toEqual([]);
  }, 60_000);
});
