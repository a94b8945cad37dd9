import { z } from 'zod';

import { keptText } from './kept-text.js';

/** A name of a dimension header [laskentakohdeotsikko]; Netvisor allows 50 characters. `null`: none of it moves. */
const header = keptText(50).trim().min(1).nullable().default(null);

/** How a kind of document moves: not at all, when a person says so, or as soon as it is ready. */
const mode = z.enum(['off', 'on-demand', 'automatic']).default('off');

/** A status of invoices in Severa, by its guid: its name may be changed by anybody there. */
const status = z.uuid().nullable().default(null);

const register = z.enum(['to-netvisor', 'to-severa', 'none']).nullable().default(null);

const salesInvoices = z.strictObject({
  mode,
  as: z.enum(['invoice', 'order']).default('invoice'),
  /** `open`: it was sent already. `unsent`: Netvisor sends it. The other two are an order's. */
  status: z.enum(['open', 'unsent', 'delivered', 'undelivered']).default('unsent'),
  /** Invoices in this status of Severa are ready; those that have moved go to the other. */
  readyStatus: status,
  sentStatus: status,
  /**
   * The business unit of Severa in whose series this company's invoices are numbered, by its guid, where several companies
   * are billed for in one Severa. `null`: all of its invoices are this company's.
   */
  billingUnit: z.uuid().nullable().default(null),
  dimensions: z.strictObject({ project: header, businessUnit: header, costCenter: header, user: header }).prefault({}),
  /** Recurring rows are spread over their months [jaksotus]. */
  accrual: z.boolean().default(false),
  attachPdf: z.boolean().default(true),
  /** Netvisor's VAT code of sales without tax, where Severa does not tell it. `null`: such an invoice does not move. */
  vatCodes: z
    .strictObject({
      domesticZero: z.enum(['KOMY0', 'NONE', 'MUUL']).nullable().default(null),
      euServices: z.enum(['EUPM312', 'EUPM309']).default('EUPM312'),
    })
    .prefault({}),
});

const travelExpenses = z.strictObject({
  mode,
  dimensions: z.strictObject({ project: header, businessUnit: header }).prefault({}),
  /** Netvisor's name of each of Severa's travel expense types, by the code there. */
  types: z.record(keptText(50), keptText(100).min(1)).default({}),
});

const workHours = z.strictObject({
  mode,
  onlyApproved: z.boolean().default(true),
  projectHeader: header,
  /** Netvisor's record type [kirjauslaji] for each of Severa's work types and absences, by the code there. */
  recordTypes: z.record(keptText(50), keptText(20).min(1)).default({}),
  /** The same for overtime, by the code of the overtime class. */
  overtimeTypes: z.record(keptText(50), keptText(20).min(1)).default({}),
});

const purchaseLines = z.strictObject({
  mode,
  /** The header whose items are Severa's projects. */
  projectHeader: header,
  /** The product of Severa that the fee is booked on, by its code. */
  productCode: keptText(50).nullable().default(null),
  billable: z.boolean().default(true),
});

/**
 * What a company's link moves [siirtoasetukset]. `null` as a register's direction is "not decided yet"; `none` is the
 * decision not to transfer, which needs the record TEMP in Netvisor.
 *
 * Source: the seed's base settings; contracts/netvisor §5.4.
 */
export const linkSettingsBody = z.strictObject({
  customers: register,
  products: register,
  /** Severa's projects and business units under these headers of Netvisor. `null` both: none moves. */
  dimensions: z
    .strictObject({
      projects: header,
      businessUnits: header,
      when: z.enum(['nightly', 'on-demand']).default('nightly'),
    })
    .nullable()
    .default(null),
  /** How often registers are looked at. Severa asks for at most one run an hour, its own link runs every 40 minutes. */
  registersEveryMinutes: z.int().min(10).max(1440).default(40),
  salesInvoices: salesInvoices.prefault({}),
  travelExpenses: travelExpenses.prefault({}),
  workHours: workHours.prefault({}),
  purchaseLines: purchaseLines.prefault({}),
  payments: z
    .strictObject({
      mode: z.enum(['off', 'automatic']).default('off'),
      paidStatus: status,
      everyMinutes: z.int().min(5).max(1440).default(5),
    })
    .prefault({}),
});
export type LinkSettings = z.output<typeof linkSettingsBody>;
