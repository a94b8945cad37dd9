import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What is wrong with how a service would reach its servers, as `VARIABLE: what it must be`. None of its values is named.
 *
 *   REQUIRE_TLS | NODE_ENV   | the server's host | without TLS
 *   ------------+------------+-------------------+------------
 *   true        | any        | any               | refused
 *   false       | any        | any               | taken
 *   absent      | production | elsewhere         | refused
 *   absent      | production | loopback          | taken
 *   absent      | other      | any               | taken
 *
 * Refused always: a key without its certificate, or the reverse; a file of authorities beside a url that is not
 * encrypted, since who gave it believes that it is; Node's own switch that has every connection believe whoever answers.
 */
export function encryptionFaults(env: Variables): readonly string[] {
  const required = (url: URL): boolean => {
    if (env['REQUIRE_TLS'] !== undefined) return env['REQUIRE_TLS'] === 'true';
    return env['NODE_ENV'] === 'production' && !LOOPBACK.test(url.hostname);
  };
  const halves = ['TLS_CERT_FILE', 'TLS_KEY_FILE'].filter((variable) => env[variable] === undefined);
  const unseen = env[BLIND] === '0' ? [`${BLIND}: must not be 0, which believes every certificate`] : [];
  const missing = halves.length === 1 ? halves.map((variable) => `${variable}: is missing beside the other`) : [];
  const unprotected = WAYS.flatMap(({ variable, authority, encrypted, demand }) => {
    const value = env[variable] ?? '';
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || encrypted(url)) return [];
    const faults = required(url) ? [`${variable}: ${demand}, or REQUIRE_TLS must be false`] : [];
    return env[authority] === undefined
      ? faults
      : [...faults, `${authority}: is heeded only where ${variable} ${demand}`];
  });
  return [...unprotected, ...missing, ...unseen];
}

/** It reaches the clients of PostgreSQL, RabbitMQ and HTTP alike, whatever they are told. */
const BLIND = 'NODE_TLS_REJECT_UNAUTHORIZED';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const WAYS = [
  {
    variable: 'DATABASE_URL',
    authority: 'DATABASE_CA_FILE',
    demand: 'must end in ?sslmode=verify-full',
    encrypted: (url: URL) => url.searchParams.getAll('sslmode').join() === 'verify-full',
  },
  {
    variable: 'RABBITMQ_URL',
    authority: 'RABBITMQ_CA_FILE',
    demand: 'must begin with amqps://',
    encrypted: (url: URL) => url.protocol === 'amqps:',
  },
] as const;

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
