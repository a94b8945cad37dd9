/** Delivery to Fivaldi, against the sandbox: what reaches it, how often, and what becomes of answers that never come. */
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
});
afterEach(async () => {
  ground.sandbox.faults.clear();
  ground.permission = { as: 'allowed', stands: () => Promise.resolve(true) };
  await ground.owner.query('delete from fivaldi.delivery');
});

interface Registers {
  customers: {
    customerId: string;
    fields: Record<string, unknown>;
    addresses: Record<string, unknown>[];
    bankAccounts: Record<string, unknown>[];
  }[];
  products: { productCode: string; fields: Record<string, unknown>; descriptions: Record<string, unknown>[] }[];
  orders: { fields: Record<string, unknown> & { salesOrderRowDTOS: Record<string, unknown>[] } }[];
  dimensions: Record<string, unknown>[];
  payrollImports: { payrollBatchId: string; rows: Record<string, unknown>[] }[];
}
async function fivaldi({ cuid }: Company): Promise<Registers> {
  const response = await fetch(`${ground.sandbox.controlUrl}/companies/${cuid}`);
  return (await response.json()) as Registers;
}
const entries = ({ cuid }: Company) => ground.sandbox.journal().filter((entry) => entry.cuid === cuid);
const requests = (of: Company, method?: string) =>
  entries(of).filter((entry) => method === undefined || entry.method === method);

const product = (code: string, more: object = {}) => ({
  product_code: code,
  name: `Tiili ${code}`,
  sales_price: '189.990000',
  ...more,
});
const customer = (code: string, more: object = {}) => ({
  company_code: code,
  name1: `Asiakas ${code} Öy`,
  business_id: '1234567-1',
  is_customer: true,
  children: {
    addresses: {
      '10': {
        type: 'MAIL',
        street_address: 'Katu 1',
        postal_code: '04230',
        postal_address: 'KERAVA',
        country: 'FI',
        main: 'true',
      },
    },
    bank_accounts: { '1': { iban: 'FI2112345600000785' } },
  },
  ...more,
});

describe('delivery', () => {
  it('makes new products and customers, and asks once which of them there are', async () => {
    await ground.write(
      company,
      'product',
      ['A', 'B', 'C/Ä', 'D', 'E'].map((code) => product(code)),
    );
    await ground.write(
      company,
      'company',
      ['1', '2', '3', '4'].map((code) => customer(code)),
    );
    await ground.drain(connector);

    expect((await ground.rows(company)).map(({ state }) => state)).toEqual(Array(9).fill('delivered'));
    const { products, customers } = await fivaldi(company);
    expect(products.map(({ productCode }) => productCode).sort()).toEqual(['A', 'B', 'C/Ä', 'D', 'E']);
    expect(products[0]?.fields['salesPrice']).toBe(189.99);
    expect(customers).toHaveLength(4);
    expect(customers[0]?.addresses).toMatchObject([
      { streetAddress: 'Katu 1', addressType: '01', isMainAddress: true },
    ]);
    expect(customers[0]?.bankAccounts).toMatchObject([{ ibanNumber: 'FI2112345600000785', countryId: 'FI' }]);
    const { requests: traffic } = { requests: requests(company, 'POST') };
    expect(traffic).toHaveLength(9);
  });

  it('sends only what differs, and nothing when nothing does', async () => {
    await ground.write(company, 'product', [product('A', { unit: 'kpl' })]);
    await ground.write(company, 'company', [customer('1')]);
    await ground.drain(connector);
    const before = requests(company).length;

    await ground.write(company, 'product', [product('A', { unit: 'kpl', sales_price: '189.99' })]);
    await ground.write(company, 'company', [customer('1')]);
    await ground.drain(connector);
    expect(requests(company)).toHaveLength(before);

    await ground.write(company, 'product', [product('A', { unit: null })]);
    await ground.write(company, 'company', [
      customer('1', {
        name1: 'Uusi Oy',
        children: {
          ...customer('1').children,
          addresses: { '10': { ...customer('1').children.addresses['10'], street_address: 'Tie 2' } },
        },
      }),
    ]);
    await ground.drain(connector);
    const { products, customers } = await fivaldi(company);
    expect(products[0]?.fields).toMatchObject({ unitId: null, salesPrice: 189.99 });
    expect(customers).toMatchObject([{ fields: { customerName: 'Uusi Oy' }, addresses: [{ streetAddress: 'Tie 2' }] }]);
    expect(
      requests(company, 'POST')
        .slice(-3)
        .map(({ path }) => path.split('/').at(-1)?.split('?')[0])
        .sort(),
    ).toEqual(['updateAddressAllFields', 'updateCustomer', 'updateProduct']);
  });

  it('leaves alone what Fivaldi already has beside ours', async () => {
    await ground.write(company, 'product', [product('A', { ean_code: '6400000000001' })]);
    await ground.drain(connector);
    await ground.owner.query('delete from fivaldi.delivery');
    await ground.write(company, 'product', [
      { product_code: 'A', name: 'Uusi nimi', ean_code: null, sales_price: null },
    ]);
    await ground.drain(connector);
    const [there] = (await fivaldi(company)).products;
    expect(there?.fields).toMatchObject({ eanCode: '6400000000001', salesPrice: 189.99 });
    expect(there?.descriptions).toMatchObject([{ description: 'Uusi nimi' }]);
  });

  it.each([
    ['500 after it was applied', { kind: 'error', when: 'after' }],
    ['500 before it was applied', { kind: 'error', when: 'before' }],
    ['a connection cut after it was applied', { kind: 'cut', when: 'after' }],
    ['a connection cut before it was applied', { kind: 'cut', when: 'before' }],
    ['no answer in time', { kind: 'slow', when: 'after', ms: 700 }],
    ['another encoding', { kind: 'encoding' }],
    ['half an answer', { kind: 'truncated' }],
    ['HTML instead of JSON', { kind: 'html', when: 'after' }],
    ['a drip of an answer', { kind: 'drip', ms: 300 }],
    ['an answer without end', { kind: 'huge', bytes: 2_000_000 }],
  ] as const)('makes nothing twice after %s', async (_, fault) => {
    ground.sandbox.faults.add({ ...fault, method: 'POST', cuid: company.cuid, count: 3 });
    await ground.write(company, 'company', [customer('1'), customer('2')]);
    await ground.write(company, 'product', [product('A'), product('B')]);
    await ground.drain(connector);
    expect((await ground.rows(company)).map(({ state }) => state)).toEqual(Array(4).fill('delivered'));
    const { customers, products } = await fivaldi(company);
    expect(customers.map(({ fields }) => fields['externalId']).sort()).toEqual(['1', '2']);
    expect(products).toHaveLength(2);
  });

  it('links one customer of Fivaldi to one of ours', async () => {
    await ground.write(company, 'company', [customer('1', { external_id: 'X' })]);
    await ground.drain(connector);
    await ground.write(company, 'company', [customer('2', { external_id: 'X' })]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([
      { key: '1', state: 'delivered' },
      { key: '2', state: 'review', cause: 'linked-twice' },
    ]);
    expect((await fivaldi(company)).customers).toHaveLength(1);
  });

  it('waits after a 429 and loses nothing', async () => {
    ground.sandbox.faults.add({ kind: 'limited', cuid: company.cuid, count: 2 });
    await ground.write(company, 'product', [product('A')]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([{ state: 'delivered' }]);
  });

  it('says in Fivaldi’s own words why it was refused', async () => {
    await ground.write(company, 'company', [
      customer('1', { children: { bank_accounts: { '1': { iban: 'FI00', country: 'FI' } } } }),
    ]);
    await ground.drain(connector);
    const [row] = await ground.rows(company);
    expect(row).toMatchObject({ state: 'rejected', cause: 'refused' });
    expect(row?.complaints?.[0]?.text).toMatch(/no Finnish account number/);
  });

  it.each([
    [401, 'unauthorised', 'credentials-refused'],
    [403, 'forbidden', 'right-missing'],
  ] as const)('pauses the connection at the second %d, and others go on', async (_, kind, cause) => {
    const other = await ground.company();
    ground.sandbox.faults.add({ kind, cuid: company.cuid });
    await ground.write(company, 'product', [product('A')]);
    await ground.write(other, 'product', [product('A')]);
    await ground.drain(connector);
    expect(await ground.rows(other)).toMatchObject([{ state: 'delivered' }]);
    expect(await ground.rows(company)).toMatchObject([{ state: 'due' }]);
    const { rows } = await ground.owner.query('select paused from fivaldi.connection where company_id = $1', [
      company.companyId,
    ]);
    expect(rows).toEqual([{ paused: cause }]);
    await ground.owner.query(
      'update fivaldi.connection set paused = null, refusals = 0, waits_until = null where company_id = $1',
      [company.companyId],
    );
    ground.sandbox.faults.clear();
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([{ state: 'delivered' }]);
  });

  it('sends nothing that the company’s rules do not let out', async () => {
    ground.permission = { as: 'denied', reasons: ['COMPANY_GRANT_MISSING'] };
    await ground.write(company, 'product', [product('A')]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([
      { state: 'denied', complaints: [{ text: 'COMPANY_GRANT_MISSING' }] },
    ]);
    expect(requests(company)).toEqual([]);

    ground.permission = { as: 'waits', forMilliseconds: 60_000 };
    await ground.write(company, 'product', [product('B')]);
    await ground.drain(connector);
    expect((await ground.rows(company))[1]).toMatchObject({ key: 'B', state: 'due' });
    expect(requests(company)).toEqual([]);
  });

  it('delivers an order after its customer, changes it as a whole, and finds it again when its answer is lost', async () => {
    ground.sandbox.faults.add({ kind: 'cut', when: 'after', method: 'POST', path: '*/sales-order', count: 1 });
    const order = (rows: object) => ({
      order_number: 'T-1',
      company_code: '1',
      payment_term: '14',
      posting_group: '0000000001',
      order_date: '2025-02-03',
      children: { rows },
    });
    await ground.write(company, 'product', [product('M1')]);
    await ground.write(company, 'order', [
      order({
        '1': { product_code: 'M1', quantity: '5', taxable_unit_price: '10' },
        '2': { text_row: 'true', free_text: 'Kiitos' },
      }),
    ]);
    await ground.write(company, 'company', [customer('1')]);
    await ground.drain(connector);
    expect((await ground.rows(company)).filter(({ state }) => state !== 'delivered')).toEqual([]);
    const [made] = (await fivaldi(company)).orders;
    expect(made?.fields).toMatchObject({ externalOrderNumber: 'T-1', orderStatus: 'DRAFT', orderDate: '03.02.2025' });
    expect(made?.fields.salesOrderRowDTOS).toHaveLength(2);

    await ground.write(company, 'order', [
      order({ '1': { product_code: 'M1', quantity: '6', unit_price_incl_tax: '12.55' } }),
    ]);
    await ground.drain(connector);
    const { orders } = await fivaldi(company);
    expect(orders).toHaveLength(1);
    expect(orders[0]?.fields.salesOrderRowDTOS).toMatchObject([{ quantity: 6, totalSumIncludingTax: 75.3 }]);
  });

  it('never sends a payroll batch again of which it does not know', async () => {
    ground.sandbox.faults.add({ kind: 'cut', when: 'after', path: '*/payroll/transactions', count: 1 });
    const batch = (id: string) => ({
      payroll_batch_id: id,
      children: {
        rows: { '1': { employee_id: '1001', pay_code: '100', payroll_date: '2025-02-15', quantity: '7.5' } },
      },
    });
    await ground.write(company, 'payroll_batch', [batch('P-1')]);
    await ground.drain(connector);
    await ground.write(company, 'payroll_batch', [batch('P-1')]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([{ state: 'review', cause: 'repeat-unsafe' }]);
    expect(requests(company, 'POST').filter(({ path }) => path.endsWith('transactions'))).toHaveLength(1);
    expect((await fivaldi(company)).payrollImports).toMatchObject([
      { payrollBatchId: 'P-1', rows: [{ quantity: 7.5 }] },
    ]);
  });

  it('adds dimensions, and says that Fivaldi cannot change one', async () => {
    await ground.write(company, 'dimension', [{ dimension_id: '1/P1', name_fi: 'Projekti', in_sales: true }]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([{ state: 'delivered' }]);
    await ground.write(company, 'dimension', [{ dimension_id: '1/P1', name_fi: 'Toinen', in_sales: true }]);
    await ground.drain(connector);
    expect(await ground.rows(company)).toMatchObject([{ state: 'review', cause: 'not-changeable' }]);
    expect((await fivaldi(company)).dimensions).toHaveLength(1);
  });

  describe('what was changed in Fivaldi', () => {
    const edit = (fields: object) =>
      fetch(`${ground.sandbox.controlUrl}/companies/${company.cuid}/edits`, {
        method: 'POST',
        body: JSON.stringify({ register: 'product', key: 'A', fields }),
      });
    const look = () => ground.look(company, 'product');
    const ours = async () => {
      const { rows } = await ground.owner.query(
        'select unit, ean_code, written_by from fivaldi.product_record where company_id = $1',
        [company.companyId],
      );
      return rows[0] as { unit: string; ean_code: string; written_by: string };
    };
    beforeEach(async () => {
      await ground.write(company, 'product', [product('A', { unit: 'kpl', ean_code: '1' })]);
      await ground.drain(connector);
      ground.nextSecond();
    });

    it('is taken over where ours is as it was', async () => {
      await edit({ unitId: 'm' });
      await look();
      await ground.drain(connector);
      expect(await ours()).toEqual({ unit: 'm', ean_code: '1', written_by: 'fivaldi' });
      const before = requests(company, 'POST').length;
      await look();
      await ground.drain(connector);
      expect(requests(company, 'POST')).toHaveLength(before);
    });

    it('is made here when it was made there, and delivered nowhere', async () => {
      const client = ground.client();
      const path = (...rest: string[]) => ['companies', company.cuid, ...rest];
      const make = (what: string[], body: Record<string, string | boolean | object>) =>
        client.send({ method: 'POST', path: path(...what), body: body as never });
      await make(['products', 'createProduct'], { productCode: 'UUSI', unitId: 'm', description: 'Lauta' });
      await make(['customers', 'createCustomer'], {
        customerName: 'Uusi Asiakas Oy',
        customerEntityAddressDTOS: [{ addressType: '01', streetAddress: 'Kuja 3', postalCode: '00100' }],
      });
      await make(['customers', 'createCustomer'], { customerName: 'Sovittu Oy', externalId: 'C 7' });
      const before = requests(company, 'POST').length;
      await look();
      await ground.drain(connector);
      await ground.look(company, 'company');
      await ground.drain(connector);
      const { rows: products } = await ground.owner.query(
        `select name, unit, written_by from fivaldi.product_record where company_id = $1 and product_code = 'UUSI'`,
        [company.companyId],
      );
      expect(products).toEqual([{ name: 'Lauta', unit: 'm', written_by: 'fivaldi' }]);
      const { rows: customers } = await ground.owner.query(
        `select company_code, name1, jsonb_path_query_first(children, '$.addresses.*.street_address') as street
           from fivaldi.company_record where company_id = $1 order by name1`,
        [company.companyId],
      );
      expect(customers).toEqual([
        { company_code: 'C 7', name1: 'Sovittu Oy', street: null },
        { company_code: expect.stringMatching(/^\d+$/), name1: 'Uusi Asiakas Oy', street: 'Kuja 3' },
      ]);
      expect(requests(company, 'POST')).toHaveLength(before);

      const calls = requests(company).length;
      await ground.look(company, 'company');
      await ground.drain(connector);
      expect(requests(company)).toHaveLength(calls + 1);
    });

    describe('of the addresses and bank accounts of a customer', () => {
      const change = async (id: string, method: readonly string[], body: Record<string, string>) => {
        await ground
          .client()
          .send({ method: 'POST', path: ['companies', company.cuid, 'customers', id, ...method], body });
        await ground.look(company, 'company');
      };
      const children = async () => {
        const { rows } = await ground.owner.query<{ children: Record<string, Record<string, object>> }>(
          'select children from fivaldi.company_record where company_id = $1',
          [company.companyId],
        );
        return rows[0]?.children;
      };
      let id = '';
      let addressId = '';
      beforeEach(async () => {
        await ground.write(company, 'company', [customer('C')]);
        await ground.drain(connector);
        const [there] = (await fivaldi(company)).customers;
        id = there?.customerId ?? '';
        addressId = String(there?.addresses[0]?.['addressId']);
        ground.nextSecond();
      });
      const moved = { addressType: '01', streetAddress: 'Uusi katu 9', postalCode: '04230', postalAddress: 'KERAVA' };
      const update = (more: Record<string, string> = {}) =>
        change(id, ['address', addressId, 'updateAddressAllFields'], { ...moved, countryCode: 'FI', ...more });

      it('is taken over, and nothing is sent for it', async () => {
        const before = requests(company, 'POST').length + 1;
        await update();
        await ground.drain(connector);
        expect(await children()).toMatchObject({ addresses: { '10': { street_address: 'Uusi katu 9' } } });
        expect(requests(company, 'POST')).toHaveLength(before);
      });

      it('is a conflict where ours has changed, too', async () => {
        await update();
        await ground.write(company, 'company', [
          customer('C', {
            children: { addresses: { '10': { type: 'MAIL', street_address: 'Muu katu 2', postal_code: '04230' } } },
          }),
        ]);
        await ground.drain(connector);
        const { rows } = await ground.owner.query(
          `select state, differences from fivaldi.delivery where company_id = $1 and register = 'company'`,
          [company.companyId],
        );
        expect(rows).toMatchObject([
          {
            state: 'conflict',
            differences: [{ field: 'addresses/10/streetAddress', ours: 'Muu katu 2', theirs: 'Uusi katu 9' }],
          },
        ]);
      });

      it('comes with what is new there', async () => {
        await change(id, ['createAddress'], { addressType: '03', streetAddress: 'Laskutie 1', postalCode: '00100' });
        await ground.drain(connector);
        const { '10': ours, ...theirs } = (await children())?.['addresses'] ?? {};
        expect(ours).toMatchObject({ street_address: 'Katu 1' });
        expect(Object.values(theirs)).toMatchObject([{ type: 'BILLING', street_address: 'Laskutie 1' }]);
      });
    });

    it('is left to a person when its key here is taken by another', async () => {
      const answer = await ground.client().send({
        method: 'POST',
        path: ['companies', company.cuid, 'customers', 'createCustomer'],
        body: { customerName: 'Muu Oy' },
      });
      const { customerId } = (answer as { result: { customerId: string } }).result;
      await ground.write(company, 'company', [customer(customerId)]);
      await ground.look(company, 'company');
      await ground.drain(connector);
      const { rows } = await ground.owner.query(
        `select key, state, cause from fivaldi.delivery where company_id = $1 and register = 'company' order by key`,
        [company.companyId],
      );
      expect(rows).toEqual([
        { key: String(customerId), state: 'delivered', cause: null },
        { key: `Fivaldi ${customerId}`, state: 'review', cause: 'new-in-fivaldi' },
      ]);
    });

    it('is taken over beside what of ours is sent', async () => {
      await edit({ unitId: 'm' });
      await look();
      await ground.write(company, 'product', [product('A', { unit: 'kpl', ean_code: '2' })]);
      await ground.drain(connector);
      expect(await ours()).toMatchObject({ unit: 'm', ean_code: '2' });
      expect((await fivaldi(company)).products[0]?.fields).toMatchObject({ unitId: 'm', eanCode: '2' });
    });

    it('is shown as a conflict where both were changed, and overwritten by neither', async () => {
      await edit({ unitId: 'm' });
      await look();
      await ground.write(company, 'product', [product('A', { unit: 'kg', ean_code: '1' })]);
      await ground.drain(connector);
      expect(await ours()).toMatchObject({ unit: 'kg' });
      expect((await fivaldi(company)).products[0]?.fields).toMatchObject({ unitId: 'm' });
      expect(await ground.rows(company)).toMatchObject([
        {
          state: 'conflict',
          cause: 'changed-on-both-sides',
          differences: [{ field: 'unitId', ours: 'kg', theirs: 'm' }],
        },
      ]);
    });

    it.each([
      ['again', 'kg'],
      ['done', 'm'],
    ] as const)('is settled by a person’s word: %s', async (as, unit) => {
      await edit({ unitId: 'm' });
      await look();
      await ground.write(company, 'product', [product('A', { unit: 'kg', ean_code: '1' })]);
      await ground.drain(connector);
      const { environmentId, companyId } = company;
      const by = { kind: 'person', id: 'somebody' } as const;
      await ground.connections.decide({
        environmentId,
        companyId,
        by,
        address: null,
        register: 'product',
        key: 'A',
        as,
      });
      await ground.drain(connector);
      expect(await ours()).toMatchObject({ unit });
      expect((await fivaldi(company)).products[0]?.fields).toMatchObject({ unitId: unit });
      expect(await ground.rows(company)).toMatchObject([{ state: 'delivered' }]);
    });
  });

  it.each([
    ['before it has sent anything', false],
    ['when it has sent and not heard', true],
  ])('goes on after a connector that died %s', async (_, sends) => {
    let deaths = 0;
    const dying = await ground.connector((send) => async (request) => {
      if (request.method === 'GET' || ++deaths > 4) return send(request);
      if (sends) await send(request);
      throw new Error('the power went');
    });
    await ground.write(company, 'company', [customer('1'), customer('2')]);
    await ground.write(company, 'product', [product('A')]);
    for (let turn = 0; turn < 12; turn += 1) await dying.turn().catch(() => undefined);
    await ground.drain(connector);
    expect((await ground.rows(company)).map(({ state }) => state)).toEqual(Array(3).fill('delivered'));
    const { customers, products } = await fivaldi(company);
    expect(customers.map(({ fields }) => fields['externalId']).sort()).toEqual(['1', '2']);
    expect(products).toHaveLength(1);
  });

  it('applies each record once, from three connectors at once, whatever goes wrong', async () => {
    const connectors = [connector, await ground.connector(), await ground.connector()];
    const companies = [company, await ground.company(), await ground.company()];
    for (const [seed, kind] of (['cut', 'error', 'html', 'truncated'] as const).entries()) {
      ground.sandbox.faults.add({ kind, when: 'after', share: 0.1, seed: seed + 1 });
    }
    ground.sandbox.faults.add({ kind: 'limited', share: 0.02, seed: 9 });
    const codes = Array.from({ length: 12 }, (_, index) => `K${index}`);
    for (const each of companies) {
      await ground.write(
        each,
        'product',
        codes.map((code) => product(code)),
      );
      await ground.write(
        each,
        'company',
        codes.map((code) => customer(code)),
      );
    }
    await ground.drain(...connectors);
    for (const each of companies) {
      expect((await ground.rows(each)).filter(({ state }) => state !== 'delivered')).toEqual([]);
      const { products, customers } = await fivaldi(each);
      expect(products.map(({ productCode }) => productCode).sort()).toEqual([...codes].sort());
      expect(customers.map(({ fields }) => fields['externalId']).sort()).toEqual([...codes].sort());
      const made = entries(each)
        .flatMap((entry) => (entry.applied ? entry.records : []))
        .filter(({ effect }) => effect === 'created');
      expect(made).toHaveLength(2 * codes.length);
    }
  }, 40_000);
});
