import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';

import type { JournalEntry } from '../../apps/sandbox/src/journal.ts';
import { until, uniqueNamespace } from '../../libs/testing/src/index.ts';
import { addPartner, type DemoCompany, type DemoPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import type { LocalFivaldi } from '../../scripts/local/local-fivaldi.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';
import { ANSWERS, Traces } from './traces.ts';

/** No two are alike, and none looks like anything that a service would write by itself. */
const canary = (what: string): string => `CANARY-${what}-${randomBytes(6).toString('hex').toUpperCase()}`;

/** A document's contents are kept as the document, in the register that they were sent for, and as what Fivaldi has. */
const CONTENTS = ['fivaldi.product_record', 'fivaldi.delivery', 'transfers.document_chunk', 'transfers.item'];

/**
 * Secrets go through the services by every way in, right and wrong; afterwards they are nowhere: not in a log, on a
 * page of metrics, in an answer, in a parked message, nor in any row of any table.
 */
describe('a secret that went through the services', () => {
  let installed: Installed;
  let traces: Traces;
  let company: DemoCompany;
  let partner: DemoPartner;
  let fivaldi: LocalFivaldi;
  const namespace = `${uniqueNamespace()}.`;
  const environment = randomUUID();
  const password = canary('PASSWORD');
  const wrongPassword = canary('WRONG');
  const typedName = canary('NAME').slice(0, 20);
  const forgedToken = canary('TOKEN');
  const queryPassword = canary('QUERY');
  const path = canary('PATH');
  const contents = canary('CONTENTS');
  const refusedContents = canary('REFUSED');
  const refusedName = canary('LABEL');
  const rejectedContents = canary('REJECTED');

  const ask = async (path: string, init?: RequestInit): Promise<number> => (await traces.ask(path, init)).status;
  const signIn = async (userName: string, secret: string): Promise<number> =>
    (await traces.post('/v1/token', { userName, password: secret })).status;
  const send = (document: string, token = partner.client.token): Promise<number> =>
    ask(`/v1/companies/${company.id}/streams/tuoterekisteri/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml', 'idempotency-key': randomUUID() },
      body: document,
    });

  beforeAll(async () => {
    installed = await install({ namespace, withFivaldi: true });
    if (!installed.fivaldi) throw new Error('There is no sandbox');
    fivaldi = installed.fivaldi;
    traces = new Traces(installed, namespace);
    const { operator } = installed;
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    company = await onboardCompany(operator, 'Yritys', {}, environment);
    partner = await addPartner(operator, 'Kumppani');
    await grant(operator, partner, company);
    await operator.saveRule('partner-user', partner.id, { userName: partner.userName, company: 'Kumppani', password });
    partner = { ...partner, client: await operator.signIn(partner.userName, password) };
  }, 90_000);
  afterAll(async () => {
    await traces?.close();
    await installed?.stop();
  });

  it('was there: each way in was gone through', async () => {
    const bearer = { authorization: `Bearer ${forgedToken}` };
    expect(await signIn(partner.userName, wrongPassword)).toBe(401);
    expect(await signIn(typedName, wrongPassword)).toBe(401);
    expect(await signIn(partner.userName, wrongPassword.repeat(8))).toBe(400);
    expect(await ask('/v1/transfers/x', { headers: bearer })).toBe(401);
    expect(await send(fivaldiXml(company.number, product('A')), forgedToken)).toBe(401);
    expect(await ask(`/v1/token?password=${queryPassword}`, { method: 'DELETE' })).toBe(404);
    expect(await ask(`/v1/${path}`, { headers: bearer })).toBe(404);
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' } };
    expect(await ask('/v1/token', { ...broken, body: `{"userName":"x","password":"${wrongPassword}` })).toBe(400);

    const named = (name: string, more = {}): string =>
      fivaldiXml(company.number, product('A', { ProductName: name, ...more }));
    expect(await send(named(contents))).toBe(202);
    expect(await send(named(refusedContents).slice(0, -1))).toBe(400);
    expect(await send(named(refusedContents).replace('UTF-8', refusedName))).toBe(415);
    expect(await send(named(refusedContents).replaceAll('FivaldiXML', refusedName))).toBe(400);
    expect(await send(fivaldiXml(refusedContents, product('A')))).toBe(400);
    const rejected = await partner.client.importDocument(
      company.id,
      'tuoterekisteri',
      named('ok', { ProductSalesPrice: rejectedContents }),
    );
    expect((await partner.client.settled(rejected.body.id)).effect).toMatchObject({ rejected: 1 });
    await until(async () => (await traces.entries('transfer.finished')) === 2, { what: 'the log to be written' });
  }, 60_000);

  it('was there: a message that nobody can read was parked', async () => {
    const model = await connect(process.env['TEST_RABBITMQ_URL'] ?? '');
    const channel = await model.createConfirmChannel();
    channel.publish(`${namespace}tietovirta.messages`, 'audit.event.v1', Buffer.from('poison'), { persistent: true });
    await channel.waitForConfirms();
    await model.close();
    await until(
      async () => {
        await traces.collect();
        return traces.page('audit.events.parked').includes('poison');
      },
      { what: 'the poison to be parked' },
    );
  });

  it('was there: Fivaldi was called with it, well and in vain', async () => {
    const connection = `/v1/environments/${environment}/companies/${company.id}/fivaldi-connection`;
    const connect = (cuid: string): Promise<number> =>
      ask(connection, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${installed.operatorToken}`,
          'content-type': 'application/json',
          'if-none-match': '*',
        },
        body: JSON.stringify({ cuid }),
      });
    expect(await connect(fivaldi.partner.secret)).toBe(400);
    const cuid = await fivaldi.addCompany();
    expect(await connect(cuid)).toBe(204);
    const called = (what: string, fact: (call: JournalEntry) => boolean): Promise<true> =>
      until(async () => (await fivaldi.calls(cuid)).some(fact), { within: 20_000, what });
    await fivaldi.tell('POST', 'faults', { kind: 'cut', when: 'before', path: '*/createProduct', count: 1 });
    expect(await send(fivaldiXml(company.number, product('B', { ProductName: contents })))).toBe(202);
    await called('a call to be cut off', ({ status }) => status === null);
    expect(await send(fivaldiXml(company.number, product('C', { ProductName: contents })))).toBe(202);
    await called('the product to be made', ({ applied }) => applied);

    const { id } = fivaldi.partner;
    await fivaldi.tell('POST', 'partners', { id, secret: canary('ANOTHER') });
    expect(await send(fivaldiXml(company.number, product('D')))).toBe(202);
    await until(async () => (await fivaldi.tell<unknown[]>('GET', 'refusals')).length > 0, {
      within: 20_000,
      what: 'a signature to be refused',
    });
  }, 90_000);

  it('would be found: what may be kept or shown is', async () => {
    await traces.collect();
    expect(await traces.of(company.id)).toEqual(expect.arrayContaining(['audit.entry', 'transfers.transfer']));
    expect(traces.page('log of gateway')).toContain('started');
    expect(traces.page('metrics of auth')).toContain('tietovirta_build_info');
    expect(await traces.of('session.refused')).toContain(ANSWERS);
  });

  it.each([
    ['a password', () => password],
    ['a wrong password', () => wrongPassword],
    ['what was typed as a user name', () => typedName],
    ['a forged token', () => forgedToken],
    ['a token', () => partner.client.token],
    ["the operator's token", () => installed.operatorToken],
    ['the secret that opens every company in Fivaldi', () => fivaldi.partner.secret],
    ['a password behind the question mark of an address', () => queryPassword],
    ['a document that was refused', () => refusedContents],
  ])('is nowhere: %s', async (_what, secret) => {
    await traces.collect();
    expect(await traces.of(secret())).toEqual([]);
  });

  it.each([
    ['the path that was asked for', () => path],
    ['the name of an encoding or of an element', () => refusedName],
  ])('is told to nobody but whoever said it: %s', async (_what, said) => {
    await traces.collect();
    expect(await traces.of(said())).toEqual([ANSWERS]);
  });

  it.each([
    ['a document', () => contents],
    ['a record that was rejected', () => rejectedContents],
  ])('is only where it is kept: the contents of %s', async (_what, secret) => {
    await traces.collect();
    const places = await traces.of(secret());
    expect(places.filter((place) => !CONTENTS.includes(place))).toEqual([]);
  });
});
