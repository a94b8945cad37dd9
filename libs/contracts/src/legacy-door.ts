import { z } from 'zod';

import { defineQuestion } from './message.js';

const language = z.enum(['FIN', 'SWE', 'ENG']);

/**
 * User name and password for one request, and nothing that stays open: today's XML interface sends them with each
 * document (contract §2.2).
 *
 * `companyNumber` is `p_yt`, `null` for what is no number. Numbers are unique within an environment only, so the answer
 * names the one company of that number in which the partner user has been granted something; `null` when there is none,
 * or are several. Unknown, wrong, locked and closed are all `refused`.
 */
export const signInOnce = defineQuestion({
  pattern: 'auth.sign-in-once.v1',
  service: 'auth',
  ask: z.object({
    userName: z.string().max(20),
    password: z.string().max(128),
    address: z.string().max(64).nullable(),
    companyNumber: z
      .string()
      .regex(/^\d{1,12}$/)
      .nullable(),
  }),
  answer: z.discriminatedUnion('as', [
    z.object({ as: z.literal('refused') }),
    /** The password was a one-time one, which moves nothing until it has been changed. */
    z.object({ as: z.literal('change-needed'), language }),
    z.object({ as: z.literal('admitted'), partnerUserId: z.uuid(), language, companyId: z.uuid().nullable() }),
  ]),
});
