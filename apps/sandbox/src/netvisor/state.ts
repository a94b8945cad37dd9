import { createHash } from 'node:crypto';

import { written } from './decimal.js';
import type { Attachment, Organisation, SalesInvoice } from './organisation.js';

/** Everything in a company's registers, for a test to compare. Attachments are told by their digest. */
export function stateOf(organisation: Organisation): Readonly<Record<string, unknown>> {
  const { customers, products, dimensions, salesInvoices } = organisation;
  return {
    organisationId: organisation.id,
    calls: organisation.calls,
    overlaps: organisation.overlaps,
    lockDay: organisation.lockDay,
    customers: [...customers.cards.values()],
    products: [...products.cards.values()],
    dimensions: [...dimensions.headers.values()].map(({ key, name, isHidden, items }) => {
      return { key, name, isHidden, items: [...items.values()] };
    }),
    salesInvoices: [...salesInvoices.values()].map(invoiceState),
    payments: organisation.payments.map(({ key, invoice, sum, day }) => ({ key, invoice, sum: written(sum, 2), day })),
    purchaseInvoices: [...organisation.purchaseInvoices.values()],
    employees: organisation.employees,
    recordTypes: [...organisation.recordTypes.values()],
    workdays: [...organisation.workdays.values()],
    tripExpenses: organisation.tripExpenses.map(({ attachments, ...rest }) => {
      return { ...rest, attachments: attachments.map(attachmentState) };
    }),
  };
}

function invoiceState({ sum, openSum, lines, attachments, ...rest }: SalesInvoice) {
  return {
    ...rest,
    sum: written(sum, 2),
    openSum: written(openSum, 2),
    lines: lines.map((line) => ({ ...line, sum: written(line.sum, 2), vatSum: written(line.vatSum, 2) })),
    attachments: attachments.map(attachmentState),
  };
}

function attachmentState({ data, ...rest }: Attachment) {
  const bytes = Buffer.from(data, 'base64');
  return { ...rest, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
