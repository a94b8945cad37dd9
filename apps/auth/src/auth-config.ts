import { z } from 'zod';

import { serviceEnvironment } from '#lib/service';
import { secretKeys } from '#lib/store';

/** What this service is told by its environment, beside what every service is. */
export const authEnvironment = serviceEnvironment
  .extend({
    /** SHA-256 of the operator's token, in hexadecimal. Absent: nobody may act as the operator. */
    OPERATOR_TOKEN_SHA256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 lower case hexadecimal digits')
      .transform((hash) => Buffer.from(hash, 'hex'))
      .optional(),
    /** Where the SMS provider takes messages, and its bearer token. Absent: the sandbox's inbox; in production nobody. */
    SMS_URL: z.url({ protocol: /^https?$/, error: 'must be an https:// URL' }).optional(),
    SMS_TOKEN: z.string().min(1).optional(),
    /** Where ranges of breached passwords are asked for, `{url}/{five digits}`. Absent: nobody is asked. */
    BREACHED_PASSWORDS_URL: z.url({ protocol: /^https?$/, error: 'must be an https:// URL' }).optional(),
    /** The keys of secrets at rest, `id:base64,…`; the first one is current. Needed by every data key that is there. */
    SECRET_KEYS: secretKeys,
  })
  .refine((env) => (env.SMS_URL === undefined) === (env.SMS_TOKEN === undefined), {
    path: ['SMS_TOKEN'],
    error: 'must be given together with SMS_URL',
  })
  // The token and every password would travel in the clear.
  .refine((env) => env.NODE_ENV !== 'production' || !env.SMS_URL?.startsWith('http:'), {
    path: ['SMS_URL'],
    error: 'must be an https:// URL in production',
  })
  .refine((env) => env.NODE_ENV !== 'production' || !env.BREACHED_PASSWORDS_URL?.startsWith('http:'), {
    path: ['BREACHED_PASSWORDS_URL'],
    error: 'must be an https:// URL in production',
  });
