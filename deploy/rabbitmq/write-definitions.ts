/**
 * Completes `definitions.json` for an installation: a user for each service and what it may do, and all exchanges and
 * queues, so that no service needs the right to make them (BUS_DECLARES=false).
 *
 *   node deploy/rabbitmq/write-definitions.ts <where to>
 *
 * No user has a password: each is let in by a certificate in its name, and by nothing else.
 *
 * The file here holds the virtual host and its policies. The shape of the exchanges and queues is the bus's alone, and
 * comes from it; that needs a build.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type BrokerBusiness, EXCHANGE_TYPE, installedTopology, rightsOf } from '#lib/bus';
import { ON_THE_BROKER } from './services.ts';

const VHOST = 'tietovirta';

const SERVICES: readonly [string, BrokerBusiness][] = Object.entries(ON_THE_BROKER);

/** The users, who may administer nothing, and their rights. */
export function users() {
  const rights = SERVICES.map(([service, business]) => {
    const { keys, replies, ...names } = rightsOf('', service, business);
    return { user: `tietovirta_${service}`, vhost: VHOST, names, keys, replies };
  });
  return {
    // An empty hash is no password's: it is how a user is said to have none.
    users: rights.map(({ user }) => ({ name: user, password_hash: '', tags: [] })),
    permissions: rights.map(({ user, vhost, names }) => ({ user, vhost, ...names })),
    topic_permissions: rights.flatMap(({ user, vhost, keys, replies }) => [
      { user, vhost, exchange: topology.exchange, write: keys, read: '^$' },
      { user, vhost, exchange: topology.replies, ...replies },
    ]),
  };
}

const topology = installedTopology('', Object.values<BrokerBusiness>(ON_THE_BROKER));

/** The exchanges, the queues and what binds them. */
export function queues() {
  const lasting = { vhost: VHOST, durable: true, auto_delete: false } as const;
  return {
    exchanges: [topology.exchange, topology.replies].map((name) => ({
      ...lasting,
      name,
      type: EXCHANGE_TYPE,
      internal: false,
      arguments: {},
    })),
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
  if (!target) throw new Error('Say where to write to.');
  const source = new URL('./definitions.json', import.meta.url);
  const definitions = JSON.parse(readFileSync(source, 'utf8')) as object;
  writeFileSync(target, JSON.stringify({ ...definitions, ...users(), ...queues() }, null, 2));
}
