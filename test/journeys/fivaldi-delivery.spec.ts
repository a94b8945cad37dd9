/** What changes in a company's registers reaches Fivaldi, once, and what must not go does not. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { until } from '../../libs/testing/src/index.ts';
import { FivaldiClient } from '../../libs/upstream/src/index.ts';
import {
  addPartner,
  type DemoCompany,
  type DemoPartner,
  grant,
  onboardCompany,
  type Right,
} from '../../scripts/demo/company.ts';
import type { Answer, ApiClient } from '../../scripts/local/api-client.ts';
import type { LocalFivaldi } from '../../scripts/local/local-fivaldi.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';

const RIGHTS: readonly Right[] = ['tuoterekisteri', 'yritysrekisteri', 'tilaukset'].map((stream) => ({
  stream,
  direction: 'import',
}));

interface Connected extends DemoCompany {
  readonly cuid: string;
}

interface Delivery {
  readonly register: string;
  readonly key: string;
  readonly state: string;
  readonly fivaldiId: string | null;
  readonly cause: { readonly code: string; readonly owner: string; readonly what: string; readonly remedy: string };
  readonly complaints: readonly { readonly text: string }[];
}

const customer = (id: string, elements: string): string => `<Company><CompanyId>${id}</CompanyId>${elements}</Company>`;
const order = (number: string, productCode: string): string =>
  `<SalesOrder><SalesOrderNumber>${number}</SalesOrderNumber><SalesOrderCompanyId>K1</SalesOrderCompanyId>
     <SalesOrderPaymentTerm>14</SalesOrderPaymentTerm><SalesOrderPostingGroup>0000000001</SalesOrderPostingGroup>
     <SalesOrderRow><SalesOrderRowNo>1</SalesOrderRowNo><SalesOrderRowProductId>${productCode}</SalesOrderRowProductId>
       <SalesOrderRowQuantity>2</SalesOrderRowQuantity>
       <SalesOrderRowTaxableUnitPrice>9.5</SalesOrderRowTaxableUnitPrice></SalesOrderRow></SalesOrder>`;

describe('delivering to Fivaldi', () => {
  let installed: Installed;
  let operator: ApiClient;
  let mainUser: ApiClient;
  let fivaldi: LocalFivaldi;
  let partner: DemoPartner;
  const environment = randomUUID();

  beforeAll(async () => {
    installed = await install({ withFivaldi: true });
    ({ operator } = installed);
    if (!installed.fivaldi) throw new Error('There is no sandbox');
    fivaldi = installed.fivaldi;
    // The pace of the specs that are about it; here it would only be waited for.
    await fivaldi.tell('POST', 'partners', { ...fivaldi.partner, limit: { rate: 200, capacity: 400 } });
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    partner = await addPartner(operator, 'Kumppani', RIGHTS);
    mainUser = (await personAtWork(operator, [{ role: 'main-user', environmentId: environment, companyId: null }]))
      .client;
  }, 120_000);
  afterAll(() => installed.stop(), 60_000);

  const path = ({ id }: DemoCompany): string => `/v1/environments/${environment}/companies/${id}`;
  const put = (at: string, body: unknown, headers: Readonly<Record<string, string>>, method = 'PUT') =>
    mainUser.call(method, at, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const companyWithout = async (): Promise<DemoCompany> => {
    const company = await onboardCompany(operator, 'Yritys', {}, environment);
    await grant(operator, partner, company, RIGHTS);
    return company;
  };
  const connect = async (company: DemoCompany): Promise<Connected> => {
    const cuid = await fivaldi.addCompany();
    const saved = await operator.call('PUT', `${path(company)}/fivaldi-connection`, {
      headers: { 'content-type': 'application/json', 'if-none-match': '*' },
      body: JSON.stringify({ cuid }),
    });
    expect(saved).toMatchObject({ status: 204 });
    return { ...company, cuid };
  };
  const bring = async (company: DemoCompany, stream: string, records: string): Promise<string> => {
    const answer = await partner.client.importDocument(company.id, stream, fivaldiXml(company.number, records));
    expect(await partner.client.settled(answer.body.id)).toMatchObject({ state: 'succeeded' });
    return answer.body.id;
  };

  const standing = async (company: DemoCompany): Promise<Readonly<Record<string, number>>> => {
    const { body } = await operator.call('GET', `${path(company)}/fivaldi-connection`);
    return body['deliveries'] as Record<string, number>;
  };
  /** How many records stand where, once none is on its way. */
  const atRest = (company: DemoCompany): Promise<Readonly<Record<string, number>>> =>
    until(
      async () => {
        const now = await standing(company);
        return !['due', 'sending', 'unknown'].some((state) => now[state]) && now;
      },
      { within: 20_000, what: 'every delivery to come to rest' },
    );
  const deliveries = async (company: DemoCompany, state: string): Promise<readonly Delivery[]> => {
    const { body } = await operator.call('GET', `${path(company)}/fivaldi-connection/deliveries?state=${state}`, {
      headers: { 'accept-language': 'fi' },
    });
    return body['deliveries'] as readonly Delivery[];
  };
  const decide = (company: DemoCompany, register: string, key: string, as: string): Promise<Answer> =>
    operator.json('POST', `${path(company)}/fivaldi-connection/deliveries/${register}/${key}/decision`, { as });

  /** What was changed there, in the order of the calls. */
  const effects = async ({ cuid }: Connected): Promise<readonly string[]> =>
    (await fivaldi.calls(cuid)).flatMap(({ records }) =>
      records.map(({ register, key, externalKey, effect }) => `${register} ${externalKey ?? key} ${effect}`),
    );
  /** A product as Fivaldi has it, the fields of its description beside its own. */
  const theirs = async ({ cuid }: Connected, code: string): Promise<Readonly<Record<string, unknown>>> => {
    const { products } = await fivaldi.tell<{
      products: readonly { productCode: string; fields: object; descriptions: readonly object[] }[];
    }>('GET', `companies/${cuid}`);
    const found = products.find(({ productCode }) => productCode === code);
    return { ...found?.fields, ...found?.descriptions[0] };
  };
  const metric = async (series: string): Promise<number | undefined> => {
    const { operationsUrl } = installed.processes.get('fivaldi-connector')!;
    const page = await (await fetch(`${operationsUrl}/metrics`)).text();
    const line = page.split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  it.each([
    [
      'tuoterekisteri',
      product('A', { ProductName: 'Höylä', ProductSalesPrice: '12.50' }) +
        product('B/1 ä', { ProductName: 'Saha' }) +
        product('C'),
      ['product A created', 'product B/1 ä created', 'product C created'],
    ],
    [
      'yritysrekisteri',
      customer('K1', '<CompanyName1>Asiakas Oy</CompanyName1><CompanyIsCustomer>1</CompanyIsCustomer>') +
        customer(
          'K2',
          `<CompanyName1>Töölön Tukku</CompanyName1><CompanyAddress Id="10" Type="MAIL" Main="1">
             <FVAddrStreetAddress>Katu 1</FVAddrStreetAddress><FVAddrPostalCode>00100</FVAddrPostalCode>
             <FVAddrPostalAddress>HELSINKI</FVAddrPostalAddress></CompanyAddress>`,
        ),
      ['customer K1 created', 'customer K2 created'],
    ],
  ])(
    'brings each record of a document of %s there once, and the same document costs no call',
    async (stream, records, made) => {
      const company = await connect(await companyWithout());
      await bring(company, stream, records);
      expect(await atRest(company)).toEqual({ delivered: made.length });
      expect([...(await effects(company))].sort()).toEqual(made);

      const before = (await fivaldi.calls(company.cuid)).length;
      await bring(company, stream, records);
      expect(await atRest(company)).toEqual({ delivered: made.length });
      expect(await fivaldi.calls(company.cuid)).toHaveLength(before);
    },
  );

  it('brings what a person changes by hand, and nothing but that', async () => {
    const company = await connect(await companyWithout());
    await bring(company, 'tuoterekisteri', product('A', { ProductName: 'Höylä' }) + product('B'));
    await atRest(company);
    const record = `${path(company)}/registers/product/records/A`;
    const read = await mainUser.call('GET', record);
    const changes = { fields: { sales_price: '7.25' } };
    expect((await put(record, changes, { 'if-match': read.headers.get('etag') ?? '' }, 'PATCH')).status).toBe(204);
    expect(await atRest(company)).toEqual({ delivered: 2 });
    expect(await theirs(company, 'A')).toMatchObject({ salesPrice: 7.25, description: 'Höylä' });
    expect((await effects(company)).slice(2)).toEqual(['product A updated']);
  });

  it('brings back what an import had emptied, when a person restores it', async () => {
    const company = await connect(await companyWithout());
    await bring(company, 'tuoterekisteri', product('A', { ProductUnit: '2', ProductGroup: 'T1' }));
    const emptying = await bring(company, 'tuoterekisteri', product('A', { ProductGroup: 'T1' }));
    await atRest(company);
    expect(await theirs(company, 'A')).toMatchObject({ unitId: null, productGroup: 'T1' });

    const restored = await mainUser.call('POST', `/v1/transfers/${emptying}/restore`);
    expect(restored).toMatchObject({ status: 200, body: { records: { restored: 1 } } });
    expect(await atRest(company)).toEqual({ delivered: 1 });
    expect(await theirs(company, 'A')).toMatchObject({ unitId: '2', productGroup: 'T1' });
  });

  it('tells in whose hands a refusal is: Fivaldi’s words, what they mean and what to do, in Finnish', async () => {
    const company = await companyWithout();
    // What stood in the registers before the connection is not sent by itself.
    await bring(company, 'tuoterekisteri', product('OLD'));
    const connected = await connect(company);
    // Forty characters to us, eighty to whoever counts as the sandbox does.
    const long = customer('LONG', `<CompanyName1>${'🙂'.repeat(40)}</CompanyName1>`);
    await bring(connected, 'yritysrekisteri', customer('K1', '<CompanyName1>Asiakas</CompanyName1>') + long);
    await bring(connected, 'tilaukset', order('T1', 'OLD'));
    expect(await atRest(connected)).toEqual({ delivered: 1, rejected: 2 });
    expect(await deliveries(connected, 'rejected')).toMatchObject([
      {
        register: 'company',
        key: 'LONG',
        fivaldiId: null,
        complaints: [{ text: 'customerName: size must be between 0 and 40' }],
        cause: {
          code: 'too-long',
          owner: 'sender',
          what: 'Arvo on Fivaldille liian pitkä.',
          remedy: 'Korjaa tieto lähdejärjestelmässä ja lähetä aineisto uudelleen.',
        },
      },
      {
        register: 'order',
        key: 'T1',
        complaints: [{ text: 'Product code with id [OLD] does not exist on Fivaldi company' }],
        cause: {
          code: 'product-missing',
          owner: 'accountant',
          what: 'Rivin tuotetta ei ole Fivaldissa.',
          remedy: 'Perusta tuote tai siirrä tuoterekisteri, ja yritä uudelleen.',
        },
      },
    ]);

    // The remedy, as it is told: the product goes there, and the order is tried again.
    await bring(connected, 'tuoterekisteri', product('OLD', { ProductName: 'Vanha' }));
    await atRest(connected);
    expect(await decide(connected, 'order', 'T1', 'again')).toMatchObject({ status: 200, body: { state: 'due' } });
    expect(await atRest(connected)).toEqual({ delivered: 3, rejected: 1 });
    expect(await effects(connected)).toEqual(['customer K1 created', 'product OLD created', 'order T1 created']);
  });

  it('sends nothing of a company that is not connected, nor of one whose connection is switched off', async () => {
    const unconnected = await companyWithout();
    const off = await connect(await companyWithout());
    const seen = (await operator.call('GET', `${path(off)}/fivaldi-connection`)).headers.get('etag') ?? '';
    const switched = await operator.call('PUT', `${path(off)}/fivaldi-connection`, {
      headers: { 'content-type': 'application/json', 'if-match': seen },
      body: JSON.stringify({ cuid: off.cuid, active: false }),
    });
    expect(switched.status).toBe(204);
    for (const company of [unconnected, off]) await bring(company, 'tuoterekisteri', product('A'));

    // Whatever was marked before this one had its turn before it.
    const on = await connect(await companyWithout());
    await bring(on, 'tuoterekisteri', product('A'));
    expect(await atRest(on)).toEqual({ delivered: 1 });
    expect(await standing(off)).toEqual({});
    expect(await effects(off)).toEqual([]);
    expect(await operator.call('GET', `${path(unconnected)}/fivaldi-connection`)).toMatchObject({
      status: 404,
      body: { code: 'fivaldi-connection.absent' },
    });
    expect(await deliveries(unconnected, 'due')).toEqual([]);
  });

  it('stops what waits when the right of its sender is taken away, and lets it go by a person’s word', async () => {
    const company = await connect(await companyWithout());
    await fivaldi.tell('POST', 'faults', { kind: 'limited', cuid: company.cuid });
    await bring(company, 'tuoterekisteri', product('A') + product('B'));
    await until(async () => (await fivaldi.calls(company.cuid)).some(({ status }) => status === 429), {
      what: 'Fivaldi to say that it is too much',
    });
    expect(await metric('tietovirta_deliveries_waiting{register="product",state="due"}')).toBe(2);
    const oldest = await metric('tietovirta_delivery_oldest_waiting_timestamp_seconds{register="product"}');
    expect(Math.abs(Date.now() / 1000 - (oldest ?? 0))).toBeLessThan(60);

    await grant(operator, partner, company, []);
    await fivaldi.tell('DELETE', 'faults');
    expect(await atRest(company)).toEqual({ denied: 2 });
    expect(await effects(company)).toEqual([]);
    const [denied] = await deliveries(company, 'denied');
    expect(denied).toMatchObject({ cause: { code: 'not-allowed' }, complaints: [{ text: 'COMPANY_GRANT_MISSING' }] });

    // The word of a person does not stand in for the right.
    expect(await decide(company, 'product', 'A', 'again')).toMatchObject({ status: 200 });
    expect(await atRest(company)).toEqual({ denied: 2 });
    await grant(operator, partner, company, RIGHTS);
    expect(await decide(company, 'product', 'A', 'again')).toMatchObject({ status: 200 });
    expect(await atRest(company)).toEqual({ delivered: 1, denied: 1 });
    expect(await effects(company)).toEqual(['product A created']);
  });

  it('is counted: what came to rest and how, each call and its answer', async () => {
    const requests = (rest: string) => metric(`tietovirta_upstream_requests_total{upstream="fivaldi",${rest}}`);
    expect(await metric('tietovirta_deliveries_total{register="order",outcome="delivered"}')).toBe(1);
    expect(await metric('tietovirta_deliveries_total{register="order",outcome="rejected"}')).toBe(1);
    expect(await metric('tietovirta_deliveries_total{register="product",outcome="denied"}')).toBe(3);
    expect(await requests('operation="create",answer="refused"')).toBe(2);
    const journal = await fivaldi.tell<readonly { status: number | null }[]>('GET', 'journal');
    const limited = await Promise.all(
      ['pull', 'index', 'search', 'read', 'create', 'update'].map((operation) =>
        requests(`operation="${operation}",answer="limited"`),
      ),
    );
    const refused = journal.filter(({ status }) => status === 429).length;
    expect(limited.reduce<number>((sum, one) => sum + (one ?? 0), 0)).toBe(refused);
    expect(await metric('tietovirta_deliveries_waiting{register="product",state="unknown"}')).toBe(0);
  });

  /** As whoever else uses Fivaldi makes one. */
  const orderThere = async ({ cuid }: Connected): Promise<string> => {
    const { FIVALDI_URL: url = '' } = fivaldi.environment;
    const client = new FivaldiClient({ url, partnerId: fivaldi.partner.id, partnerSecret: fivaldi.partner.secret });
    const body = {
      customerId: '1001',
      languageCode: 'FIN',
      currency: 'EUR',
      currencyRate: 1,
      paymentTermId: '14',
      postingGroupId: '0000000001',
      salesOrderRowDTOS: [{ productCode: 'A', quantity: 3, unitPriceExcludingTax: 12.5 }],
    };
    const answer = await client.send({ method: 'POST', path: ['companies', cuid, 'sales', 'sales-order'], body });
    client.close();
    expect(answer).toMatchObject({ as: 'ok' });
    const { orders } = await fivaldi.tell<{ orders: readonly { fields: { orderNumber: string } }[] }>(
      'GET',
      `companies/${cuid}`,
    );
    return `FV-${orders[0]?.fields.orderNumber}`;
  };
  const ordersAreListed = async ({ id }: DemoCompany): Promise<void> => {
    const owner = new pg.Client({ connectionString: installed.databaseUrl });
    await owner.connect();
    await owner.query(
      `update fivaldi.connection
          set pull_at = clock_timestamp(),
              asked_at = '{"product": "2999-01-01", "company": "2999-01-01", "order:open": "2999-01-01"}'
        where company_id = $1`,
      [id],
    );
    await owner.end();
  };

  it('shows an order that was made in Fivaldi, and sends it back only when somebody here has changed it', async () => {
    const company = await connect(await companyWithout());
    await bring(company, 'tuoterekisteri', product('A'));
    await atRest(company);
    await bring(company, 'yritysrekisteri', customer('K1', '<CompanyName1>Asiakas Oy</CompanyName1>'));
    await atRest(company);
    const number = await orderThere(company);
    await ordersAreListed(company);
    const record = `${path(company)}/registers/order/records/${number}`;
    const read = await until(
      async () => {
        const answer = await mainUser.call('GET', record);
        return answer.status === 200 && answer;
      },
      { within: 20_000, what: 'the order to stand here' },
    );
    expect(read.body).toMatchObject({
      fields: { company_code: 'K1', payment_term: '14' },
      children: { rows: [{ row_no: '1', product_code: 'A', quantity: '3', taxable_unit_price: '12.5' }] },
    });
    expect(await atRest(company)).toEqual({ delivered: 3 });
    expect(await effects(company)).toEqual([
      'product A created',
      'customer K1 created',
      expect.stringMatching(/^order/),
    ]);

    const changes = { fields: { invoice_reference: 'Meiltä' } };
    expect((await put(record, changes, { 'if-match': read.headers.get('etag') ?? '' }, 'PATCH')).status).toBe(204);
    expect(await atRest(company)).toEqual({ delivered: 3 });
    expect((await effects(company)).slice(3)).toEqual([`order ${number} updated`]);
  });
});
