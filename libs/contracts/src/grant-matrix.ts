import { z } from 'zod';

import { GRANT_OUTCOMES } from '#lib/policy';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { companyEntry, pageAsk } from './service-management.js';
import { DIRECTIONS, STREAM_NAMES } from './streams.js';

/** The most company × partner user pairs that one change may touch. */
export const MATRIX_PAIRS = 10_000;

const right = z.object({ stream: z.enum(STREAM_NAMES), direction: z.enum(DIRECTIONS) });

/** Rights to give and to take, of some partner users, in some companies. */
export const grantMatrixBody = z.object({
  partnerUserIds: z.array(z.uuid()).min(1).max(50),
  /** Their ids, all of the environment, or those that a search of the list of companies finds. */
  companyIds: z.union([
    z.array(z.uuid()).min(1).max(1000),
    z.literal('all'),
    z.object({ search: z.string().min(1).max(100) }),
  ]),
  give: z.array(right).max(32).default([]),
  take: z.array(right).max(32).default([]),
});
export type GrantMatrixBody = z.output<typeof grantMatrixBody>;

const change = {
  by: keeper,
  address: z.string().max(64).nullable(),
  environmentId: z.uuid(),
  matrix: grantMatrixBody,
};

/** How many rights become what; only what occurs. */
const counts = z.partialRecord(z.enum(GRANT_OUTCOMES), z.int());

/**
 * What a change of the matrix would do. Counts and mark are of the whole, the pairs of one page by company. The first
 * page is recorded as `access.explained`.
 *
 * The mark names what would become of every right: whoever carries the change out sends it, and is refused when
 * anything would become something else by now.
 */
export const previewGrants = defineQuestion({
  pattern: 'auth.grants-preview.v1',
  service: 'auth',
  ask: z.object({ ...change, ...pageAsk }),
  answer: z.object({
    pairs: z.array(
      z.object({
        companyId: z.uuid(),
        partnerUserId: z.uuid(),
        rights: z.array(right.extend({ outcome: z.enum(GRANT_OUTCOMES) })),
      }),
    ),
    next: z.string().nullable(),
    counts,
    /** How many company × partner user pairs would change. */
    changedPairs: z.int(),
    mark: z.string(),
  }),
});

/** Carries out the change that a preview has shown: what can be given is, what cannot stays as the preview said. */
export const giveGrants = defineQuestion({
  pattern: 'auth.grants-give.v1',
  service: 'auth',
  ask: z.object({ ...change, ifMark: z.string().max(64) }),
  answer: z.object({ counts, changedPairs: z.int() }),
});

/** The grants of an environment, a page of companies at a time; an inert one has lost its upper right. */
export const listGrants = defineQuestion({
  pattern: 'auth.grants-list.v1',
  service: 'auth',
  ask: z.object({
    environmentId: z.uuid(),
    partnerUserId: z.uuid().optional(),
    stream: z.enum(STREAM_NAMES).optional(),
    search: z.string().max(100).optional(),
    ...pageAsk,
  }),
  answer: z.object({
    companies: z.array(
      companyEntry.extend({
        grants: z.array(right.extend({ partnerUserId: z.uuid(), inert: z.boolean() })),
      }),
    ),
    next: z.string().nullable(),
  }),
});

export const GRANT_MATRIX_QUESTIONS = { previewGrants, giveGrants, listGrants } as const;
