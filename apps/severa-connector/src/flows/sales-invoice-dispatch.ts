import type { LinkSettings } from '#lib/contracts';

import type { Calls, Objection, Outgoing, Prepared, Step } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { invoiceCreation } from './sales-invoice-mapping.js';
import type { InvoicePlan } from './sales-invoice-plan.js';
import type { SalesInvoice } from './sales-invoice.js';
import { objectOf, textIn } from './severa-json.js';

/**
 * The most that an attachment may hold. Of invoices nothing is documented; the same product's travel expenses take 4 MB
 * (contract netvisor §5.7).
 */
export const LARGEST_PDF = 4 * 1024 * 1024;

/**
 * The creation of an invoice with its PDF, made up just before it is sent.
 *
 *   Severa's invoice just before             | then
 *   -----------------------------------------+----------------------------------------
 *   is gone, or has another status           | reject: invoice-withdrawn
 *   was changed since it was read            | wait: the next reading has it anew
 *   has no PDF, or what is none              | reject: invoice-pdf-missing
 *   has one that is too large                | reject: invoice-pdf-too-large
 *   is as it was read                        | it is sent
 *
 * An invoice that somebody took back must not be sent for having been ready some minutes ago.
 */
export const withPdf = (key: string, invoice: SalesInvoice, plan: InvoicePlan, settings: LinkSettings): Prepared => ({
  system: 'netvisor',
  async prepare(calls) {
    const hindrance = await hindranceOf(calls, key, invoice, settings);
    if (hindrance) return hindrance;
    const pdf = settings.salesInvoices.attachPdf ? await pdfOf(calls, key) : null;
    if (pdf !== null && !Buffer.isBuffer(pdf)) return { do: 'reject', objections: [pdf] };
    return { system: 'netvisor', request: invoiceCreation(invoice, plan, settings, pdf) } satisfies Outgoing;
  },
});

async function hindranceOf(
  calls: Calls,
  key: string,
  { number, updated }: SalesInvoice,
  settings: LinkSettings,
): Promise<(Step & { readonly do: 'reject' | 'wait' }) | null> {
  const now = objectOf(await calls.severa({ method: 'GET', path: ['invoices', key] }));
  if (textIn(now, 'status', 'guid') !== settings.salesInvoices.readyStatus) {
    return { do: 'reject', objections: [{ cause: 'invoice-withdrawn', field: number ?? '' }] };
  }
  return textIn(now, 'lastUpdatedDateTime') === updated ? null : { do: 'wait', cause: 'invoice-changed' };
}

async function pdfOf(calls: Calls, key: string): Promise<Buffer | Objection> {
  try {
    const bytes = await calls.severa({ method: 'GET', path: ['invoices', key, 'pdf'], accept: 'bytes' });
    if (!(bytes instanceof Uint8Array) || !isPdf(bytes)) return { cause: 'invoice-pdf-missing' };
    return bytes.length > LARGEST_PDF ? tooLarge : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (error instanceof CallRefused && error.category === 'TooLarge') return tooLarge;
    throw error;
  }
}

const tooLarge: Objection = { cause: 'invoice-pdf-too-large', field: `${LARGEST_PDF / 1024 / 1024} MB` };

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';
