import { z } from 'zod';

import { CLOSING_RULES, GRANT_OBJECTIONS } from '#lib/policy';

import { defineQuestion } from './message.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

/** A mark names a rule as it was read; over HTTP it is the `ETag`, and comes back as `If-Match`. */
const mark = z.string().max(64);
const inEnvironment = { environmentId: z.uuid() };
const inCompany = { ...inEnvironment, companyId: z.uuid() };
const ofPartnerUser = { ...inCompany, partnerUserId: z.uuid() };

/** Where the next page goes on; opaque. */
export const pageAsk = {
  cursor: z.string().max(600).optional(),
  limit: z.int().min(1).max(200).default(50),
};
const next = z.string().nullable();

/** A company as the environment's lists show it. */
export const companyEntry = z.object({
  companyId: z.uuid(),
  name: z.string(),
  fivaldiNumber: z.string(),
  businessId: z.string().nullable(),
  /** Web Services are on: the company has the branch of partner users. */
  webServices: z.boolean(),
});
export type CompanyEntry = z.output<typeof companyEntry>;

/** A page of an environment's companies by name; `search` is a part of the name, or the start of a number. */
export const listCompanies = defineQuestion({
  pattern: 'auth.company-list.v1',
  service: 'auth',
  ask: z.object({ ...inEnvironment, search: z.string().max(100).optional(), ...pageAsk }),
  answer: z.object({ companies: z.array(companyEntry), next }),
});

/** One company, with the mark that a change of it must carry. */
export const showCompany = defineQuestion({
  pattern: 'auth.company-show.v1',
  service: 'auth',
  ask: z.object(inCompany),
  answer: z.object({ company: companyEntry, mark }),
});

/**
 * The company's tree in Service Management [Palvelunhallinta]: a page of the partner users that it may grant rights to.
 * Without Web Services there are none to see. The operator's internal note is not among the fields.
 */
export const showServiceManagement = defineQuestion({
  pattern: 'auth.service-management-show.v1',
  service: 'auth',
  ask: z.object({ ...inCompany, ...pageAsk }),
  answer: z.object({
    company: companyEntry,
    partnerUsers: z.array(
      z.object({
        partnerUserId: z.uuid(),
        userName: z.string(),
        company: z.string(),
        externalNote: z.string().nullable(),
        active: z.boolean(),
      }),
    ),
    next,
  }),
});

/** What stands about one stream and direction. */
const rightCell = z.object({
  stream: z.enum(STREAM_NAMES),
  direction: z.enum(DIRECTIONS),
  granted: z.boolean(),
  grantable: z.boolean(),
  whyNot: z.enum(GRANT_OBJECTIONS).nullable(),
  inert: z.boolean(),
});

const minute = z.int().min(0).max(1440);

/** When a week is open: the operator's restrictions and a group put together; see `weekOf` of the policy. */
export const resultingWeek = z
  .array(
    z.object({
      /** ISO: 1 is Monday. */
      weekday: z.int().min(1).max(7),
      pieces: z
        .array(z.object({ from: minute, to: minute, closedBy: z.array(z.enum(CLOSING_RULES)).readonly() }))
        .readonly(),
    }),
  )
  .readonly();

/** A partner user in one company: the sixteen cells, the restriction group and the week that results. */
export const showPartnerUserInCompany = defineQuestion({
  pattern: 'auth.company-partner-user-show.v1',
  service: 'auth',
  ask: z.object(ofPartnerUser),
  answer: z.object({
    partnerUserId: z.uuid(),
    userName: z.string(),
    /** Yritys. */
    company: z.string(),
    /** Lisätieto: the external one. */
    externalNote: z.string().nullable(),
    active: z.boolean(),
    webServices: z.boolean(),
    cells: z.array(rightCell),
    restrictionGroup: z.string().nullable(),
    week: resultingWeek,
    /** Of the grants. */
    mark,
    /** Of the place in a restriction group. */
    groupMark: mark,
  }),
});

export const SERVICE_MANAGEMENT_QUESTIONS = {
  listCompanies,
  showCompany,
  showServiceManagement,
  showPartnerUserInCompany,
} as const;
