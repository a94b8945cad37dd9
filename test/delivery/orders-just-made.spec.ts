/** How an order that was just made is found again: by its batch; and what happens where that does not tell. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { Deliverer } from '../../apps/fivaldi-connector/src/delivery/deliverer.ts';
import type { Answer, FivaldiRequest } from '../../libs/upstream/src/index.ts';
import { type Company, DeliveryGround } from './ground.ts';

let ground: DeliveryGround;
let connector: Deliverer;
let company: Company;
/** How many orders the lists of orders showed, list by list. */
let listed: number[] = [];
/** What a list is answered with in the place of what the sandbox has. */
let instead: ((request: FivaldiRequest) => Partial<Answer> | null) | null = null;
const showing = (...result: readonly object[]) => ({ as: 'ok', status: 200, result }) as const;
const REFUSED = { as: 'refused', status: 400, family: 'list', complaints: [{ text: 'Unknown batch' }] } as const;

beforeAll(async () => {
  ground = await DeliveryGround.open();
  connector = await ground.connector((send) => async (request) => {
    const answer = await send(request);
    if (!request.path.includes('sales-orders')) return answer;
    if (answer.as === 'ok' && Array.isArray(answer.result)) listed.push(answer.result.length);
    return { ...answer, ...instead?.(request) } as Answer;
  });
});
afterAll(() => ground.close());
afterEach(async () => {
  ground.sandbox.faults.clear();
  ground.givesUpAfter = Infinity;
  instead = null;
  await ground.owner.query('truncate fivaldi.delivery, fivaldi.newcomer');
});

const meet = async (seed: Parameters<DeliveryGround['company']>[1] = {}) => {
  company = await ground.company('myynninhallinta', seed);
  await ground.write(company, 'product', [
    { product_code: 'M1', name: 'Mallituote' },
    { product_code: 'M2', name: 'Toinen' },
  ]);
  await ground.write(company, 'company', [{ company_code: 'K1', name1: 'Asiakas Oy' }]);
  await ground.drain(connector);
  listed = [];
};
const bring = async (keys: readonly string[], code = 'M1') => {
  const rows = { '1': { product_code: code, quantity: '1', taxable_unit_price: '10' } };
  const record = { company_code: 'K1', payment_term: '14', posting_group: '0000000001', children: { rows } };
  await ground.write(
    company,
    'order',
    keys.map((key) => ({ order_number: key, ...record })),
  );
  await ground.drain(connector);
};
const batchIs = (answer: Partial<Answer>) => {
  instead = ({ path }) => (path.includes('batch') ? answer : null);
};
const decide = (as: 'again' | 'done') => {
  const { environmentId, companyId } = company;
  const by = { kind: 'person', id: 'somebody' } as const;
  const of = { environmentId, companyId, register: 'order', key: 'T-1' } as const;
  return ground.connections.decide({ ...of, by, address: null, as });
};
const orders = async () => (await ground.rows(company)).filter(({ key }) => key.startsWith('T'));
const theirs = async () => {
  const response = await fetch(`${ground.sandbox.controlUrl}/companies/${company.cuid}`);
  return ((await response.json()) as { orders: readonly object[] }).orders;
};
const calls = () =>
  ground.sandbox.journal().flatMap(({ cuid, method, path }) => {
    const [, resource = ''] = path.split('/sales/');
    return cuid === company.cuid && resource !== ''
      ? [`${method} ${resource.replace(/fromDate=.*/, 'fromDate').replace(/[0-9a-f]{32}/, 'id')}`]
      : [];
  });

describe('an order just made', () => {
  it('is found in its batch: the rows that are read grow with the orders, not with the day', async () => {
    await meet();
    const keys = Array.from({ length: 30 }, (_, no) => `T-${no}`);
    await bring(keys);
    expect((await orders()).map(({ state }) => state)).toEqual(keys.map(() => 'delivered'));
    expect(listed.reduce((sum, rows) => sum + rows, 0)).toBe(keys.length);
    expect(new Set(calls())).toEqual(new Set(['POST sales-order', 'GET sales-orders/batch/id']));
  });

  it('that is named by the answer is looked for nowhere', async () => {
    await meet({ createdOrder: 'id' });
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'delivered', known: { id: expect.any(String) } }]);
    expect(calls()).toEqual(['POST sales-order']);
  });

  it('is found in the list of the day where the answer names neither', async () => {
    await meet({ createdOrder: 'nothing' });
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'delivered' }]);
    expect(calls()).toEqual(['POST sales-order', 'GET sales-orders?fromDate']);
  });

  it.each([
    ['shows no order of that number', () => batchIs(showing({ id: '1' }))],
    ['is refused', () => batchIs(REFUSED)],
    ['cannot be read at first', () => ground.sandbox.faults.add({ kind: 'html', path: '*/batch/*', count: 2 })],
  ] as const)('is found, and made once, where its batch %s', async (_, spoil) => {
    await meet();
    spoil();
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'delivered' }]);
    expect(await theirs()).toHaveLength(1);
  });

  it('is not made once more where no list shows it: a person looks', async () => {
    await meet();
    ground.givesUpAfter = 8;
    instead = () => showing();
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'review', cause: 'made-not-found' }]);
    expect(await theirs()).toHaveLength(1);

    await decide('again');
    expect(await orders()).toMatchObject([{ state: 'due', known: { id: null, core: null } }]);
    instead = null;
    await ground.drain(connector);
    expect(await orders()).toMatchObject([{ state: 'delivered' }]);
    expect(await theirs()).toHaveLength(2);
  });

  it('that is answered with errors is refused in Fivaldi’s own words', async () => {
    await meet({ badOrder: 'listed' });
    await bring(['T-1'], 'X');
    const text = 'Product code with id [X] does not exist on Fivaldi company';
    expect(await orders()).toMatchObject([{ state: 'rejected', cause: 'product-missing', complaints: [{ text }] }]);
    expect(calls()).toEqual(['POST sales-order']);
  });
});

describe('an order whose answer was lost', () => {
  it('is a person’s when the list of the day is longer than what is taken, and is sent again by their word', async () => {
    await meet();
    ground.sandbox.faults.add({ kind: 'cut', when: 'before', method: 'POST', path: '*/sales-order', count: 1 });
    ground.sandbox.faults.add({ kind: 'huge', method: 'GET', path: '*/sales-orders', bytes: 2_000_000 });
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'review', cause: 'list-too-long' }]);
    expect(calls()).toEqual(['POST sales-order', 'GET sales-orders?fromDate']);

    await decide('again');
    await ground.drain(connector);
    expect(await orders()).toMatchObject([{ state: 'delivered' }]);
    expect(await theirs()).toHaveLength(1);
  });

  it('is looked for when it changes after a person has said that it is there, and not made once more', async () => {
    await meet();
    ground.sandbox.faults.add({ kind: 'cut', when: 'after', method: 'POST', path: '*/sales-order', count: 1 });
    ground.sandbox.faults.add({ kind: 'huge', method: 'GET', path: '*/sales-orders', bytes: 2_000_000, count: 1 });
    await bring(['T-1']);
    expect(await orders()).toMatchObject([{ state: 'review', cause: 'list-too-long' }]);

    await decide('done');
    await bring(['T-1'], 'M2');
    expect(await orders()).toMatchObject([{ state: 'delivered' }]);
    expect(await theirs()).toMatchObject([{ fields: { salesOrderRowDTOS: [{ productCode: 'M2' }] } }]);
  });
});
