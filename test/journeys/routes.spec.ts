import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { CLIENT, IdentityProvider } from '../../apps/gateway/src/identity-provider.spec-support.ts';
import { freePort, until } from '../../libs/testing/src/index.ts';
import { addPartner, grant, XML_SETTINGS } from '../../scripts/demo/company.ts';
import { CompanyLink, LINK_RIGHTS, PHASES } from '../../scripts/demo/company-link.ts';
import { LinkedBooks } from '../../scripts/demo/linked-books.ts';
import { ApiClient, type Answer } from '../../scripts/local/api-client.ts';
import { fivaldiXml, product } from './documents.ts';
import { install, type Installed } from './installed.ts';
import { type PersonAtWork, personAtWork, signedInAgain } from './signed-in.ts';

/** A route as the gateway itself describes it. */
interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly audits: readonly string[];
  readonly isOpen: boolean;
}

type Ids = Readonly<Record<string, string>>;

let installed: Installed;
let provider: IdentityProvider;
let database: pg.Client;
let operator: ApiClient;
let operations: readonly Operation[];
/** What the tour has made, by the names that the routes' paths use. */
const made: Record<string, string> = {};
let partner: ApiClient;

beforeAll(async () => {
  const port = await freePort();
  const { clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET } = CLIENT;
  const OIDC_ISSUER = `http://127.0.0.1:${port}`;
  const gateway = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ACR_VALUES: 'two-factors' };
  installed = await install({ envOf: { gateway }, withLinkedSystems: true });
  provider = await IdentityProvider.start(new URL('/v1/session/oidc/callback', installed.url), { port });
  ({ operator } = installed);
  database = new pg.Client({ connectionString: installed.databaseUrl });
  await database.connect();
  operations = await describedRoutes();
}, 90_000);
afterAll(async () => {
  await database.end();
  await provider.stop();
  await installed.stop();
}, 60_000);

async function describedRoutes(): Promise<Operation[]> {
  const { body } = await operator.call<{ paths: Record<string, Record<string, Record<string, unknown>>> }>(
    'GET',
    '/openapi.json',
  );
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      name: described['operationId'] as string,
      method: method.toUpperCase(),
      path,
      audits: described['x-audit-events'] as string[],
      isOpen: (described['security'] as unknown[]).length === 0,
    })),
  );
}

const send = (client: ApiClient, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  client.call(method, path, {
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  send(operator, 'POST', path, body, headers);
const etagOf = async (path: string) => ({ 'if-match': (await send(operator, 'GET', path)).headers.get('etag') ?? '' });
/** Changes what was read, as it was read; `read` is where, when it is elsewhere. */
const put = async (path: string, body: unknown, read = path) => send(operator, 'PUT', path, body, await etagOf(read));
const remove = async (path: string, headers: Record<string, string> = {}) =>
  send(operator, 'DELETE', path, undefined, headers);
const PROOF = { provenBy: 'call-back', reason: 'called back on the number of their contract' };
const located = (answer: Answer): string => answer.headers.get('location')?.split('/').at(-1) ?? '';
const NEW = { 'if-none-match': '*' };

const environment = () => `/v1/environments/${made['environmentId']}`;
const company = () => `${environment()}/companies/${made['companyId']}`;
const inCompany = () => `${company()}/partner-users/${made['partnerUserId']}`;
const partnerUser = () => `/v1/partner-users/${made['partnerUserId']}`;
const RIGHTS = [
  { stream: 'tuoterekisteri', direction: 'import' },
  { stream: 'tuoterekisteri', direction: 'export' },
];
const form = () => ({
  userName: `tour-${made['environmentId']?.slice(-8)}`,
  company: 'Kumppani Oy',
  businessId: '1234567-1',
  email: 'kumppani@example.fi',
  mobile: '+358401234567',
  language: 'ENG',
  scopeCompanyId: made['companyId'],
});
const matrix = () => ({
  partnerUserIds: [made['partnerUserId']],
  companyIds: [made['companyId']],
  give: [],
  take: [{ stream: 'palkat', direction: 'import' }],
});
const PASSWORD = 'a long and quiet word of mine';

/** The password in the newest message of the sandbox's telephone, once all that was ordered has been sent. */
async function sentPassword(): Promise<string> {
  await until(
    async () => {
      const { body } = await send(operator, 'GET', partnerUser());
      return (body['password'] as { delivery: { state: string } | null }).delivery?.state === 'sent';
    },
    { within: 20_000, what: 'a password by SMS' },
  );
  const { body } = await send(operator, 'GET', '/v1/sandbox/sms');
  const [newest] = body['messages'] as { text: string }[];
  return /one-time password (\S+)\./.exec(newest?.text ?? '')?.[1] ?? '';
}

/** A document that would empty the register, which is held. */
async function heldTransfer(): Promise<Answer> {
  const answer = await partner.importDocument(made['companyId'] ?? '', 'tuoterekisteri', fivaldiXml('777', ''));
  await partner.settled(answer.body.id);
  return answer;
}

const effectMark = async (id: string) => ({ 'if-match': `"${(await operator.transfer(id)).effectMark}"` });
const CSV = 'nimi;y-tunnus;fivaldi-numero\nTuotu Oy;7654321-2;778\n';
const upload = () =>
  operator.call('POST', `${environment()}/onboardings`, { headers: { 'content-type': 'text/csv' }, body: CSV });
const member = () => `${environment()}/people/${made['personId']}`;
const everybody = () => `/v1/people/${made['anybody']}`;
const memberBody = { name: 'Matti Meikäläinen', roles: [{ role: 'accountant' }] };
const personBody = (email: string) => ({ email, name: 'Liisa', language: 'sv', roles: [] });
const session: { person?: PersonAtWork; keeper?: PersonAtWork } = {};
const record = () => `${company()}/registers/product/records/${encodeURIComponent('TOUR/1 ä')}`;
/** Does something to the record as it is read at that moment, as a main user of the environment. */
async function onRecord(method: string, body?: unknown, path = ''): Promise<Answer> {
  const { client } = session.keeper!;
  const mark = (await send(client, 'GET', record())).headers.get('etag') ?? '';
  return send(client, method, record() + path, body, { 'if-match': mark });
}
const linked: { link?: CompanyLink; books?: LinkedBooks; actsAs?: string } = {};
/** The link of the tour's company, in the hands of a main user. */
const link = () => linked.link!;
const FLOW = 'customers-to-netvisor';
/** One customer that can move, and one that cannot. */
const CUSTOMERS = [
  { number: 1, name: 'Hyvä Oy' },
  { number: 2, name: 'Rikki Oy', address: { addressline: 'Katu 1\nB' } },
];

const AUDITOR = [{ role: 'auditor', environmentId: null, companyId: null }];

/** One good use of every route that changes something, in an order in which each has what it needs. */
const TOUR: Readonly<Record<string, () => Promise<Answer>>> = {
  'Environments.create': async () => {
    const answer = await post('/v1/environments', { name: 'Tilitoimisto' });
    made['environmentId'] = located(answer);
    return answer;
  },
  'Environments.change': () => put(environment(), { name: 'Tilitoimisto Oy' }),
  'Operator.save': () => send(operator, 'PUT', `/v1/rules/environment/${randomUUID()}`, { name: 'Toinen' }),
  'Companies.create': async () => {
    const answer = await post(`${environment()}/companies`, { name: 'Asiakas Oy', fivaldiNumber: '777' });
    made['companyId'] = made['company'] = located(answer);
    return answer;
  },
  'Companies.change': () => put(company(), { name: 'Asiakas Ab', fivaldiNumber: '777' }),
  'XmlSettings.preview': async () => {
    const settings = `${company()}/xml-settings`;
    const mild = { ...XML_SETTINGS, companyRegister: 'update-keep', productRegister: 'add-only' };
    await send(operator, 'PUT', settings, mild, NEW);
    const answer = await post(`${settings}/preview`, { ...mild, productRegister: 'replace-all' });
    made['confirm'] = String(answer.body['confirm']);
    return answer;
  },
  'XmlSettings.save': () => {
    const body = { ...XML_SETTINGS, companyRegister: 'update-keep', productRegister: 'replace-all' };
    return put(`${company()}/xml-settings?confirm=${made['confirm']}`, body, `${company()}/xml-settings`);
  },
  'XmlSettings.restore': async () => {
    const settings = `${company()}/xml-settings`;
    const confirm = `?confirm=${made['confirm']}`;
    await send(operator, 'POST', `${settings}/restore`, { version: 1 }, await etagOf(settings));
    return send(operator, 'POST', `${settings}/restore${confirm}`, { version: 2 }, await etagOf(settings));
  },
  'PartnerUsers.create': async () => {
    const answer = await post('/v1/partner-users', form());
    made['partnerUserId'] = located(answer);
    return answer;
  },
  'PartnerUsers.orderPassword': () => post(`${partnerUser()}/password`),
  'PartnerUsers.change': () => put(partnerUser(), { ...form(), company: 'Kumppani Ab' }),
  'PartnerUsers.restrict': () =>
    put(`${partnerUser()}/usage-restrictions`, { weekdayRestriction: null, weekendRestricted: false, addresses: null }),
  'PartnerUsers.giveUpperRights': () => put(`${partnerUser()}/upper-rights`, { rights: RIGHTS }),
  'ServiceManagement.grant': () => put(`${inCompany()}/grants`, { rights: RIGHTS }, inCompany()),
  'Grants.preview': () => post(`${environment()}/grants/preview`, { ...matrix(), take: RIGHTS }),
  'Grants.change': async () => {
    const body = { ...matrix(), take: RIGHTS };
    const preview = await post(`${environment()}/grants/preview`, body);
    const taken = await post(`${environment()}/grants`, body, { 'if-match': preview.headers.get('etag') ?? '' });
    await put(`${inCompany()}/grants`, { rights: RIGHTS }, inCompany());
    return taken;
  },
  'RestrictionGroups.save': async () => {
    made['name'] = 'tour';
    const body = { times: [{ weekday: 1, from: 0, to: 1440 }], addresses: null };
    return send(operator, 'PUT', `${company()}/restriction-groups/tour`, body, NEW);
  },
  'RestrictionGroups.preview': () =>
    post(`${company()}/restriction-groups/tour/preview`, { times: null, addresses: null }),
  'ServiceManagement.assign': async () => {
    const place = `${inCompany()}/restriction-group`;
    const assigned = await put(place, { name: 'tour' });
    await put(place, { name: null });
    return assigned;
  },
  'RestrictionGroups.remove': async () => {
    const path = `${company()}/restriction-groups/tour`;
    return remove(path, await etagOf(path));
  },
  'Session.change': async () =>
    post('/v1/token/password', {
      userName: form().userName,
      oldPassword: await sentPassword(),
      newPassword: PASSWORD,
    }),
  'Session.open': async () => {
    const answer = await post('/v1/token', { userName: form().userName, password: PASSWORD });
    partner = new ApiClient(operator.url, String(answer.body['token']));
    return answer;
  },
  'Decisions.explain': () =>
    send(partner, 'POST', '/v1/decisions/explain', { companyId: made['companyId'], ...RIGHTS[0] }),
  'Decisions.explainTo': () =>
    post(`${environment()}/decisions/explain`, {
      partnerUserId: made['partnerUserId'],
      companyId: made['companyId'],
      ...RIGHTS[0],
    }),
  'Imports.accept': async () => {
    const document = fivaldiXml('777', product('A'));
    const answer = await partner.importDocument(made['companyId'] ?? '', 'tuoterekisteri', document);
    await partner.settled(answer.body.id);
    return answer;
  },
  'Legacy.take': async () => {
    const fields = { p_username: form().userName, p_password: PASSWORD, p_yt: '777' };
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('p_filename', new Blob([fivaldiXml('777', product('A'))]), 'tuotteet.xml');
    const answer = await fetch(`${operator.url}/pls/fv003/xml_web.sisaanluku`, { method: 'POST', body });
    const text = await answer.text();
    if (!text.startsWith('0 ')) throw new Error(text);
    return { status: answer.status, headers: answer.headers, body: {} };
  },
  'Exports.accept': async () => {
    const path = `/v1/companies/${made['companyId']}/streams/tuoterekisteri/exports`;
    const answer = await send(partner, 'POST', path, {}, { 'idempotency-key': 'tour-export' });
    await partner.settled(String(answer.body['id']));
    return answer;
  },
  'Transfers.release': async () => {
    const id = (made['released'] = located(await heldTransfer()));
    const released = await post(`/v1/transfers/${id}/release`, {}, await effectMark(id));
    await partner.settled(id);
    return released;
  },
  'Transfers.cancel': async () => {
    await partner.importDocument(made['companyId'] ?? '', 'tuoterekisteri', fivaldiXml('777', product('B')));
    made['id'] = located(await heldTransfer());
    return post(`/v1/transfers/${made['id']}/cancel`);
  },
  'Transfers.replay': () => post(`/v1/transfers/${made['id']}/replay`, {}, { 'idempotency-key': 'tour' }),
  'Restore.restore': async () => {
    const role = { role: 'main-user', environmentId: made['environmentId']!, companyId: null };
    session.keeper = await personAtWork(operator, [role]);
    const answer = await send(session.keeper.client, 'POST', `/v1/transfers/${made['released']}/restore`);
    expect(answer.body).toMatchObject({ records: { restored: 1 }, items: [{ key: 'A', lost: 'record' }] });
    return answer;
  },
  'Registers.put': async () => {
    const answer = await send(session.keeper!.client, 'PUT', record(), { fields: { name: 'Vasara' } }, NEW);
    const read = await send(session.keeper!.client, 'GET', record());
    expect(read.body).toMatchObject({ key: 'TOUR/1 ä', fields: { name: 'Vasara' }, imported: false });
    return answer;
  },
  'Registers.patch': () => onRecord('PATCH', { fields: { unit: 'kpl' } }),
  'Registers.remove': () => onRecord('DELETE'),
  'Registers.restore': () => onRecord('POST', undefined, '/restore'),
  'FivaldiConnection.save': () =>
    send(operator, 'PUT', `${company()}/fivaldi-connection`, { cuid: '0'.repeat(32) }, NEW),
  'FivaldiConnection.deliver': () =>
    send(operator, 'POST', `${company()}/fivaldi-connection/deliveries`, { register: 'product' }),
  'FivaldiConnection.decide': async () => {
    await database.query(
      `insert into fivaldi.delivery (environment_id, company_id, register, key, state, cause)
       values ($1, $2, 'payroll_batch', 'P 1', 'review', 'repeat-unsafe')`,
      [made['environmentId'], made['companyId']],
    );
    return post(`${company()}/fivaldi-connection/deliveries/payroll_batch/P%201/decision`, { as: 'done' });
  },
  'Link.save': async () => {
    const actsAs = await addPartner(operator, 'Severa-siirto', LINK_RIGHTS);
    linked.actsAs = actsAs.userName;
    const [id, number] = [made['companyId'] ?? '', '777'];
    await grant(operator, actsAs, { id, number }, LINK_RIGHTS);
    const books = (linked.books = await LinkedBooks.open(installed.linked!, 'Asiakas Oy'));
    await books.inSevera('customers', ...CUSTOMERS);
    linked.link = new CompanyLink(session.keeper!.client, made['environmentId'] ?? '', id);
    const { organisationId } = books.company;
    const settings = { customers: 'to-netvisor', products: 'to-netvisor', dimensions: {} };
    return link().call('PUT', '', { partnerUserId: actsAs.id, organisationId, settings }, NEW);
  },
  'Link.saveCredentials': async () => {
    await link().giveAll(linked.books!.company);
    return link().call('POST', '/credentials', { system: 'netvisor', ...linked.books!.company.netvisor });
  },
  'Link.check': () => link().call('POST', '/check'),
  'LinkTransfers.compare': () => link().call('POST', `/comparisons/${FLOW}`),
  'Link.acknowledge': async () => {
    await link().acknowledge(...PHASES.slice(1));
    return link().call('PUT', `/phases/${PHASES[0]}/acknowledgement`);
  },
  'Link.withdraw': async () => {
    const withdrawn = await link().call('DELETE', '/phases/customers/acknowledgement');
    await link().acknowledge('customers');
    return withdrawn;
  },
  'Link.start': async () => {
    const started = await link().call('POST', '/start');
    expect(await link().settled(FLOW)).toMatchObject({ counts: { moved: 1, rejected: 1 } });
    return started;
  },
  'LinkTransfers.run': async () => {
    const answer = await link().call('POST', '/runs', { flow: FLOW }, { 'idempotency-key': 'tour-link' });
    await link().settled(FLOW);
    return answer;
  },
  'LinkTransfers.retry': async () => {
    const answer = await link().call('POST', '/retries', { which: { cause: 'address-line-break' } });
    expect(answer.body).toEqual({ records: 1, companies: 1 });
    await link().settled(FLOW);
    return answer;
  },
  'LinkHistory.retry': async () => {
    const which = { cause: 'address-line-break' };
    const answer = await send(session.keeper!.client, 'POST', `${environment()}/link-retries`, { which });
    expect(answer.body).toEqual({ records: 1, companies: 1 });
    return answer;
  },
  'Link.stop': () => link().call('POST', '/stop'),
  'Disclosure.disclose': async () => {
    const answer = await fetch(`${operator.url}/v1/transfers/${made['id']}/disclosure`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'The customer asks what was sent' }),
    });
    await answer.arrayBuffer();
    return { status: answer.status, headers: answer.headers, body: {} };
  },
  'Templates.save': () => send(operator, 'PUT', `${environment()}/templates/tour`, { webServices: true }, NEW),
  'Templates.apply': () => post(`${environment()}/templates/tour/apply`),
  'Templates.remove': async () => {
    const path = `${environment()}/templates/tour`;
    const removed = await remove(path, await etagOf(path));
    await send(operator, 'PUT', path, { webServices: true }, NEW);
    return removed;
  },
  'Onboarding.receive': async () => {
    const answer = await upload();
    made['onboardingId'] = located(answer);
    return answer;
  },
  'Onboarding.commit': async () => {
    const path = `${environment()}/onboardings/${made['onboardingId']}`;
    await send(operator, 'GET', `${path}?wait=20`);
    const committed = await post(`${path}/commit`, {}, await etagOf(path));
    await send(operator, 'GET', `${path}?wait=20`);
    return committed;
  },
  'LinkImport.receive': async () => {
    const answer = await session.keeper!.client.call('POST', `${environment()}/link-imports?commit=true`, {
      headers: { 'content-type': 'text/csv' },
      body: `business-id;partner-user;customers\n7654321-2;${linked.actsAs};to-netvisor\n`,
    });
    expect(answer.body).toMatchObject({ committed: true, rows: [{ outcome: 'create' }] });
    return answer;
  },
  'Onboarding.cancel': async () => {
    const path = `${environment()}/onboardings/${located(await upload())}`;
    await send(operator, 'GET', `${path}?wait=20`);
    return post(`${path}/cancel`);
  },
  'AuditExport.requestAnywhere': () => post('/v1/audit/exports', { format: 'csv' }),
  'AuditExport.requestInEnvironment': async () => {
    const answer = await post(`${environment()}/audit/exports`, { format: 'jsonl' });
    made['exportId'] = located(answer);
    return answer;
  },
  'People.add': async () => {
    const body = { ...memberBody, email: `${randomUUID()}@example.fi`, roles: [{ role: 'main-user' }] };
    await post(`${environment()}/people`, { ...body, email: `${randomUUID()}@example.fi` });
    const answer = await post(`${environment()}/people`, body);
    made['personId'] = located(answer);
    return answer;
  },
  'People.save': () => put(member(), memberBody),
  'People.resetPassword': () => post(`${member()}/password`),
  'People.removeSecondFactor': () => send(operator, 'DELETE', `${member()}/second-factor`, PROOF),
  'People.remove': async () => {
    const other = located(
      await post(`${environment()}/people`, { ...memberBody, email: `${randomUUID()}@example.fi` }),
    );
    return remove(`${environment()}/people/${other}`);
  },
  'Everybody.add': async () => {
    const answer = await post('/v1/people', personBody(`${randomUUID()}@example.fi`));
    made['anybody'] = String(answer.body['personId']);
    return answer;
  },
  'Everybody.save': () => put(everybody(), personBody(`${randomUUID()}@example.fi`)),
  'Everybody.resetPassword': () => post(`${everybody()}/password`),
  'Everybody.removeSecondFactor': () => send(operator, 'DELETE', `${everybody()}/second-factor`, PROOF),
  'Everybody.remove': () => remove(everybody()),
  'Everybody.erase': () => post(`${everybody()}/erasure`),
  'PersonSession.open': async () => {
    session.person = await personAtWork(operator, AUDITOR);
    // That it was right is told when the second factor was, too; a wrong one is told at once.
    const refused = await post('/v1/session', { email: session.person.email, password: 'not the one' });
    expect(refused.status).toBe(401);
    return send(session.person.client, 'GET', '/v1/session');
  },
  'PersonSession.pass': async () => {
    await personAtWork(operator, AUDITOR);
    return { status: 200, headers: new Headers(), body: {} };
  },
  'PersonSession.changePassword': async () => {
    const { client, password } = await personAtWork(operator, AUDITOR);
    return send(client, 'POST', '/v1/session/password', { current: password, password: 'another long and quiet word' });
  },
  'PersonSessions.end': async () => {
    const other = await signedInAgain(session.person!);
    const { body } = await send(other, 'GET', '/v1/person/sessions');
    const own = (body['sessions'] as { id: string; isThis: boolean }[]).find(({ isThis }) => isThis)!;
    return send(session.person!.client, 'DELETE', `/v1/person/sessions/${own.id}`);
  },
  'PersonSessions.endOthers': async () => {
    await signedInAgain(session.person!, 1);
    return send(session.person!.client, 'DELETE', '/v1/person/sessions');
  },
  'Oidc.leave': async () => send(await signedInAgain(session.person!, 2), 'POST', '/v1/session/oidc'),
  'PersonSession.close': () => send(session.person!.client, 'DELETE', '/v1/session'),
};

describe('a route that changes something', () => {
  it('is in the tour below, each of them', () => {
    const changing = operations.filter(({ method }) => method !== 'GET').map(({ name }) => name);
    expect(Object.keys(TOUR).sort()).toEqual(changing.sort());
  });

  it.each(Object.keys(TOUR))('leaves the event that its door names: %s', async (name) => {
    const { audits } = operations.find((operation) => operation.name === name)!;
    const begun = await now();
    const answer = await TOUR[name]!();
    if (answer.status >= 300) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    await until(async () => (await eventsSince(begun)).some((action) => audits.includes(action)), {
      within: 10_000,
      what: `one of ${audits.join(', ')}`,
    });
  });
});

/** PostgreSQL's clock, which events carry. */
async function now(): Promise<string> {
  const { rows } = await database.query<{ now: string }>('select clock_timestamp()::text as now');
  return rows[0]!.now;
}

async function eventsSince(begun: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ action: string }>(
    `select distinct action from audit.entry where occurred_at >= date_trunc('milliseconds', $1::timestamptz)`,
    [begun],
  );
  return rows.map(({ action }) => action);
}

describe('an answer', () => {
  it.each([
    ['of data', 'GET', '/v1/environments', 200, 'no-store'],
    ['that refuses', 'GET', `/v1/transfers/${randomUUID()}`, 404, 'no-store'],
    ['where there is nothing', 'GET', '/nothing', 404, 'no-store'],
    ['that may be kept', 'GET', '/openapi.json', 200, 'max-age=3600'],
  ])('%s is run, framed, guessed at and kept by nobody', async (_, method, path, status, kept) => {
    const answer = await send(operator, method, path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': kept,
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    // On plain HTTP, on the machine itself, it would lock browsers out.
    expect(answer.headers.has('strict-transport-security')).toBe(false);
  });
});

describe("another firm's ids", () => {
  let strangers: readonly (readonly [who: string, client: ApiClient])[];

  beforeAll(async () => {
    const firm = located(await post('/v1/environments', { name: 'Naapuri' }));
    const role = (role: string) => [{ role, environmentId: firm, companyId: null }];
    const userName = `naapuri-${firm.slice(-8)}`;
    const scopeCompanyId = located(
      await post(`/v1/environments/${firm}/companies`, { name: 'Naapurin asiakas', fivaldiNumber: '888' }),
    );
    const machine = { userName, company: 'Naapuri', password: PASSWORD, scopeCompanyId };
    await operator.saveRule('partner-user', randomUUID(), machine);
    strangers = [
      ['a main user', (await personAtWork(operator, role('main-user'))).client],
      ['a support person of the firm', (await personAtWork(operator, role('support'))).client],
      ['a partner user', await operator.signIn(userName, PASSWORD)],
    ];
  }, 60_000);

  it('look like ids that do not exist, whatever is asked of them', async () => {
    const theirs: Ids = { ...made };
    const nobodys: Ids = Object.fromEntries(Object.keys(made).map((name) => [name, randomUUID()]));
    const asked = operations.filter(({ isOpen, name }) => !isOpen && named(name, theirs) !== named(name, nobodys));
    expect(asked.length).toBeGreaterThan(60);
    const told: string[] = [];
    for (const [who, client] of strangers) {
      for (const operation of asked) {
        const [real, imagined] = [await attempt(client, operation, theirs), await attempt(client, operation, nobodys)];
        const label = `${who}, ${operation.name}`;
        if (real.status < 400) told.push(`${label} was answered ${real.status}`);
        if (JSON.stringify(real) !== JSON.stringify(imagined)) {
          told.push(`${label}: ${JSON.stringify(real)} is not ${JSON.stringify(imagined)}`);
        }
      }
    }
    expect(told).toEqual([]);
  }, 120_000);

  it('and whoever has tried them is in the log', async () => {
    const reasons = async () =>
      (
        await database.query<{ reason: string }>(
          `select distinct reasons[1] as reason from audit.entry where action = 'access.refused' order by 1`,
        )
      ).rows.map(({ reason }) => reason);
    await until(async () => (await reasons()).length === 2, { within: 10_000, what: 'both reasons' });
    expect(await reasons()).toEqual(['ROLE_MISSING', 'ROLE_REACHES_ELSEWHERE']);
  });

  /** Whether a route can be told which ids are meant at all. */
  const named = (name: string, ids: Ids): string => {
    const { path } = operations.find((operation) => operation.name === name)!;
    return filled(path, ids) + JSON.stringify(bodyOf(name, ids)) + queryOf(name, ids);
  };
});

const filled = (path: string, ids: Ids): string =>
  path
    .replace('{stream}', 'tuoterekisteri')
    .replace('{file}', 'entries.jsonl')
    .replace('{rule}', 'company')
    .replace('{register}', 'product')
    .replace('{phase}', 'customers')
    .replace('{flow}', 'customers-to-netvisor')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);

/** Ids that stand in a body. */
function bodyOf(name: string, ids: Ids): unknown {
  const { environmentId, companyId, partnerUserId } = ids;
  switch (name) {
    case 'Decisions.explain':
      return { companyId, ...RIGHTS[0] };
    case 'Decisions.explainTo':
      return { partnerUserId, companyId, ...RIGHTS[0] };
    case 'AuditExport.requestAnywhere':
      return { format: 'csv', environmentId };
    case 'Disclosure.disclose':
      return { reason: 'Somebody asks what was sent' };
    default:
      return {};
  }
}

const queryOf = (name: string, { environmentId, companyId }: Ids): string =>
  name === 'Audit.everywhere' || name === 'Audit.verifyAny'
    ? `?environmentId=${environmentId}`
    : ['TransferHistory.ofEnvironment', 'LinkHistory.ofEnvironment', 'LinkHistory.troubles'].includes(name)
      ? `?companyId=${companyId}`
      : '';

/** What a stranger is told, without what differs by the question itself. */
async function attempt(client: ApiClient, { name, method, path }: Operation, ids: Ids) {
  const isDocument = name === 'Imports.accept';
  const answer = await client.call(method, filled(path, ids) + queryOf(name, ids), {
    headers: {
      'content-type': isDocument ? 'application/xml' : 'application/json',
      'idempotency-key': 'stranger',
      'if-match': '"seen"',
    },
    ...(method !== 'GET' && { body: isDocument ? fivaldiXml('777', product('A')) : JSON.stringify(bodyOf(name, ids)) }),
  });
  const { instance: _, traceId: __, ...told } = answer.body;
  return { status: answer.status, told };
}
