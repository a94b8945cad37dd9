import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Browser, CLIENT, IdentityProvider } from '../../apps/gateway/src/identity-provider.spec-support.ts';
import { freePort } from '../../libs/testing/src/index.ts';
import { authenticatorOf, giveCode } from '../../scripts/local/authenticator.ts';
import { install, type Installed } from './installed.ts';
import { personAtWork, signedInAgain } from './signed-in.ts';

const CHOSEN = 'a long and quiet word of mine';

let installed: Installed;
let provider: IdentityProvider;
let here: string;
let elsewhere: string;

beforeAll(async () => {
  const port = await freePort();
  const { clientId, clientSecret } = CLIENT;
  const OIDC_ISSUER = `http://127.0.0.1:${port}`;
  const gateway = {
    OIDC_ISSUER,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_ACR_VALUES: 'two-factors',
  };
  installed = await install({ envOf: { gateway } });
  provider = await IdentityProvider.start(at('/v1/session/oidc/callback'), { port });
  [here, elsewhere] = [randomUUID(), randomUUID()];
  for (const id of [here, elsewhere]) await installed.operator.saveRule('environment', id, { name: 'Tilitoimisto' });
}, 90_000);
afterAll(async () => {
  await provider.stop();
  await installed.stop();
}, 60_000);

const at = (path: string): URL => new URL(path, installed.url);

/** A person's browser, on the service's own pages unless told otherwise. */
class Page {
  readonly browser = new Browser();

  async call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    const answer = await this.browser.fetch(at(path), {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const read = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: answer.status, headers: answer.headers, body: read, code: read['code'] };
  }

  get token(): string | undefined {
    return this.browser.jar(at('/')).get('tietovirta');
  }
}

interface Somebody {
  readonly personId: string;
  readonly email: string;
  readonly oneTime: string;
}

async function person(roles: readonly object[]): Promise<Somebody> {
  const email = `${randomUUID()}@example.fi`;
  const body = { email, name: 'Maija Meikäläinen', language: 'fi', roles };
  const made = await installed.operator.json<{ personId: string }>('POST', '/v1/people', body);
  const { personId } = made.body;
  const given = await installed.operator.json<{ password: string }>('POST', `/v1/people/${personId}/password`, {});
  return { personId, email, oneTime: given.body.password };
}

/** The code that somebody's authenticator shows. */
const withCode = (page: Page, otpauthUri: unknown) =>
  giveCode(
    String(otpauthUri),
    (code) => page.call('POST', '/v1/session/second-factor', { code }),
    ({ status }) => status === 200,
  );

/** Signs in for the first time, the whole way; the page that is open then. */
async function signedIn({ email, oneTime }: Somebody): Promise<Page> {
  const page = new Page();
  const { body } = await page.call('POST', '/v1/session', { email, password: oneTime });
  await withCode(page, body['otpauthUri']);
  await page.call('POST', '/v1/session/password', { current: oneTime, password: CHOSEN });
  return page;
}

const OPERATOR = { role: 'operator', environmentId: null, companyId: null };
const mainUser = (environmentId: string) => ({ role: 'main-user', environmentId, companyId: null });

describe('the first operator', () => {
  it('is made with the installation’s token, and signs in step by step; no step lets in before the last', async () => {
    const somebody = await person([OPERATOR]);
    const page = new Page();
    const lockedOut = async () => expect((await page.call('GET', '/v1/people')).status).toBe(401);
    await lockedOut();

    const first = await page.call('POST', '/v1/session', { email: somebody.email, password: somebody.oneTime });
    expect(first).toMatchObject({ status: 200, body: { stage: 'enrolment' } });
    expect(first.headers.get('set-cookie')).toMatch(/^tietovirta=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const waiting = page.token;
    await lockedOut();
    expect((await page.call('GET', '/v1/session')).body).toMatchObject({ stage: 'enrolment', person: null });

    const second = await withCode(page, first.body['otpauthUri']);
    expect(second).toMatchObject({ status: 200, body: { stage: 'password' } });
    expect(second.body['recoveryCodes']).toHaveLength(10);
    expect(page.token).not.toBe(waiting);
    await lockedOut();

    const change = { current: somebody.oneTime, password: CHOSEN };
    const weak = await page.call('POST', '/v1/session/password', { ...change, password: 'short' });
    expect(weak).toMatchObject({ status: 400, code: 'password.unfit' });
    expect((await page.call('POST', '/v1/session/password', change)).status).toBe(204);
    expect((await page.call('GET', '/v1/people')).status).toBe(200);
    expect((await page.call('GET', '/v1/session')).body).toMatchObject({
      stage: 'open',
      person: { id: somebody.personId, email: somebody.email, roles: [OPERATOR] },
    });
    // The token that waited is nobody's, though it was somebody's a moment ago.
    const fixed = await fetch(at('/v1/people'), { headers: { authorization: `Bearer ${waiting}` } });
    expect(fixed.status).toBe(401);
  });

  it('signs out, and the token with them', async () => {
    const page = await signedIn(await person([OPERATOR]));
    const token = page.token!;
    expect((await page.call('DELETE', '/v1/session')).status).toBe(204);
    expect(page.token).toBeUndefined();
    const again = await fetch(at('/v1/session'), { headers: { authorization: `Bearer ${token}` } });
    expect(again.status).toBe(401);
  });
});

describe('an operator by role', () => {
  it('does without the token what it does: puts rules in place, and makes the next operator', async () => {
    const { client } = await personAtWork(installed.operator, [OPERATOR]);
    const [environment, company] = [randomUUID(), randomUUID()];
    await client.saveRule('environment', environment, { name: 'Tilitoimisto' });
    const body = { environmentId: environment, name: 'Asiakas Oy', fivaldiNumber: String(Date.now()).slice(-11) };
    await client.saveRule('company', company, body);
    const other = await personAtWork(client, [OPERATOR]);
    expect((await other.client.call('GET', `/v1/environments/${environment}`)).status).toBe(200);
  });

  it('is nobody of less: a main user puts no rules in place', async () => {
    const role = { role: 'main-user', environmentId: here, companyId: null };
    const { client } = await personAtWork(installed.operator, [role]);
    const path = `/v1/rules/environment/${here}`;
    const body = JSON.stringify({ name: 'Toinen' });
    const headers = { 'content-type': 'application/json' };
    expect((await client.call('PUT', path, { headers, body })).body).toMatchObject({ code: 'role.missing' });
  });
});

describe('somebody who is signed in twice', () => {
  it('sees both sessions and ends the other', async () => {
    const somebody = await personAtWork(installed.operator, [OPERATOR]);
    const [here, there] = [somebody.client, await signedInAgain(somebody)];
    const sessions = async () =>
      (await here.call('GET', '/v1/person/sessions')).body['sessions'] as { id: string; isThis: boolean }[];
    expect((await sessions()).map(({ isThis }) => isThis)).toEqual([false, true]);
    const other = (await sessions())[0]!.id;
    expect((await here.call('DELETE', `/v1/person/sessions/${other}`)).status).toBe(204);
    expect((await here.call('DELETE', `/v1/person/sessions/${other}`)).body).toMatchObject({
      code: 'person-session.absent',
    });
    expect((await there.call('GET', '/v1/person/sessions')).status).toBe(401);
    const third = await signedInAgain(somebody, 1);
    expect((await here.call('DELETE', '/v1/person/sessions')).body).toEqual({ ended: 1 });
    expect((await third.call('GET', '/v1/session')).status).toBe(401);
    expect(await sessions()).toHaveLength(1);
  });

  it('leaves no session behind where they sign in anew', async () => {
    const somebody = await personAtWork(installed.operator, [OPERATOR]);
    await signedInAgain(somebody, 0, somebody.client.token);
    expect((await somebody.client.call('GET', '/v1/session')).status).toBe(401);
  });

  it('changes their own e-mail with their password, and not with the session alone', async () => {
    const { client, personId, password } = await personAtWork(installed.operator, [OPERATOR]);
    const path = `/v1/people/${personId}`;
    const { headers, body } = await client.call('GET', path);
    const { language, name, active, roles } = body;
    const change = (more: object) =>
      client.call('PUT', path, {
        headers: { 'content-type': 'application/json', 'if-match': headers.get('etag') ?? '' },
        body: JSON.stringify({ email: `${randomUUID()}@example.fi`, language, name, active, roles, ...more }),
      });
    expect((await change({})).body).toMatchObject({ code: 'password.needed' });
    expect((await change({ currentPassword: 'not the one' })).body).toMatchObject({ code: 'password.refused' });
    expect((await change({ currentPassword: password })).status).toBe(204);
  });
});

describe('what does not let in', () => {
  it('looks the same, whatever is wrong', async () => {
    const { email } = await person([OPERATOR]);
    const answers = [];
    for (const credentials of [
      { email: 'nobody@example.fi', password: 'anything at all' },
      { email, password: 'not the password' },
    ])
      answers.push(await new Page().call('POST', '/v1/session', credentials));
    const [unknown, wrong] = answers.map(({ status, body }) => ({ status, body: { ...body, traceId: '' } }));
    expect(unknown).toEqual(wrong);
    expect(unknown).toMatchObject({ status: 401, body: { code: 'session.refused' } });
  });

  it.each([
    ['fi', /Odota seuraavaa koodia.*puhelimen kello/],
    ['sv', /Vänta på nästa kod.*telefonens klocka/],
    ['en', /Wait for the next one.*telephone sets its clock/],
  ])(
    'is a code of another moment, of which %s is told what helps, and the same of any other',
    async (language, help) => {
      const { email, oneTime } = await person([OPERATOR]);
      const page = new Page();
      const { body } = await page.call('POST', '/v1/session', { email, password: oneTime });
      const pass = async (code: string) => {
        const answer = await page.call('POST', '/v1/session/second-factor', { code }, { 'accept-language': language });
        return { status: answer.status, detail: answer.body['detail'] };
      };
      const past = authenticatorOf(String(body['otpauthUri'])).generate({ timestamp: Date.now() - 45_000 });
      const answers = [await pass(past), await pass('no code')];
      expect(answers).toEqual(answers.map(() => ({ status: 401, detail: expect.stringMatching(help) })));
      expect(new Set(answers.map(({ detail }) => detail)).size).toBe(1);
    },
  );

  it.each([
    ['POST', '/v1/session/second-factor', { code: '123456' }],
    ['POST', '/v1/session/password', { current: 'x', password: 'y' }],
    ['GET', '/v1/session', undefined],
    ['DELETE', '/v1/session', undefined],
    ['GET', '/v1/person/sessions', undefined],
    ['DELETE', '/v1/person/sessions', undefined],
    ['DELETE', `/v1/person/sessions/${randomUUID()}`, undefined],
  ])('has no session: %s %s', async (method, path, body) => {
    expect(await new Page().call(method, path, body)).toMatchObject({ status: 401, code: 'session.absent' });
  });
});

describe('another site’s page', () => {
  it.each<[string, Record<string, string>]>([
    ['says so', { 'sec-fetch-site': 'cross-site' }],
    ['is of the same site, not of the same origin', { 'sec-fetch-site': 'same-site' }],
    ['says where it is from', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['says nothing', { 'sec-fetch-site': '' }],
  ])('changes nothing with a person’s cookie when it %s', async (_, said) => {
    const page = await signedIn(await person([OPERATOR]));
    const { 'sec-fetch-site': fetchSite, ...rest } = said;
    const headers = { cookie: `tietovirta=${page.token}`, ...(fetchSite && { 'sec-fetch-site': fetchSite }), ...rest };
    const answer = await fetch(at('/v1/session'), { method: 'DELETE', headers });
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({
      status: 403,
      code: 'request.cross-site',
    });
    expect((await page.call('GET', '/v1/session')).status).toBe(200);
  });

  it('signs nobody in to an account of its own', async () => {
    const { email, oneTime } = await person([OPERATOR]);
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await new Page().call('POST', '/v1/session', { email, password: oneTime }, headers);
    expect(answer).toMatchObject({ status: 403, code: 'request.cross-site' });
  });

  it('is no matter to a token in a header, which no page adds by itself', async () => {
    const page = await signedIn(await person([OPERATOR]));
    const headers = { authorization: `Bearer ${page.token}`, 'sec-fetch-site': 'cross-site' };
    const answer = await fetch(at('/v1/session'), { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
  });
});

describe('a main user', () => {
  let page: Page;
  let personId: string;
  beforeEach(async () => {
    const somebody = await person([mainUser(here)]);
    ({ personId } = somebody);
    page = await signedIn(somebody);
  });

  it('keeps the people of the environment, by what was last read of them', async () => {
    const people = `/v1/environments/${here}/people`;
    const body = { email: `${randomUUID()}@example.fi`, name: 'Matti', roles: [{ role: 'accountant' }] };
    const added = await page.call('POST', people, body);
    expect(added.status).toBe(201);
    const location = added.headers.get('location')!;
    const { headers, body: shown } = await page.call('GET', location);
    expect(shown).toEqual({
      ...body,
      personId: added.body['personId'],
      roles: [{ role: 'accountant', companyId: null }],
    });

    const change = { name: 'Matti Meikäläinen', roles: [{ role: 'auditor' }] };
    expect((await page.call('PUT', location, change)).status).toBe(428);
    const seen = { 'if-match': headers.get('etag')! };
    const saved = await page.call('PUT', location, change, seen);
    expect(saved.status).toBe(204);
    expect((await page.call('PUT', location, change, seen)).status).toBe(412);
    expect((await page.call('GET', location)).headers.get('etag')).toBe(saved.headers.get('etag'));

    const given = await page.call('POST', `${location}/password`, {});
    expect(given).toMatchObject({ status: 200, body: { password: expect.any(String) } });
    expect((await page.call('DELETE', location)).status).toBe(204);
    expect((await page.call('GET', location)).status).toBe(404);
    const list = await page.call('GET', `${people}?limit=200`);
    expect(JSON.stringify(list.body)).toContain(personId);
    expect(JSON.stringify(list.body)).not.toContain(added.body['personId']);
  });

  it('finds another environment’s people, and everybody, as absent as if there were none', async () => {
    const stranger = await person([mainUser(elsewhere)]);
    const one = { name: 'X', roles: [{ role: 'auditor' }] };
    const ifMatch = { 'if-match': '"anything"' };
    const proof = { provenBy: 'call-back', reason: 'called back on the number of their contract' };
    const there = `/v1/environments/${elsewhere}/people`;
    const asked = [
      page.call('GET', there),
      page.call('POST', there, { ...one, email: 'x@example.fi' }),
      page.call('GET', `${there}/${stranger.personId}`),
      page.call('PUT', `/v1/environments/${here}/people/${stranger.personId}`, one, ifMatch),
      page.call('DELETE', `/v1/environments/${here}/people/${stranger.personId}`),
      page.call('POST', `/v1/environments/${here}/people/${stranger.personId}/password`, {}),
      page.call('DELETE', `/v1/environments/${here}/people/${stranger.personId}/second-factor`, proof),
      page.call('GET', '/v1/people'),
      page.call('DELETE', `/v1/people/${stranger.personId}`),
    ];
    for (const answer of await Promise.all(asked)) expect(answer.status).toBe(404);
    const erasure = await page.call('POST', `/v1/people/${stranger.personId}/erasure`, {});
    expect(erasure).toMatchObject({ status: 403, code: 'role.missing' });
  });

  it('makes nobody an operator', async () => {
    const body = { email: `${randomUUID()}@example.fi`, name: 'X', roles: [{ role: 'operator' }] };
    const answer = await page.call('POST', `/v1/environments/${here}/people`, body);
    expect(answer).toMatchObject({ status: 400, code: 'roles.unfit' });
  });

  it('is signed out by what the operator does: erased, they are nobody', async () => {
    await person([mainUser(here)]);
    const erased = await installed.operator.json('POST', `/v1/people/${personId}/erasure`, {});
    expect(erased.status).toBe(204);
    expect((await page.call('GET', '/v1/session')).status).toBe(401);
    const { body } = await installed.operator.call('GET', `/v1/people/${personId}`);
    expect(body).toMatchObject({ name: null, email: null, active: false });
  });
});

describe('a sign-in at the identity provider', () => {
  const callback = () => at('/v1/session/oidc/callback');
  const comeBack = async (page: Page) => {
    const { body } = await page.call('POST', '/v1/session/oidc');
    return page.browser.follow(new URL(String(body['url'])), callback());
  };

  it('lets in whoever is known by the e-mail that it has verified', async () => {
    const { email, personId } = await person([mainUser(here)]);
    provider.account = { email: email.toUpperCase(), email_verified: true };
    const page = new Page();
    const back = await comeBack(page);
    const answer = await page.browser.fetch(back, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${installed.url}/`);
    expect((await page.call('GET', '/v1/session')).body).toMatchObject({ stage: 'open', person: { id: personId } });
    expect([...page.browser.jar(back).keys()]).toEqual(['tietovirta']);
  });

  it.each<[string, () => Promise<object>]>([
    [
      'an e-mail that it has not verified',
      async () => ({ email: (await person([OPERATOR])).email, email_verified: false }),
    ],
    [
      'somebody who gave one factor',
      async () => ({ email: (await person([OPERATOR])).email, email_verified: true, acr: 'one-factor' }),
    ],
    ['somebody whom nobody knows', () => Promise.resolve({ email: 'stranger@example.fi', email_verified: true })],
    ['nobody', () => Promise.resolve({})],
  ])('does not let in %s', async (_, account) => {
    provider.account = await account();
    const page = new Page();
    const answer = await page.browser.fetch(await comeBack(page));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'session.refused' });
    expect((await page.call('GET', '/v1/session')).status).toBe(401);
  });

  it('knows them by their account there from then on, and by no other with their e-mail', async () => {
    const { email, personId } = await person([mainUser(here)]);
    const signIn = async (account: object) => {
      provider.account = { email_verified: true, ...account };
      const page = new Page();
      const { status } = await page.browser.fetch(await comeBack(page));
      return { status, body: (await page.call('GET', '/v1/session')).body };
    };
    const subject = randomUUID();
    expect((await signIn({ subject, email })).status).toBe(303);
    const renamed = await signIn({ subject, email: 'married@example.fi' });
    expect(renamed).toMatchObject({ status: 303, body: { person: { id: personId } } });
    expect((await signIn({ subject: randomUUID(), email })).status).toBe(401);
  });

  it('is begun by our own pages alone, and by no link', async () => {
    const page = new Page();
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      expect(await page.call('POST', '/v1/session/oidc', {}, headers)).toMatchObject({ code: 'request.cross-site' });
    }
    expect((await page.call('GET', '/v1/session/oidc')).status).toBe(404);
    expect([...page.browser.jar(at('/')).keys()]).toEqual([]);
  });

  it('ends the session that the browser still holds', async () => {
    const page = await signedIn(await person([OPERATOR]));
    const { token } = page;
    await page.call('POST', '/v1/session/oidc');
    expect(page.token).toBeUndefined();
    const ended = await fetch(at('/v1/session'), { headers: { authorization: `Bearer ${token}` } });
    expect(ended.status).toBe(401);
  });

  it('lets in no browser but the one that asked, and not with another’s answer', async () => {
    provider.account = { email: (await person([OPERATOR])).email, email_verified: true };
    const [page, other, stranger] = [new Page(), new Page(), new Page()];
    const back = await comeBack(page);
    await comeBack(other);
    expect((await stranger.browser.fetch(back)).status).toBe(401);
    expect((await other.browser.fetch(back)).status).toBe(401);
    expect((await page.browser.fetch(back)).status).toBe(303);
    expect((await page.browser.fetch(back)).status).toBe(401);
  });
});
