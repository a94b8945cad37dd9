import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import {
  addPartner,
  type DemoCompany,
  type DemoPartner,
  grant,
  onboardCompany,
  XML_SETTINGS,
} from '../../scripts/demo/company.ts';
import type { Answer } from '../../scripts/local/api-client.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';

const BOTH = ['import', 'export'] as const;
const RIGHTS = [
  ...['tuoterekisteri', 'yritysrekisteri', 'tilaukset'].flatMap((stream) =>
    BOTH.map((direction) => ({ stream, direction })),
  ),
  { stream: 'perustiedot', direction: 'import' as const },
  { stream: 'projektit', direction: 'export' as const },
];

interface Fetched {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly problem: Record<string, unknown>;
}

describe('exporting a register', () => {
  let installed: Installed;
  let partner: DemoPartner;
  let database: pg.Client;
  const environment = randomUUID();

  beforeAll(async () => {
    installed = await install();
    const { operator } = installed;
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    partner = await addPartner(operator, 'Kumppani');
    await operator.saveRule('upper-rights', partner.id, { rights: RIGHTS });
    database = new pg.Client({ connectionString: installed.databaseUrl });
    await database.connect();
  }, 90_000);
  afterAll(async () => {
    await database.end();
    await installed.stop();
  });

  const companyWith = async (exported: object = {}, rights: typeof RIGHTS = RIGHTS): Promise<DemoCompany> => {
    const company = await onboardCompany(installed.operator, 'Yritys', {}, environment);
    await saveExport(company, exported);
    await grant(installed.operator, partner, company, rights);
    return company;
  };
  const saveExport = (company: DemoCompany, exported: object): Promise<void> =>
    installed.operator.saveRule('xml-settings', company.id, { ...XML_SETTINGS, export: exported });

  const bring = async (company: DemoCompany, stream: string, records: string): Promise<void> => {
    const answer = await partner.client.importDocument(company.id, stream, fivaldiXml(company.number, records));
    expect(answer).toMatchObject({ status: 202 });
    expect(await partner.client.settled(answer.body.id)).toMatchObject({ state: 'succeeded' });
  };
  const ask = (company: DemoCompany, stream: string, order: object = {}, key: string = randomUUID()): Promise<Answer> =>
    partner.client.call('POST', `/v1/companies/${company.id}/streams/${stream}/exports`, {
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(order),
    });
  const fetched = async (path: string, client = partner.client): Promise<Fetched> => {
    const answer = await fetch(client.url + path, { headers: { authorization: `Bearer ${client.token}` } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const isProblem = answer.headers.get('content-type')?.includes('json') ?? false;
    const problem = isProblem ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
    return { status: answer.status, headers: answer.headers, bytes, problem };
  };
  const direct = (company: DemoCompany, stream: string, query = ''): Promise<Fetched> =>
    fetched(`/v1/companies/${company.id}/streams/${stream}/export?${query}`);
  /** What a register holds, without whose it is and when it was written. */
  const registerOf = async (register: string, company: DemoCompany): Promise<unknown[]> => {
    const { rows } = await database.query<{ row: object }>(
      `select to_jsonb(r) - '{environment_id,company_id,written_by,created_at,updated_at,imported}'::text[] as row
         from fivaldi.${register}_record r where company_id = $1 and deleted_at is null order by row`,
      [company.id],
    );
    return rows.map(({ row }) => row);
  };

  it('tells where its document will be, which then is what the register holds', async () => {
    const company = await companyWith();
    await bring(company, 'tuoterekisteri', product('A', { ProductName: 'Höylä &amp; saha' }));
    const accepted = await ask(company, 'tuoterekisteri', { charset: 'ISO-8859-15' });
    expect(accepted.status).toBe(202);
    const id = String(accepted.body['id']);
    expect(accepted.headers.get('location')).toBe(`/v1/transfers/${id}`);
    const transfer = await partner.client.settled(id);
    expect(transfer).toMatchObject({
      state: 'succeeded',
      direction: 'export',
      export: { since: null, level: null, charset: 'ISO-8859-15', gzip: false },
      effect: { exported: { records: 1 } },
      links: { document: `/v1/transfers/${id}/document` },
    });
    const { status, headers, bytes } = await fetched(`/v1/transfers/${id}/document`);
    expect(status).toBe(200);
    expect(bytes.toString('latin1')).toContain('<ProductName>Höylä &amp; saha</ProductName>');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/xml; charset=ISO-8859-15',
      'content-length': String(bytes.length),
      'content-disposition': 'attachment; filename="ulosluettu.xml"',
      etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
    });
  });

  it('waits for its turn: it shows every import that was accepted before it', async () => {
    const company = await companyWith();
    const codes = Array.from({ length: 5 }, (_, no) => `P${no}`);
    for (const code of codes) {
      await partner.client.importDocument(company.id, 'tuoterekisteri', fivaldiXml(company.number, product(code)));
    }
    const { bytes } = await direct(company, 'tuoterekisteri');
    expect(codes.filter((code) => !bytes.includes(`<ProductCode>${code}</ProductCode>`))).toEqual([]);
  });

  it('is given to whoever waits for it, packed and under the name that the company has chosen', async () => {
    const company = await companyWith({ fileName: 'tuotteet 2026 €.xml' });
    await bring(company, 'tuoterekisteri', product('A'));
    const { status, headers, bytes } = await direct(company, 'tuoterekisteri', 'gzip=true');
    expect(status).toBe(200);
    expect(gunzipSync(bytes).toString()).toContain('<ProductCode>A</ProductCode>');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="tuotteet 2026 _.xml.gz"; filename*=UTF-8''tuotteet%202026%20%E2%82%AC.xml.gz`,
    });
    expect(headers.has('content-encoding')).toBe(false);
  });

  it('whom nobody waits for long enough is followed like any other', async () => {
    const company = await companyWith();
    const { status, headers } = await direct(company, 'tuoterekisteri', 'wait=0');
    expect([200, 202]).toContain(status);
    expect(headers.get('location')).toMatch(/^\/v1\/transfers\//);
  });

  it('of what has changed since the one before misses nothing and repeats nothing', async () => {
    const company = await companyWith();
    await bring(company, 'tuoterekisteri', product('A'));
    const whole = (await direct(company, 'tuoterekisteri')).bytes.toString();
    const asOf = /<FVCreationTime>(.*)<\/FVCreationTime>/.exec(whole)?.[1] ?? '';
    await bring(company, 'tuoterekisteri', product('B'));
    const { bytes } = await direct(company, 'tuoterekisteri', `since=${asOf}`);
    expect(bytes.toString()).toContain('<ProductCode>B<');
    expect(bytes.toString()).not.toContain('<ProductCode>A<');
  });

  it.each([
    [
      'tuoterekisteri',
      ['product'],
      product('A', {
        ProductName: 'Ä&lt;&#13;&#10;&quot;',
        ProductSalesPrice: '-0012.50',
        ProductDefaultToInvoice: '0',
      }) + product('B', { ProductUnit: '' }),
    ],
    [
      'yritysrekisteri',
      ['company'],
      `<Company><CompanyId>K1</CompanyId><CompanyName1>漢 😀</CompanyName1><CompanyIsCustomer>1</CompanyIsCustomer>
         <CompanyAddress Id="10" Type="MAIL" Main="1"><FVAddrStreetAddress>Katu 1</FVAddrStreetAddress></CompanyAddress>
         <CompanyAddress Id="9"/><CompanyBankAccount Id="1"><FVBankIban>FI2112345600000785</FVBankIban></CompanyBankAccount>
       </Company><Company><CompanyId>K2</CompanyId></Company>`,
    ],
    [
      'tilaukset',
      ['order', 'dimension'],
      `<Dimension><DimensionId>1/100</DimensionId><DimensionNameFi>Työmaa</DimensionNameFi></Dimension>
       <SalesOrder><SalesOrderNumber>T1</SalesOrderNumber>
         <SalesOrderRow><SalesOrderRowNo>1</SalesOrderRowNo><SalesOrderRowQuantity>2.50</SalesOrderRowQuantity></SalesOrderRow>
         <SalesOrderRow><SalesOrderRowNo>10</SalesOrderRowNo><SalesOrderRowTextRow>1</SalesOrderRowTextRow></SalesOrderRow>
       </SalesOrder>`,
    ],
  ])('of %s can be imported by another company and gives the same register', async (stream, registers, records) => {
    const [from, to] = [await companyWith(), await companyWith()];
    await bring(from, stream, records);
    const exports = [
      [stream, stream, 'charset=UTF-8'],
      [stream, stream, 'charset=ISO-8859-15&gzip=true'],
      ['projektit', 'perustiedot', 'level=1'],
    ] as const;
    for (const [source, target, query] of exports) {
      const { bytes } = await direct(from, source, query);
      const text = (query.includes('gzip') ? gunzipSync(bytes) : bytes).toString('latin1');
      const theirs = text.replace(`<FVBusinessId>${from.number}<`, `<FVBusinessId>${to.number}<`);
      const answer = await partner.client.importDocument(to.id, target, Buffer.from(theirs, 'latin1'));
      expect(await partner.client.settled(answer.body.id)).toMatchObject({ state: 'succeeded' });
    }
    for (const register of registers) {
      expect(await registerOf(register, to)).toEqual(await registerOf(register, from));
      expect(await registerOf(register, to)).not.toEqual([]);
    }
  });

  it('asked for twice with one key is one export, and with another order no export', async () => {
    const company = await companyWith();
    const key = randomUUID();
    const [first, second] = [
      await ask(company, 'tuoterekisteri', {}, key),
      await ask(company, 'tuoterekisteri', {}, key),
    ];
    expect(second.body['id']).toBe(first.body['id']);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await ask(company, 'tuoterekisteri', { gzip: true }, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key.reused' },
    });
  });

  it('reads dimensions out by the level that was asked for, else the company’s, else not at all', async () => {
    const company = await companyWith();
    expect(await ask(company, 'projektit')).toMatchObject({ status: 400, body: { code: 'export.level-missing' } });
    expect(await ask(company, 'tuoterekisteri', { level: 1 })).toMatchObject({ body: { code: 'export.level-unfit' } });
    expect(await ask(company, 'projektit', { level: 5 })).toMatchObject({ status: 400 });
    await saveExport(company, { dimensionLevel: 3 });
    const id = String((await ask(company, 'projektit')).body['id']);
    expect(await partner.client.settled(id)).toMatchObject({ state: 'succeeded', export: { level: 3 } });
    const other = String((await ask(company, 'projektit', { level: 2 })).body['id']);
    expect(await partner.client.settled(other)).toMatchObject({ export: { level: 2 } });
  });

  describe('that the rules do not allow', () => {
    it('is refused: a stream that is never read out, and one whose right "käyttö" is missing', async () => {
      const company = await companyWith({}, [{ stream: 'tuoterekisteri', direction: 'import' }]);
      expect(await ask(company, 'palkat')).toMatchObject({
        status: 403,
        body: { reasons: expect.arrayContaining(['DIRECTION_UNSUPPORTED']) as unknown },
      });
      expect(await ask(company, 'tuoterekisteri')).toMatchObject({
        status: 403,
        body: { reasons: ['COMPANY_GRANT_MISSING'] },
      });
      expect((await direct(company, 'tuoterekisteri')).status).toBe(403);
    });

    it('is not handed over once the right is gone, though it was written while it stood', async () => {
      const company = await companyWith();
      const id = String((await ask(company, 'tuoterekisteri')).body['id']);
      await partner.client.settled(id);
      expect((await fetched(`/v1/transfers/${id}/document`)).status).toBe(200);
      await grant(installed.operator, partner, company, [{ stream: 'tuoterekisteri', direction: 'import' }]);
      expect(await fetched(`/v1/transfers/${id}/document`)).toMatchObject({
        status: 403,
        problem: { reasons: ['COMPANY_GRANT_MISSING'] },
      });
    });

    it('is nobody else’s: another partner learns nothing of it, and an import has no such document', async () => {
      const company = await companyWith();
      const other = await addPartner(installed.operator, 'Toinen');
      await installed.operator.saveRule('upper-rights', other.id, { rights: RIGHTS });
      await grant(installed.operator, other, company, RIGHTS);
      const id = String((await ask(company, 'tuoterekisteri')).body['id']);
      await partner.client.settled(id);
      expect(await fetched(`/v1/transfers/${id}/document`, other.client)).toMatchObject({
        status: 404,
        problem: { code: 'transfer.absent' },
      });
      const brought = await partner.client.importDocument(company.id, 'tuoterekisteri', fivaldiXml(company.number, ''));
      expect(await fetched(`/v1/transfers/${brought.body.id}/document`)).toMatchObject({
        status: 404,
        problem: { code: 'document.absent' },
      });
    });
  });
});
