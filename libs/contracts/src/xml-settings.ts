import { z } from 'zod';

import { DESTRUCTIVE_CHOICES } from '#lib/policy';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { xmlSettingsBody } from './rules.js';

const company = { environmentId: z.uuid(), companyId: z.uuid() };
const keeping = { ...company, by: keeper, address: z.string().max(64).nullable() };
const mark = z.string().max(64);
const destructiveChoice = z.enum(DESTRUCTIVE_CHOICES);
const version = z.int().min(1);

const { companyRegister, productRegister, salesOrders, payroll } = xmlSettingsBody.shape;

/** The settings as a person has filled them in: a section may still be without its choice. */
export const wishedXmlSettings = xmlSettingsBody.extend({
  companyRegister: companyRegister.nullish(),
  productRegister: productRegister.nullish(),
  salesOrders: salesOrders.extend({ mode: salesOrders.shape.mode.nullish() }).nullish(),
  payroll: payroll.extend({ dimensions: payroll.shape.dimensions.nullish() }).nullish(),
});

/** A company's base settings of XML transfers; `null` until all four sections are saved. */
export const showXmlSettings = defineQuestion({
  pattern: 'auth.xml-settings-show.v1',
  service: 'auth',
  ask: z.object(company),
  answer: z.object({ settings: xmlSettingsBody.nullable(), mark }),
});

/** The same for whoever wishes to have these settings, which leaves a trace; nothing is saved. */
export const previewXmlSettings = defineQuestion({
  pattern: 'auth.xml-settings-preview.v1',
  service: 'auth',
  ask: z.object({ ...keeping, wished: xmlSettingsBody }),
  answer: showXmlSettings.answer,
});

/** What a change of the settings has to say for itself. */
const change = {
  ...keeping,
  /** `null` when nothing must have been saved yet. */
  ifMark: mark.nullable(),
  /** The destructive choices whose stake somebody has seen; one that is new and not among them is refused. */
  confirmed: z.array(destructiveChoice).max(DESTRUCTIVE_CHOICES.length),
};

/** Puts all four sections in place. */
export const saveXmlSettings = defineQuestion({
  pattern: 'auth.xml-settings-save.v1',
  service: 'auth',
  ask: z.object({ ...change, settings: xmlSettingsBody }),
  answer: z.object({ mark }),
});

const savedVersion = z.object({
  version,
  at: z.iso.datetime({ offset: true }),
  /** `null` where nobody knows: it was saved before versions were kept. */
  by: keeper.nullable(),
  /** The version that was put back, when this is one. */
  restored: version.nullable(),
  settings: xmlSettingsBody,
});

/** The settings as they were saved, one version for each change, the newest first. */
export const listXmlSettingsVersions = defineQuestion({
  pattern: 'auth.xml-settings-versions.v1',
  service: 'auth',
  ask: z.object({ ...company, before: version.optional(), limit: z.int().min(1).max(200).default(50) }),
  answer: z.object({
    /** `before`: the settings that they took the place of. */
    versions: z.array(savedVersion.extend({ before: xmlSettingsBody.nullable() })),
    next: version.nullable(),
  }),
});

export const showXmlSettingsVersion = defineQuestion({
  pattern: 'auth.xml-settings-version-show.v1',
  service: 'auth',
  ask: z.object({ ...company, version }),
  answer: savedVersion,
});

/** Puts an earlier version in place again, as a new one. */
export const restoreXmlSettings = defineQuestion({
  pattern: 'auth.xml-settings-restore.v1',
  service: 'auth',
  ask: z.object({ ...change, ifMark: mark, version }),
  answer: z.object({ mark }),
});

/** What one destructive choice puts at stake in the company's own register. */
const stake = z.object({
  choice: destructiveChoice,
  /** Records that an import may destroy something of; for payroll, employees without any default dimension. */
  records: z.int(),
  /** Those of them that no import has ever named. */
  byHand: z.int(),
  /** Those of them that an import brought and a person has written last. */
  changedByHand: z.int(),
  /** Rows of the orders that a person has made or written last, among which are those added by hand. */
  rows: z.int(),
  /** By field, records with a value there, the most first; for payroll, employees without a default at that level. */
  fields: z.array(
    z.object({
      field: z.string(),
      label: z.object({ fi: z.string(), sv: z.string(), en: z.string() }),
      records: z.int(),
    }),
  ),
});
export type Stake = z.output<typeof stake>;

/** Counts, in one statement for each register, what destructive choices put at stake. */
export const countStakes = defineQuestion({
  pattern: 'fivaldi.stakes-count.v1',
  service: 'fivaldi',
  ask: z.object({ ...company, choices: z.array(destructiveChoice).max(DESTRUCTIVE_CHOICES.length) }),
  answer: z.object({ stakes: z.array(stake) }),
});

export const XML_SETTINGS_QUESTIONS = {
  showXmlSettings,
  previewXmlSettings,
  saveXmlSettings,
  listXmlSettingsVersions,
  showXmlSettingsVersion,
  restoreXmlSettings,
  countStakes,
} as const;
