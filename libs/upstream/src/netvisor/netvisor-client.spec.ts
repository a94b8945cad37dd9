import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

import { freePort } from '#lib/testing';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { ExchangeLimits } from '../exchange.js';
import { element } from './element.js';
import { UnknownElement } from './element-order.js';
import { mac } from './mac.js';
import { NetvisorClient, type NetvisorCredentials, type NetvisorRequest } from './netvisor-client.js';

const QUICK: ExchangeLimits = { connect: 300, headers: 150, body: 150, answerBytes: 2_000 };
const NOW = new Date('2026-11-21T09:30:00.123Z');
const CREDENTIALS: NetvisorCredentials = {
  host: 'training',
  customerId: 'TE_cust_7',
  customerKey: 'CANARY-customer-key',
  organisationId: '1967543-8',
  language: 'FI',
};
const LIST: NetvisorRequest = { method: 'GET', resource: 'dimensionlist.nv' };
const OK = '<Root><ResponseStatus><Status>OK</Status></ResponseStatus></Root>';
const CUSTOMER = (name: string): NetvisorRequest => ({
  method: 'POST',
  resource: 'customer.nv',
  query: [['method', 'add']],
  body: element('customer', [
    element('customerbaseinformation', [element('name', name), element('internalidentifier', '1001')]),
  ]),
});

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function clientOf(port: number): NetvisorClient {
  let ids = 0;
  const urls = { production: 'http://127.0.0.1:1', training: `http://127.0.0.1:${port}/nv/` };
  const client = new NetvisorClient({
    urls,
    sender: 'Severa connector',
    partnerId: 'PART_9',
    partnerKey: 'CANARY-partner-key',
    now: () => NOW,
    newId: () => `id-${++ids}`,
    limits: QUICK,
  });
  closing.unshift(() => client.close());
  return client;
}

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function answering(answer: (response: ServerResponse, seen: Seen) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      seen.push({ method, target, headers, body: Buffer.concat(parts) });
      answer(response, { method, target, headers, body: Buffer.concat(parts) });
    });
  });
  const port = await listening(server);
  return { client: clientOf(port), seen, origin: `http://127.0.0.1:${port}` };
}

/** A server that writes these bytes once it has been asked, and then does as told. */
async function writing(bytes: string, then: (socket: Socket) => void) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(bytes);
      then(socket);
    });
    closing.push(() => socket.destroy());
  });
  return clientOf(await listening(server));
}

const head = (length: number): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${length}\r\n\r\n`;

describe('the client of Netvisor', () => {
  it('signs the address that it sends', async () => {
    const { client, seen, origin } = await answering((response) => response.end(OK));
    const query = [
      ['changedsince', '2026-11-01T00:00:00'],
      ['customercodelist', '1,2'],
      ['keyword', 'Äiti & Öljy'],
    ] as const;
    await client.send(CREDENTIALS, { method: 'GET', resource: 'customerlist.nv', query });

    const [{ target, headers, method, body }] = seen as [Seen];
    expect(`${method} ${target} ${body.length}`).toBe(
      'GET /nv/customerlist.nv?changedsince=2026-11-01T00:00:00&customercodelist=1,2&keyword=%C3%84iti%20%26%20%C3%96ljy 0',
    );
    const { customerId, organisationId, language, customerKey } = CREDENTIALS;
    const signed = { sender: 'Severa connector', customerId, organisationId, language, customerKey };
    expect(headers).toMatchObject({
      'x-netvisor-authentication-sender': 'Severa connector',
      'x-netvisor-authentication-customerid': 'TE_cust_7',
      'x-netvisor-authentication-partnerid': 'PART_9',
      'x-netvisor-authentication-timestamp': '2026-11-21 09:30:00.123',
      'x-netvisor-authentication-timestampunix': '1795253400',
      'x-netvisor-authentication-transactionid': 'id-1',
      'x-netvisor-interface-language': 'FI',
      'x-netvisor-organisation-id': '1967543-8',
      'x-netvisor-authentication-machashcalculationalgorithm': 'HMACSHA256',
      'x-netvisor-authentication-usehttpresponsestatuscodes': '1',
      'x-netvisor-authentication-mac': mac({
        ...signed,
        url: origin + target,
        timestamp: '2026-11-21 09:30:00.123',
        timestampUnix: '1795253400',
        transactionId: 'id-1',
        partnerKey: 'CANARY-partner-key',
      }),
    });
    expect(headers).not.toHaveProperty('content-type');
  });

  it('takes a new id, and signs anew, each time', async () => {
    const { client, seen } = await answering((response) => response.end(OK));
    await client.send(CREDENTIALS, LIST);
    await client.send(CREDENTIALS, LIST);
    const of = (name: string) => new Set(seen.map(({ headers }) => headers[`x-netvisor-authentication-${name}`]));
    expect(of('transactionid').size).toBe(2);
    expect(of('mac').size).toBe(2);
  });

  it('writes the body in its order and in the documented encoding', async () => {
    const { client, seen } = await answering((response) => response.end(OK));
    const reply = await client.send(CREDENTIALS, CUSTOMER('Äiti & Öljy €'));
    expect(reply).toMatchObject({ as: 'ok', transactionId: 'id-1' });
    expect(seen[0]?.headers['content-type']).toBe('text/xml; charset=ISO-8859-15');
    expect(seen[0]?.body.toString('latin1')).toBe(
      '<root><customer><customerbaseinformation><internalidentifier>1001</internalidentifier>' +
        '<name>Äiti &amp; Öljy \xa4</name></customerbaseinformation></customer></root>',
    );
  });

  it('sends nothing that Netvisor could not take', async () => {
    const { client, seen } = await answering((response) => response.end(OK));
    expect(await client.send(CREDENTIALS, CUSTOMER('Łódź'))).toEqual({
      as: 'refused',
      category: 'INVALID_DATA',
      text: 'name: holds “Ł” (U+0141), which ISO-8859-15 has not. Nothing was sent.',
      transactionId: '',
    });
    expect(await client.send(CREDENTIALS, CUSTOMER('x'.repeat(251)))).toMatchObject({ category: 'INVALID_DATA_SIZE' });
    const broken = { ...CUSTOMER('x'), body: element('customer', [element('colour', 'red')]) };
    await expect(client.send(CREDENTIALS, broken)).rejects.toThrow(UnknownElement);
    for (const wrong of ['Ä', 'a\r\nb', '', ' x']) {
      expect(await client.send({ ...CREDENTIALS, customerId: wrong }, LIST)).toMatchObject({ as: 'unauthorised' });
      expect(await client.send({ ...CREDENTIALS, organisationId: wrong }, LIST)).toMatchObject({ as: 'unauthorised' });
    }
    expect(seen).toEqual([]);
  });

  it('shows nobody the identifiers that a refused signature is answered with', async () => {
    const { client } = await answering((response, { headers, target }) => {
      const id = String(headers['x-netvisor-authentication-transactionid']);
      const text = [target, 'Severa connector', 'TE_cust_7', '2026', 'FI', '1967543-8', id, 'CANARY-customer-key'];
      response.statusCode = 401;
      response.end(
        `<Root><ResponseStatus><Status>FAILED</Status><Status>AUTHENTICATION_FAILED :: Käytä merkkijonoa:
         ${text.join('&amp;')} CANARY-partner-key PART_9 :: ${'AB'.repeat(32)}</Status></ResponseStatus></Root>`,
      );
    });
    const reply = await client.send(CREDENTIALS, LIST);
    expect(reply.as).toBe('unauthorised');
    const text = JSON.stringify(reply);
    expect(text).toContain('Käytä merkkijonoa');
    expect(text).toContain('/nv/dimensionlist.nv&Severa connector&***&2026&FI&***&id-1&***');
    expect(text).not.toMatch(/CANARY|TE_cust_7|1967543-8|PART_9|ABAB/);
  });

  it('keeps the words of every other refusal, but for the keys', async () => {
    const { client } = await answering((response) => {
      response.statusCode = 400;
      response.end(
        `<Root><ResponseStatus><Status>FAILED</Status>
         <Status>INVALID_DATA :: 1967543-8 on jo, CANARY-customer-key</Status></ResponseStatus></Root>`,
      );
    });
    expect(await client.send(CREDENTIALS, LIST)).toEqual({
      as: 'refused',
      category: 'INVALID_DATA',
      text: '1967543-8 on jo, ***',
      transactionId: 'id-1',
    });
  });

  it.each([
    ['never comes', '', () => undefined, 'no answer in time'],
    ['breaks off before it begins', '', (socket: Socket) => socket.destroy(), 'ECONNRESET'],
    ['breaks off', `${head(500)}<Root>`, (socket: Socket) => socket.destroy(), 'ECONNRESET'],
    ['never ends', `${head(500)}<Root>`, () => undefined, 'the answer did not end in time'],
    ['is too large', `${head(5_000)}${'x'.repeat(5_000)}`, () => undefined, 'the answer is too large'],
  ])('does not know what was done when the answer %s', async (_, bytes, then, why) => {
    const client = await writing(bytes, then);
    expect(await client.send(CREDENTIALS, CUSTOMER('x'))).toEqual({ as: 'unknown', why });
  });

  it('knows that nothing was sent where there was no connection', async () => {
    const client = clientOf(await freePort());
    expect(await client.send(CREDENTIALS, CUSTOMER('x'))).toEqual({ as: 'unreachable', why: 'ECONNREFUSED' });
  });

  it('speaks to the environment that the company is in', async () => {
    const { client, seen } = await answering((response) => response.end(OK));
    expect(await client.send({ ...CREDENTIALS, host: 'production' }, LIST)).toMatchObject({ as: 'unreachable' });
    expect(seen).toEqual([]);
  });
});
