import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { until } from '../../libs/testing/src/index.ts';
import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';

/**
 * Bad input gets a clear problem (RFC 9457) with a stable code, and nothing is
 * lost or half done: no transfer, no chunk, no row.
 */
describe('a document that cannot be accepted', () => {
  let installed: Installed;
  let company: DemoCompany;
  let partner: DemoPartner;
  let database: pg.Client;
  const environment = randomUUID();

  beforeAll(async () => {
    installed = await install({ env: { SENDER_SILENCE_SECONDS: '1' } });
    const { operator } = installed;
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    company = await onboardCompany(operator, 'Yritys', { productRegister: 'replace-all' }, environment);
    partner = await addPartner(operator, 'Kumppani');
    await grant(operator, partner, company);
    database = new pg.Client({ connectionString: installed.databaseUrl });
    await database.connect();
  }, 90_000);
  afterAll(async () => {
    await database.end();
    await installed.stop();
  });

  const stored = async (): Promise<unknown> =>
    (
      await database.query(
        `select (select count(*)::int from transfers.transfer) as transfers,
                (select count(*)::int from transfers.document_chunk) as chunks,
                (select count(*)::int from transfers.upload) as uploads,
                (select count(*)::int from fivaldi.product_record) as products`,
      )
    ).rows[0];
  const NOTHING = { transfers: 0, chunks: 0, uploads: 0, products: 0 };
  const whole = (): string => fivaldiXml(company.number, product('A') + product('B'));
  const big = (): string =>
    fivaldiXml(company.number, Array.from({ length: 30_000 }, (_, i) => product(`P${i}`)).join(''));

  it.each<[string, number, string, () => string | Uint8Array, Record<string, string>?]>([
    ['no body at all', 400, 'document.empty', () => new Uint8Array(0)],
    ['white space only', 400, 'document.empty', () => ' \n'],
    ['no XML', 400, 'document.malformed', () => 'hello'],
    ['a last tag that is missing', 400, 'document.malformed', () => whole().slice(0, -13)],
    ['a last byte that is missing', 400, 'document.malformed', () => whole().slice(0, -1)],
    ['an end cut off after a megabyte', 400, 'document.malformed', () => big().slice(0, -1)],
    ['something after the end', 400, 'document.malformed', () => `${whole()}<More/>`],
    ['tags that do not match', 400, 'document.malformed', () => whole().replace('</Product>', '</Produkt>')],
    ['a document type', 400, 'document.doctype-forbidden', () => `<!DOCTYPE FivaldiXML>${whole().slice(39)}`],
    [
      'an entity of its own',
      400,
      'document.doctype-forbidden',
      () => `<!DOCTYPE x [<!ENTITY a "b">]>${whole().slice(39)}`,
    ],
    ['an entity that nobody knows', 400, 'document.entity-undefined', () => whole().replace('>A<', '>&auml;<')],
    [
      'Latin letters under a UTF-8 label',
      400,
      'document.encoding-broken',
      () => Buffer.from(whole().replace('>A<', '>\u00e4<'), 'latin1'),
    ],
    [
      'UTF-8 under a Latin label',
      400,
      'document.encoding-utf-8-in-disguise',
      () => whole().replace('UTF-8', 'ISO-8859-1').replace('>A<', '>äö<'),
    ],
    ['an encoding that we do not read', 415, 'document.encoding-unsupported', () => whole().replace('UTF-8', 'KOI8-R')],
    [
      'a Content-Type that disagrees',
      400,
      'document.encoding-conflict',
      whole,
      { 'content-type': 'application/xml; charset=ISO-8859-1' },
    ],
    ['another root', 400, 'document.unknown-root', () => '<Finvoice/>'],
    ["another company's number", 400, 'document.foreign-company', () => fivaldiXml('42', product('A'))],
    ['no company number', 400, 'document.company-missing', () => `<FivaldiXML>${product('A')}</FivaldiXML>`],
    ["another stream's records", 400, 'document.wrong-stream', () => fivaldiXml(company.number, '<Company/>')],
    [
      'base data from somebody without its right',
      403,
      'document.basic-data-not-allowed',
      () => fivaldiXml(company.number, `${product('A')}<Dimension><DimensionId>1/100</DimensionId></Dimension>`),
    ],
    [
      'elements in elements in elements',
      413,
      'document.too-deep',
      () => fivaldiXml(company.number, `<Product>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</Product>`),
    ],
    [
      'a name of 300 characters',
      413,
      'document.name-too-long',
      () => fivaldiXml(company.number, `<Product><${'n'.repeat(300)}/></Product>`),
    ],
    [
      'a value of two million characters',
      413,
      'document.text-too-long',
      () => fivaldiXml(company.number, product('A'.repeat(2_000_000))),
    ],
    [
      'a gzip that is cut off',
      400,
      'document.gzip-truncated',
      () => gzipSync(whole()).subarray(0, -9),
      { 'content-encoding': 'gzip' },
    ],
    ['a gzip that is none', 400, 'document.gzip-broken', whole, { 'content-encoding': 'gzip' }],
    [
      'a gzip with something behind it',
      400,
      'document.gzip-broken',
      () => Buffer.concat([gzipSync(whole()), Buffer.from('trailing')]),
      { 'content-encoding': 'gzip' },
    ],
    [
      'a bomb',
      413,
      'document.unpacks-suspiciously',
      () => gzipSync(`${whole()}${' '.repeat(20_000_000)}`),
      { 'content-encoding': 'gzip' },
    ],
    ['a content type that is no document', 415, 'request.unsupported', whole, { 'content-type': 'application/pdf' }],
    ['an encoding of HTTP that we do not take', 415, 'request.encoding', whole, { 'content-encoding': 'br' }],
    ['a key that is no key', 400, 'idempotency-key.missing', whole, { 'idempotency-key': ' ' }],
  ])('%s', async (_what, status, code, body, headers = {}) => {
    const answer = await partner.client.importDocument(company.id, 'tuoterekisteri', body(), { headers });
    expect(answer.body).toMatchObject({ code, status });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await stored()).toEqual(NOTHING);
  });

  it('says the line and the column', async () => {
    const answer = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      '<FivaldiXML>\n  <FVBusinessId>\n</FivaldiXML>',
    );
    expect(answer.body).toMatchObject({ line: 3 });
  });

  it('is refused by its announced length before a byte of it is read', async () => {
    const answer = await raw({ 'content-length': '1000000001' }, () => undefined);
    expect(answer).toMatchObject({ status: 413, body: { code: 'document.too-large' } });
  });

  it('is refused when its sender falls silent, and what had come is cleared away', async () => {
    const text = big();
    const answer = await raw(
      { 'content-length': String(text.length) },
      (out) => void out.write(text.slice(0, 700_000)),
    );
    expect(answer).toMatchObject({ status: 408, body: { code: 'request.stalled' } });
    expect(await stored()).toEqual(NOTHING);
  });

  it('leaves nothing when its sender goes away', async () => {
    const text = big();
    await raw({ 'content-length': String(text.length) }, (out) => {
      out.write(text.slice(0, 700_000), () => out.destroy());
    }).catch(() => undefined);
    await until(async () => JSON.stringify(await stored()) === JSON.stringify(NOTHING), {
      what: 'the chunks are gone',
    });
  });

  it('cut at any byte, leaves the register alone, even under replace-all', async () => {
    const text = Buffer.from(fivaldiXml(company.number, product('A', { ProductName: 'Höylä' })));
    const statuses = new Set<number>();
    for (let end = 0; end < text.length; end += 1) {
      const answer = await partner.client.importDocument(company.id, 'tuoterekisteri', text.subarray(0, end));
      statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([400]);
    expect(await stored()).toEqual(NOTHING);
  });

  it('gets the same answer for an unknown company as for one that is not its own', async () => {
    const stranger = await onboardCompany(installed.operator, 'Vieras', {}, environment);
    const scoped = await addPartner(installed.operator, 'Rajattu');
    const { client } = scoped;
    await installed.operator.saveRule('partner-user', scoped.id, {
      userName: scoped.userName,
      company: 'Rajattu',
      scopeCompanyId: company.id,
    });
    const answers = await Promise.all(
      [stranger.id, randomUUID()].map((id) => client.importDocument(id, 'tuoterekisteri', whole())),
    );
    const shape = answers.map(({ status, body: { traceId: _trace, instance: _path, ...body } }) => ({ status, body }));
    expect(shape[0]).toMatchObject({ status: 404, body: { code: 'company.absent' } });
    expect(shape[1]).toEqual(shape[0]);
  });

  it('needs somebody signed in', async () => {
    const answer = await fetch(`${installed.url}/v1/transfers/${randomUUID()}`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'session.absent' });
  });

  /** A request whose body is sent by hand. */
  function raw(
    headers: Record<string, string>,
    send: (out: import('node:http').ClientRequest) => void,
  ): Promise<{ status: number; body: unknown }> {
    const { client } = partner;
    return new Promise((resolve, reject) => {
      const out = request(`${client.url}/v1/companies/${company.id}/streams/tuoterekisteri/imports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${client.token}`,
          'content-type': 'application/xml',
          'idempotency-key': randomUUID(),
          ...headers,
        },
      });
      out.on('error', reject);
      out.on('response', (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) as unknown });
          out.destroy();
        });
      });
      out.flushHeaders();
      send(out);
    });
  }
});
