import { z } from 'zod';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { partnerUserBody, restrictionGroupBody } from './rules.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

const instant = z.iso.datetime({ offset: true });

/** Rules as they might be: what is named replaces what stands, the rest stays. `null` is "none of it". */
export const accessChanges = z.strictObject({
  weekdayRestriction: partnerUserBody.shape.weekdayRestriction.unwrap().optional(),
  weekendRestricted: z.boolean().optional(),
  /** The only addresses that the partner user may come from. */
  partnerAddresses: partnerUserBody.shape.addresses.unwrap().optional(),
  active: z.boolean().optional(),
  upperRight: z.boolean().optional(),
  grant: z.boolean().optional(),
  /** Its restriction group in this company; `null` is none. */
  group: restrictionGroupBody.pick({ times: true, addresses: true }).nullable().optional(),
  xmlSettingsComplete: z.boolean().optional(),
  environmentActive: z.boolean().optional(),
});

/** "May X do Y for company Z, at this time, from this address?", and the same with changed rules. */
export const explainBody = z.object({
  partnerUserId: z.uuid(),
  companyId: z.uuid(),
  stream: z.enum(STREAM_NAMES),
  direction: z.enum(DIRECTIONS),
  /** `null` is now, by the database's clock. */
  at: instant.nullable().default(null),
  /** `null`: whatever the address. `same-as-last`: the one it last signed in from, which may be none. */
  address: z.string().max(64).nullable().default(null),
  changes: accessChanges.optional(),
});

const words = z.object({ fi: z.string(), sv: z.string(), en: z.string() });

const verdict = z.object({
  allowed: z.boolean(),
  /** Every objection, the one to show first. */
  reasons: z.array(
    z.object({
      reason: z.string(),
      owner: z.enum(['operator', 'main-user', 'partner-user', 'nobody', 'service']),
      message: words,
      /** What the rule says, such as its times or addresses; `null` for a rule that is plainly on or off. */
      rule: words.nullable(),
    }),
  ),
  waits: z.boolean(),
  opensAt: instant.nullable(),
});

/**
 * Answers by the same facts and the same function as the decision itself, in one transaction with its audit event.
 *
 * `within` its environment: a company of another one is absent, and so is a partner user that is for a company of
 * another one. `callerAddress` is where the one who asks is.
 */
export const explainAccess = defineQuestion({
  pattern: 'auth.explain-access.v1',
  service: 'auth',
  ask: explainBody.extend({
    by: keeper,
    environmentId: z.uuid(),
    callerAddress: z.string().max(64).nullable(),
  }),
  answer: z.object({
    /** When the facts were read. */
    decidedAt: instant,
    /** The time that was asked about. */
    at: instant,
    /** The address that was judged; `null` when none was, or none is known. */
    address: z.string().nullable(),
    now: verdict,
    /** With the changes; `null` when none were asked about. */
    changed: verdict.nullable(),
  }),
});
