import { z } from 'zod';

import { defineMessage } from './message.js';

/**
 * Somebody changed rights, restrictions or settings: work that waits for an
 * opening is decided anew. A missing id means "all of them".
 */
export const rulesChanged = defineMessage({
  type: 'auth.rules-changed.v1',
  queue: 'fivaldi.rules-changed',
  schema: z.object({
    environmentId: z.uuid().nullable(),
    companyId: z.uuid().nullable(),
    partnerUserId: z.uuid().nullable(),
  }),
});
export type RulesChanged = z.output<typeof rulesChanged.schema>;
