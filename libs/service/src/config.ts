import { z } from 'zod';

import { authoritiesIn, encryptionFaults, pemIn } from './encryption.js';
import { LOG_LEVELS } from './log.js';
import { withFiles, withPasswords } from './secret-file.js';
import { secretPlaceFaults } from './secret-place.js';

/** A file of authorities. It stays a name: it is read again for each connection. */
const authorities = z
  .string()
  .refine((file) => authoritiesIn(file) !== undefined, 'must be a file with the certificate of an authority, in PEM');

/** Half of what a service shows to a server, likewise. */
const renewed = z.string().refine((file) => pemIn(file) !== undefined, 'must be a file in PEM');

/** What a service shows to those who call it: a file is named, and what is read, once, is its text. */
const shown = z.string().transform((file, context) => {
  const pem = pemIn(file);
  if (pem === undefined) context.addIssue('must be a file in PEM');
  return pem ?? z.NEVER;
});

/** What every service is told by its environment. An app adds its own with `.extend`. */
export const serviceEnvironment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  /** Goes into the URL before it is read, so that it is in no URL that somebody writes: see `secret-file.ts`. */
  DATABASE_PASSWORD: z.undefined().optional(),
  /** The authorities that alone may vouch for PostgreSQL, for `?sslmode=verify-full`; those of the system by default. */
  DATABASE_CA_FILE: authorities.optional(),
  /** What the service shows to PostgreSQL instead of a password, issued in its user's name: both files, or none. */
  DATABASE_CERT_FILE: renewed.optional(),
  DATABASE_KEY_FILE: renewed.optional(),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// URL' }),
  RABBITMQ_PASSWORD: z.undefined().optional(),
  /** The same for the broker, for `amqps://`; with a certificate the URL names no user. */
  RABBITMQ_CA_FILE: authorities.optional(),
  RABBITMQ_CERT_FILE: renewed.optional(),
  RABBITMQ_KEY_FILE: renewed.optional(),
  /**
   * Whether both servers must be reached over TLS and by a certificate; by default in production, but for those on the
   * machine itself.
   */
  REQUIRE_TLS: z.enum(['true', 'false'], 'must be true or false').optional(),
  /** Whether secrets must come from files; by default in production, but beside a database on the machine itself. */
  REQUIRE_SECRET_FILES: z.enum(['true', 'false'], 'must be true or false').optional(),
  /** `false` where the broker was given all queues, and the service's user may make none. */
  BUS_DECLARES: z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' }).default(true),
  /** Stands before every name on the broker, so that installations and tests can share one. */
  BUS_NAMESPACE: z
    .string()
    .regex(/^([a-z0-9-]+\.)?$/, 'must be empty, or lower case ending in a full stop')
    .default(''),
  /** The address that every port of the service listens on. */
  HOST: z.string().default('127.0.0.1'),
  /** Health and metrics; `0` takes a free port. */
  OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).default(9464),
  /** What the service shows to those who call it, so that all of its ports are TLS: both files, or none. */
  TLS_CERT_FILE: shown.optional(),
  TLS_KEY_FILE: shown.optional(),
  /** The authorities that vouch for who reads metrics: with it, nobody else reads them than `METRICS_READER`. */
  METRICS_CA_FILE: authorities.transform((file) => pemIn(file)).optional(),
  /** Whom the certificate of who reads metrics names. */
  METRICS_READER: z.string().default('prometheus'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  /** Messages in work at once. */
  PREFETCH: z.coerce.number().int().min(1).max(1000).default(16),
  /** How long a stopping service may finish what it has begun. */
  DRAIN_SECONDS: z.coerce.number().int().min(1).max(600).default(30),
  /** Which build this is, for `tietovirta_build_info`. */
  VERSION: z.string().default('unknown'),
  REVISION: z.string().default('unknown'),
});

/** The environment cannot be used: a service that cannot work does not start. */
export class EnvironmentUnusable extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The environment is not usable.\n  ${faults.join('\n  ')}`);
    this.name = 'EnvironmentUnusable';
  }
}

/**
 * Reads the environment once, at start.
 *
 * Names every variable at fault and never a value: values are secrets. An empty
 * variable is an absent one, since a container file cannot leave one out. Each
 * may come from a file instead, by `NAME_FILE`: see `withFiles`.
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const told = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const read = withFiles(told, names);
  const { given, faults: misplaced } = withPasswords(read.given);
  // Never `reportInput`: it would put the value into the issue.
  const result = schema.safeParse(given, { reportInput: false });
  const issues = result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const faults = [
    ...read.faults,
    ...misplaced,
    ...secretPlaceFaults(told, names),
    ...issues,
    ...encryptionFaults(given),
  ];
  if (result.success && faults.length === 0) return result.data;
  throw new EnvironmentUnusable(faults);
}
