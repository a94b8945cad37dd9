import { z } from 'zod';

import { defineQuestion } from './message.js';
import { keeper } from './principal.js';

const company = { environmentId: z.uuid(), companyId: z.uuid() };
const address = z.string().max(64).nullable();
const instant = z.iso.datetime({ offset: true });
const mark = z.string().max(64);

/** Where a company's orders go. Fivaldi's Customer API reaches Myynninhallinta only. */
export const ORDER_TARGETS = ['myynninhallinta', 'tilaustenkasittely'] as const;

/** A company's connection to Fivaldi. */
export const fivaldiConnectionBody = z.strictObject({
  /** Fivaldi's own id of the company: 32 letters and digits, never a number. */
  cuid: z.string().regex(/^[A-Za-z0-9]{32}$/, 'must be 32 letters and digits'),
  target: z.enum(ORDER_TARGETS).default('myynninhallinta'),
  /** Whether what changes in its registers is delivered. */
  active: z.boolean().default(true),
});

/** Why something stands still, who has to act, and what to do; in the language that was asked for. */
const explained = z.object({ code: z.string(), owner: z.string(), what: z.string(), remedy: z.string() });
const language = z.enum(['fi', 'sv', 'en']).default('en');

const DELIVERY_STATES = ['due', 'sending', 'unknown', 'delivered', 'rejected', 'denied', 'review', 'conflict'] as const;
const delivered = z.enum(['dimension', 'company', 'product', 'order', 'payroll_batch']);

/** How a company is connected, and what of it waits; `null` when it never was. */
export const showFivaldiConnection = defineQuestion({
  pattern: 'fivaldi.show-connection.v1',
  service: 'fivaldi',
  ask: z.object({ ...company, language }),
  answer: z.object({
    connection: z
      .object({
        ...fivaldiConnectionBody.shape,
        mark,
        /** Why deliveries stand still until somebody acts; saving the connection lets them go on. */
        paused: explained.extend({ since: instant }).nullable(),
        /** Records by where their delivery is. */
        deliveries: z.partialRecord(z.enum(DELIVERY_STATES), z.number()),
      })
      .nullable(),
  }),
});

/** Connects a company, or changes how it is connected. */
export const saveFivaldiConnection = defineQuestion({
  pattern: 'fivaldi.save-connection.v1',
  service: 'fivaldi',
  ask: z.object({ ...company, by: keeper, address, ifMark: mark.nullable(), connection: fivaldiConnectionBody }),
  answer: z.object({ mark }),
});

/** What was, or should be, delivered; by register and key. */
export const listDeliveries = defineQuestion({
  pattern: 'fivaldi.list-deliveries.v1',
  service: 'fivaldi',
  ask: z.object({
    ...company,
    language,
    state: z.enum(DELIVERY_STATES).optional(),
    limit: z.int().min(1).max(200).default(50),
    after: z.object({ register: delivered, key: z.string().max(200) }).optional(),
  }),
  answer: z.object({
    deliveries: z.array(
      z.object({
        register: delivered,
        key: z.string(),
        state: z.enum(DELIVERY_STATES),
        /** What it is called in Fivaldi. */
        fivaldiId: z.string().nullable(),
        cause: explained.nullable(),
        /** Fivaldi's own words, as they stood. */
        complaints: z.array(z.object({ text: z.string(), code: z.string().optional(), field: z.string().optional() })),
        /** Of a conflict: what each side has. */
        differences: z.array(z.object({ field: z.string(), ours: z.unknown(), theirs: z.unknown() })),
        attempts: z.int(),
        nextTryAt: instant.nullable(),
        deliveredAt: instant.nullable(),
        transferId: z.string().nullable(),
      }),
    ),
  }),
});

/**
 * A person's word on a delivery that stands still: `again` sends ours, whatever Fivaldi has; `done` says that Fivaldi
 * has what it should.
 */
export const decideDelivery = defineQuestion({
  pattern: 'fivaldi.decide-delivery.v1',
  service: 'fivaldi',
  ask: z.object({
    ...company,
    by: keeper,
    address,
    register: delivered,
    key: z.string().min(1).max(200),
    as: z.enum(['again', 'done']),
  }),
  answer: z.object({ state: z.enum(DELIVERY_STATES) }),
});

/** Has everything delivered that stood in a register before the company was connected, and was never changed since. */
export const deliverRegister = defineQuestion({
  pattern: 'fivaldi.deliver-register.v1',
  service: 'fivaldi',
  ask: z.object({ ...company, by: keeper, address, register: delivered }),
  /** How many records were marked for delivery. */
  answer: z.object({ records: z.int() }),
});

export const FIVALDI_CONNECTION_QUESTIONS = {
  showFivaldiConnection,
  saveFivaldiConnection,
  listDeliveries,
  decideDelivery,
  deliverRegister,
} as const;
