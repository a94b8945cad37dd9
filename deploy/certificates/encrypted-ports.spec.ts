import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  createLog,
  loadConfig,
  metricsReader,
  OperationsServer,
  serviceEnvironment,
  ServiceMetrics,
  shownTls,
} from '#lib/service';

import { type Certificates, certificatesIn, type Pair, withoutOpenssl } from './certificates.spec-support.ts';

// Without openssl there is nothing to make a certificate with.
const described = withoutOpenssl === undefined ? describe : describe.skip;
const folder = mkdtempSync(join(tmpdir(), 'tietovirta-ports-'));
const servers = { DATABASE_URL: 'postgres://db/x', RABBITMQ_URL: 'amqp://broker' };
let operations: OperationsServer;
let port: number;
let made: Certificates;

beforeAll(async () => {
  if (withoutOpenssl !== undefined) return;
  made = certificatesIn(folder);
  const config = loadConfig(serviceEnvironment, {
    ...servers,
    TLS_CERT_FILE: made.cert,
    TLS_KEY_FILE: made.key,
    METRICS_CA_FILE: made.authority,
  });
  const metrics = new ServiceMetrics('audit', { version: '1', revision: 'a' });
  const log = createLog('audit', 'silent');
  const protection = { tls: shownTls(config), reader: metricsReader(config) };
  operations = new OperationsServer({ host: '127.0.0.1', port: 0, ...protection, metrics, readiness: [], log });
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

described('metrics of a service', () => {
  const shown = ({ cert, key }: Pair) => ({ cert: readFileSync(cert), key: readFileSync(key), path: '/metrics' });
  const reading = (options: RequestOptions) => ask({ ca: readFileSync(made.authority), path: '/metrics', ...options });

  it('are given to who shows the certificate of their reader', async () => {
    expect(await reading(shown(made.client('prometheus')))).toBe(200);
    expect(await reading({ ...shown(made.client('prometheus')), maxVersion: 'TLSv1.2' })).toBe(200);
  });

  it.each<[string, () => RequestOptions]>([
    ['without a certificate', () => ({})],
    ['with another service’s', () => shown(made.client('gateway'))],
    [
      'with one in the reader’s name by another authority',
      () => shown(certificatesIn(join(folder, 'other')).client('prometheus')),
    ],
    ['with a server’s', () => shown(made)],
  ])('are refused to who comes %s, who is told of health all the same', async (_, options) => {
    expect(await reading(options())).toBe(403);
    expect(await reading({ ...options(), path: '/health/live' })).toBe(200);
  });

  it('have no reader without TLS, by which alone one is known', () => {
    const load = () => loadConfig(serviceEnvironment, { ...servers, METRICS_CA_FILE: made.authority });
    expect(load).toThrow('METRICS_CA_FILE: is heeded only beside TLS_CERT_FILE');
  });
});

described('a service with half of a certificate', () => {
  const halves = ['TLS', 'DATABASE', 'RABBITMQ'].flatMap((of) => [`${of}_CERT_FILE`, `${of}_KEY_FILE`]);

  it.each(halves)('does not start with %s alone', (variable) => {
    const load = () => loadConfig(serviceEnvironment, { ...servers, [variable]: made.cert });
    expect(load).toThrow('is missing beside the other');
  });

  it('does not start with the key of another one', () => {
    const pair = { DATABASE_CERT_FILE: made.client('gateway').cert, DATABASE_KEY_FILE: made.client('audit').key };
    const url = 'postgres://a@db/x?sslmode=verify-full';
    const load = () => loadConfig(serviceEnvironment, { ...servers, DATABASE_URL: url, ...pair });
    expect(load).toThrow('DATABASE_KEY_FILE: is not the key of DATABASE_CERT_FILE');
  });
});
