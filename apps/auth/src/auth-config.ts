import { z } from 'zod';

import { serviceEnvironment } from '#lib/service';

/** What this service is told by its environment, beside what every service is. */
export const authEnvironment = serviceEnvironment.extend({
  /** SHA-256 of the operator's token, in hexadecimal. Absent: nobody may act as the operator. */
  OPERATOR_TOKEN_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower case hexadecimal digits')
    .transform((hash) => Buffer.from(hash, 'hex'))
    .optional(),
});
