import type { LinkSettings } from '#lib/contracts';
import type { ExactDecimal } from '#lib/policy';

import type { Objection } from '../engine/flow.js';
import { hasAddress, headerObjections } from './sales-invoice-checks.js';
import { oneLine, type PlannedLine, planLines } from './sales-invoice-lines.js';
import { type SalesInvoice, TEMPORARY_CODE } from './sales-invoice.js';

/** How Netvisor is told whose invoice it is: by its own key, or by the customer's code. */
export interface CustomerLink {
  readonly type: 'netvisor' | 'customer';
  readonly identifier: string;
}

/** One line texts; the whole block goes along, or nothing of it. */
export interface PlannedAddress {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
}

/** All that is decided about an invoice before anything is sent. */
export interface InvoicePlan {
  /** `null`: nobody in Netvisor can be named yet. */
  readonly customer: CustomerLink | null;
  readonly address: PlannedAddress | null;
  readonly lines: readonly PlannedLine[];
  /** `null`: the rows do not add up. */
  readonly gross: ExactDecimal | null;
  readonly objections: readonly Objection[];
  /** The customer is in the register, and has not moved yet. */
  readonly waitsForCustomer: boolean;
}

export function planOf(invoice: SalesInvoice, settings: LinkSettings): InvoicePlan {
  const { lines, gross, objections } = planLines(invoice, settings);
  const customer = customerLink(invoice, settings);
  return {
    customer,
    address: addressOf(invoice),
    lines,
    gross,
    objections:
      invoice.unread === undefined
        ? [...headerObjections(invoice, lines, settings), ...objections]
        : [{ cause: 'severa-refused', message: invoice.unread }],
    waitsForCustomer: customer === null && invoice.customer.registered,
  };
}

/**
 * The customer of an invoice, as Netvisor knows it.
 *
 *   customers move | it has moved, with a key | its number | link
 *   ---------------+--------------------------+------------+-----------------------------
 *   none           |                          |            | code TEMP
 *   to-netvisor    | yes                      |            | Netvisor's key
 *   to-netvisor    | not yet                  |            | none: the invoice waits
 *   to-netvisor    | not in the register      |            | none: customer-not-found
 *   otherwise      |                          | yes        | that code
 *   otherwise      |                          | none       | none: customer-not-found
 */
function customerLink({ customer }: SalesInvoice, { customers }: LinkSettings): CustomerLink | null {
  if (customers === 'none') return { type: 'customer', identifier: TEMPORARY_CODE };
  if (customers === 'to-netvisor') {
    return customer.netvisorKey === null ? null : { type: 'netvisor', identifier: customer.netvisorKey };
  }
  return customer.number === null ? null : { type: 'customer', identifier: customer.number };
}

function addressOf(invoice: SalesInvoice): PlannedAddress | null {
  const { name, street, postalCode, city, countryCode } = invoice.receiver;
  if (!hasAddress(invoice)) return null;
  return {
    name: oneLine(name ?? invoice.customer.name),
    street: oneLine(street),
    postalCode: oneLine(postalCode),
    city: oneLine(city),
    country: countryCode ?? '',
  };
}
