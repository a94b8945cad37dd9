import { z } from 'zod';

import { hyphenated, LINK_PHASES, ROLES, START_OBJECTIONS } from '#lib/policy';

import { keptText } from './kept-text.js';
import { linkSettingsBody } from './link-settings.js';
import { asker, company, explained, flow, instant, language, PAIR_STATES } from './link-words.js';
import { defineQuestion } from './message.js';
import { DIRECTIONS, LINK_STREAM_NAMES } from './streams.js';

const mark = z.string().max(64);

const ORGANISATION = /^[A-Za-z0-9-]{1,20}$/;
const ORGANISATION_FAULT = {
  error: 'must be a business ID, such as 1967543-8',
  params: {
    code: 'organisation-id.malformed',
    said: { fi: 'Anna Y-tunnus, esimerkiksi 1967543-8.', sv: 'Ange ett FO-nummer, till exempel 1967543-8.' },
  },
};

/** How a company's Severa and Netvisor are linked. */
export const linkBody = z.strictObject({
  /** Whose rights, windows and restriction groups the link acts under. */
  partnerUserId: z.uuid(),
  /** The business ID by which Netvisor knows the company; a Finnish one has its hyphen, however it was written. */
  organisationId: z
    .string()
    .trim()
    .refine((text) => ORGANISATION.test(text), ORGANISATION_FAULT)
    .meta({ pattern: ORGANISATION.source })
    .overwrite(hyphenated),
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
