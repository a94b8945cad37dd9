import { z } from 'zod';

import { keptText } from './kept-text.js';
import { asker, explained, flow, instant, keys, language, limit, linkCause } from './link-words.js';
import { defineQuestion } from './message.js';
import { DIRECTIONS } from './streams.js';

export const HISTORY_RESULTS = ['moved', 'rejected', 'unknown', 'waits', 'gone', 'denied'] as const;

/** What narrows the transfer history; all that is given must fit. */
export const linkHistoryFilters = z.object({
  companyId: z.uuid().optional(),
  flow: flow.optional(),
  result: z.enum(HISTORY_RESULTS).optional(),
  cause: linkCause.optional(),
  runId: z.uuid().optional(),
  /** A part of the record's number or name, or the start of a key. */
  text: keptText(100).min(1).optional(),
  from: instant.optional(),
  until: instant.optional(),
});

/** The transfer history [siirtohistoria], newest first: of a company, or of all of an environment. */
export const listLinkHistory = defineQuestion({
  pattern: 'severa.list-history.v1',
  service: 'severa',
  ask: z.object({
    environmentId: z.uuid(),
    language,
    filters: linkHistoryFilters.prefault({}),
    cursor: z.uuid().optional(),
    limit,
  }),
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.uuid(),
        at: instant,
        companyId: z.uuid(),
        runId: z.uuid().nullable(),
        flow,
        direction: z.enum(DIRECTIONS),
        key: z.string(),
        number: z.string().nullable(),
        name: z.string().nullable(),
        operation: z.string(),
        result: z.enum(HISTORY_RESULTS),
        cause: explained.nullable(),
        /** The other system's own words, as they stood. */
        message: z.string().nullable(),
        severaKey: z.string().nullable(),
        netvisorKey: z.string().nullable(),
        attempt: z.int(),
        by: z.string(),
      }),
    ),
    next: z.uuid().nullable(),
  }),
});

/** What stands still now, by cause and flow, over the companies of an environment. */
export const listLinkTroubles = defineQuestion({
  pattern: 'severa.list-troubles.v1',
  service: 'severa',
  ask: z.object({ environmentId: z.uuid(), companyId: z.uuid().optional(), language }),
  answer: z.object({
    /** Links that stand still as a whole. */
    paused: z.array(z.object({ companyId: z.uuid(), since: instant, cause: explained })),
    /** Flows whose last run failed as a whole; they are tried again by themselves at their next time. */
    failedRuns: z.array(
      z.object({
        companyId: z.uuid(),
        flow,
        runId: z.uuid(),
        at: instant,
        cause: explained,
        reasons: z.array(z.string()),
      }),
    ),
    troubles: z.array(
      z.object({
        cause: explained,
        flow,
        records: z.int(),
        companies: z.int(),
        since: instant,
        /** Those with the most records first, a hundred at most. */
        worst: z.array(z.object({ companyId: z.uuid(), records: z.int() })),
      }),
    ),
  }),
});

/** Which of the records that stand still: some of one flow of a company, or all that have a cause. */
export const retryRequest = z.strictObject({
  /** `again`: it is transferred again. `done`: the other side has what it should. */
  as: z.enum(['again', 'done']).default('again'),
  which: z.union([
    z.strictObject({ companyId: z.uuid(), flow, keys }),
    z.strictObject({ cause: linkCause, flow: flow.optional(), companyId: z.uuid().optional() }),
  ]),
});

/** Lets records that stand still go on; `done` is asked for by key only. */
export const retryLinkRecords = defineQuestion({
  pattern: 'severa.retry-records.v1',
  service: 'severa',
  ask: z.object({ environmentId: z.uuid(), ...asker, retry: retryRequest }),
  answer: z.object({ records: z.int(), companies: z.int() }),
});
