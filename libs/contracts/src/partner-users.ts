import { z } from 'zod';

import { CLOSING_RULES } from '#lib/policy';

import { defineQuestion } from './message.js';
import { partnerUserForm, passwordChangeForm, usageRestrictionsForm } from './partner-user-form.js';
import { keeper } from './principal.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

const instant = z.iso.datetime({ offset: true });
const address = z.string().max(64).nullable();
const mark = z.string().max(64);
const minute = z.int().min(0).max(1440);

const week = z.array(
  z.object({
    weekday: z.int().min(1).max(7),
    pieces: z.array(z.object({ from: minute, to: minute, closedBy: z.array(z.enum(CLOSING_RULES)) })),
  }),
);

/** How a partner user came by the password that it has, and what became of the last one that was ordered. */
const passwordState = z.object({
  kind: z.enum(['none', 'one-time', 'own']),
  /** Of a one-time password. */
  expiresAt: instant.nullable(),
  delivery: z
    .object({
      state: z.enum(['waiting', 'sending', 'sent', 'gave-up']),
      orderedAt: instant,
      attempts: z.int(),
      nextAttemptAt: instant.nullable(),
    })
    .nullable(),
});

/** What of a partner user is read back: rows from before a field was asked for have `null` in its place. */
export const shownPartnerUser = z.object({
  id: z.uuid(),
  userName: z.string(),
  company: z.string(),
  businessId: z.string().nullable(),
  email: z.string().nullable(),
  mobile: z.string().nullable(),
  language: z.enum(['FIN', 'SWE', 'ENG']),
  active: z.boolean(),
  scopeCompanyId: z.uuid().nullable(),
  /** Absent unless it was asked for: only those who keep partner users see it. */
  internalNote: z.string().nullable().optional(),
  externalNote: z.string().nullable(),
  weekdayRestriction: z.object({ from: minute, to: minute }).nullable(),
  weekendRestricted: z.boolean(),
  addresses: z.array(z.string()).nullable(),
});
export type ShownPartnerUser = z.output<typeof shownPartnerUser>;

const partnerUserId = z.uuid();
/** `internal`: whoever asks may see the internal note. */
const internal = z.boolean();

/** A page of partner users by user name; `search` is any part of the user name or the company. */
export const listPartnerUsers = defineQuestion({
  pattern: 'auth.partner-user-list.v1',
  service: 'auth',
  ask: z.object({
    search: z.string().max(100).optional(),
    /** The user name to go on after. */
    after: z.string().max(20).optional(),
    limit: z.int().min(1).max(200),
    internal,
  }),
  answer: z.object({ partnerUsers: z.array(shownPartnerUser), next: z.string().nullable() }),
});

/** One partner user as it stands, with the mark that a change of it must name. */
export const readPartnerUser = defineQuestion({
  pattern: 'auth.partner-user-read.v1',
  service: 'auth',
  ask: z.object({ partnerUserId, internal }),
  answer: z.object({ partnerUser: shownPartnerUser, password: passwordState, week, mark }),
});

/** The resulting week, of the operator's restrictions alone or with those of its restriction group in a company. */
export const readPartnerUserWeek = defineQuestion({
  pattern: 'auth.partner-user-week.v1',
  service: 'auth',
  ask: z.object({ partnerUserId, companyId: z.uuid().optional() }),
  answer: z.object({ week, minutesOpen: z.int() }),
});

/** The rights of a partner user on the upper level. */
export const readUpperRights = defineQuestion({
  pattern: 'auth.upper-rights-read.v1',
  service: 'auth',
  ask: z.object({ partnerUserId }),
  answer: z.object({
    rights: z.array(z.object({ stream: z.enum(STREAM_NAMES), direction: z.enum(DIRECTIONS) })),
    mark,
  }),
});

const change = { by: keeper, address, partnerUserId };

/** A new partner user, and in the same transaction the order to send it its user name and a one-time password. */
export const createPartnerUser = defineQuestion({
  pattern: 'auth.partner-user-create.v1',
  service: 'auth',
  ask: z.object({ ...change, partnerUser: partnerUserForm }),
  answer: z.object({ mark }),
});

/** Puts all that a person enters in place, or the usage restrictions alone. */
export const changePartnerUser = defineQuestion({
  pattern: 'auth.partner-user-change.v1',
  service: 'auth',
  ask: z.object({ ...change, ifMark: mark, values: z.union([partnerUserForm, usageRestrictionsForm]) }),
  answer: z.object({ mark }),
});

/** Orders a new one-time password by SMS. The one that it has now works until the new one is on its way. */
export const orderPassword = defineQuestion({
  pattern: 'auth.partner-password-order.v1',
  service: 'auth',
  ask: z.object(change),
  answer: z.object({}),
});

/** `false`: unknown, wrong, expired, delayed and closed look alike. */
export const changePartnerPassword = defineQuestion({
  pattern: 'auth.partner-password-change.v1',
  service: 'auth',
  ask: passwordChangeForm.extend({ address }),
  answer: z.object({ changed: z.boolean() }),
});

/** What the stand-in for the SMS provider has taken in, newest first; there is none in production. */
export const readSandboxSms = defineQuestion({
  pattern: 'auth.sandbox-sms.v1',
  service: 'auth',
  ask: z.object({ to: z.string().max(20).optional(), limit: z.int().min(1).max(200) }),
  answer: z.object({
    messages: z.array(z.object({ reference: z.string(), to: z.string(), text: z.string(), receivedAt: instant })),
  }),
});

export const PARTNER_USER_QUESTIONS = {
  listPartnerUsers,
  readPartnerUser,
  readPartnerUserWeek,
  readUpperRights,
  createPartnerUser,
  changePartnerUser,
  orderPassword,
  changePartnerPassword,
  readSandboxSms,
} as const;
