import 'reflect-metadata';

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createLog, ServiceMetrics } from '#lib/service';

import { CallersPace } from './callers-pace.js';
import type { GatewayParts } from './gateway.module.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { httpServer } from './http-server.js';
import { Oidc } from './oidc.js';
import { Site } from './site.js';

const CANARY = 'canary-7d1';
const log = createLog('gateway', 'silent');
const pace = new CallersPace({ perSecond: 1_000, atOnce: 1_000 });

/** What a request without a session never gets to: whoever asks any of it is refused before. */
const BEHIND_THE_DOORS = { database: {}, questions: {}, relay: {}, receiver: {}, room: {} } as Pick<
  GatewayParts,
  'database' | 'questions' | 'relay' | 'receiver' | 'room'
>;

let app: NestFastifyApplication;
let address: { readonly host: string; readonly port: number };

beforeAll(async () => {
  const metrics = new ServiceMetrics('gateway', { version: '1', revision: 'a' });
  const parts: GatewayParts = {
    ...BEHIND_THE_DOORS,
    metrics: new GatewayMetrics(metrics),
    site: new Site(new URL('https://tietovirta.example')),
    oidc: new Oidc(null, log),
    heldBack: { pace, log },
    legacy: { silence: 1, wait: 1, spoolBytes: 1, spoolsAtOnce: 1 },
  };
  app = await httpServer(parts, { log, metrics, trustedProxies: [], addresses: pace, version: '1' });
  await app.listen(0, '127.0.0.1');
  address = { host: '127.0.0.1', port: Number(new URL(await app.getUrl()).port) };
});
afterAll(() => app.close());

/** All that comes back for these bytes until the server hangs up. */
async function answerTo(...lines: readonly string[]): Promise<string> {
  const socket = connect(address);
  socket.write(lines.join('\r\n'));
  return text(socket);
}
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://${address.host}:${address.port}${path}`, { redirect: 'manual', ...init });
const countOf = (answer: string): number => answer.match(/HTTP\/1\.1 \d/g)?.length ?? 0;

describe('a request that two readers could read as two', () => {
  const POST = ['POST /v1/nowhere HTTP/1.1', 'Host: tietovirta.example'];
  /** Were the body taken to end earlier, this would be a request of its own. */
  const HIDDEN = ['GET /openapi.json HTTP/1.1', 'Host: tietovirta.example', 'Connection: close', '', ''];
  const EMPTY_CHUNKS = ['', '0', '', ...HIDDEN];

  it.each<[string, readonly string[]]>([
    ['a length, and chunks', ['Content-Length: 100', 'Transfer-Encoding: chunked', ...EMPTY_CHUNKS]],
    ['chunks, and a length', ['Transfer-Encoding: chunked', 'Content-Length: 100', ...EMPTY_CHUNKS]],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 100', '', ...HIDDEN]],
    ['one length twice', ['Content-Length: 0', 'Content-Length: 0', '', ...HIDDEN]],
    ['lengths in one line', ['Content-Length: 0, 100', '', ...HIDDEN]],
    ['a length with a sign', ['Content-Length: +0', '', ...HIDDEN]],
    ['a length in hexadecimal', ['Content-Length: 0x0', '', ...HIDDEN]],
    ['an encoding after the chunks', ['Transfer-Encoding: chunked, identity', ...EMPTY_CHUNKS]],
    ['an encoding that is nearly chunks', ['Transfer-Encoding: xchunked', ...EMPTY_CHUNKS]],
    ['a name with a space behind it', ['Transfer-Encoding : chunked', ...EMPTY_CHUNKS]],
    ['a line that goes on in the next', ['Transfer-Encoding:', ' chunked', 'Content-Length: 100', ...EMPTY_CHUNKS]],
    ['a line that ends without a return', ['X-A: b\nContent-Length: 100', 'Content-Length: 0', '', ...HIDDEN]],
    ['a return inside a value', ['X-A: b\rContent-Length: 0', 'Transfer-Encoding: chunked', ...EMPTY_CHUNKS]],
    ['a zero byte inside a value', ['X-A: b\0c', 'Content-Length: 0', '', ...HIDDEN]],
    ['chunks whose size is no number', ['Transfer-Encoding: chunked', '', '0x0', '', ...HIDDEN]],
  ])('is refused and hung up on: %s', async (_, lines) => {
    const answer = await answerTo(...POST, ...lines);
    expect(answer.slice(0, 13)).toBe('HTTP/1.1 400 ');
    expect(countOf(answer)).toBe(1);
    expect(answer.includes('"openapi"')).toBe(false);
  });

  it('is hung up on where its chunks are longer than they say', async () => {
    const answer = await answerTo(...POST, 'Transfer-Encoding: chunked', '', '1', 'ab', '0', '', ...HIDDEN);
    expect(answer.includes('"openapi"')).toBe(false);
  });

  it('would have shown what it hides: two that are plainly two are both answered', async () => {
    const answer = await answerTo(...POST, 'Content-Length: 0', '', ...HIDDEN);
    expect(countOf(answer)).toBe(2);
    expect(answer.includes('"openapi"')).toBe(true);
  });
});

const NOWHERE = [
  '/',
  '/index.html',
  '/docs/',
  '/dist/',
  '/node_modules/',
  '/.git/config',
  '/.env',
  '/package.json',
  '/metrics',
  '/health/live',
  '/..%2f..%2fpackage.json',
  '/v1',
  '/v1/',
];

describe('what the gateway does not have', () => {
  it.each(NOWHERE)('is absent, and nothing is listed or read from a disk: %s', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ code: 'route.absent' });
  });

  it.each(['TRACE', 'TRACK', 'DEBUG', 'CONNECT'])('tells no request back by %s', async (method) => {
    const head = [`Authorization: Bearer ${CANARY}`, 'Host: tietovirta.example', 'Connection: close', '', ''];
    for (const path of ['/', '/v1/session', '/openapi.json']) {
      const answer = await answerTo(`${method} ${path} HTTP/1.1`, ...head);
      // Nothing at all is an answer too: the server hangs up.
      expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
      expect(answer).not.toContain(CANARY);
    }
  });
});

describe('every answer', () => {
  const ASKED = [...NOWHERE, '/openapi.json', '/v1/session', '/v1/environments', '/v1/transfers?cursor=%00'];

  it.each([...ASKED, '/V1/session', '/v1//session', '/v1/session/', '//evil.example/', '/v1/session/oidc/callback'])(
    'leads nobody elsewhere: %s',
    async (path) => {
      const answer = await ask(path, { headers: { 'x-forwarded-proto': 'http' } });
      expect([200, 400, 401, 404]).toContain(answer.status);
      expect(answer.headers.get('location')).toBeNull();
    },
  );

  it.each(['https://evil.example', 'null', 'https://tietovirta.example.evil.example'])(
    'is for no script of %s to read, asked for first or not',
    async (origin) => {
      const preflight = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
      for (const path of ASKED) {
        const answers = [
          await ask(path, { method: 'OPTIONS', headers: { origin, ...preflight } }),
          await ask(path, { headers: { origin } }),
        ];
        const allowed = answers.flatMap(({ headers }) => [...headers.keys()].filter((name) => /^access-/.test(name)));
        expect(allowed).toEqual([]);
        expect(answers[0]?.status).toBe(404);
      }
    },
  );

  it.each(ASKED.filter((path) => path !== '/openapi.json'))('stays in no cache: %s', async (path) => {
    expect((await ask(path)).headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    '/<script>alert(1)</script>',
    '/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/v1/transfers/"><img src=x onerror=alert(1)>',
    '/v1/people/%0d%0aset-cookie:%20a=b',
    '/v1/people/%E2%80%A8%22%5C',
  ])('is text for its reader, whatever was asked: %s', async (path) => {
    const answer = await answerTo(
      `GET ${path.replaceAll(' ', '%20')} HTTP/1.1`,
      'Host: tietovirta.example',
      'Connection: close',
      '',
      '',
    );
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^content-type: application\/problem\+json; charset=utf-8$/im);
    expect(head).toMatch(/^x-content-type-options: nosniff$/im);
    expect(head).not.toMatch(/^set-cookie/im);
    expect(JSON.parse(body)).toMatchObject({ status: expect.any(Number), code: expect.any(String) });
  });
});

/** What addresses hold, in paths and queries. Whoever adds one says here that it may stand in the history of a browser. */
const IN_ADDRESSES: readonly string[] = [
  // Ids, and names that somebody gave to a thing.
  'actorId company companyId documentId environmentId exportId id key name onboardingId partnerUserId personId',
  'runId schema sessionId transferId',
  // Words of closed lists, moments and numbers.
  'action allOrNothing before cause charset commit confirm cursor deleted dryRun file flow from gzip lang level limit order outcome',
  'phase register result rule since state stream until version wait whenClosed',
  // What is searched for, in the audit log and in lists; `to` is a telephone of the sandbox, which production has not.
  'address search subject text to',
];

describe('the addresses of the gateway', () => {
  it('hold ids, filters and what is searched for, and nothing that opens anything', async () => {
    const { paths } = (await (await ask('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
    };
    const named = Object.entries(paths).flatMap(([path, methods]) => [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      ...Object.values(methods).flatMap(({ parameters = [] }) =>
        parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      ),
    ]);
    const judged = IN_ADDRESSES.flatMap((kind) => kind.split(' '));
    expect([...new Set(named)].filter((name) => !judged.includes(name)).sort()).toEqual([]);
    expect(judged.filter((name) => /pass|secret|token|credential|email|mobile|^code$/i.test(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(200);
  });
});

/** Every name of a field in a schema, however deep. */
const fieldsOf = (schema: unknown): readonly string[] =>
  typeof schema !== 'object' || schema === null
    ? []
    : Object.entries(schema).flatMap(([name, value]) => [
        ...(name === 'properties' ? Object.keys(value as object) : []),
        ...fieldsOf(value),
      ]);

describe('the bodies that the gateway takes', () => {
  it('ask for no hint and no answer to a secret question, and for a password or a code where one signs in or changes it', async () => {
    const { paths } = (await (await ask('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { requestBody?: object }>>;
    };
    const taken = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) =>
        fieldsOf(requestBody).map((field) => [`${method.toUpperCase()} ${path}`, field] as const),
      ),
    );
    expect(taken.filter(([, field]) => /hint|question|answer|reminder|maiden|birth|pet/i.test(field))).toEqual([]);
    const opening = taken.filter(([, field]) => /password|^code$|^current$|otp/i.test(field));
    expect(Object.fromEntries(opening.map(([route, field]) => [`${route} ${field}`, true]))).toEqual({
      'POST /v1/token password': true,
      'POST /v1/token/password oldPassword': true,
      'POST /v1/token/password newPassword': true,
      'POST /v1/session password': true,
      'POST /v1/session/second-factor code': true,
      'POST /v1/session/password current': true,
      'POST /v1/session/password password': true,
      'DELETE /v1/person/sessions currentPassword': true,
      'DELETE /v1/person/sessions/{sessionId} currentPassword': true,
      'PUT /v1/people/{personId} currentPassword': true,
    });
  });
});
