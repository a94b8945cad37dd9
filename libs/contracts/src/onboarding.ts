import { z } from 'zod';

import { defineMessage, defineQuestion } from './message.js';
import { keeper } from './principal.js';

const instant = z.iso.datetime({ offset: true });

/** Who asks, from where, and the environment that everything asked for lies in. */
const within = { by: keeper, environmentId: z.uuid(), address: z.string().max(64).nullable() };

export const ONBOARDING_FORMS = ['csv', 'xlsx'] as const;

/** Bytes of a file in one question, before base64: messages stay small, and a file of ten megabytes is forty. */
export const ONBOARDING_PART_BYTES = 256 * 1024;
export const ONBOARDING_FILE_BYTES = 10_000_000;
export const ONBOARDING_ROWS = 20_000;
/** So many rows may be committed as one: each holds locks until the end of its transaction. */
export const ALL_OR_NOTHING_ROWS = 1_000;

/** Begins an upload. What is not closed within an hour is forgotten. */
export const openOnboarding = defineQuestion({
  pattern: 'auth.onboarding-open.v1',
  service: 'auth',
  ask: z.object({ ...within, form: z.enum(ONBOARDING_FORMS), charset: z.string().max(40).nullable() }),
  answer: z.object({ onboardingId: z.uuid() }),
});

/** One part of the file, numbered from 0; the same part again changes nothing. */
export const sendOnboardingPart = defineQuestion({
  pattern: 'auth.onboarding-part.v1',
  service: 'auth',
  ask: z.object({
    environmentId: z.uuid(),
    onboardingId: z.uuid(),
    no: z.int().min(0).max(64),
    data: z.base64().max(Math.ceil(ONBOARDING_PART_BYTES / 3) * 4),
  }),
  answer: z.object({}),
});

/** The file is whole: from here on it is read and tried by itself. */
export const closeOnboarding = defineQuestion({
  pattern: 'auth.onboarding-close.v1',
  service: 'auth',
  ask: z.object({ ...within, onboardingId: z.uuid(), parts: z.int().min(0).max(65), sha256: z.base64() }),
  answer: z.object({}),
});

/**
 *   open → received → ready → committing → done
 *            │          │         └→ failed      (all or nothing, and something had changed meanwhile)
 *            └→ refused └→ cancelled ←┘
 */
export const ONBOARDING_STATES = [
  'open',
  'received',
  'refused',
  'ready',
  'committing',
  'done',
  'failed',
  'cancelled',
] as const;
export const ROW_OUTCOMES = ['created', 'changed', 'skipped', 'blocked', 'outdated'] as const;

export const onboardingView = z.object({
  id: z.uuid(),
  state: z.enum(ONBOARDING_STATES),
  receivedAt: instant,
  finishedAt: instant.nullable(),
  allOrNothing: z.boolean(),
  counts: z.object({
    rows: z.int(),
    created: z.int(),
    changed: z.int(),
    skipped: z.int(),
    blocked: z.int(),
    /** Found changed by somebody else at commit, and left alone. */
    outdated: z.int(),
    /** Created and changed rows that are saved by now. */
    saved: z.int(),
  }),
  /** Why the file as a whole was not read, or the commit as a whole failed. */
  refusal: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  /** Names the effect of the dry run; a commit names it back. */
  mark: z.string().nullable(),
});
export type OnboardingView = z.output<typeof onboardingView>;

const named = { environmentId: z.uuid(), onboardingId: z.uuid() };

export const readOnboarding = defineQuestion({
  pattern: 'auth.onboarding-read.v1',
  service: 'auth',
  ask: z.object(named),
  answer: onboardingView,
});

/** Onboardings of an environment, newest first; `below` is the last one of the page before. */
export const listOnboardings = defineQuestion({
  pattern: 'auth.onboarding-list.v1',
  service: 'auth',
  ask: z.object({
    environmentId: z.uuid(),
    state: z.enum(ONBOARDING_STATES).optional(),
    below: z.uuid().nullable().default(null),
    limit: z.int().min(1).max(200),
  }),
  answer: z.object({
    onboardings: z.array(
      onboardingView.pick({ id: true, state: true, receivedAt: true, finishedAt: true }).extend({
        /** A file, or the companies that follow a template. */
        form: z.enum([...ONBOARDING_FORMS, 'template']),
      }),
    ),
    next: z.uuid().nullable(),
  }),
});

export const onboardingRow = z.object({
  /** From 1, in the order of the file. */
  no: z.int(),
  /** The line of a CSV file, the row of a sheet. */
  line: z.int(),
  outcome: z.enum(ROW_OUTCOMES),
  saved: z.boolean(),
  name: z.string().nullable(),
  fivaldiNumber: z.string().nullable(),
  companyId: z.uuid().nullable(),
  changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  mistakes: z.array(
    z.object({
      field: z.string(),
      code: z.string(),
      message: z.string(),
      /** What stands in the file, cut to a hundred characters. */
      value: z.string().nullable(),
    }),
  ),
});
export type OnboardingRow = z.output<typeof onboardingRow>;

/** A page of rows, in the order of the file. */
export const listOnboardingRows = defineQuestion({
  pattern: 'auth.onboarding-rows.v1',
  service: 'auth',
  ask: z.object({
    ...named,
    outcome: z.enum(ROW_OUTCOMES).optional(),
    after: z.int().min(0).default(0),
    limit: z.int().min(1).max(200),
    language: z.enum(['fi', 'sv', 'en']),
  }),
  answer: z.object({ rows: z.array(onboardingRow), next: z.int().nullable() }),
});

/** Lets a dry run come true, in the background. Refused when the effect is another one by now. */
export const commitOnboarding = defineQuestion({
  pattern: 'auth.onboarding-commit.v1',
  service: 'auth',
  ask: z.object({ ...within, onboardingId: z.uuid(), ifMark: z.string().max(64), allOrNothing: z.boolean() }),
  answer: onboardingView,
});

/** Stops an onboarding; what is saved stays saved. */
export const cancelOnboarding = defineQuestion({
  pattern: 'auth.onboarding-cancel.v1',
  service: 'auth',
  ask: z.object({ ...within, onboardingId: z.uuid() }),
  answer: onboardingView,
});

/** An onboarding has work: a dry run, or rows to save. The same again finds what is left of it. */
export const onboardingWork = defineMessage({
  type: 'auth.onboarding-work.v1',
  queue: 'auth.onboardings',
  schema: z.object({ environmentId: z.uuid(), onboardingId: z.uuid() }),
});

/** For the table of questions. */
export const ONBOARDING_QUESTIONS = {
  openOnboarding,
  sendOnboardingPart,
  closeOnboarding,
  readOnboarding,
  listOnboardings,
  listOnboardingRows,
  commitOnboarding,
  cancelOnboarding,
} as const;
