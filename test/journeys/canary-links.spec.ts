import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until, uniqueNamespace } from '../../libs/testing/src/index.ts';
import { addPartner, grant, onboardCompany } from '../../scripts/demo/company.ts';
import { CompanyLink, LINK_RIGHTS, PHASES } from '../../scripts/demo/company-link.ts';
import { LinkedBooks } from '../../scripts/demo/linked-books.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork } from './signed-in.ts';
import { Traces } from './traces.ts';

/** No two are alike, and none looks like anything that a service would write by itself. */
const canary = (what: string): string => `CANARY-${what}-${randomBytes(8).toString('hex').toUpperCase()}`;

/**
 * What opens a company in Severa and Netvisor goes through the services, right and wrong, is used, is refused and fails on
 * its way; afterwards it is nowhere but sealed: not in a log, on a page of metrics, in an answer, nor in any row.
 */
describe('what opens the two systems of a link', () => {
  let installed: Installed;
  let traces: Traces;
  let link: CompanyLink;
  let books: LinkedBooks;
  const environment = randomUUID();
  const wrong = {
    key: canary('KEY'),
    secret: canary('SECRET'),
    netvisor: canary('NETVISOR'),
    system: canary('SYSTEM'),
  };
  /** Answers that were given. */
  const said: string[] = [];

  beforeAll(async () => {
    const namespace = `${uniqueNamespace()}.`;
    installed = await install({ namespace, withLinkedSystems: true });
    const { operator, linked } = installed;
    if (!linked) throw new Error('There are no sandboxes');
    traces = new Traces(installed, namespace);
    await operator.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const company = await onboardCompany(operator, 'Yritys', {}, environment);
    const partner = await addPartner(operator, 'Severa-siirto', LINK_RIGHTS);
    await grant(operator, partner, company, LINK_RIGHTS);
    const role = { role: 'main-user', environmentId: environment, companyId: null };
    const { client } = await personAtWork(operator, [role]);
    link = new CompanyLink(client, environment, company.id);
    books = await LinkedBooks.open(linked, 'Yritys');
    await link.save({
      partnerUserId: partner.id,
      organisationId: books.company.organisationId,
      settings: { customers: 'to-netvisor', products: 'to-netvisor', dimensions: {} },
    });
  }, 120_000);
  afterAll(async () => {
    await traces?.close();
    await installed?.stop();
  }, 60_000);

  /** Gives credentials, and keeps the answer as a page that is searched, too. */
  const give = async (credentials: object): Promise<number> => {
    const answer = await link.call('POST', '/credentials', credentials);
    said.push(JSON.stringify([[...answer.headers], answer.body]));
    return answer.status;
  };

  it('was there: wrong ones were tested, malformed ones refused', async () => {
    const { clientId } = books.company.severa;
    const { customerId } = books.company.netvisor;
    expect(await give({ system: 'severa', clientId, clientSecret: wrong.secret })).toBe(200);
    expect(await give({ system: 'severa-key', key: wrong.key })).toBe(200);
    expect(await give({ system: 'netvisor', customerId, customerKey: wrong.netvisor })).toBe(200);
    expect((await link.show()).checks).toMatchObject({ severa: { light: 'yellow' }, netvisor: { light: 'yellow' } });
    expect(await give({ system: wrong.system, key: wrong.key })).toBe(400);
    expect(await give({ system: 'severa-key', key: wrong.key.repeat(20) })).toBe(400);
  });

  it('was there: right ones moved records, met answers that nobody can read, and were refused', async () => {
    await link.giveAll(books.company);
    await books.inSevera('customers', { number: 1, name: 'Yksi Oy' });
    await link.acknowledge(...PHASES);
    await link.turn('start');
    expect(await link.settled('customers-to-netvisor')).toMatchObject({ state: 'succeeded' });

    const { netvisor, severa } = installed.linked!;
    await books.inSevera('customers', { number: 2, name: 'Kaksi Oy' });
    await severa.tell('POST', 'faults', { kind: 'html', operation: 'GET /v1/customers', times: 1 });
    await netvisor.tell('POST', 'faults', { kind: 'truncated', operation: 'GET customerlist.nv', times: 1 });
    await link.ask('customers-to-netvisor');
    await until(async () => (await books.ofNetvisor()).customers.length === 2, {
      within: 30_000,
      what: 'both customers',
    });

    await severa.tell('DELETE', `users/${books.company.severa.clientId}`);
    await netvisor.tell('DELETE', `users/${books.company.netvisor.customerId}`);
    await link.ask('customers-to-netvisor');
    await until(async () => (await link.show()).paused !== null, { within: 20_000, what: 'the link to stand still' });
    said.push(JSON.stringify([await link.show(), await link.history(), await link.runs('customers-to-netvisor')]));
    await until(async () => (await traces.entries('link.paused')) > 0, { what: 'the log to be written' });
  }, 90_000);

  it('would be found: what may be shown is', async () => {
    await traces.collect();
    expect(await traces.of(books.company.severa.clientId)).toEqual(
      expect.arrayContaining(['audit.entry', 'severa.credential']),
    );
    expect(said.join('\n')).toContain(books.company.severa.clientId);
    expect(traces.page('log of severa-connector')).toContain('started');
  });

  it.each([
    ['the secret of Severa’s client', () => books.company.severa.clientSecret],
    ['Severa’s API key', () => books.company.severa.key],
    ['the key of Netvisor’s user', () => books.company.netvisor.customerKey],
    ['the key of the partner at Netvisor', () => installed.linked!.environment['NETVISOR_PARTNER_KEY'] ?? ''],
    ['a wrong secret', () => wrong.secret],
    ['a wrong API key', () => wrong.key],
    ['a wrong key of Netvisor’s', () => wrong.netvisor],
    ['what was typed as a system', () => wrong.system],
  ])('is nowhere: %s', async (_what, secretOf) => {
    const secret = secretOf();
    expect(secret.length).toBeGreaterThan(15);
    await traces.collect();
    expect(await traces.of(secret)).toEqual([]);
    expect(said.filter((answer) => answer.includes(secret))).toEqual([]);
  });
});
