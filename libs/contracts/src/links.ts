import { z } from 'zod';

import { LINK_PHASES, ROLES, START_OBJECTIONS } from '#lib/policy';

import { keptText } from './kept-text.js';
import { linkSettingsBody } from './link-settings.js';
import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { DIRECTIONS, LINK_STREAM_NAMES } from './streams.js';

const instant = z.iso.datetime({ offset: true });
const mark = z.string().max(64);
const language = z.enum(['fi', 'sv', 'en']).default('en');
const company = { environmentId: z.uuid(), companyId: z.uuid() };
const asker = { by: keeper, address: z.string().max(64).nullable() };
const cursor = keptText(300).optional();
const limit = z.int().min(1).max(200).default(50);

/** The flows of a link [tietovirrat]. A register moves in one direction; both are flows of their own. */
export const LINK_FLOWS = [
  'customers-to-netvisor',
  'customers-to-severa',
  'products-to-netvisor',
  'products-to-severa',
  'dimensions',
  'sales-invoices',
  'travel-expenses',
  'work-hours',
  'purchase-lines',
  'payments',
] as const;
export type LinkFlow = (typeof LINK_FLOWS)[number];
const flow = z.enum(LINK_FLOWS);

/** A record's key in its source: a guid of Severa's, a key of Netvisor's, or both of a person and a day. */
export const linkRecordKey = keptText(200).min(1);
/** A cause's code. */
export const linkCause = keptText(64).min(1);
const keys = z.array(linkRecordKey).min(1).max(10_000);

/** Why something does not move, who has to act, and what to do; in the language that was asked for. */
const explained = z.object({ code: z.string(), owner: z.string(), what: z.string(), remedy: z.string() });

/** How a company's Severa and Netvisor are linked. */
export const linkBody = z.strictObject({
  /** Whose rights, windows and restriction groups the link acts under. */
  partnerUserId: z.uuid(),
  /** The business ID by which Netvisor knows the company. */
  organisationId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9-]{1,20}$/, 'must be a business ID, such as 1967543-8'),
  host: z.enum(['production', 'training']).default('production'),
  /** The language of Netvisor's messages. */
  language: z.enum(['FI', 'SE', 'EN']).default('FI'),
  settings: linkSettingsBody.prefault({}),
});
export type LinkBody = z.output<typeof linkBody>;

/** A key as it is pasted: what is around it is not of it, what is in it is. */
const pasted = keptText(200).trim().min(1);

/** The credentials [tunnistautumistiedot] of one system. */
export const linkCredentials = z.discriminatedUnion('system', [
  z.strictObject({ system: z.literal('severa'), clientId: pasted, clientSecret: pasted }),
  /** Severa's older API key [API-avain]; it may have any characters. `null`: it is taken away, since nothing needs it. */
  z.strictObject({ system: z.literal('severa-key'), key: pasted.nullable() }),
  z.strictObject({ system: z.literal('netvisor'), customerId: pasted, customerKey: pasted }),
]);
export type LinkCredentials = z.output<typeof linkCredentials>;
export const CREDENTIAL_SYSTEMS = ['severa', 'severa-key', 'netvisor'] as const;
const credentialSystem = z.enum(CREDENTIAL_SYSTEMS);

/** A green tick [vihreä oikein-merkki], a yellow triangle [keltainen kolmio], or not tested yet. */
const light = z.enum(['green', 'yellow', 'none']);
const linkCheck = z.object({
  light,
  at: instant.nullable(),
  /** Severa has two: its client and, where it is given, the older key. */
  parts: z.array(
    z.object({
      credential: credentialSystem,
      light,
      cause: explained.nullable(),
      /** The other system's own words. */
      message: z.string().nullable(),
    }),
  ),
});
const linkChecks = z.object({ severa: linkCheck, netvisor: linkCheck });

const phase = z.object({
  phase: z.enum(LINK_PHASES),
  title: z.string(),
  what: z.string(),
  /** Where it is done: a path of this service, or of the other system's menu. */
  link: z.object({ in: z.enum(['severa', 'netvisor', 'tietovirta']), path: z.string() }),
  light: z.enum(['done', 'trouble', 'waits']),
  acknowledged: z.object({ by: z.string(), at: instant }).nullable(),
  /** One way in each; the roles of one are needed together. */
  roles: z.array(z.array(z.enum(ROLES))),
});

const PAIR_STATES = ['candidate', 'due', 'sending', 'unknown', 'moved', 'rejected', 'waits', 'denied', 'gone'] as const;

const flowView = z.object({
  flow,
  stream: z.enum(LINK_STREAM_NAMES),
  direction: z.enum(DIRECTIONS),
  mode: z.enum(['off', 'on-demand', 'automatic']),
  nextAt: instant.nullable(),
  lastSuccessAt: instant.nullable(),
  records: z.partialRecord(z.enum(PAIR_STATES), z.int()),
});

/** How a company is linked, how far it is taken into use, and what of it waits; `null` when it never was. */
export const showLink = defineQuestion({
  pattern: 'severa.show-link.v1',
  service: 'severa',
  ask: z.object({ ...company, language }),
  answer: z.object({
    link: z
      .object({
        ...linkBody.shape,
        mark,
        state: z.enum(['preparing', 'active', 'stopped']),
        /** Why all of it waits until somebody acts. Mending it lets everything go on. */
        paused: explained.extend({ since: instant }).nullable(),
        credentials: z.array(
          z.object({
            system: credentialSystem,
            identity: z.string().nullable(),
            savedBy: z.string(),
            savedAt: instant,
          }),
        ),
        checks: linkChecks,
        phases: z.array(phase),
        /** Whether *Aloita käyttö* is there, and what keeps it away. */
        start: z.object({
          allowed: z.boolean(),
          objections: z.array(z.object({ code: z.enum(START_OBJECTIONS), what: z.string() })),
        }),
        flows: z.array(flowView),
      })
      .nullable(),
  }),
});

/** Links a company, or changes how it is linked. Another organisation of Netvisor forgets what was known of the old one. */
export const saveLink = defineQuestion({
  pattern: 'severa.save-link.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, ifMark: mark.nullable(), link: linkBody }),
  answer: z.object({ mark }),
});

/** Stores the credentials of one system, sealed, and tests them at once. Good ones let a paused link go on. */
export const saveLinkCredentials = defineQuestion({
  pattern: 'severa.save-link-credentials.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, language, credentials: linkCredentials }),
  answer: z.object({ checks: linkChecks }),
});

/** Tests the credentials as they stand. */
export const checkLink = defineQuestion({
  pattern: 'severa.check-link.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, language }),
  answer: z.object({ checks: linkChecks }),
});

/** Acknowledges a phase as done [kuittaa tehdyksi], or takes that back. */
export const acknowledgePhase = defineQuestion({
  pattern: 'severa.acknowledge-phase.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, phase: z.enum(LINK_PHASES), acknowledged: z.boolean() }),
  answer: z.object({}),
});

/** *Aloita käyttö*, or its opposite. */
export const turnLink = defineQuestion({
  pattern: 'severa.turn-link.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, language, as: z.enum(['start', 'stop']) }),
  answer: z.object({ state: z.enum(['active', 'stopped']) }),
});

/** The API resources [rajapintaresurssit] that each integration needs, and which are in use. */
export const listLinkResources = defineQuestion({
  pattern: 'severa.list-link-resources.v1',
  service: 'severa',
  ask: z.object(company),
  answer: z.object({
    resources: z.array(
      z.object({
        system: z.enum(['severa', 'netvisor']),
        /** A resource of Netvisor's, a scope of Severa's. */
        name: z.string(),
        flows: z.array(flow),
        /** Some flow that is switched on needs it. */
        inUse: z.boolean(),
        /** What the last look said; `null`: it cannot be looked at without writing, or nobody has. */
        open: z.boolean().nullable(),
      }),
    ),
  }),
});

/** Asks for a comparison of one register on both sides; it is carried out by itself. */
export const requestComparison = defineQuestion({
  pattern: 'severa.request-comparison.v1',
  service: 'severa',
  ask: z.object({ ...company, ...asker, flow }),
  answer: z.object({}),
});

/** The comparison report, with its causes explained; `null` when none was asked for. */
export const showComparison = defineQuestion({
  pattern: 'severa.show-comparison.v1',
  service: 'severa',
  ask: z.object({ ...company, language, flow }),
  answer: z.object({
    comparison: z
      .object({
        state: z.enum(['due', 'done', 'failed']),
        askedAt: instant,
        doneAt: instant.nullable(),
        cause: explained.nullable(),
        report: z.unknown(),
        causes: z.array(explained),
      })
      .nullable(),
  }),
});

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

export const LINK_QUESTIONS = {
  showLink,
  saveLink,
  saveLinkCredentials,
  checkLink,
  acknowledgePhase,
  turnLink,
  listLinkResources,
  requestComparison,
  showComparison,
  requestLinkRun,
  listLinkRuns,
  listLinkRecords,
  listLinkHistory,
  listLinkTroubles,
  retryLinkRecords,
} as const;
