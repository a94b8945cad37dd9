import { z } from 'zod';

import { type AddressRule, parseAddressRule } from '#lib/policy';
import { serviceEnvironment } from '#lib/service';

/** A comma-separated list of addresses and CIDR blocks, each checked. */
const addressRules = z.string().transform((list, context): readonly AddressRule[] =>
  list
    .split(',')
    .filter((rule) => rule !== '')
    .flatMap((rule) => {
      const parsed = parseAddressRule(rule);
      if (!('code' in parsed)) return [parsed];
      context.addIssue({ code: 'custom', message: `not an address rule: ${parsed.code}` });
      return [];
    }),
);

/** What the gateway is told by its environment, beside what every service is. */
export const gatewayEnvironment = serviceEnvironment.extend({
  /** The HTTP door; `0` takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: addressRules.default([]),
  /** How long a sender may send nothing in the middle of a body. */
  SENDER_SILENCE_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
});
