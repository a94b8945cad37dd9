import { z } from 'zod';

import { AUDIT_QUESTIONS } from './audit-questions.js';
import { GRANT_MATRIX_QUESTIONS } from './grant-matrix.js';
import { explainAccess } from './explain.js';
import { ENVIRONMENT_QUESTIONS } from './environments.js';
import { FIVALDI_CONNECTION_QUESTIONS } from './fivaldi-connection.js';
import { signInOnce } from './legacy-door.js';
import { LINK_QUESTIONS } from './link-questions.js';
import { defineQuestion } from './message.js';
import { ONBOARDING_QUESTIONS } from './onboarding.js';
import { PARTNER_USER_QUESTIONS } from './partner-users.js';
import { PEOPLE_QUESTIONS } from './people.js';
import { keeper, principal } from './principal.js';
import { REGISTER_QUESTIONS } from './registers.js';
import { RESTRICTION_GROUP_QUESTIONS } from './restriction-groups.js';
import {
  companyBody,
  environmentBody,
  grantsBody,
  partnerUserBody,
  restrictionGroupBody,
  upperRightsBody,
  xmlSettingsBody,
} from './rules.js';
import { SERVICE_MANAGEMENT_QUESTIONS } from './service-management.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';
import { TEMPLATE_QUESTIONS } from './templates.js';
import { XML_SETTINGS_QUESTIONS } from './xml-settings.js';

const instant = z.iso.datetime({ offset: true });
const address = z.string().max(64).nullable();

/** User name and password for a token of ten minutes. Unknown, wrong, locked and closed look alike: `null`. */
export const signIn = defineQuestion({
  pattern: 'auth.sign-in.v1',
  service: 'auth',
  ask: z.object({ userName: z.string().max(20), password: z.string().max(128), address }),
  answer: z.object({
    session: z.object({ token: z.string(), expiresAt: instant }).nullable(),
    /** The password was a one-time one: it opens no session until it has been changed. */
    changeNeeded: z.literal(true).optional(),
  }),
});

/** Whose token is this? `null` for one that is unknown, expired, or used from another address. */
export const identify = defineQuestion({
  pattern: 'auth.identify.v1',
  service: 'auth',
  ask: z.object({ token: z.string().max(200), address }),
  answer: z.object({ principal: principal.nullable() }),
});

/**
 * May this partner user move this stream, in this direction, for this company, now, from there?
 *
 * `client` is the caller's address at acceptance, `null` when it could not be
 * read. At execution there is no caller: the address was judged at acceptance.
 * The decision and its audit event are one transaction.
 */
export const decideAccess = defineQuestion({
  pattern: 'auth.decide.v1',
  service: 'auth',
  ask: z.object({
    partnerUserId: z.uuid(),
    companyId: z.uuid(),
    stream: z.enum(STREAM_NAMES),
    direction: z.enum(DIRECTIONS),
    moment: z.discriminatedUnion('at', [
      z.object({ at: z.literal('acceptance'), client: address }),
      z.object({ at: z.literal('execution'), transferId: z.uuid() }),
    ]),
  }),
  answer: z.object({
    /** The primary database's clock in the deciding transaction. */
    decidedAt: instant,
    allowed: z.boolean(),
    /** Every objection, the one to show first; empty when allowed. Codes of `libs/policy`. */
    reasons: z.array(z.string()),
    /** Only the time objects: a wait mends it. */
    waits: z.boolean(),
    /** When the times next allow it; `null` when they do now, or not within eight days. */
    opensAt: instant.nullable(),
    /** Of the rules that allow it; work begins only while they stand at this version. `null` when they do not allow. */
    rulesVersion: z.string().nullable(),
    /** `null` unless the partner user may see the company: a stranger learns nothing. */
    company: z
      .object({ environmentId: z.uuid(), fivaldiNumber: z.string(), xmlSettings: xmlSettingsBody.nullable() })
      .nullable(),
  }),
});
export type AccessAnswer = z.output<typeof decideAccess.answer>;

const ruleOf = <Noun extends string, Body extends z.ZodType>(rule: Noun, body: Body) =>
  z.object({ rule: z.literal(rule), id: z.string().max(64), body });

/**
 * Puts one rule in place; the whole of it, or nothing.
 *
 * `within`: the environment that the change must stay in, `null` for the operator. What lies outside is absent to the
 * asker. `ifMark`: the mark that was seen with the rule; when it stands otherwise by now, `rule.outdated` is thrown.
 * Absent does not ask.
 */
export const saveRule = defineQuestion({
  pattern: 'auth.save-rule.v1',
  service: 'auth',
  ask: z.object({
    by: keeper,
    within: z.uuid().nullable(),
    address,
    ifMark: z.string().max(64).optional(),
    change: z.discriminatedUnion('rule', [
      ruleOf('environment', environmentBody),
      ruleOf('company', companyBody),
      ruleOf('partner-user', partnerUserBody),
      ruleOf('upper-rights', upperRightsBody),
      ruleOf('grants', grantsBody),
      ruleOf('restriction-group', restrictionGroupBody.extend({ companyId: z.uuid() })),
      ruleOf('xml-settings', xmlSettingsBody),
    ]),
  }),
  /** `mark` names the rule as it stands now; an `ETag` over HTTP. */
  answer: z.object({ mark: z.string() }),
});

export const QUESTIONS = {
  signIn,
  signInOnce,
  identify,
  decideAccess,
  explainAccess,
  saveRule,
  ...PARTNER_USER_QUESTIONS,
  ...AUDIT_QUESTIONS,
  ...SERVICE_MANAGEMENT_QUESTIONS,
  ...GRANT_MATRIX_QUESTIONS,
  ...RESTRICTION_GROUP_QUESTIONS,
  ...ONBOARDING_QUESTIONS,
  ...TEMPLATE_QUESTIONS,
  ...PEOPLE_QUESTIONS,
  ...ENVIRONMENT_QUESTIONS,
  ...FIVALDI_CONNECTION_QUESTIONS,
  ...REGISTER_QUESTIONS,
  ...LINK_QUESTIONS,
  ...XML_SETTINGS_QUESTIONS,
} as const;
