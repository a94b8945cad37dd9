import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { freePort } from '#lib/testing';

import { DEFAULT_LIMITS, type ExchangeLimits } from '../exchange.js';
import { SeveraClient } from './severa-client.js';
import type { SeveraCredentials, SeveraRequest } from './severa-request.js';

const LIMITS: ExchangeLimits = { connect: 10_000, headers: 10_000, body: 10_000, answerBytes: 100_000 };
const CREDENTIALS: SeveraCredentials = {
  clientId: 'link.apps.severa.com',
  clientSecret: 'CANARY-secret',
  scopes: ['invoices:read', 'invoices:write'],
};
const CUSTOMERS: SeveraRequest = { method: 'GET', path: ['customers'], paging: 'token' };
const START = Date.parse('2026-03-05T09:00:00Z');

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The connection ends without an answer. */
  readonly cut?: boolean;
}

const json = (value: unknown, status = 200): Said => ({ status, body: JSON.stringify(value) });

const errorOf = (httpStatusCode: number, type: string, ...messages: string[]): Said =>
  json(
    {
      error: {
        httpStatusCode,
        type,
        details: messages.map((message) => ({ message, url: null })),
        stack: 'CANARY-stack',
      },
    },
    httpStatusCode,
  );

const tokenOf = (more: Readonly<Record<string, unknown>> = {}): Said =>
  json({
    access_token: `token-${++tokens}`,
    access_token_type: 'Bearer',
    access_token_expires_in: 3600,
    access_token_expires_utc: new Date(clock + 3_600_000).toISOString(),
    refresh_token: 'CANARY-refresh',
    scope: CREDENTIALS.scopes.join(','),
    ...more,
  });

const closing: (() => void)[] = [];
let clock = START;
let tokens = 0;
let seen: Seen[] = [];
let paced: string[] = [];

beforeEach(() => {
  clock = START;
  tokens = 0;
  seen = [];
  paced = [];
});
afterEach(() => closing.splice(0).forEach((close) => close()));

const calls = (): string[] => seen.map(({ method, target }) => `${method} ${target}`);

function clientAt(port: number, limits = LIMITS): SeveraClient {
  const client = new SeveraClient({
    url: `http://127.0.0.1:${port}/rest-api/`,
    soapUrl: `http://127.0.0.1:${port}/webservice/S3/API.svc`,
    pace: (clientId) => {
      paced.push(clientId);
      return Promise.resolve();
    },
    now: () => new Date(clock),
    limits,
  });
  closing.unshift(() => client.close());
  return client;
}

/** A server that hands tokens out, unless told otherwise, and answers everything else as said. */
async function answering(
  answer: (request: Seen) => Said | Promise<Said>,
  token: () => Said | Promise<Said> = tokenOf,
  limits = LIMITS,
) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      const one: Seen = { method, target, headers, body: Buffer.concat(parts).toString() };
      seen.push(one);
      const saying = target === '/rest-api/v1/token' ? token() : answer(one);
      void Promise.resolve(saying).then(({ status = 200, headers: more = {}, body = '', cut }) => {
        if (cut) return request.socket.destroy();
        return response.writeHead(status, more).end(body);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return clientAt((server.address() as AddressInfo).port, limits);
}

describe('a request to Severa', () => {
  it('carries a token, the client id, and each part as it was given', async () => {
    const client = await answering(() => ({ status: 204 }));
    await client.send(CREDENTIALS, {
      method: 'PATCH',
      path: ['invoices', 'a/b ä'],
      query: [['numbers', '1&2']],
      body: [{ op: 'Replace', path: '/paymentDate', value: '2026-03-18' }],
    });

    expect(calls()).toEqual(['POST /rest-api/v1/token', 'PATCH /rest-api/v1/invoices/a%2Fb%20%C3%A4?numbers=1%262']);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      client_id: CREDENTIALS.clientId,
      client_secret: CREDENTIALS.clientSecret,
      scope: 'invoices:read,invoices:write',
    });
    expect(seen[1]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      client_id: CREDENTIALS.clientId,
      accept: 'application/json',
      'content-type': 'application/json',
    });
    expect(seen[1]?.body).toBe('[{"op":"Replace","path":"/paymentDate","value":"2026-03-18"}]');
  });

  it('stands beside /v1 when it asks for the heartbeat', async () => {
    const client = await answering(() => ({ status: 204 }));
    const reply = await client.send(CREDENTIALS, { method: 'GET', path: ['heartbeat', 'authorized'] });
    expect(reply).toEqual({ as: 'ok', status: 204, body: null, nextPageToken: null });
    expect(calls()[1]).toBe('GET /rest-api/heartbeat/authorized');
  });

  it('waits for its turn before every request, those for tokens too', async () => {
    const client = await answering(() => json([]));
    await client.send(CREDENTIALS, CUSTOMERS);
    await client.send(CREDENTIALS, CUSTOMERS);
    expect(paced).toEqual([CREDENTIALS.clientId, CREDENTIALS.clientId, CREDENTIALS.clientId]);
  });

  it('hands the token of the next page over', async () => {
    const client = await answering(() => ({ ...json([{ number: 1 }]), headers: { NextPageToken: 'p2' } }));
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toEqual({
      as: 'ok',
      status: 200,
      body: [{ number: 1 }],
      nextPageToken: 'p2',
    });
  });

  it('brings a file as its bytes', async () => {
    const file = Buffer.from('%PDF-1.4\n\u0000\u00ff', 'latin1');
    const client = await answering(() => ({ body: file, headers: { 'Content-Type': 'application/pdf' } }));
    const reply = await client.send(CREDENTIALS, { method: 'GET', path: ['invoices', 'g', 'pdf'], accept: 'bytes' });
    expect(reply).toMatchObject({ as: 'ok', body: file });
  });

  it.each([
    ['a page', { body: '<html>Log in</html>' }, 'HTML instead of a file'],
    [
      'something packed',
      { body: gzipSync('%PDF'), headers: { 'Content-Encoding': 'gzip' } },
      'a packed answer, which was not asked for',
    ],
  ])('takes %s for no file', async (_, said, why) => {
    const client = await answering(() => said);
    const reply = await client.send(CREDENTIALS, { method: 'GET', path: ['invoices', 'g', 'pdf'], accept: 'bytes' });
    expect(reply).toEqual({ as: 'unknown', why });
  });

  it('leaves a file of more than 8 MB where it is', async () => {
    const file = Buffer.alloc(8 * 1024 * 1024 + 1);
    const client = await answering(() => ({ body: file }), tokenOf, { ...DEFAULT_LIMITS, body: 20_000 });
    const reply = await client.send(CREDENTIALS, { method: 'GET', path: ['invoices', 'g', 'pdf'], accept: 'bytes' });
    expect(reply).toMatchObject({ as: 'refused', type: 'TooLarge' });
  });

  it('is no page that the memory has no room for', async () => {
    const page = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');
    const client = await answering(() => ({ body: page }), tokenOf, { ...DEFAULT_LIMITS, body: 20_000 });
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toEqual({ as: 'unknown', why: 'the answer is too large' });
  });
});

describe('the answer', () => {
  it.each<[string, Said, unknown]>([
    [
      'refuses data',
      errorOf(400, 'InvalidParameter', 'The value is not valid.'),
      { as: 'refused', status: 400, type: 'InvalidParameter', texts: ['The value is not valid.'] },
    ],
    [
      'knows no such record',
      errorOf(404, 'InvalidRequest'),
      { as: 'refused', status: 404, type: 'InvalidRequest', texts: [] },
    ],
    [
      'is a page of some proxy',
      { status: 404, body: '<html>Not found</html>' },
      { as: 'refused', status: 404, type: null, texts: [] },
    ],
    [
      'lacks a scope',
      errorOf(403, 'InsufficientApiScope', 'Scope invoices:write is required.'),
      { as: 'not-set-up', type: 'InsufficientApiScope', text: 'Scope invoices:write is required.' },
    ],
    ['lacks an add-on', errorOf(400, 'AddonMissing', 'No.'), { as: 'not-set-up', type: 'AddonMissing', text: 'No.' }],
    [
      'wants the terms approved',
      errorOf(403, 'TermsOfServiceNotApproved'),
      { as: 'not-set-up', type: 'TermsOfServiceNotApproved', text: '' },
    ],
    [
      'lacks a scope, as some say it',
      errorOf(401, 'InsufficientApiScope', 'No.'),
      { as: 'not-set-up', type: 'InsufficientApiScope', text: 'No.' },
    ],
    ['forbids without a word', { status: 403 }, { as: 'not-set-up', type: 'PermissionDenied', text: '' }],
    [
      'is the limiter, in plain text',
      { status: 429, body: 'API calls quota exceeded! maximum admitted 10 per 1s.' },
      { as: 'limited', retryAfter: null },
    ],
    [
      'is the limiter, with a time',
      { status: 429, body: 'x', headers: { 'Retry-After': '3' } },
      { as: 'limited', retryAfter: 3 },
    ],
    [
      'is a fault of theirs',
      errorOf(500, 'InternalSystemError', 'x'),
      { as: 'unknown', why: 'status 500 InternalSystemError' },
    ],
    ['is a gateway', { status: 502, body: '<html>' }, { as: 'unknown', why: 'status 502' }],
    ['sends elsewhere', { status: 302, headers: { Location: '/' } }, { as: 'unknown', why: 'status 302' }],
    ['is HTML', { body: '<!doctype html>' }, { as: 'unknown', why: 'HTML instead of JSON' }],
    [
      'is packed',
      { body: gzipSync('[]'), headers: { 'Content-Encoding': 'gzip' } },
      { as: 'unknown', why: 'a packed answer, which was not asked for' },
    ],
    ['is cut JSON', { body: '[{"a":' }, { as: 'unknown', why: 'an answer that is not JSON' }],
    ['never comes', { cut: true }, { as: 'unknown', why: 'ECONNRESET' }],
  ])('that %s is told by its kind', async (_, said, expected) => {
    const client = await answering(() => said);
    const reply = await client.send(CREDENTIALS, CUSTOMERS);
    expect(reply).toEqual(expected);
    expect(JSON.stringify(reply)).not.toContain('CANARY');
    expect(calls()).toHaveLength(2);
  });

  it('is "unreachable" when nobody listens, since nothing was sent', async () => {
    const client = clientAt(await freePort());
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toMatchObject({ as: 'unreachable' });
  });
});

describe('the token', () => {
  it('is asked for once, however many wait for it', async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const client = await answering(
      () => json([]),
      () => held.then(() => tokenOf()),
    );
    const all = Promise.all(Array.from({ length: 5 }, () => client.send(CREDENTIALS, CUSTOMERS)));
    release?.();
    expect((await all).map(({ as }) => as)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(calls().filter((call) => call.includes('token'))).toHaveLength(1);
  });

  it.each([
    ['is kept until a minute before its end', {}, 3_539_000, 1],
    ['is asked for anew from there', {}, 3_540_000, 2],
    [
      'ends by the seconds when our clock is behind',
      { access_token_expires_utc: '2027-01-01T00:00:00Z' },
      3_540_000,
      2,
    ],
    ['ends in UTC where no zone is said', { access_token_expires_utc: '2026-03-05T09:30:00' }, 1_740_000, 2],
    [
      'is kept for a while when it says nothing',
      { access_token_expires_in: null, access_token_expires_utc: null },
      500_000,
      1,
    ],
  ])('%s', async (_, more, later, requests) => {
    const client = await answering(
      () => json([]),
      () => tokenOf(more),
    );
    await client.send(CREDENTIALS, CUSTOMERS);
    clock += later;
    await client.send(CREDENTIALS, CUSTOMERS);
    expect(tokens).toBe(requests);
  });

  it('is replaced once when Severa does not take it', async () => {
    const client = await answering(({ headers }) =>
      headers.authorization === 'Bearer token-2' ? json(['here']) : errorOf(401, 'AuthenticationRequired'),
    );
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toMatchObject({ as: 'ok', body: ['here'] });
    expect(tokens).toBe(2);
  });

  it('is replaced once, however many learn that it was not taken', async () => {
    let late: (() => void) | undefined;
    const renewed = new Promise<void>((resolve) => (late = resolve));
    const client = await answering(async ({ target, headers }) => {
      if (headers.authorization === 'Bearer token-1') {
        if (target.endsWith('slow')) await renewed;
        return errorOf(401, 'AuthenticationRequired');
      }
      late?.();
      return json([]);
    });
    const slow = client.send(CREDENTIALS, { method: 'GET', path: ['slow'] });
    const quick = client.send(CREDENTIALS, { method: 'GET', path: ['quick'] });
    expect((await Promise.all([slow, quick])).map(({ as }) => as)).toEqual(['ok', 'ok']);
    expect(tokens).toBe(2);
  });

  it('is not replaced again and again', async () => {
    const client = await answering(() => errorOf(401, 'AuthenticationRequired', 'Authentication is required.'));
    const reply = await client.send(CREDENTIALS, CUSTOMERS);
    expect(reply).toEqual({ as: 'unauthorised', text: 'Authentication is required.' });
    expect(calls()).toHaveLength(4);
  });

  it('belongs to one secret', async () => {
    const client = await answering(() => json([]));
    await client.send(CREDENTIALS, CUSTOMERS);
    await client.send({ ...CREDENTIALS, clientSecret: 'another' }, CUSTOMERS);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer token-1',
      undefined,
      'Bearer token-2',
    ]);
  });

  it.each<[string, Said, unknown]>([
    ['wrong credentials', errorOf(401, 'AuthenticationRequired', 'No.'), { as: 'unauthorised', text: 'No.' }],
    ['a client nobody knows', errorOf(400, 'InvalidParameter', 'No.'), { as: 'unauthorised', text: 'No.' }],
    [
      'a secret that is repeated',
      errorOf(401, 'AuthenticationRequired', 'No CANARY-secret.'),
      { as: 'unauthorised', text: 'No ***.' },
    ],
    [
      'terms',
      errorOf(403, 'TermsOfServiceNotApproved'),
      { as: 'not-set-up', type: 'TermsOfServiceNotApproved', text: '' },
    ],
    ['the limiter', { status: 429, body: 'API calls' }, { as: 'limited', retryAfter: null }],
    ['a fault of theirs', { status: 503 }, { as: 'unreachable', why: 'no token: status 503' }],
    ['silence', { cut: true }, { as: 'unreachable', why: 'no token: ECONNRESET' }],
    ['another shape', json({ token: 'x' }), { as: 'unreachable', why: 'no token: an answer without one' }],
    [
      'what no header carries',
      json({ access_token: 'a\nb' }),
      { as: 'unreachable', why: 'no token: an answer without one' },
    ],
  ])('that does not come for %s leaves the request unsent', async (_, said, expected) => {
    const client = await answering(
      () => json([]),
      () => said,
    );
    expect(await client.send(CREDENTIALS, { method: 'POST', path: ['projectfees'], body: {} })).toEqual(expected);
    expect(calls()).toEqual(['POST /rest-api/v1/token']);
  });

  it.each([
    ['invoices:read,invoices:write', 'ok'],
    ['INVOICES:READ invoices:write, settings:read', 'ok'],
    ['invoices:read', 'not-set-up'],
    ['', 'not-set-up'],
    [null, 'ok'],
  ])('with the scope %p makes the request %p', async (scope, as) => {
    const client = await answering(
      () => json([]),
      () => tokenOf({ scope }),
    );
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toMatchObject({ as });
  });

  it('that lacks scopes names them', async () => {
    const client = await answering(
      () => json([]),
      () => tokenOf({ scope: 'settings:read' }),
    );
    expect(await client.send(CREDENTIALS, CUSTOMERS)).toEqual({
      as: 'not-set-up',
      type: 'InsufficientApiScope',
      text: 'invoices:read, invoices:write',
    });
  });

  it('is not asked for with a client id that no header carries', async () => {
    const client = await answering(() => json([]));
    expect(await client.send({ ...CREDENTIALS, clientId: 'a\r\nb' }, CUSTOMERS)).toMatchObject({ as: 'unauthorised' });
    expect(calls()).toEqual([]);
  });
});
