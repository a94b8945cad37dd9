import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** What the sandbox is told by its environment. */
export const sandboxEnvironment = z.object({
  /** A stand-in has no place beside real companies. */
  NODE_ENV: z.enum(['development', 'test'], { error: 'must be development or test' }).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(9480),
  CONTROL_PORT: port.default(9481),
  SANDBOX_JOURNAL: z.string().default('sandbox-journal.jsonl'),
  /** One partner from the start; others by the control routes. */
  FIVALDI_PARTNER_ID: z.string().optional(),
  FIVALDI_PARTNER_SECRET: z.string().optional(),
  /** With both, Netvisor's stand-in is served as well, to this partner. */
  NETVISOR_PARTNER_ID: z.string().optional(),
  NETVISOR_PARTNER_KEY: z.string().optional(),
  NETVISOR_PORT: port.default(9482),
  NETVISOR_CONTROL_PORT: port.default(9483),
  NETVISOR_JOURNAL: z.string().optional(),
  /** With it, Severa's stand-in is served as well. */
  SEVERA_PORT: port.optional(),
  SEVERA_CONTROL_PORT: port.default(9485),
  SEVERA_JOURNAL: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
