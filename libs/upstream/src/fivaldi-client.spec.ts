import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from '@jest/globals';

import { freePort } from '#lib/testing';

import { DEFAULT_LIMITS, type ExchangeLimits } from './exchange.js';
import { FivaldiClient, type FivaldiRequest } from './fivaldi-client.js';
import { signature } from './signature.js';

const SECRET = 'CANARY-partner-secret';
const NOW = new Date('2025-01-01T00:00:00.900Z');
const QUICK: ExchangeLimits = { connect: 300, headers: 150, body: 150, answerBytes: 1_000 };
const PING: FivaldiRequest = { method: 'GET', path: ['ping'] };

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listening(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function clientOf(port: number, limits = QUICK): FivaldiClient {
  const url = `http://127.0.0.1:${port}/customer/api/`;
  const client = new FivaldiClient({ url, partnerId: 'ws-example', partnerSecret: SECRET, now: () => NOW, limits });
  closing.unshift(() => client.close());
  return client;
}

async function answering(answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, response, Buffer.concat(parts)));
  });
  return clientOf(await listening(server));
}

/** A server that writes these bytes, and then does as told. */
async function writing(bytes: string, then: (socket: Socket) => void = (socket) => void socket.end()) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.from(bytes, 'latin1'));
      then(socket);
    });
    closing.push(() => socket.destroy());
  });
  return clientOf(await listening(server));
}

const answer = (status: string, type: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n${more}\r\n${body}`;

describe('the client of the Customer API', () => {
  it('signs the very bytes that it sends', async () => {
    let seen: { target: string; headers: IncomingMessage['headers']; body: string } | undefined;
    const client = await answering((request, response, body) => {
      seen = { target: request.url ?? '', headers: request.headers, body: body.toString() };
      response.end('{}');
    });
    const body = { customerName: 'Äiti & Öljy Oy', salesPrice: { decimal: '0.10' } };
    await client.send({ method: 'POST', path: ['companies', 'a/b ä', '..'], query: [['productCode', 'A+B&C']], body });

    expect(seen?.target).toBe('/customer/api/companies/a%2Fb%20%C3%A4/%2E%2E?productCode=A%2BB%26C');
    expect(seen?.body).toBe('{"customerName":"Äiti & Öljy Oy","salesPrice":0.10}');
    expect(seen?.headers['content-type']).toBe('application/json');
    expect(seen?.headers['x-fivaldi-timestamp']).toBe('1735689600');
    const signed = signature(SECRET, {
      method: 'POST',
      target: seen?.target ?? '',
      headers: { 'X-Fivaldi-Partner': 'ws-example', 'X-Fivaldi-Timestamp': '1735689600' },
      body: { bytes: Buffer.from(seen?.body ?? ''), contentType: 'application/json' },
    });
    expect(seen?.headers.authorization).toBe(`Fivaldi ${signed}`);
  });

  it('sends no Content-Type where there is no body', async () => {
    let headers: IncomingMessage['headers'] = {};
    const client = await answering((request, response) => {
      ({ headers } = request);
      response.end();
    });
    expect(await client.send(PING)).toEqual({ as: 'ok', status: 200, result: null, limits: {} });
    expect(headers).not.toHaveProperty('content-type');
  });

  it('hands the rate limit over with every answer', async () => {
    const limits = 'X-RateLimit-Remaining: 3\r\nX-RateLimit-Replenish-Rate: 2\r\nX-RateLimit-Burst-Capacity: 10\r\n';
    const client = await writing(
      answer('429 Too Many Requests', 'text/plain', 'slow down', `${limits}Retry-After: 4\r\n`),
    );
    expect(await client.send(PING)).toEqual({
      as: 'limited',
      retryAfter: 4,
      limits: { remaining: 3, rate: 2, capacity: 10 },
    });
  });

  it.each([
    [
      'the older family',
      '400 Bad Request',
      '{"status":{},"message":"Validation failed","errors":["Product code with id [X] does not exist on Fivaldi company"]}',
      { family: 'list', complaints: [{ text: 'Product code with id [X] does not exist on Fivaldi company' }] },
    ],
    [
      'the older family, in brief',
      '404 Not Found',
      '{"status":404,"message":"No such"}',
      { family: 'list', complaints: [{ text: 'No such' }] },
    ],
    [
      'bookkeeping',
      '400 Bad Request',
      '{"message":"no","errors":[{"errorCode":43,"message":"INVALID_DIMENSION"}]}',
      { family: 'coded', complaints: [{ text: 'INVALID_DIMENSION', code: '43' }] },
    ],
    [
      'the envelope',
      '400 Bad Request',
      '{"status":"BAD","httpResponseCode":"400","errors":[{"code":"E1","fieldName":"quantity","errorMsg":"is missing"}],"result":null}',
      { family: 'envelope', complaints: [{ text: 'is missing', code: 'E1', field: 'quantity' }] },
    ],
    ['an error page', '400 Bad Request', '<html><h1>Bad</h1></html>', { family: 'unreadable', complaints: [] }],
  ])('reads a refusal as %s has it', async (_, status, body, expected) => {
    const client = await writing(answer(status, 'application/json', body));
    expect(await client.send(PING)).toEqual({
      as: 'refused',
      status: Number(status.slice(0, 3)),
      ...expected,
      limits: {},
    });
  });

  it('opens an envelope, and takes one with errors and no result for a refusal', async () => {
    const envelope = (inner: object) =>
      answer('201 Created', 'application/json', JSON.stringify({ httpResponseCode: '201', ...inner }));
    const opened = await (await writing(envelope({ errors: [], result: [1] }))).send(PING);
    expect(opened).toMatchObject({ as: 'ok', status: 201, result: [1] });
    const refused = await (await writing(envelope({ errors: [{ errorMsg: 'no' }], result: null }))).send(PING);
    expect(refused).toMatchObject({ as: 'refused', family: 'envelope', complaints: [{ text: 'no' }] });
  });

  it.each([
    ['401 Unauthorized', 401],
    ['403 Forbidden', 403],
  ])('takes %s for what it is, whatever stands in it', async (status, expected) => {
    const client = await writing(answer(status, 'text/html', '<html>sign in</html>'));
    expect(await client.send(PING)).toEqual({ as: 'unauthorised', status: expected, limits: {} });
  });

  const HUGE = answer('200 OK', 'application/json', `"${'x'.repeat(2_000)}"`);
  it.each([
    ['an error of the server', answer('500 Internal Server Error', 'text/plain', 'oops')],
    ['a way elsewhere', answer('302 Found', 'text/html', '', 'Location: /login\r\n')],
    ['HTML instead of JSON', answer('200 OK', 'text/html', '<!doctype html><title>Sign in</title>')],
    ['HTML that says it is JSON', answer('200 OK', 'application/json', ' <HTML></HTML>')],
    ['another encoding', answer('200 OK', 'application/json', '{"customerName":"\xC4iti"}')],
    ['half of the JSON', answer('200 OK', 'application/json', '{"customerId":"10')],
    ['an answer cut off', answer('200 OK', 'application/json', '{"customerId":"1001"}').slice(0, -5)],
    ['no answer at all', ''],
    ['what is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['an answer that is too large', HUGE],
    [
      'a packed answer',
      answer('200 OK', 'application/json', gzipSync('{}').toString('latin1'), 'Content-Encoding: gzip\r\n'),
    ],
  ])('does not know what became of the request after %s', async (_, bytes) => {
    const client = await writing(bytes);
    expect(await client.send({ method: 'POST', path: ['x'], body: {} })).toMatchObject({ as: 'unknown' });
  });

  it.each([
    ['never begins', ''],
    ['never ends', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{'],
  ])('gives up an answer that %s', async (_, bytes) => {
    const client = await writing(bytes, () => undefined);
    expect(await client.send(PING)).toMatchObject({ as: 'unknown', why: expect.stringMatching(/in time/) });
  });

  it('knows that nothing was sent where there was no connection', async () => {
    const client = clientOf(await freePort());
    expect(await client.send(PING)).toEqual({ as: 'unreachable', why: 'ECONNREFUSED', limits: {} });
  });

  it('never shows its secret', async () => {
    const client = clientOf(await freePort(), DEFAULT_LIMITS);
    const { inspect } = await import('node:util');
    const shown = inspect([client, await client.send(PING)], { depth: 9, showHidden: true }) + JSON.stringify(client);
    expect(shown).not.toContain(SECRET);
  });
});
