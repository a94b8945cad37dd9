import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { CLIENT, type Json, SCOPES, type SeveraBench, startSeveraBench, typeOf } from './severa.spec-support.js';

let bench: SeveraBench;
beforeEach(async () => {
  bench = await startSeveraBench();
});
afterEach(() => bench.sandbox.close());

const later = (seconds: number): void => {
  bench.clock.now = new Date(bench.clock.now.getTime() + seconds * 1000);
};
const bearing = (token: unknown): Record<string, string> => ({ Authorization: `Bearer ${String(token)}` });
const settings = (more: Json) => bench.control('PATCH', `/organisations/${CLIENT.clientId}`, more);

describe('a token', () => {
  it('is given for the scopes that are asked for, and says when it is over', async () => {
    const { status, json } = await bench.token({ scope: 'customers:read,invoices:read' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      access_token_type: 'Bearer',
      access_token_expires_in: 3600,
      access_token_expires_utc: '2026-03-05T11:00:00.000Z',
      scope: 'customers:read,invoices:read',
    });
  });

  it.each([
    ['commas', 'customers:read,fees:read', 'customers:read,fees:read'],
    ['commas and spaces', 'customers:read, fees:read', 'customers:read,fees:read'],
    ['spaces', 'customers:read fees:read', 'customers:read,fees:read'],
    ['nothing asked for', undefined, SCOPES.join(',')],
  ])('takes scopes with %s', async (_, scope, granted) => {
    expect((await bench.token({ scope })).json).toMatchObject({ scope: granted });
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401],
    ['an unknown client', { client_id: 'unknown' }, 401],
    ['no secret', { client_secret: '' }, 400],
    ['no client', { client_id: undefined }, 400],
    ['a scope that is not allowed', { scope: 'customers:read,customers:delete' }, 401],
  ])('is refused for %s', async (_, more, status) => {
    expect((await bench.token(more)).status).toBe(status);
  });

  it('leaves a scope out that is not allowed, where it is told so', async () => {
    await settings({ otherScopes: 'left-out' });
    const { json } = await bench.token({ scope: 'customers:read,customers:delete' });
    expect(json).toMatchObject({ scope: 'customers:read' });
  });

  it('is good until it is over, and not then', async () => {
    await settings({ tokenSeconds: 60 });
    const { access_token: token } = (await bench.token()).json as Json;
    later(59);
    expect((await bench.call('GET', '/heartbeat/authorized', undefined, bearing(token))).status).toBe(204);
    later(1);
    expect((await bench.call('GET', '/heartbeat/authorized', undefined, bearing(token))).status).toBe(401);
  });

  it('is renewed once by its refresh token, which is a bare JSON string', async () => {
    const { refresh_token: refresh } = (await bench.token({ scope: 'fees:read' })).json as Json;
    const { status, json } = await bench.call('POST', '/v1/refreshtoken', refresh);
    expect([status, json]).toEqual([200, expect.objectContaining({ scope: 'fees:read' })]);
    const renewed = bearing((json as Json)['access_token']);
    expect((await bench.call('GET', '/v1/projectfees', undefined, renewed)).status).toBe(200);
    expect((await bench.call('POST', '/v1/refreshtoken', refresh)).status).toBe(401);
  });

  it('is not renewed for another client', async () => {
    const { refresh_token: refresh } = (await bench.token()).json as Json;
    expect((await bench.call('POST', '/v1/refreshtoken', refresh, { Client_Id: 'another' })).status).toBe(401);
  });

  it('outlives its refresh token after a sign-out', async () => {
    const { refresh_token: refresh } = (await bench.token()).json as Json;
    expect((await bench.call('POST', '/v1/signout', refresh)).status).toBe(200);
    expect((await bench.call('POST', '/v1/refreshtoken', refresh)).status).toBe(401);
    expect((await bench.call('GET', '/heartbeat/authorized')).status).toBe(204);
  });
});

describe('a call', () => {
  it.each([
    ['no token', { Authorization: '' }],
    ['an unknown token', { Authorization: 'Bearer unknown' }],
    ['no Client_Id', { Client_Id: '' }],
    ["another's Client_Id", { Client_Id: 'another' }],
  ])('with %s is AuthenticationRequired', async (_, headers) => {
    const said = await bench.call('GET', '/v1/customers', undefined, headers);
    expect([said.status, typeOf(said)]).toEqual([401, 'AuthenticationRequired']);
  });

  it('needs no token for the heartbeat of the server', async () => {
    const { status } = await bench.call('GET', '/heartbeat/server', undefined, { Authorization: '', Client_Id: '' });
    expect(status).toBe(200);
  });

  it.each([
    ['GET', '/v1/customers', 'customers:read'],
    ['POST', '/v1/customers', 'customers:write'],
    ['GET', '/v1/products', 'settings:read'],
    ['GET', '/v1/invoices/none/pdf', 'files:read'],
    ['GET', '/v1/invoices/none/workhours', 'invoices:read'],
    ['PATCH', '/v1/invoices/none', 'invoices:write'],
  ])('%s %s without the scope %s is InsufficientApiScope', async (method, path, scope) => {
    const others = SCOPES.filter((one) => one !== scope);
    const { access_token: token } = (await bench.token({ scope: others.join(',') })).json as Json;
    const body = method === 'GET' ? undefined : {};
    const said = await bench.call(method, path, body, bearing(token));
    expect([said.status, typeOf(said)]).toEqual([403, 'InsufficientApiScope']);
    expect(JSON.stringify(said.json)).toContain(scope);
  });

  it('loses a scope at once when it is taken from the client', async () => {
    await settings({ scopes: ['settings:read'] });
    expect((await bench.call('GET', '/v1/customers')).status).toBe(403);
    expect((await bench.call('GET', '/v1/products')).status).toBe(200);
  });

  it('is refused as the organisation is told to refuse', async () => {
    await settings({ refuses: 'TermsOfServiceNotApproved' });
    const said = await bench.call('GET', '/v1/products');
    expect([said.status, typeOf(said)]).toEqual([403, 'TermsOfServiceNotApproved']);
    expect((await bench.call('GET', '/heartbeat/authorized')).status).toBe(403);
    await settings({ refuses: null });
    expect((await bench.call('GET', '/v1/products')).status).toBe(200);
  });

  it('of an organisation that was made anew needs a new token', async () => {
    await bench.control('POST', '/organisations', { ...CLIENT, scopes: SCOPES });
    expect((await bench.call('GET', '/v1/products')).status).toBe(401);
    expect((await bench.token()).status).toBe(200);
  });

  it('may name the version either way', async () => {
    expect((await bench.call('GET', '/v1.0/products')).status).toBe(200);
  });

  it.each([
    ['GET', '/v1/nothing', undefined, {}, 404],
    ['DELETE', '/v1/customers/some', undefined, {}, 405],
    ['GET', '/v1/customers?isactive=true', undefined, {}, 400],
    ['GET', '/v1/customers?firstRow=20', undefined, {}, 400],
    ['POST', '/v1/customers', { name: 'x' }, { 'Content-Type': 'text/plain' }, 415],
    ['POST', '/v1/customers', ['x'], {}, 400],
  ])('%s %s with %j and %j is a %i', async (method, path, body, headers, status) => {
    expect((await bench.call(method, path, body, headers)).status).toBe(status);
  });
});

describe('a user that was removed', () => {
  it('stops the token, the credentials and every call, until it is back', async () => {
    expect((await bench.control('DELETE', `/users/${CLIENT.clientId}`)).status).toBe(204);
    expect((await bench.call('GET', '/v1/products')).status).toBe(401);
    expect((await bench.token()).status).toBe(401);
    expect((await bench.control('PUT', `/users/${CLIENT.clientId}`)).status).toBe(204);
    expect((await bench.call('GET', '/v1/products')).status).toBe(200);
  });

  it('is also the record of that user being removed, and of no other', async () => {
    const { user } = (await bench.control('GET', `/organisations/${CLIENT.clientId}`)).json as { user: string };
    const other = await bench.seed('users');
    await bench.control('DELETE', `/organisations/${CLIENT.clientId}/users/${String(other['guid'])}`);
    expect((await bench.call('GET', '/v1/products')).status).toBe(200);
    await bench.control('DELETE', `/organisations/${CLIENT.clientId}/users/${user}`);
    expect((await bench.call('GET', '/v1/products')).status).toBe(401);
  });
});

describe('the limit', () => {
  beforeEach(async () => {
    await bench.control('PUT', '/limit', { perSecond: 10 });
    later(1);
  });
  const statuses = async (count: number): Promise<number[]> => {
    const all: number[] = [];
    for (let call = 0; call < count; call += 1) all.push((await bench.call('GET', '/v1/vatrates')).status);
    return all;
  };

  it('lets ten calls of a client through in a second, token requests too, and answers in plain text beyond', async () => {
    expect((await bench.token()).status).toBe(200);
    expect(await statuses(9)).toEqual(Array(9).fill(200));
    const { status, headers, json } = await bench.call('GET', '/v1/vatrates');
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([
      429,
      'text/plain;charset=UTF-8',
      undefined,
    ]);
    expect(json).toBe('API calls quota exceeded! maximum admitted 10 per 1s.');
    later(1);
    expect(await statuses(1)).toEqual([200]);
  });

  it("is each client's own", async () => {
    await bench.control('POST', '/organisations', { clientId: 'other', clientSecret: 'other-secret', scopes: SCOPES });
    await statuses(11);
    const asked = { client_id: 'other', client_secret: 'other-secret' };
    expect((await bench.token(asked)).status).toBe(200);
    const { json } = await bench.control('GET', '/traffic');
    expect(json).toMatchObject({ other: { granted: 1, limited: 0 }, [CLIENT.clientId]: { limited: 1 } });
  });

  it('is another, with Retry-After, when it is told so', async () => {
    await bench.control('PUT', '/limit', { perSecond: 2, retryAfter: 3 });
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await bench.call('GET', '/v1/vatrates')).headers['retry-after']).toBe('3');
  });
});
