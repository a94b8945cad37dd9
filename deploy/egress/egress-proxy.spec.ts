import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { certificatesIn, withoutOpenssl } from '../certificates/certificates.spec-support.ts';
import { allowedIn, egressProxy } from './egress-proxy.ts';

// Without openssl there is nothing to make a certificate with.
const described = withoutOpenssl === undefined ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-egress-'));
const run = promisify(execFile);
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

let made: ReturnType<typeof certificatesIn>;
let proxy: Server;
let allowed: Server;
let other: Server;
let told: { event: string; to: string }[] = [];
let reached = 0;

beforeAll(async () => {
  if (withoutOpenssl !== undefined) return;
  made = certificatesIn(folder);
  const shown = { cert: readFileSync(made.cert, 'utf8'), key: readFileSync(made.key, 'utf8') };
  const far = () =>
    listening(
      createServer(shown, (request, reply) => {
        reached += 1;
        if (request.url === '/silent') return;
        reply.end('here');
      }),
    );
  [allowed, other] = [await far(), await far()];
  const list = allowedIn(`https://localhost:${portOf(allowed)}/somewhere`);
  proxy = await listening(egressProxy({ ...shown, allowed: list, told: (line) => void told.push(line) }));
});
afterAll(() => {
  for (const server of [proxy, allowed, other]) {
    server?.closeAllConnections();
    server?.close();
  }
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [told, reached] = [[], 0];
});

/** What a program prints that goes out as the services do: by the environment of `compose.yaml`. */
async function printed(program: string, noProxy = ''): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env: {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `https://localhost:${portOf(proxy)}`,
      NO_PROXY: noProxy,
      NODE_EXTRA_CA_CERTS: made.authority,
    },
  });
  return stdout.trim();
}
const fetched = (server: Server) =>
  `console.log(await fetch('https://localhost:${portOf(server)}/').then((a) => a.text(), (e) => 'no ' + (e.cause?.name ?? e.name)))`;
const client = new URL('../../dist/libs/upstream/src/exchange.js', import.meta.url).href;
const exchanged = (server: Server, target: string) => `
  const { Line, DEFAULT_LIMITS } = await import('${client}');
  const line = new Line(new URL('https://localhost:${portOf(server)}'), { ...DEFAULT_LIMITS, headers: 300 });
  const { as, answer } = await line.exchange({ method: 'GET', target: '${target}', headers: {} });
  console.log(as, answer?.status ?? '');
  process.exit();`;

described('the way out', () => {
  it('leads to a host of the list, for what is fetched and for the client of Fivaldi', async () => {
    expect(await printed(fetched(allowed))).toBe('here');
    expect(await printed(exchanged(allowed, '/'))).toBe('answered 200');
    expect(told).toEqual(Array(2).fill({ event: 'opened', to: `localhost:${portOf(allowed)}` }));
    expect(reached).toBe(2);
  });

  it('leads nowhere else', async () => {
    expect(await printed(fetched(other))).toMatch(/^no /);
    expect(await printed(exchanged(other, '/'))).toBe('not-sent');
    expect(told).toEqual(Array(2).fill({ event: 'refused', to: `localhost:${portOf(other)}` }));
    expect(reached).toBe(0);
  });

  it('does not make the client of Fivaldi believe that nothing was sent, where something was', async () => {
    expect(await printed(exchanged(allowed, '/silent'))).toBe('unanswered');
    expect(reached).toBe(1);
  });

  it('is not asked for what is inside', async () => {
    expect(await printed(fetched(other), 'localhost')).toBe('here');
    expect(told).toEqual([]);
  });

  it('forwards no plain requests', async () => {
    const ca = `process.env.NODE_USE_ENV_PROXY = ''`;
    expect(await printed(`${ca}; ${fetched(proxy).replace('a.text()', 'a.status')}`, 'localhost')).toBe('405');
  });
});

describe('the list of hosts', () => {
  it('holds exact names with their ports', () => {
    const list = allowedIn('https://API.example/customer/api, id.example:8443\nhttps://[2001:db8::1]/x');
    expect([...list]).toEqual(['api.example:443', 'id.example:8443', '[2001:db8::1]:443']);
    expect(allowedIn('')).toEqual(new Set());
  });

  it('refuses what would go out without TLS', () => {
    expect(() => allowedIn('http://sms.example/')).toThrow('https://');
  });
});
