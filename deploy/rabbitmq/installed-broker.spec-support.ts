import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';

import { connect, credentials } from 'amqplib';

import { type Certificates, type Pair } from '../certificates/certificates.spec-support.ts';
import { freePort } from '../../scripts/local/free-port.ts';
import type { LocalService } from '../../scripts/local/local-service.ts';
import { ownFolder } from '../../scripts/local/own-folder.ts';
import { startNode } from '../../scripts/local/rabbitmq-node.ts';
import { installedProgram, type RabbitmqProgram, unpackedProgram } from '../../scripts/local/rabbitmq-program.ts';
import { queues, users } from './write-definitions.ts';

const here = (file: string): URL => new URL(file, import.meta.url);

/** The program of a broker that can be given settings; a container cannot. */
export async function brokerProgram(): Promise<RabbitmqProgram | undefined> {
  const path = process.env['PATH'] ?? '';
  const folder = here('../../.local/rabbitmq-program').pathname;
  return installedProgram(path) ?? (await unpackedProgram(folder, path, () => undefined));
}

/** A broker as an installation has it: its settings, its plugins, its definitions, its certificate. */
export interface InstalledBroker {
  readonly node: LocalService;
  /** Over TLS, for whomever the certificate names. */
  url(host?: string): string;
  /** Where its own metrics are. */
  readonly metricsPort: number;
}

/** With a listener without TLS beside, where a password opens nothing either. */
export async function startInstalled(
  program: RabbitmqProgram,
  folder: string,
  certificates: Certificates,
): Promise<InstalledBroker> {
  const definitions = join(folder, 'definitions.json');
  const source = JSON.parse(readFileSync(here('./definitions.json'), 'utf8')) as object;
  writeFileSync(definitions, JSON.stringify({ ...source, ...users(), ...queues() }));
  const [port, metricsPort] = [await freePort(), await freePort()];
  const url = (host = 'localhost'): string => `amqps://${host}:${port}/tietovirta`;
  const { authority, cert, key } = certificates;
  const own = Object.fromEntries(
    ['ssl_options', 'prometheus.ssl'].flatMap((of) => [
      [`${of}.certfile`, cert],
      [`${of}.keyfile`, key],
      [`${of}.cacertfile`, authority],
    ]),
  );
  const settings = {
    ...tlsSettings(),
    ...own,
    load_definitions: definitions,
    'listeners.ssl.default': `127.0.0.1:${port}`,
    'prometheus.ssl.port': `${metricsPort}`,
  };
  const knock = () => knockWith(url(), tlsOf(authority, certificates.client('gateway')));
  const node = await startNode(program, ownFolder(join(folder, 'node')), () => undefined, {
    settings,
    plugins: plugins(),
    knock,
  });
  return { node, url, metricsPort };
}

/** What a client of these files shows, and whom it believes. */
export const tlsOf = (authority: string, { cert, key }: Pair): SecureContext =>
  createSecureContext({ ca: readFileSync(authority), cert: readFileSync(cert), key: readFileSync(key) });

async function knockWith(url: string, secureContext: SecureContext): Promise<'in' | 'silent'> {
  try {
    const options = { timeout: 2_000, secureContext, credentials: credentials.external() };
    await (await connect(url, options)).close();
    return 'in';
  } catch {
    return 'silent';
  }
}

/** What `rabbitmq.conf` says of TLS and of who is let in; the ports are the test's own. All that an older broker knows. */
function tlsSettings(): Readonly<Record<string, string>> {
  const about = /^((?:ssl_options|auth_mechanisms|ssl_cert_login_from|prometheus\.ssl)\S*) = (.+)$/gm;
  const lines = readFileSync(here('./rabbitmq.conf'), 'utf8').matchAll(about);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** Those of the installation, but for what only a person at the machine itself looks at. */
function plugins(): readonly string[] {
  const named = readFileSync(here('./enabled_plugins'), 'utf8').match(/\w+/g) ?? [];
  return named.filter((name) => name !== 'rabbitmq_management');
}
