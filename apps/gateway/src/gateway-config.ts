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

const positive = z.coerce.number().int().min(1).max(1_000_000);

/** Words with spaces between them, as OpenID Connect writes `acr_values`. */
const words = z
  .string()
  .max(500)
  .transform((list): readonly string[] => list.split(' ').filter((word) => word !== ''));

const environment = serviceEnvironment.extend({
  /** The HTTP door; `0` takes a free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** The proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: addressRules.default([]),
  /** How long a sender may send nothing in the middle of a body. */
  SENDER_SILENCE_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  /** How often one partner user or person may come, documents not counted: a second, and at once after a quiet time. */
  CALLER_REQUESTS_PER_SECOND: positive.default(100),
  CALLER_REQUESTS_AT_ONCE: positive.default(1_000),
  /** The same for one address, everything counted. */
  ADDRESS_REQUESTS_PER_SECOND: positive.default(2_000),
  ADDRESS_REQUESTS_AT_ONCE: positive.default(10_000),
  /** How many documents of one stream may wait for one company. */
  LANE_DOCUMENTS: positive.default(100_000),
  /** How long the legacy door keeps a sender waiting for the end of its transfer. */
  LEGACY_WAIT_SECONDS: z.coerce.number().int().min(0).max(600).default(100),
  /** How large a document may be, and how many at once, that the legacy door takes before it knows from whom. */
  LEGACY_SPOOL_BYTES: z.coerce.number().int().min(1).max(1_000_000_000).default(100_000_000),
  LEGACY_SPOOLS_AT_ONCE: positive.default(32),
  /** The origin at which browsers find the service; without it, they find it on this machine alone. */
  PUBLIC_URL: secureUrl.optional(),
  /** Sign-in at an identity provider by OpenID Connect: all three, or none. */
  OIDC_ISSUER: secureUrl.optional(),
  OIDC_CLIENT_ID: z.string().max(200).optional(),
  OIDC_CLIENT_SECRET: z.string().max(200).optional(),
  /** How the provider says that somebody gave two factors: one of these for `acr`, all of these in `amr`. */
  OIDC_ACR_VALUES: words.default([]),
  OIDC_AMR_VALUES: words.default([]),
  /** How long ago somebody may have signed in there when they come here. */
  OIDC_MAX_AGE_SECONDS: z.coerce.number().int().min(60).max(86_400).default(28_800),
});

/** What the gateway is told by its environment, beside what every service is. */
export const gatewayEnvironment = environment
  .refine(
    (given) =>
      given.OIDC_ISSUER === undefined || (given.OIDC_CLIENT_ID !== undefined && given.OIDC_CLIENT_SECRET !== undefined),
    { path: ['OIDC_ISSUER'], message: 'needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it' },
  )
  // Its sign-in takes the place of both factors, so it must say that there were two.
  .refine(
    (given) => given.OIDC_ISSUER === undefined || given.OIDC_ACR_VALUES.length + given.OIDC_AMR_VALUES.length > 0,
    { path: ['OIDC_ISSUER'], message: 'needs OIDC_ACR_VALUES or OIDC_AMR_VALUES beside it' },
  );
