import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import type { Client } from '../../deploy/certificates/certificates.spec-support.ts';
import { startCertified, urlOf } from '../../deploy/certificates/certified-database.spec-support.ts';
import { InstalledGround, withoutGround } from '../../deploy/rabbitmq/installed-ground.spec-support.ts';
import { freePort } from '../../scripts/local/free-port.ts';
import type { LocalService } from '../../scripts/local/local-service.ts';

const CHECKOUT = join(import.meta.dirname, '..', '..');
const described = withoutGround ? describe.skip : describe;
const ground = new InstalledGround();
const run = promisify(execFile);
let server: LocalService | undefined;
let service: ChildProcess | undefined;
let port: number;

beforeAll(async () => {
  if (withoutGround) return;
  await ground.start();
  server = await startCertified(ground.folder, ground.at.made);
}, 300_000);
afterAll(async () => {
  service?.kill('SIGKILL');
  await server?.stop();
  await ground.stop();
}, 60_000);

const shown = (server: 'DATABASE' | 'RABBITMQ', client: Client): NodeJS.ProcessEnv => {
  const { cert, key } = ground.at.made.client(client);
  const { authority } = ground.at.made;
  return { [`${server}_CA_FILE`]: authority, [`${server}_CERT_FILE`]: cert, [`${server}_KEY_FILE`]: key };
};

/** What `compose.yaml` tells the audit service, at the addresses of here. */
const told = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  REQUIRE_TLS: 'true',
  DATABASE_URL: urlOf(server!, { user: 'tietovirta_audit' }),
  RABBITMQ_URL: ground.at.broker.url(),
  ...shown('DATABASE', 'audit'),
  ...shown('RABBITMQ', 'audit'),
  TLS_CERT_FILE: ground.at.made.cert,
  TLS_KEY_FILE: ground.at.made.key,
  METRICS_CA_FILE: ground.at.made.authority,
  OPERATIONS_PORT: String(port),
  BUS_DECLARES: 'false',
});
const MAIN = join(CHECKOUT, 'dist/apps/audit/src/main.js');

/** What the service answers at its operations port to who shows this; `undefined` while it does not. */
const asked = (path: string, client: Client): Promise<number | undefined> =>
  new Promise((resolve) => {
    const { authority, client: of } = ground.at.made;
    const [ca, cert, key] = [authority, of(client).cert, of(client).key].map((file) => readFileSync(file));
    const shown = { ca: ca!, cert: cert!, key: key! };
    get({ host: '127.0.0.1', servername: 'localhost', port, path, agent: false, ...shown }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', () => resolve(undefined));
  });

described('an installation without passwords', () => {
  it('is migrated by its owner’s certificate', async () => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: urlOf(server!), ...shown('DATABASE', 'owner') };
    const { stdout } = await run(process.execPath, [join(CHECKOUT, 'scripts/migrate.ts')], { env });
    expect(stdout).toContain('audit: ');
  }, 120_000);

  it('has a service that reaches both servers by its own certificate, and is watched by one alone', async () => {
    port = await freePort();
    service = spawn(process.execPath, [MAIN], { env: told(), stdio: 'ignore' });
    const ended = once(service, 'exit');
    await until(async () => (await asked('/health/ready', 'gateway')) === 200, { within: 60_000, what: 'readiness' });
    expect(await asked('/metrics', 'prometheus')).toBe(200);
    expect(await asked('/metrics', 'gateway')).toBe(403);
    service.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  }, 120_000);

  it.each([
    ['without a certificate', { DATABASE_CERT_FILE: '', DATABASE_KEY_FILE: '' }, /DATABASE_CERT_FILE: must be given/],
    ['with a password beside it', { RABBITMQ_PASSWORD: 'hunter2' }, /RABBITMQ_PASSWORD/],
  ])(
    'has no service that starts %s',
    async (_, other, fault) => {
      await expect(run(process.execPath, [MAIN], { env: { ...told(), ...other }, timeout: 60_000 })).rejects.toThrow(
        fault,
      );
    },
    90_000,
  );

  it('lets no service in that shows the certificate of another', async () => {
    const env = { ...told(), ...shown('DATABASE', 'gateway') };
    await expect(run(process.execPath, [MAIN], { env, timeout: 60_000 })).rejects.toThrow(/certificate/);
  }, 90_000);
});
