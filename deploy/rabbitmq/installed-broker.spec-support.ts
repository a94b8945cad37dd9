import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../../scripts/local/free-port.ts';
import type { LocalService } from '../../scripts/local/local-service.ts';
import { ownFolder } from '../../scripts/local/own-folder.ts';
import { keptPassword } from '../../scripts/local/password.ts';
import { startNode } from '../../scripts/local/rabbitmq-node.ts';
import { installedProgram, type RabbitmqProgram, unpackedProgram } from '../../scripts/local/rabbitmq-program.ts';
import type { BrokerUser } from './services.ts';
import { passwordHash, queues, usersWith } from './write-definitions.ts';

const here = (file: string): URL => new URL(file, import.meta.url);
const ADMINISTRATOR = 'tietovirta';
const PASSWORDS = { gateway: 'g', auth: 'a', connector: 'c', severa: 's', audit: 'l' } as const;

/** Why the specs of encryption cannot run on this machine; `undefined` where they can. */
export const withoutOpenssl: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'there is no openssl to make certificates with';

/** An authority and a certificate for `localhost` alone: 127.0.0.1 is the same server under another name. */
export function certificatesIn(folder: string): {
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
} {
  const script = here('../certificates/make-certificates.sh').pathname;
  const { status, stderr } = spawnSync('sh', [script, folder, 'localhost'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const at = (file: string): string => join(folder, 'localhost', file);
  return { authority: join(folder, 'authority', 'ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
}

/** The program of a broker that can be given settings; a container cannot. */
export async function brokerProgram(): Promise<RabbitmqProgram | undefined> {
  const path = process.env['PATH'] ?? '';
  const folder = here('../../.local/rabbitmq-program').pathname;
  return installedProgram(path) ?? (await unpackedProgram(folder, path, () => undefined));
}

/** A broker as an installation has it: its settings, its definitions, its certificate. */
export interface InstalledBroker {
  readonly node: LocalService;
  /** For one of the services, over TLS. */
  url(user: BrokerUser, host?: string): string;
}

/** With a listener without TLS beside, by which it is seen to start. */
export async function startInstalled(
  program: RabbitmqProgram,
  folder: string,
  certificates: ReturnType<typeof certificatesIn>,
): Promise<InstalledBroker> {
  const directory = ownFolder(join(folder, 'node'));
  const definitions = join(folder, 'definitions.json');
  writeFileSync(definitions, JSON.stringify(definitionsWith(keptPassword(join(directory, 'password')))));
  const port = await freePort();
  const settings = {
    ...sslSettings(),
    load_definitions: definitions,
    'listeners.ssl.default': `127.0.0.1:${port}`,
    'ssl_options.certfile': certificates.cert,
    'ssl_options.keyfile': certificates.key,
    'ssl_options.cacertfile': certificates.authority,
  };
  const node = await startNode(program, directory, () => undefined, undefined, settings);
  return {
    node,
    url: (user, host = 'localhost') => `amqps://tietovirta_${user}:${PASSWORDS[user]}@${host}:${port}/tietovirta`,
  };
}

/** What `rabbitmq.conf` says of TLS. */
function sslSettings(): Readonly<Record<string, string>> {
  const lines = readFileSync(here('./rabbitmq.conf'), 'utf8').matchAll(/^(ssl_options\.\S+) = (.+)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** The installation's definitions, and the one who starts it. */
function definitionsWith(password: string): object {
  const source = JSON.parse(readFileSync(here('./definitions.json'), 'utf8')) as { readonly vhosts: readonly object[] };
  const { users, permissions, ...rights } = usersWith(PASSWORDS);
  const administrator = { name: ADMINISTRATOR, password_hash: passwordHash(password), tags: ['administrator'] };
  const all = { user: ADMINISTRATOR, configure: '.*', write: '.*', read: '.*' };
  return {
    ...source,
    ...queues(),
    ...rights,
    vhosts: [...source.vhosts, { name: '/' }],
    users: [...users, { ...administrator, hashing_algorithm: 'rabbit_password_hashing_sha256' }],
    permissions: [...permissions, { ...all, vhost: '/' }, { ...all, vhost: 'tietovirta' }],
  };
}
