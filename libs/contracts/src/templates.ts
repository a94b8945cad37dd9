import { z } from 'zod';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';
import { grantsBody, restrictionGroupBody, xmlSettingsBody } from './rules.js';

/** Who asks, from where, and the environment that everything asked for lies in. */
const within = { by: keeper, environmentId: z.uuid(), address: z.string().max(64).nullable() };

export const templateName = z.string().trim().min(1).max(64);

/**
 * What a firm gives its companies alike. `null` says nothing about that setting.
 *
 * A template cannot hold a list that lets nobody in: what closes hundreds of companies at once must be a time or an
 * address, not an empty form.
 */
export const templateBody = z.object({
  /** The firm's own: for companies that name no other. One of an environment. */
  isDefault: z.boolean().default(false),
  webServices: z.boolean().nullable().default(null),
  xmlSettings: xmlSettingsBody.nullable().default(null),
  restrictionGroup: z
    .object({
      ...restrictionGroupBody.shape,
      name: templateName,
      times: restrictionGroupBody.shape.times.refine((times) => times?.length !== 0, 'an empty list is never'),
      addresses: restrictionGroupBody.shape.addresses.refine((list) => list?.length !== 0, 'an empty list is nowhere'),
    })
    .nullable()
    .default(null),
  grants: z.array(grantsBody).max(50).default([]),
});
export type TemplateBody = z.output<typeof templateBody>;

const namedTemplate = z.object({ name: z.string(), mark: z.string(), companies: z.int(), template: templateBody });

/** All templates of an environment, by name, each with the number of companies that follow it. */
export const listTemplates = defineQuestion({
  pattern: 'auth.templates-list.v1',
  service: 'auth',
  ask: z.object(within),
  answer: z.object({ templates: z.array(namedTemplate) }),
});

/** Puts a template in place; companies that follow it stay as they are until it is applied to them. */
export const saveTemplate = defineQuestion({
  pattern: 'auth.template-save.v1',
  service: 'auth',
  /** `ifMark`: the mark that was seen; `null` for one that must be new. */
  ask: z.object({ ...within, name: templateName, template: templateBody, ifMark: z.string().max(64).nullable() }),
  answer: z.object({ mark: z.string() }),
});

/** Takes a template away; companies keep what they have from it, as their own. */
export const removeTemplate = defineQuestion({
  pattern: 'auth.template-remove.v1',
  service: 'auth',
  ask: z.object({ ...within, name: templateName, ifMark: z.string().max(64) }),
  answer: z.object({ companies: z.int() }),
});

/**
 *   from     | the company's value
 *   ---------+-------------------------------------------------------------
 *   template | is the template's, or what the template was when it was applied
 *   own      | is another one than the template gave
 */
export const INHERITED_FROM = ['template', 'own'] as const;

/** What one company has from its template, setting by setting. */
export const readInheritance = defineQuestion({
  pattern: 'auth.company-inheritance.v1',
  service: 'auth',
  ask: z.object({ ...within, companyId: z.uuid() }),
  answer: z.object({
    template: z.object({ name: z.string(), isDefault: z.boolean() }).nullable(),
    settings: z.array(
      z.object({
        /** `webServices`, `xmlSettings.<section>`, `restrictionGroup`, `grants.<partner user's id>`. */
        setting: z.string(),
        value: z.unknown(),
        from: z.enum(INHERITED_FROM),
        /** The template's value now; `null` where it says nothing. */
        template: z.unknown(),
        /** To apply the template again would change the company's value, or could not for it is its own. */
        differs: z.boolean(),
      }),
    ),
  }),
});

/** A dry run over the companies that follow a template, as if a file had named them all. */
export const applyTemplate = defineQuestion({
  pattern: 'auth.template-apply.v1',
  service: 'auth',
  ask: z.object({ ...within, name: templateName }),
  answer: z.object({ onboardingId: z.uuid() }),
});

/** For the table of questions. */
export const TEMPLATE_QUESTIONS = {
  listTemplates,
  saveTemplate,
  removeTemplate,
  readInheritance,
  applyTemplate,
} as const;
