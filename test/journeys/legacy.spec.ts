import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { until } from '../../libs/testing/src/index.ts';
import { type DemoCompany, grant, onboardCompany, type XML_SETTINGS } from '../../scripts/demo/company.ts';
import { tomorrow } from '../../scripts/demo/opening.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';

const run = promisify(execFile);

/** A partner user as today's interface knows one. */
interface Sender {
  readonly id: string;
  readonly userName: string;
  readonly password: string;
}
type Fields = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

const SPOOL_BYTES = 600_000;
const STREAMS = ['tuoterekisteri', 'yritysrekisteri', 'perustiedot'];
const SIGN_IN_REFUSED = 'Väärä käyttäjätunnus tai salasana, tai tunnusta ei voi nyt käyttää.';

let installed: Installed;
let database: pg.Client;
let sender: Sender;
const environmentId = randomUUID();

beforeAll(async () => {
  installed = await install({
    envOf: { gateway: { LEGACY_SPOOL_BYTES: String(SPOOL_BYTES), LEGACY_WAIT_SECONDS: '20' } },
  });
  await installed.operator.saveRule('environment', environmentId, { name: 'Tilitoimisto' });
  sender = await newSender();
  database = new pg.Client({ connectionString: installed.databaseUrl });
  await database.connect();
}, 90_000);
afterAll(async () => {
  await database.end();
  await installed.stop();
}, 60_000);

async function newSender(rule: object = {}): Promise<Sender> {
  const { operator } = installed;
  const [id, password] = [randomUUID(), `salasana on ${randomUUID()} Ä`];
  const userName = `vanha-${id.slice(0, 8)}`;
  await operator.saveRule('partner-user', id, { userName, company: 'Kumppani', password, ...rule });
  const rights = STREAMS.map((stream) => ({ stream, direction: 'import' }));
  await operator.saveRule('upper-rights', id, { rights });
  return { id, userName, password };
}

async function companyWith(
  settings: Partial<typeof XML_SETTINGS> = {},
  streams: readonly string[] = STREAMS,
  within = environmentId,
): Promise<DemoCompany> {
  const company = await onboardCompany(installed.operator, 'Yritys', settings, within);
  const rights = streams.map((stream) => ({ stream, direction: 'import' as const }));
  await grant(installed.operator, { ...sender, client: installed.operator }, company, rights);
  return company;
}

const credentialsOf = (of: Sender, number: string): Fields => ({
  p_username: of.userName,
  p_password: of.password,
  p_yt: number,
});

function formOf(fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'p_filename') form.append(name, new Blob([value]), 'aineisto.xml');
    else form.append(name, value);
  }
  return form;
}

async function post(fields: Fields | FormData, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = fields instanceof FormData ? fields : formOf(fields);
  const answer = await fetch(`${installed.url}/pls/fv003/xml_web.sisaanluku`, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  return answer.text();
}

/** The document behind the credentials, as the contract's list has them. */
const send = (number: string, document: string, of = sender) =>
  post({ ...credentialsOf(of, number), p_filename: document });
const bytes = (document: string): number => Buffer.byteLength(document);
const idIn = (answer: string): string => /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/.exec(answer)?.[0] ?? '';

const SUPPLIER = '<Company><CompanyId>A1018</CompanyId><CompanyName1>Rauta Oy</CompanyName1></Company>';
const DIMENSION = '<Dimension><DimensionId>1/100</DimensionId></Dimension>';
const DELETING = { productRegister: 'replace-all' };

describe('a document at the legacy door', () => {
  it('is read in, and the answer says how many bytes there were', async () => {
    const company = await companyWith();
    const document = fivaldiXml(company.number, product('A', { ProductName: 'Höylä' }) + product('B'));
    const answer = await send(company.number, document);
    expect(answer).toBe(`0 ${bytes(document)} ok\n2 uutta, 0 muutettua, 0 ennallaan\nsiirto: ${idIn(answer)}`);
    const { rows } = await database.query('select name from fivaldi.product_record where company_id = $1 order by 1', [
      company.id,
    ]);
    expect(rows).toEqual([{ name: 'Höylä' }, { name: null }]);
  });

  it.each([
    ['first', ['p_filename', 'p_username', 'p_password', 'p_yt']],
    ['in the middle', ['p_username', 'p_filename', 'p_yt', 'p_password']],
    ['before the last', ['p_yt', 'p_password', 'p_filename', 'p_username']],
    ['beside a field that is not known', ['p_filename', 'p_muu', 'p_username', 'p_password', 'p_yt']],
  ])('may stand %s in the form, and be longer than what is kept in memory', async (_, order) => {
    const company = await companyWith();
    const document = fivaldiXml(company.number, `<!--${'x'.repeat(500_000)}-->${product('A')}`);
    const fields: Fields = { ...credentialsOf(sender, company.number), p_muu: 'jotain', p_filename: document };
    const answer = await post(Object.fromEntries(order.map((name) => [name, fields[name] ?? ''])));
    expect(answer).toMatch(new RegExp(`^0 ${bytes(document)} ok\n1 uutta`));
    expect(await spooled()).toBe(0);
  });

  it('may be of any stream that comes in, in the encoding that it declares', async () => {
    const company = await companyWith();
    const text = fivaldiXml(company.number, SUPPLIER.replace('Rauta', 'Jäätelö'), 'ISO-8859-15');
    const document = new Uint8Array(Buffer.from(text, 'latin1'));
    const answer = await post({ ...credentialsOf(sender, company.number), p_filename: document });
    expect(answer).toMatch(new RegExp(`^0 ${document.length} ok\n1 uutta`));
    expect(await send(company.number, fivaldiXml(company.number, DIMENSION))).toMatch(/^0 \d+ ok\n1 uutta/);
  });

  it.each([
    ['behind its own records', product('A') + DIMENSION],
    ['before them', DIMENSION + product('A')],
  ])('may bring base data %s', async (_, records) => {
    const company = await companyWith();
    expect(await send(company.number, fivaldiXml(company.number, records))).toMatch(/^0 \d+ ok\n2 uutta/);
  });

  it("is told of in the partner user's language", async () => {
    const company = await companyWith();
    const document = fivaldiXml(company.number, product('A', { ProductSalesPrice: '1,50' }) + product('B'));
    for (const [language, text] of [
      ['SWE', 'En del av posterna avvisades, de övriga lästes in.'],
      ['ENG', 'Some records were rejected, the others were read in.'],
    ]) {
      const { id, userName, password } = sender;
      await installed.operator.saveRule('partner-user', id, { userName, company: 'Kumppani', password, language });
      expect((await send(company.number, document)).split('\n')[0]).toBe(`20 ${bytes(document)} ${text}`);
    }
    const { id, userName, password } = sender;
    await installed.operator.saveRule('partner-user', id, { userName, company: 'Kumppani', password });
  });

  it('leaves the same trace as at the modern door, and no token', async () => {
    const company = await companyWith();
    const other = await newSender();
    const rights = STREAMS.map((stream) => ({ stream, direction: 'import' as const }));
    await grant(installed.operator, { ...other, client: installed.operator }, company, rights);
    const transferId = idIn(await send(company.number, fivaldiXml(company.number, product('A')), other));
    const { rows: tokens } = await database.query('select from auth.token where partner_user_id = $1', [other.id]);
    expect(tokens).toEqual([]);
    const found = await until(
      async () => {
        const query = new URLSearchParams({ environmentId, partnerUserId: other.id });
        const { body } = await installed.operator.call<{ entries: { action: string; address: string | null }[] }>(
          'GET',
          `/v1/audit?${query.toString()}`,
        );
        return body.entries.some(({ action }) => action === 'transfer.finished') && body.entries;
      },
      { what: 'the end of the transfer in the audit log' },
    );
    const atTheDoor = found.filter(({ address }) => address === '127.0.0.1').map(({ action }) => action);
    expect(atTheDoor.filter((action) => action !== 'grants.saved').toSorted()).toEqual([
      'access.decided',
      'transfer.accepted',
    ]);
    expect(await installed.operator.transfer(transferId)).toMatchObject({ state: 'succeeded' });
  });

  it('is sent by curl as by any client', async () => {
    const company = await companyWith();
    const document = fivaldiXml(company.number, product('A'));
    const folder = await mkdtemp(join(tmpdir(), 'legacy-'));
    const file = join(folder, 'tuotteet.xml');
    await writeFile(file, document);
    const fields = Object.entries(credentialsOf(sender, company.number)).flatMap(([name, value]) => [
      '--form-string',
      `${name}=${value as string}`,
    ]);
    const url = `${installed.url}/pls/fv003/xml_web.sisaanluku`;
    const { stdout } = await run('curl', ['-s', '-F', `p_filename=@${file}`, ...fields, url]);
    await rm(folder, { recursive: true });
    expect(stdout).toMatch(new RegExp(`^0 ${bytes(document)} ok\n1 uutta`));
  });
});

describe('the same bytes again', () => {
  it('are the same transfer while it has not ended, and a new one afterwards', async () => {
    const company = await companyWith(DELETING);
    const records = Array.from({ length: 20 }, (_, n) => product(`T${n}`)).join('');
    await send(company.number, fivaldiXml(company.number, records));
    const document = fivaldiXml(company.number, product('T0'));
    const held = await Promise.all(Array.from({ length: 4 }, () => send(company.number, document)));
    expect(new Set(held).size).toBe(1);
    expect(held[0]).toMatch(new RegExp(`^21 ${bytes(document)} Vastaanotettu; odottaa ihmisen vahvistusta`));
    const id = idIn(held[0] ?? '');
    await installed.operator.json('POST', `/v1/transfers/${id}/cancel`, {});
    const again = await send(company.number, document);
    expect(again).toMatch(/^21 /);
    expect(idIn(again)).not.toBe(id);
    const { rows } = await database.query<{ transfers: number }>(
      'select count(*)::int as transfers from transfers.transfer where company_id = $1',
      [company.id],
    );
    expect(rows).toEqual([{ transfers: 3 }]);
  });

  it('are another transfer when somebody else sends them', async () => {
    const company = await companyWith(DELETING);
    const other = await newSender();
    const rights = STREAMS.map((stream) => ({ stream, direction: 'import' as const }));
    await grant(installed.operator, { ...other, client: installed.operator }, company, rights);
    const records = Array.from({ length: 20 }, (_, n) => product(`T${n}`)).join('');
    await send(company.number, fivaldiXml(company.number, records));
    const document = fivaldiXml(company.number, product('T0'));
    const [one, two] = [await send(company.number, document), await send(company.number, document, other)];
    expect(idIn(one)).not.toBe(idIn(two));
  });
});

describe('a request that the legacy door refuses', () => {
  let company: DemoCompany;
  beforeAll(async () => {
    company = await companyWith({}, ['tuoterekisteri']);
  });

  it.each([
    ['a wrong password', () => ({ ...sender, password: 'a wrong and longer word' })],
    ['an unknown user name', () => ({ ...sender, userName: 'ei-ketaan' })],
    ['a user name in other letters', () => ({ ...sender, userName: sender.userName.toUpperCase() })],
    ['a user name that nobody can have', () => ({ ...sender, userName: 'x'.repeat(21) })],
    ['one that is switched off', () => newSender({ active: false })],
    ['one that is used from elsewhere', () => newSender({ addresses: ['198.51.100.0/24'] })],
    ['one outside its hours', () => newSender({ weekdayRestriction: { from: 0, to: 1440 }, weekendRestricted: true })],
  ])('answers 2 to %s, whatever stands first', async (_, of) => {
    const document = fivaldiXml(company.number, product('A'));
    const credentials = credentialsOf(await of(), company.number);
    const refused = `2 ${bytes(document)} ${SIGN_IN_REFUSED}`;
    expect(await post({ ...credentials, p_filename: document })).toBe(refused);
    expect(await post({ p_filename: document, ...credentials })).toBe(refused);
    expect(await spooled()).toBe(0);
  });

  it('answers 2 to the right password, too, after many wrong ones', async () => {
    const guessed = await newSender();
    const document = fivaldiXml(company.number, product('A'));
    for (let n = 0; n < 8; n += 1)
      await send(company.number, document, { ...guessed, password: `väärä salasana ${n}` });
    expect(await send(company.number, document, guessed)).toBe(`2 ${bytes(document)} ${SIGN_IN_REFUSED}`);
  });

  it('answers in the language of the request as long as nobody has signed in', async () => {
    const fields = { ...credentialsOf({ ...sender, password: 'a wrong one' }, '1'), p_filename: 'x' };
    const answer = await post(fields, { 'accept-language': 'en' });
    expect(answer).toBe('2 1 Wrong user name or password, or the user name cannot be used now.');
  });

  it.each<[string, string, (number: string) => string]>([
    ['7', 'of another company', () => fivaldiXml('1', product('A'))],
    ['8', 'without records', (number) => fivaldiXml(number, '')],
    ['9', 'of a stream that only goes out', (number) => fivaldiXml(number, '<HousingCompany/>')],
    ['9', 'of two streams', (number) => fivaldiXml(number, product('A') + SUPPLIER)],
    ['5', 'of a stream without the right', (number) => fivaldiXml(number, SUPPLIER)],
    ['5', 'of base data without the right', (number) => fivaldiXml(number, DIMENSION)],
    ['10', 'with base data without the right', (number) => fivaldiXml(number, product('A') + DIMENSION)],
    ['-1', 'that is cut', (number) => fivaldiXml(number, product('A')).slice(0, -5)],
    ['-1', 'that is no XML', () => 'ASIAKASTUNNUS;NIMI1'],
    ['-1', 'in another encoding than it says', (number) => fivaldiXml(number, product('Ä'), 'UTF-16')],
    ['-1', 'that is empty', () => ''],
    ['-2', 'that names a key twice', (number) => fivaldiXml(number, product('A') + product('A'))],
  ])('answers %s to a document %s, and changes nothing', async (code, _, documentFor) => {
    const document = documentFor(company.number);
    expect(await send(company.number, document)).toMatch(new RegExp(`^${code} ${bytes(document)} `));
    const { rows } = await database.query('select from fivaldi.product_record where company_id = $1', [company.id]);
    expect(rows).toEqual([]);
    expect(await spooled()).toBe(0);
  });

  it('says where a document cannot be read', async () => {
    const document = fivaldiXml(company.number, `\n${product('A')}<Product>`);
    expect(await send(company.number, document)).toMatch(/\ndocument\.malformed \(rivi 3, sarake \d+\)$/);
  });

  it('answers 4 to a company without a grant, to none, and to two of one number, all alike', async () => {
    const elsewhere = randomUUID();
    await installed.operator.saveRule('environment', elsewhere, { name: 'Toinen tilitoimisto' });
    const foreign = await companyWith({}, [], elsewhere);
    const twin = await companyWith();
    const rights = [{ stream: 'tuoterekisteri', direction: 'import' as const }];
    const body = { environmentId: elsewhere, name: 'Samannumeroinen', fivaldiNumber: twin.number };
    const id = randomUUID();
    await installed.operator.saveRule('company', id, body);
    await grant(installed.operator, { ...sender, client: installed.operator }, { id, number: twin.number }, rights);
    for (const number of [foreign.number, '999999999999', twin.number, 'kaksi', '']) {
      expect(await send(number, 'x')).toBe('4 1 Yritystä p_yt ei ole, tai sinulla ei ole siihen oikeuksia.');
    }
  });

  it('answers 6 while the company is closed, and says until when', async () => {
    const closed = await companyWith();
    const group = { companyId: closed.id, times: tomorrow(new Date()), partnerUserIds: [sender.id] };
    await installed.operator.saveRule('restriction-group', 'ajat', group);
    const answer = await send(closed.number, fivaldiXml(closed.number, product('A')));
    expect(answer).toMatch(/^6 \d+ Nyt ei ole sallittu aika\.\n.+\naukeaa: \d{4}-/);
  });

  it.each<[string, () => Fields | FormData]>([
    ['a field is missing', () => ({ p_username: 'a', p_filename: 'x' })],
    ['the document is missing', () => credentialsOf(sender, company.number)],
    ['a field is too long', () => ({ p_username: 'x'.repeat(513), p_filename: 'x' })],
    [
      'a field stands twice',
      () => {
        const document = fivaldiXml(company.number, product('A'));
        const form = formOf({ ...credentialsOf(sender, company.number), p_filename: document });
        form.append('p_yt', '1');
        return form;
      },
    ],
    ['there are many fields', () => Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`p_${n}`, '']))],
  ])('answers 1 when %s', async (_, fields) => {
    expect(await post(fields())).toMatch(/^1 \d+ Pyyntö ei ole sellainen kuin pitää/);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['a body that is none', 'multipart/form-data; boundary=B', 'x'.repeat(20_000)],
    [
      'a document that breaks off',
      'multipart/form-data; boundary=B',
      '--B\r\nContent-Disposition: form-data; name="p_filename"\r\n\r\n<Fiv',
    ],
  ])('answers 1 to %s', async (_, type, body) => {
    const url = `${installed.url}/pls/fv003/xml_web.sisaanluku`;
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(await answer.text()).toMatch(/^1 \d+ Pyyntö ei ole/);
  });

  it('answers 13 to a long document that stands before its credentials, and keeps nothing of it', async () => {
    const document = fivaldiXml(company.number, `<!--${'x'.repeat(SPOOL_BYTES)}-->${product('A')}`);
    const credentials = credentialsOf(sender, company.number);
    expect(await post({ p_filename: document, ...credentials })).toMatch(new RegExp(`^13 ${bytes(document)} `));
    expect(await spooled()).toBe(0);
    expect(await post({ ...credentials, p_filename: document })).toMatch(/^0 /);
  });

  it('answers 14 to a fifth document from one address that waits for its credentials', async () => {
    const left = Array.from({ length: 4 }, () => new AbortController());
    const coming = left.map(({ signal }) => unfinished(signal).catch(() => 'left'));
    const form = { p_filename: 'x', ...credentialsOf(sender, company.number) };
    await until(async () => (await post(form)).startsWith('14 '), { what: 'no place to be left' });
    for (const one of left) one.abort();
    await Promise.all(coming);
    await until(async () => (await post(form)).startsWith('-1 '), { what: 'the places to be free again' });
    expect(await spooled()).toBe(0);
  });

  it('takes forms nowhere else', async () => {
    const answer = await fetch(`${installed.url}/v1/token`, { method: 'POST', body: formOf({ userName: 'a' }) });
    expect(answer.status).toBe(415);
  });
});

/** A form whose document does not end until the sender leaves. */
async function unfinished(signal: AbortSignal): Promise<string> {
  const head = '--B\r\nContent-Disposition: form-data; name="p_filename"\r\n\r\n';
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(head + 'x'.repeat(300_000))),
  });
  const answer = await fetch(`${installed.url}/pls/fv003/xml_web.sisaanluku`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=B' },
    body,
    duplex: 'half',
    signal,
  });
  return answer.text();
}

/** Documents that have begun to come and are nobody's yet. */
async function spooled(): Promise<number> {
  const { rows } = await database.query<{ uploads: number }>('select count(*)::int as uploads from transfers.upload');
  return rows[0]?.uploads ?? -1;
}
