import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createLog, loadConfig, OperationsServer, serviceEnvironment, ServiceMetrics, shownTls } from '#lib/service';

import { certificatesIn, withoutOpenssl } from '../rabbitmq/installed-broker.spec-support.ts';

// Without openssl there is nothing to make a certificate with.
const described = withoutOpenssl === undefined ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-ports-'));
let operations: OperationsServer;
let port: number;
let made: ReturnType<typeof certificatesIn>;

beforeAll(async () => {
  if (withoutOpenssl !== undefined) return;
  made = certificatesIn(folder);
  const servers = { DATABASE_URL: 'postgres://db/x', RABBITMQ_URL: 'amqp://broker' };
  const config = loadConfig(serviceEnvironment, { ...servers, TLS_CERT_FILE: made.cert, TLS_KEY_FILE: made.key });
  const metrics = new ServiceMetrics('audit', { version: '1', revision: 'a' });
  const log = createLog('audit', 'silent');
  operations = new OperationsServer({ host: '127.0.0.1', port: 0, tls: shownTls(config), metrics, readiness: [], log });
  port = await operations.start();
});
afterAll(async () => {
  await operations?.stop();
  rmSync(folder, { recursive: true });
});

const ask = (options: RequestOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/health/live', servername: 'localhost', ...options }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });

described('health and metrics of a service that has a certificate', () => {
  it('are given over TLS 1.2 and 1.3, by the authority that made it', async () => {
    const ca = readFileSync(made.authority);
    expect(await ask({ ca })).toBe(200);
    expect(await ask({ ca, maxVersion: 'TLSv1.2' })).toBe(200);
  });

  it('are given neither without TLS nor over an older one', async () => {
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
    const old = { ca: readFileSync(made.authority), minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    await expect(ask({ ...old, ciphers: 'ALL:@SECLEVEL=0' })).rejects.toThrow();
  });
});

described('a service with half of a certificate', () => {
  it.each([['TLS_CERT_FILE'], ['TLS_KEY_FILE']])('does not start with %s alone', (variable) => {
    const servers = { DATABASE_URL: 'postgres://db/x', RABBITMQ_URL: 'amqp://broker' };
    const load = () => loadConfig(serviceEnvironment, { ...servers, [variable]: made.cert });
    expect(load).toThrow('is missing beside the other');
  });
});
