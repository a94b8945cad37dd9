import { z } from 'zod';

import { LOG_LEVELS } from './log.js';

/** What every service is told by its environment. An app adds its own with `.extend`. */
export const serviceEnvironment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// URL' }),
  /** Stands before every name on the broker, so that installations and tests can share one. */
  BUS_NAMESPACE: z
    .string()
    .regex(/^([a-z0-9-]+\.)?$/, 'must be empty, or lower case ending in a full stop')
    .default(''),
  /** The address that every port of the service listens on. */
  HOST: z.string().default('127.0.0.1'),
  /** Health and metrics; `0` takes a free port. */
  OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).default(9464),
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
 * variable is an absent one, since a container file cannot leave one out.
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  // Never `reportInput`: it would put the value into the issue.
  const result = schema.safeParse(given, { reportInput: false });
  if (result.success) return result.data;
  throw new EnvironmentUnusable(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}
