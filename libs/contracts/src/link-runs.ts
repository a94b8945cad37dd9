import { z } from 'zod';

import { asker, company, cursor, explained, flow, instant, keys, language, limit, PAIR_STATES } from './link-words.js';
import { defineQuestion } from './message.js';

/** What a run is to be about. */
export const runRequest = z.strictObject({
  flow,
  /**
   * `changed`: what has changed since the last run; of an on-demand flow it offers what is ready. `everything`: as
   * `changed`, from the beginning. `candidates`: all that is offered is moved. Or these records.
   */
  records: z.union([z.enum(['changed', 'everything', 'candidates']), keys]).default('changed'),
});

/** Asks for a run [ajo]. One that is open already is joined; the same key again names the same request. */
export const requestLinkRun = defineQuestion({
  pattern: 'severa.request-run.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, requestKey: z.string().min(1).max(200), run: runRequest }),
  answer: z.object({ runId: z.uuid(), joined: z.boolean() }),
});

const RUN_STATES = ['waiting', 'reading', 'sending', 'succeeded', 'partial', 'failed', 'stopped'] as const;

export const listLinkRuns = defineQuestion({
  pattern: 'severa.list-runs.v1',
  service: 'severa',
  ask: z.object({ ...company, language, flow: flow.optional(), state: z.enum(RUN_STATES).optional(), cursor, limit }),
  answer: z.object({
    runs: z.array(
      z.object({
        runId: z.uuid(),
        flow,
        trigger: z.enum(['schedule', 'person', 'retry']),
        requestedBy: z.string().nullable(),
        state: z.enum(RUN_STATES),
        counts: z.record(z.string(), z.unknown()),
        cause: explained.nullable(),
        /** Codes of the rules that stand against it. */
        reasons: z.array(z.string()),
        opensAt: instant.nullable(),
        createdAt: instant,
        startedAt: instant.nullable(),
        endedAt: instant.nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
});

/** Records of a flow by their state: what is offered, and what each of them would become. */
export const listLinkRecords = defineQuestion({
  pattern: 'severa.list-records.v1',
  service: 'severa',
  ask: z.object({
    ...company,
    language,
    flow,
    state: z.enum(PAIR_STATES).default('candidate'),
    cursor,
    limit,
  }),
  answer: z.object({
    records: z.array(
      z.object({
        key: z.string(),
        number: z.string().nullable(),
        name: z.string().nullable(),
        state: z.enum(PAIR_STATES),
        severaKey: z.string().nullable(),
        netvisorKey: z.string().nullable(),
        /** What would keep it from moving, known before anything is sent. */
        objections: z.array(explained.extend({ field: z.string().nullable(), message: z.string().nullable() })),
        /** What would be sent, as its flow tells people; `null`: it has nothing to tell. */
        preview: z.unknown(),
        attempts: z.int(),
        nextTryAt: instant.nullable(),
        movedAt: instant.nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
});
