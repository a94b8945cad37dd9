/**
 * Completes `definitions.json` for an installation: a user for each service, with its password and what it may do, and
 * all exchanges and queues, so that no service needs the right to make them (BUS_DECLARES=false).
 *
 *   GATEWAY_BROKER_PASSWORD=… AUTH_… CONNECTOR_… SEVERA_… AUDIT_… node deploy/rabbitmq/write-definitions.ts <where to>
 *
 * Each password may come from a file instead, by GATEWAY_BROKER_PASSWORD_FILE and so on.
 *
 * The file here holds the virtual host and its policies. The shape of the exchanges and queues is the bus's alone, and
 * comes from it; that needs a build.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BrokerBusiness, EXCHANGE_TYPE, installedTopology, rightsOf } from '#lib/bus';
import { toldBy } from '#lib/service';
import { type BrokerUser, ON_THE_BROKER } from './services.ts';

const VHOST = 'tietovirta';

/** RabbitMQ's `rabbit_password_hashing_sha256`: four bytes of salt, then SHA-256 of salt and password; in base 64. */
export function passwordHash(password: string, salt: Buffer = randomBytes(4)): string {
  const digest = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, digest]).toString('base64');
}

/** The users, who may administer nothing, and their rights. */
export function usersWith(passwords: Readonly<Record<BrokerUser, string>>) {
  const services: readonly [string, BrokerBusiness][] = Object.entries(ON_THE_BROKER);
  const users = Object.entries(passwords).map(([user, password]) => ({
    name: `tietovirta_${user}`,
    password_hash: passwordHash(password),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [],
  }));
  const rights = services.map(([user, business]) => {
    const { keys, ...names } = rightsOf('', business);
    return { user: `tietovirta_${user}`, vhost: VHOST, names, keys };
  });
  return {
    users,
    permissions: rights.map(({ user, vhost, names }) => ({ user, vhost, ...names })),
    topic_permissions: rights.map(({ user, vhost, keys }) => ({
      user,
      vhost,
      exchange: topology.exchange,
      write: keys,
      read: '^$',
    })),
  };
}

const topology = installedTopology('', Object.values(ON_THE_BROKER));

/** The exchange, the queues and what binds them. */
export function queues() {
  const lasting = { vhost: VHOST, durable: true, auto_delete: false } as const;
  return {
    exchanges: [{ ...lasting, name: topology.exchange, type: EXCHANGE_TYPE, internal: false, arguments: {} }],
    queues: topology.queues.map((queue) => ({ ...lasting, ...queue })),
    bindings: topology.bindings.map(({ queue, key }) => ({
      source: topology.exchange,
      vhost: VHOST,
      destination: queue,
      destination_type: 'queue',
      routing_key: key,
      arguments: {},
    })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const target = process.argv[2];
  const variableOf = (user: string): string => `${user.toUpperCase()}_BROKER_PASSWORD`;
  const env = toldBy(process.env, Object.keys(ON_THE_BROKER).map(variableOf));
  const named = Object.keys(ON_THE_BROKER).map((user) => {
    const variable = variableOf(user);
    const password = env[variable];
    if (!target || !password) throw new Error(`Say where to write to, and set ${variable}.`);
    return [user, password] as const;
  });
  const source = new URL('./definitions.json', import.meta.url);
  const definitions = JSON.parse(readFileSync(source, 'utf8')) as object;
  const passwords = Object.fromEntries(named) as Record<BrokerUser, string>;
  writeFileSync(target ?? '', JSON.stringify({ ...definitions, ...usersWith(passwords), ...queues() }, null, 2));
}
