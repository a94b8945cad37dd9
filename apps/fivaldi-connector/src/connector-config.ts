import { z } from 'zod';

import { serviceEnvironment } from '#lib/service';

/** What the connector is told by its environment, beside what every service is. */
export const connectorEnvironment = serviceEnvironment
  .extend({
    /** Fivaldi's Customer API. */
    FIVALDI_URL: z
      .url({ protocol: /^https?$/, error: 'must be an https:// URL' })
      .default('https://api.fivaldi.net/customer/api'),
    /** The service's own partner id and secret at Fivaldi: one pair for every company. Without them nothing is delivered. */
    FIVALDI_PARTNER_ID: z.string().min(1).max(60).optional(),
    FIVALDI_PARTNER_SECRET: z.string().min(16).optional(),
  })
  .refine(
    ({ FIVALDI_PARTNER_ID: id, FIVALDI_PARTNER_SECRET: secret }) => (id === undefined) === (secret === undefined),
    {
      path: ['FIVALDI_PARTNER_SECRET'],
      error: 'goes together with FIVALDI_PARTNER_ID',
    },
  )
  .refine(({ NODE_ENV, FIVALDI_URL }) => NODE_ENV !== 'production' || FIVALDI_URL.startsWith('https:'), {
    path: ['FIVALDI_URL'],
    error: 'must be https:// in production',
  });
