import type { SecureContext } from 'node:tls';

import { clientTls, type TlsFiles } from './client-tls.js';
import type { serviceEnvironment } from './config.js';
import type { Log } from './log.js';
import type { z } from 'zod';

type Config = z.output<typeof serviceEnvironment>;

/** Where a server is, and what each connection to it is opened with. */
interface Server {
  readonly url: string;
  readonly tls: (() => SecureContext) | undefined;
}

/** How a service reaches PostgreSQL and RabbitMQ, in the words of `#lib/store` and `#lib/bus`. */
export function serversOf(
  config: Config,
  log: Pick<Log, 'warn'>,
): { readonly store: Server; readonly broker: Server & { readonly declares: boolean } } {
  const tlsTo = (server: string, files: TlsFiles) =>
    clientTls(files, (reason) => log.warn({ server, reason }, 'files of TLS cannot be taken'));
  const { DATABASE_URL, DATABASE_CA_FILE, DATABASE_CERT_FILE, DATABASE_KEY_FILE } = config;
  const { RABBITMQ_URL, RABBITMQ_CA_FILE, RABBITMQ_CERT_FILE, RABBITMQ_KEY_FILE } = config;
  const toStore = { ca: DATABASE_CA_FILE, cert: DATABASE_CERT_FILE, key: DATABASE_KEY_FILE };
  const toBroker = { ca: RABBITMQ_CA_FILE, cert: RABBITMQ_CERT_FILE, key: RABBITMQ_KEY_FILE };
  return {
    store: { url: DATABASE_URL, tls: tlsTo('PostgreSQL', toStore) },
    broker: { url: RABBITMQ_URL, tls: tlsTo('RabbitMQ', toBroker), declares: config.BUS_DECLARES },
  };
}

/** What a server of Node is given to speak TLS; `undefined`: it does not. */
export function shownTls({
  TLS_CERT_FILE: cert,
  TLS_KEY_FILE: key,
}: Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>): ShownTls | undefined {
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** In PEM. */
export interface ShownTls {
  readonly cert: string;
  readonly key: string;
}

/** Who may read metrics; `undefined`: whoever gets to the port. */
export function metricsReader({
  METRICS_CA_FILE: ca,
  METRICS_READER: name,
}: Pick<Config, 'METRICS_CA_FILE' | 'METRICS_READER'>): MetricsReader | undefined {
  return ca === undefined ? undefined : { ca, name };
}

/** The one of this name, for whom these authorities vouch, in PEM. */
export interface MetricsReader {
  readonly ca: string;
  readonly name: string;
}
