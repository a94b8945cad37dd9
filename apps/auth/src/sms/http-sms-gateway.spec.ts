import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { HttpSmsGateway } from './http-sms-gateway.js';

const SMS = { to: '+358401234567', text: 'käyttäjätunnus ä, kertasalasana ö', reference: 'order.1' };

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

let server: Server | undefined;
let seen: Seen[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  seen = [];
});

/** A provider on the loopback interface that answers each request as the list says, the last for ever. */
async function provider(...answers: ((reply: ServerResponse) => void)[]): Promise<string> {
  server = createServer((request, reply) => {
    void text(request).then((body) => {
      const answer = answers[Math.min(seen.length, answers.length - 1)]!;
      seen.push({ method: request.method, headers: request.headers, body: JSON.parse(body) });
      answer(reply);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
}

const status = (code: number) => (reply: ServerResponse) => void reply.writeHead(code).end(`{"said": "${SMS.text}"}`);
const gateway = (url: string, timeoutMs = 5_000) =>
  new HttpSmsGateway({ url, token: 'the provider', timeoutMs, pauseMs: 1 });

describe('the HTTP gateway of SMS', () => {
  it('posts number, text and reference, with its token and an idempotency key', async () => {
    expect(await gateway(await provider(status(201))).send(SMS)).toEqual({ outcome: 'sent' });
    expect(seen).toEqual([
      {
        method: 'POST',
        headers: expect.objectContaining({
          authorization: 'Bearer the provider',
          'idempotency-key': 'order.1',
          'content-type': 'application/json',
        }),
        body: SMS,
      },
    ]);
  });

  it.each([
    [400, { outcome: 'refused', why: 'http 400' }, 1],
    [401, { outcome: 'refused', why: 'http 401' }, 1],
    [422, { outcome: 'refused', why: 'http 422' }, 1],
    [302, { outcome: 'refused', why: 'http 302' }, 1],
    [408, { outcome: 'unreached', why: 'http 408' }, 1],
    [500, { outcome: 'unreached', why: 'http 500' }, 1],
    [502, { outcome: 'unreached', why: 'http 502' }, 1],
    [429, { outcome: 'unreached', why: 'http 429' }, 3],
    [503, { outcome: 'unreached', why: 'http 503' }, 3],
  ])('takes %i for %j, after so many attempts: %i', async (code, outcome, attempts) => {
    expect(await gateway(await provider(status(code))).send(SMS)).toEqual(outcome);
    expect(seen).toHaveLength(attempts);
  });

  it('sends the same text under the same key when a moment has mended it', async () => {
    const url = await provider(status(503), status(429), status(200));
    expect(await gateway(url).send(SMS)).toEqual({ outcome: 'sent' });
    expect(seen.map(({ body }) => body)).toEqual([SMS, SMS, SMS]);
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set(['order.1']));
  });

  it('does not know what became of a message that nobody answers in time, and does not repeat it', async () => {
    const url = await provider(() => undefined);
    expect(await gateway(url, 50).send(SMS)).toEqual({ outcome: 'unreached', why: 'time-out' });
    expect(seen).toHaveLength(1);
  });

  it('does not know what became of one whose connection broke, and does not repeat it', async () => {
    const url = await provider((reply) => void reply.destroy());
    expect(await gateway(url).send(SMS)).toMatchObject({ outcome: 'unreached' });
    expect(seen).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const url = await provider(status(200));
    server!.close();
    await once(server!, 'close');
    expect(await gateway(url).send(SMS)).toEqual({ outcome: 'unreached', why: 'ECONNREFUSED' });
  });

  it('never repeats what the provider said: the text may be in it', async () => {
    const outcome = await gateway(await provider(status(400))).send(SMS);
    expect(JSON.stringify(outcome)).not.toContain('kertasalasana');
  });
});
