import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What is wrong with how a service would reach its servers, as `VARIABLE: what it must be`. None of its values is named.
 *
 *   REQUIRE_TLS | NODE_ENV   | the server's host | without TLS, or without a certificate to show
 *   ------------+------------+-------------------+----------------------------------------------
 *   true        | any        | any               | refused
 *   false       | any        | any               | taken
 *   absent      | production | elsewhere         | refused
 *   absent      | production | loopback          | taken
 *   absent      | other      | any               | taken
 *
 * Refused always: a key without its certificate, the reverse, or one of another pair; files of TLS beside a url that is
 * not encrypted, since who gave them believes that it is; a password beside a certificate, which says by itself who it
 * is; Node's own switch that has every connection believe whoever answers.
 */
export function encryptionFaults(env: Variables): readonly string[] {
  const unseen = env[BLIND] === '0' ? [`${BLIND}: must not be 0, which believes every certificate`] : [];
  const unread = env['METRICS_CA_FILE'] !== undefined && env['TLS_CERT_FILE'] === undefined;
  const unheeded = unread ? ['METRICS_CA_FILE: is heeded only beside TLS_CERT_FILE and TLS_KEY_FILE'] : [];
  const pairs = ['TLS', 'DATABASE', 'RABBITMQ'].flatMap((whose) => pairFaults(env, whose));
  return [...WAYS.flatMap((way) => wayFaults(env, way)), ...pairs, ...unheeded, ...unseen];
}

/** It reaches the clients of PostgreSQL, RabbitMQ and HTTP alike, whatever they are told. */
const BLIND = 'NODE_TLS_REJECT_UNAUTHORIZED';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** How a server is reached: by its url, the authorities for it and the certificate for it. */
interface Way {
  readonly server: 'DATABASE' | 'RABBITMQ';
  readonly demand: string;
  readonly encrypted: (url: URL) => boolean;
  /** What a url must not hold beside a certificate. */
  readonly superfluous: (url: URL) => string | undefined;
}

const WAYS: readonly Way[] = [
  {
    server: 'DATABASE',
    demand: 'must end in ?sslmode=verify-full',
    encrypted: (url) => url.searchParams.getAll('sslmode').join() === 'verify-full',
    superfluous: ({ password }) => (password === '' ? undefined : 'password'),
  },
  {
    server: 'RABBITMQ',
    demand: 'must begin with amqps://',
    encrypted: (url) => url.protocol === 'amqps:',
    superfluous: ({ username, password }) => (username + password === '' ? undefined : 'user and no password'),
  },
];

function wayFaults(env: Variables, { server, demand, encrypted, superfluous }: Way): readonly string[] {
  const [variable, certificate] = [`${server}_URL`, `${server}_CERT_FILE`];
  const value = env[variable] ?? '';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) return [];
  const unless = 'or REQUIRE_TLS must be false';
  if (!encrypted(url)) {
    const unheeded = [`${server}_CA_FILE`, certificate].filter((file) => env[file] !== undefined);
    return [
      ...(isRequired(env, url) ? [`${variable}: ${demand}, ${unless}`] : []),
      ...unheeded.map((file) => `${file}: is heeded only where ${variable} ${demand}`),
    ];
  }
  if (env[certificate] === undefined)
    return isRequired(env, url) ? [`${certificate}: must be given, with its key, ${unless}`] : [];
  const more = superfluous(url);
  return more === undefined ? [] : [`${variable}: must hold no ${more} beside ${certificate}`];
}

function isRequired(env: Variables, url: URL): boolean {
  if (env['REQUIRE_TLS'] !== undefined) return env['REQUIRE_TLS'] === 'true';
  return env['NODE_ENV'] === 'production' && !LOOPBACK.test(url.hostname);
}

function pairFaults(env: Variables, whose: string): readonly string[] {
  const names = [`${whose}_CERT_FILE`, `${whose}_KEY_FILE`] as const;
  const [cert, key] = names.map((name) => env[name]);
  if (cert === undefined && key === undefined) return [];
  if (cert === undefined || key === undefined)
    return [`${names[cert === undefined ? 0 : 1]}: is missing beside the other`];
  return goTogether(cert, key) ? [] : [`${names[1]}: is not the key of ${names[0]}`];
}

/** Whether the key is that of the certificate. What is not there or not in PEM is somebody else's fault to name. */
function goTogether(certFile: string, keyFile: string): boolean {
  const [cert, key] = [pemIn(certFile), pemIn(keyFile)];
  if (cert === undefined || key === undefined) return true;
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** The text of a file in PEM; `undefined` when it cannot be read or is something else. */
export function pemIn(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.includes('-----BEGIN ') ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The same, when the first certificate in it is an authority's. */
export function authoritiesIn(file: string): string | undefined {
  try {
    const pem = pemIn(file) ?? '';
    return new X509Certificate(pem).ca ? pem : undefined;
  } catch {
    return undefined;
  }
}
