import { z } from 'zod';

import { type AddressRule, parseAddressRule } from '#lib/policy';
import { serviceEnvironment } from '#lib/service';

import { isLoopback } from './site.js';

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

/** `https://`, or plain HTTP on the machine itself. */
const secureUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https:// URL' })
  .transform((text) => new URL(text))
  .refine((url) => url.protocol === 'https:' || isLoopback(url), 'must be an https:// URL');

const environment = serviceEnvironment.extend({
  /** The HTTP door; `0` takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: addressRules.default([]),
  /** How long a sender may send nothing in the middle of a body. */
  SENDER_SILENCE_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  /** The origin at which browsers find the service; without it, they find it on this machine alone. */
  PUBLIC_URL: secureUrl.optional(),
  /** Sign-in at an identity provider by OpenID Connect: all three, or none. */
  OIDC_ISSUER: secureUrl.optional(),
  OIDC_CLIENT_ID: z.string().max(200).optional(),
  OIDC_CLIENT_SECRET: z.string().max(200).optional(),
});

/** What the gateway is told by its environment, beside what every service is. */
export const gatewayEnvironment = environment.refine(
  (given) =>
    given.OIDC_ISSUER === undefined || (given.OIDC_CLIENT_ID !== undefined && given.OIDC_CLIENT_SECRET !== undefined),
  { path: ['OIDC_ISSUER'], message: 'needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it' },
);
