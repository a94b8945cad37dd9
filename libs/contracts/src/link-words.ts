import { z } from 'zod';

import { keptText } from './kept-text.js';
import { keeper } from './principal.js';

/** What every question about a link is made of. */

export const instant = z.iso.datetime({ offset: true });
/** Of the answer's words. */
export const language = z.enum(['fi', 'sv', 'en']).default('en');
export const company = { environmentId: z.uuid(), companyId: z.uuid() };
export const asker = { by: keeper, address: z.string().max(64).nullable() };
export const cursor = keptText(300).optional();
export const limit = z.int().min(1).max(200).default(50);

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
export const flow = z.enum(LINK_FLOWS);

/** A record's key in its source: a guid of Severa's, a key of Netvisor's, or both of a person and a day. */
export const linkRecordKey = keptText(200).min(1);
/** A cause's code. */
export const linkCause = keptText(64).min(1);
export const keys = z.array(linkRecordKey).min(1).max(10_000);

/** Why something does not move, who has to act, and what to do; in the language that was asked for. */
export const explained = z.object({ code: z.string(), owner: z.string(), what: z.string(), remedy: z.string() });

/** Where a record of a flow stands. */
export const PAIR_STATES = [
  'candidate',
  'due',
  'sending',
  'unknown',
  'moved',
  'rejected',
  'waits',
  'denied',
  'gone',
] as const;
