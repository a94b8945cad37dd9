import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { BreachedPasswords, type BreachOutcome, NOTHING_BREACHED } from './breached-passwords.js';

const KNOWN = 'a password that everybody knows';
const digestOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase();
const suffixOf = (password: string) => digestOf(password).slice(5);
const OTHER = '0123456789ABCDEF0123456789ABCDEF012';

let server: Server | undefined;
let seen: IncomingMessage[] = [];
let outcomes: BreachOutcome[] = [];
let lines: unknown[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  [server, seen, outcomes, lines] = [undefined, [], [], []];
});

/** A service on the loopback interface that speaks the wire. */
async function asking(answer: (reply: ServerResponse) => void, timeoutMs = 5_000): Promise<BreachedPasswords> {
  server = createServer((request, reply) => {
    seen.push(request);
    answer(reply);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`;
  const log = { warn: (fields: unknown, message?: string) => void lines.push({ fields, message }) };
  return new BreachedPasswords({ url, timeoutMs, log, checked: (outcome) => void outcomes.push(outcome) });
}
const says = (text: string) => (reply: ServerResponse) => void reply.end(text);

describe('the service of breached passwords', () => {
  it('is told five digits of a hash, and is asked to pad', async () => {
    await (await asking(says(`${OTHER}:3`))).has(KNOWN);
    expect(seen.map(({ method, url }) => [method, url])).toEqual([['GET', `/range/${digestOf(KNOWN).slice(0, 5)}`]]);
    expect(seen[0]!.headers['add-padding']).toBe('true');
    const told = JSON.stringify([seen[0]!.url, seen[0]!.rawHeaders]);
    for (const secret of [KNOWN, suffixOf(KNOWN)]) expect(told).not.toContain(secret);
  });

  it.each<[string, string, BreachOutcome]>([
    ['its suffix', `${OTHER}:3\r\n${suffixOf(KNOWN)}:7\r\n`, 'breached'],
    ['its suffix in lower case', `${suffixOf(KNOWN).toLowerCase()}:1`, 'breached'],
    ['its suffix as padding', `${OTHER}:3\n${suffixOf(KNOWN)}:0`, 'clean'],
    ['other suffixes', `${OTHER}:3\r\n`, 'clean'],
  ])('has a password refused or not where the answer has %s', async (_, text, outcome) => {
    expect(await (await asking(says(text))).has(KNOWN)).toBe(outcome === 'breached');
    expect(outcomes).toEqual([outcome]);
    expect(lines).toEqual([]);
  });

  it.each<[string, (reply: ServerResponse) => void]>([
    ['an error', (reply) => void reply.writeHead(503).end(`${suffixOf(KNOWN)}:7`)],
    ['a redirect', (reply) => void reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['a page of something else', says(`<p>${suffixOf(KNOWN)}:7</p>`)],
    ['nothing', says('')],
    ['more than is read', says(`${suffixOf(KNOWN)}:7\n`.repeat(20_000))],
    ['a broken connection', (reply) => void reply.destroy()],
  ])('fails open, with a count and a line in the log, where the answer is %s', async (_, answer) => {
    expect(await (await asking(answer)).has(KNOWN)).toBe(false);
    expect(outcomes).toEqual(['not_asked']);
    expect(lines).toHaveLength(1);
    for (const secret of [KNOWN, digestOf(KNOWN), suffixOf(KNOWN)]) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('fails open when the answer does not end in time', async () => {
    const slow = await asking((reply) => void reply.write(`${OTHER}:3\n`), 50);
    expect(await slow.has(KNOWN)).toBe(false);
    expect(outcomes).toEqual(['not_asked']);
  });

  it('knows nothing where there is none', async () => {
    expect(await NOTHING_BREACHED.has(KNOWN)).toBe(false);
  });
});
