/** Orders that people make and change in Fivaldi, against the sandbox: what becomes of them here, and what is sent for it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { Deliverer } from '../../apps/fivaldi-connector/src/delivery/deliverer.ts';
import { type Company, DeliveryGround } from './ground.ts';

let ground: DeliveryGround;
let connector: Deliverer;
let company: Company;
beforeAll(async () => {
  ground = await DeliveryGround.open();
  connector = await ground.connector();
});
afterAll(() => ground.close());
beforeEach(async () => {
  company = await ground.company();
  await ground.write(company, 'product', [{ product_code: 'M1', name: 'Mallituote' }]);
  await ground.write(company, 'company', [{ company_code: 'K1', name1: 'Asiakas Oy' }]);
  await ground.drain(connector);
});
afterEach(async () => {
  ground.sandbox.faults.clear();
  await ground.owner.query('truncate fivaldi.delivery, fivaldi.newcomer');
});

type Body = Readonly<Record<string, unknown>>;
const ROW = { productCode: 'M1', description: 'Mallituote', quantity: 2, unitPriceExcludingTax: 9.5 };
const ORDER = {
  customerId: '1001',
  languageCode: 'FIN',
  currency: 'EUR',
  currencyRate: 1,
  orderDate: '03.02.2025',
  paymentTermId: '14',
  postingGroupId: '0000000001',
  invoiceReference: 'Viite',
  salesOrderRowDTOS: [ROW, { textRow: true, rowFreeText: 'Kiitos' }],
};

interface There {
  readonly id: string;
  readonly orderNumber: string;
  readonly externalOrderNumber?: string;
  readonly invoiceReference: string | null;
  readonly orderIdentifier?: string | null;
  readonly salesOrderRowDTOS: readonly Body[];
}

async function theirs(): Promise<readonly There[]> {
  const response = await fetch(`${ground.sandbox.controlUrl}/companies/${company.cuid}`);
  const { orders } = (await response.json()) as { orders: readonly { fields: There }[] };
  return orders.map(({ fields }) => fields);
}
/** As whoever else uses Fivaldi makes one. */
async function madeThere(more: Body = {}, of = 'sales/sales-order'): Promise<There> {
  const body = of === 'sales/sales-order' ? { ...ORDER, ...more } : more;
  const answer = await ground
    .client()
    .send({ method: 'POST', path: ['companies', company.cuid, ...of.split('/')], body: body as never });
  expect(answer).toMatchObject({ as: 'ok' });
  return (await theirs()).at(-1) as There;
}
async function changedThere({ id }: There, fields: Body): Promise<void> {
  ground.nextSecond();
  await fetch(`${ground.sandbox.controlUrl}/companies/${company.cuid}/edits`, {
    method: 'POST',
    body: JSON.stringify({ register: 'order', key: id, fields }),
  });
}
const look = async (list: 'order' | 'order:open' | 'company' = 'order') => {
  await ground.look(company, list);
  await ground.drain(connector);
};

const ours = async (number?: string): Promise<readonly Body[]> => {
  const { rows } = await ground.owner.query<Body>(
    `select order_number, company_code, invoice_reference, order_identifier, children -> 'rows' as rows, written_by
       from fivaldi.order_record where company_id = $1 and order_number = coalesce($2, order_number) order by 1`,
    [company.companyId, number ?? null],
  );
  return rows;
};
const deliveries = async () => {
  const { rows } = await ground.owner.query<Body>(
    `select key, state, cause, differences, complaints from fivaldi.delivery
      where company_id = $1 and register = 'order' order by key`,
    [company.companyId],
  );
  return rows;
};
const calls = () =>
  ground.sandbox.journal().flatMap(({ cuid, method, path }) => {
    const [, resource = ''] = path.split(`${company.cuid}/`);
    return cuid === company.cuid ? [`${method} ${resource.replace(/fromDate=.*/, 'fromDate')}`] : [];
  });
const callsOf = async (work: () => Promise<void>) => {
  const before = calls().length;
  await work();
  return calls().slice(before);
};

const bring = (number: string, more: Body = {}, rows: Body = { '1': { ...OUR_ROW } }) =>
  ground.write(company, 'order', [
    {
      order_number: number,
      company_code: 'K1',
      payment_term: '14',
      posting_group: '0000000001',
      invoice_reference: null,
      order_identifier: null,
      ...more,
      children: { rows },
    },
  ]);
const OUR_ROW = { product_code: 'M1', quantity: '1', taxable_unit_price: '10' };

describe('an order that was made in Fivaldi', () => {
  it('stands here with its head, its parties and its rows, written by Fivaldi', async () => {
    const { orderNumber } = await madeThere({
      buyer: { buyerOrganisationName: 'Asiakas Oy', streetName: 'Katu 1', countryCode: 'FI' },
      recipient: { recipientOrganisationName: 'Varasto', townName: 'KERAVA' },
    });
    await look();
    const { rows } = await ground.owner.query<Body>(
      'select to_jsonb(r) as record from fivaldi.order_record r where company_id = $1',
      [company.companyId],
    );
    expect(rows).toMatchObject([
      {
        record: {
          order_number: `FV-${orderNumber}`,
          company_code: 'K1',
          order_date: '2025-02-03',
          currency: 'EUR',
          payment_term: '14',
          name1: 'Asiakas Oy',
          street_address: 'Katu 1',
          country: 'FI',
          delivery_name1: 'Varasto',
          delivery_postal_address: 'KERAVA',
          taxable_total: 19,
          total_incl_tax: 23.85,
          imported: false,
          written_by: 'fivaldi',
          children: {
            rows: {
              '1': { product_code: 'M1', product_name: 'Mallituote', quantity: '2', taxable_unit_price: '9.5' },
              '2': { text_row: 'true', free_text: 'Kiitos' },
            },
          },
        },
      },
    ]);
  });

  it('costs one list and one reading, is delivered nowhere, and the list again changes no row', async () => {
    const { id } = await madeThere();
    expect(await callsOf(() => look())).toEqual(['GET sales/sales-orders?fromDate', `GET sales/sales-order/${id}`]);
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
    const versions = () =>
      ground.owner.query(
        `select d.xmin as delivery, r.xmin as record from fivaldi.delivery d
           join fivaldi.order_record r on r.company_id = d.company_id and r.order_number = d.key
          where d.company_id = $1 and d.register = 'order'`,
        [company.companyId],
      );
    const before = await versions();
    expect(await callsOf(() => look())).toEqual(['GET sales/sales-orders?fromDate']);
    expect(await callsOf(() => look('order:open'))).toEqual(['GET sales/sales-orders?status=DRAFT']);
    expect((await versions()).rows).toEqual(before.rows);
  });

  it('is not one that we have sent, nor one that names an order of ours', async () => {
    await bring('T-1');
    await ground.drain(connector);
    await bring('T-2');
    await ground.owner.query(`delete from fivaldi.delivery where key = 'T-2'`);
    await madeThere({ externalOrderNumber: 'T-2' });
    expect(await callsOf(() => look())).toEqual(['GET sales/sales-orders?fromDate']);
    expect((await ours()).map((order) => order['order_number'])).toEqual(['T-1', 'T-2']);
  });

  it('keeps the number that another sender has given it', async () => {
    await madeThere({ externalOrderNumber: 'WEB-7' });
    await look();
    expect(await ours()).toMatchObject([{ order_number: 'WEB-7', written_by: 'fivaldi' }]);
  });

  it('is taken over when it is invoiced already, and nothing is sent for it', async () => {
    const order = await madeThere();
    await changedThere(order, { orderStatus: 'INVOICED' });
    await look();
    await changedThere(order, { accountDimensionText: 'P 7' });
    const sent = await callsOf(() => look());
    expect(sent.filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  it('follows its customer, when that was made there, too', async () => {
    await madeThere({ customerName: 'Uusi Oy', externalId: 'K 9' }, 'customers/createCustomer');
    await madeThere({ customerId: '1002' });
    await look();
    expect(await ours()).toMatchObject([{ company_code: 'K 9', written_by: 'fivaldi' }]);
  });

  it('is left to a person while its customer’s number is somebody else’s here, and read again by their word', async () => {
    await ground.owner.query(
      `insert into fivaldi.company_record (environment_id, company_id, company_code, name1, imported, written_by)
       values ($1, $2, '1002', 'Joku muu', true, 'spec')`,
      [company.environmentId, company.companyId],
    );
    await madeThere({ customerName: 'Uusi Oy' }, 'customers/createCustomer');
    const { id } = await madeThere({ customerId: '1002' });
    await look();
    const key = `Fivaldi ${id}`;
    const complaints = [{ field: 'customerId' }];
    expect(await deliveries()).toMatchObject([{ key, state: 'review', cause: 'new-in-fivaldi', complaints }]);
    expect(await ours()).toEqual([]);

    await ground.owner.query(`delete from fivaldi.company_record where company_code = '1002'`);
    const by = { kind: 'person', id: 'somebody' } as const;
    const { environmentId, companyId } = company;
    await ground.connections.decide({
      environmentId,
      companyId,
      by,
      address: null,
      register: 'order',
      key,
      as: 'again',
    });
    await ground.drain(connector);
    expect(await ours()).toMatchObject([{ company_code: '1002', written_by: 'fivaldi' }]);
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  it('that Fivaldi lists and does not show is a person’s, in Fivaldi’s own words', async () => {
    await ground.owner.query(
      `insert into fivaldi.newcomer (environment_id, company_id, register, remote_id) values ($1, $2, 'order', 'gone')`,
      [company.environmentId, company.companyId],
    );
    await ground.drain(connector);
    expect(await deliveries()).toMatchObject([
      {
        key: 'Fivaldi gone',
        cause: 'new-in-fivaldi',
        complaints: [{ text: 'Sales order with id [gone] does not exist on Fivaldi company' }],
      },
    ]);
  });

  it('is changed from here as any other, and named by its number then', async () => {
    const { id, orderNumber } = await madeThere();
    await look();
    const { rows } = await ground.owner.query<{ rows: Body }>(
      `select children -> 'rows' as rows from fivaldi.order_record where company_id = $1`,
      [company.companyId],
    );
    await bring(`FV-${orderNumber}`, { invoice_reference: 'Meiltä' }, rows[0]?.rows);
    expect(await callsOf(() => ground.drain(connector))).toEqual([
      `GET sales/sales-order/${id}`,
      `PUT sales/sales-order/${id}`,
    ]);
    expect(await theirs()).toMatchObject([{ externalOrderNumber: `FV-${orderNumber}`, invoiceReference: 'Meiltä' }]);
  });
});

describe('a change that was made to an order in Fivaldi', () => {
  let there: There;
  beforeEach(async () => {
    await bring('T-1', {}, { '1': OUR_ROW, '2': { ...OUR_ROW, quantity: '5' } });
    await ground.drain(connector);
    there = (await theirs())[0]!;
  });
  const rowsThere = () => there.salesOrderRowDTOS;

  it.each(['order', 'order:open'] as const)(
    'is taken over when the list %s tells of it, and nothing is sent',
    async (list) => {
      const [first = {}, second = {}] = rowsThere();
      await changedThere(there, {
        invoiceReference: 'Heiltä',
        salesOrderRowDTOS: [first, { ...second, quantity: 7 }, ROW, { textRow: true, rowFreeText: 'Uusi' }],
      });
      expect(await callsOf(() => look(list))).toEqual([
        expect.stringMatching(/^GET sales\/sales-orders\?/),
        `GET sales/sales-order/${there.id}`,
      ]);
      expect(await ours()).toMatchObject([
        {
          invoice_reference: 'Heiltä',
          written_by: 'fivaldi',
          rows: {
            '1': { quantity: '1' },
            '2': { quantity: '7' },
            '3': { product_code: 'M1', quantity: '2', taxable_unit_price: '9.5' },
            '4': { text_row: 'true', free_text: 'Uusi' },
          },
        },
      ]);
      expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
      expect(await callsOf(() => look(list))).toHaveLength(1);
    },
  );

  it('takes a row away here that was taken away there', async () => {
    await changedThere(there, { salesOrderRowDTOS: rowsThere().slice(1) });
    await look();
    expect((await ours())[0]?.['rows']).toEqual({ '1': expect.objectContaining({ quantity: '5' }) });
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  it('is no change when Fivaldi has filled in what we left open', async () => {
    const row = { ...rowsThere()[0], description: 'Mallituote', unitId: '2' };
    await ground.owner.query(
      `update fivaldi.delivery set known = jsonb_set(known, '{shown,parts,rows/1}',
              (known #> '{shown,parts,rows/1}') || '{"description": "Mallituote", "unitId": "2"}')
        where company_id = $1 and register = 'order'`,
      [company.companyId],
    );
    await changedThere(there, { salesOrderRowDTOS: [row, rowsThere()[1]], orderStatus: 'DRAFT' });
    await look();
    expect(await ours()).toMatchObject([{ rows: { '1': OUR_ROW } }]);
    expect((await ours())[0]).not.toHaveProperty('rows.1.product_name');
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  it('is told from what Fivaldi has filled in, where that was never looked at', async () => {
    await ground.owner.query(
      `update fivaldi.delivery set known = known - 'shown' - 'changed' where company_id = $1 and register = 'order'`,
      [company.companyId],
    );
    const [first, second] = rowsThere();
    await changedThere(there, {
      salesOrderRowDTOS: [
        { ...first, unitId: '2' },
        { ...second, quantity: 7 },
      ],
    });
    const sent = await callsOf(() => look('order:open'));
    expect(sent.filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect((await ours())[0]?.['rows']).toEqual({ '1': OUR_ROW, '2': { ...OUR_ROW, quantity: '7' } });
  });

  it('is not what a request of ours did whose answer was lost', async () => {
    ground.sandbox.faults.add({ kind: 'cut', when: 'after', method: 'PUT', cuid: company.cuid, count: 1 });
    await bring('T-1', {}, { '1': { ...OUR_ROW, quantity: '8' } });
    const sent = await callsOf(() => ground.drain(connector));
    expect(sent.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
    expect(await ours()).toMatchObject([{ rows: { '1': { quantity: '8' } } }]);
    expect((await theirs())[0]?.salesOrderRowDTOS).toMatchObject([{ quantity: 8 }]);
  });

  it('stays when ours is changed before any list has told of it', async () => {
    await changedThere(there, { invoiceReference: 'Heiltä' });
    await bring('T-1', { order_identifier: 'Meiltä' }, { '1': OUR_ROW, '2': { ...OUR_ROW, quantity: '5' } });
    await ground.drain(connector);
    expect(await theirs()).toMatchObject([{ invoiceReference: 'Heiltä', orderIdentifier: 'Meiltä' }]);
    expect(await ours()).toMatchObject([{ invoice_reference: 'Heiltä', order_identifier: 'Meiltä' }]);
  });

  describe('and otherwise here', () => {
    beforeEach(async () => {
      await changedThere(there, { salesOrderRowDTOS: [{ ...rowsThere()[0], quantity: 3 }, rowsThere()[1]] });
      await bring('T-1', {}, { '1': { ...OUR_ROW, quantity: '4' }, '2': { ...OUR_ROW, quantity: '5' } });
    });

    it('is a conflict, overwritten on neither side', async () => {
      const sent = await callsOf(() => ground.drain(connector));
      expect(sent).toEqual([`GET sales/sales-order/${there.id}`]);
      expect(await deliveries()).toMatchObject([
        {
          state: 'conflict',
          cause: 'changed-on-both-sides',
          differences: [{ field: 'rows/1/quantity', ours: { decimal: '4' }, theirs: { decimal: '3' } }],
        },
      ]);
      expect(await ours()).toMatchObject([{ rows: { '1': { quantity: '4' } } }]);
    });

    it.each([
      ['again', '4', 4],
      ['done', '3', 3],
    ] as const)('is settled by a person’s word: %s', async (as, here, quantity) => {
      await ground.drain(connector);
      const by = { kind: 'person', id: 'somebody' } as const;
      const { environmentId, companyId } = company;
      await ground.connections.decide({
        environmentId,
        companyId,
        by,
        address: null,
        register: 'order',
        key: 'T-1',
        as,
      });
      await ground.drain(connector);
      expect(await ours()).toMatchObject([{ rows: { '1': { quantity: here } } }]);
      expect((await theirs())[0]?.salesOrderRowDTOS[0]).toMatchObject({ quantity });
      expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
    });
  });

  it('is a person’s when it is another customer', async () => {
    await madeThere({ customerName: 'Toinen Oy' }, 'customers/createCustomer');
    await changedThere(there, { customerId: '1002' });
    await look('order:open');
    expect(await deliveries()).toMatchObject([
      { state: 'conflict', differences: [{ field: 'customerId', ours: '1001', theirs: '1002' }] },
    ]);
    expect(await ours()).toMatchObject([{ company_code: 'K1' }]);
  });
});

describe('the lists of orders', () => {
  it('may be forbidden, and everything else goes on', async () => {
    ground.sandbox.faults.add({ kind: 'forbidden', cuid: company.cuid, path: '*/sales/*' });
    for (let time = 0; time < 3; time += 1) await look();
    await ground.owner.query('update fivaldi.connection set pull_at = clock_timestamp() where company_id = $1', [
      company.companyId,
    ]);
    await ground.write(company, 'product', [{ product_code: 'M2', name: 'Toinen' }]);
    const sent = await callsOf(() => ground.drain(connector));
    expect(sent).toContain('POST products/createProduct');
    expect(sent.some((call) => /^GET (products|customers)\?fromDate$/.test(call))).toBe(true);
    const { rows } = await ground.owner.query('select paused, refusals from fivaldi.connection where company_id = $1', [
      company.companyId,
    ]);
    expect(rows).toEqual([{ paused: null, refusals: 0 }]);
  });

  it('are not asked for of a company whose orders go to another application', async () => {
    company = await ground.company('tilaustenkasittely');
    for (let time = 0; time < 5; time += 1) {
      await ground.owner.query('update fivaldi.connection set pull_at = clock_timestamp() where company_id = $1', [
        company.companyId,
      ]);
      await ground.drain(connector);
    }
    expect(new Set(calls())).toEqual(new Set(['GET customers?fromDate', 'GET products?fromDate']));
  });
});
