import { z } from 'zod';

import { AUDIT_ACTIONS, AUDIT_OUTCOMES, auditEventBody } from './audit-event.js';
import { defineQuestion } from './message.js';
import { keeper, principal } from './principal.js';
import {
  companyBody,
  environmentBody,
  grantsBody,
  partnerUserBody,
  restrictionGroupBody,
  upperRightsBody,
  xmlSettingsBody,
} from './rules.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

const instant = z.iso.datetime({ offset: true });
const address = z.string().max(64).nullable();

/** User name and password for a token of ten minutes. Unknown, wrong, locked and closed look alike: `null`. */
export const signIn = defineQuestion({
  pattern: 'auth.sign-in.v1',
  service: 'auth',
  ask: z.object({ userName: z.string().max(20), password: z.string().max(128), address }),
  answer: z.object({ session: z.object({ token: z.string(), expiresAt: instant }).nullable() }),
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

/** One entry of the log, as it is read back. */
export const auditEntry = auditEventBody.extend({
  sequence: z.int(),
  recordedAt: instant,
  hash: z.string(),
});

/** A page of one environment's log, newest first. */
export const searchAudit = defineQuestion({
  pattern: 'audit.search.v1',
  service: 'audit',
  ask: z.object({
    environmentId: z.uuid().nullable(),
    companyId: z.uuid().optional(),
    partnerUserId: z.uuid().optional(),
    transferId: z.uuid().optional(),
    documentId: z.uuid().optional(),
    action: z.enum(AUDIT_ACTIONS).optional(),
    outcome: z.enum(AUDIT_OUTCOMES).optional(),
    address: z.string().max(64).optional(),
    actorId: z.string().max(64).optional(),
    from: instant.optional(),
    until: instant.optional(),
    /** The sequence number to go on below; absent for the newest. */
    before: z.int().positive().optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({ entries: z.array(auditEntry), next: z.int().nullable() }),
});

/** Whether one environment's chain is whole, and where it first is not. */
export const verifyAudit = defineQuestion({
  pattern: 'audit.verify.v1',
  service: 'audit',
  ask: z.object({ environmentId: z.uuid().nullable() }),
  answer: z.object({
    entries: z.int(),
    whole: z.boolean(),
    firstFault: z.object({ sequence: z.int(), what: z.enum(['altered', 'missing', 'reordered', 'cut']) }).nullable(),
  }),
});

export const QUESTIONS = { signIn, identify, decideAccess, saveRule, searchAudit, verifyAudit } as const;
