import { sortableTime } from './answer.js';
import { byMethod, type Call, type Resource, writes } from './call.js';
import { decimalOf } from './decimal.js';
import type { Attachment, Card, Fields, SalesInvoice } from './organisation.js';
import { changed, inserted, invalid, type Outcome, type Refusal } from './outcome.js';
import { linesOf } from './sales-invoice-lines.js';
import { customerOf, faultOfAttachments, faultOfHead, typeOf } from './sales-invoice-rules.js';
import { groupsOf, leavesOf } from './shape.js';
import { ADDRESS_NAMES, SALES_INVOICE } from './shapes/sales-invoice.js';
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from './xml.js';

const DAY_MS = 86_400_000;

/** Sales invoices and orders [myyntilaskut, myyntitilaukset] as they come in. An edit replaces the invoice. */
export const SALES_INVOICE_WRITES: Readonly<Record<string, Resource>> = {
  'salesinvoice.nv': writes(SALES_INVOICE, write),
};

function write(body: XmlElement, call: Call): Outcome {
  return byMethod(
    call,
    () => {
      const made = invoiceFrom(body, null, call);
      if ('category' in made) return made;
      put(made, null, call);
      return inserted(made.key, made.number);
    },
    (id) => {
      const before = call.organisation.salesInvoices.get(id);
      if (!before) return invalid(`Sales invoice not found with Netvisor identifier: ${id}`);
      const made = invoiceFrom(body, before, call);
      if ('category' in made) return made;
      put(made, before, call);
      return changed({ method: 'edit', key: String(id), reference: made.number });
    },
  );
}

function put(invoice: SalesInvoice, before: SalesInvoice | null, { organisation }: Call): void {
  const { salesInvoices, invoiceNumbers, dimensions } = organisation;
  if (before) invoiceNumbers.delete(`${before.type} ${before.number ?? ''}`);
  dimensions.ensure(invoice.lines.flatMap((line) => line.dimensions));
  salesInvoices.set(invoice.key, invoice);
  if (invoice.number !== null) invoiceNumbers.set(`${invoice.type} ${invoice.number}`, invoice.key);
}

function invoiceFrom(body: XmlElement, before: SalesInvoice | null, call: Call): SalesInvoice | Refusal {
  const { organisation, now } = call;
  const given = leavesOf(body, groupsOf(SALES_INVOICE));
  const attachments = childOf(body, 'salesinvoiceattachments');
  const fault = faultOfHead(given, before?.key ?? null, call) ?? faultOfAttachments(attachments);
  if (fault) return fault;
  const customer = customerOf(given, call);
  if ('kind' in customer) return customer;
  const list = childOf(body, 'invoicelines');
  const lines = list ? linesOf(list, call) : invalid('Element invoicelines is missing');
  if ('kind' in lines) return lines;
  const type = typeOf(given);
  const sum = given['salesinvoiceamount']
    ? decimalOf(given['salesinvoiceamount'])
    : lines.reduce((total, line) => total + line.sum, 0n);
  return {
    key: before?.key ?? organisation.nextKey(),
    type,
    number: type === 'invoicedraft' ? null : given['salesinvoicenumber'] || organisation.freeInvoiceNumber(type),
    customer: customer.key,
    fields: addressed(given, customer),
    lines,
    attachments: attachmentsOf(attachments, 'salesinvoiceattachment'),
    dueDay: dueDay(given, call),
    sum,
    openSum: sum,
    status: given['salesinvoicestatus'] ?? '',
    changed: sortableTime(now),
    paymentsChanged: null,
  };
}

/** The address of the customer's card where the invoice gives none of it; what it gives, and no more, where it does. */
function addressed(fields: Fields, { fields: card }: Card): Fields {
  if (ADDRESS_NAMES.some((name) => fields[name] !== undefined)) return fields;
  const taken: Fields = {
    invoicingcustomername: card['name'] ?? '',
    invoicingcustomernameextension: card['nameextension'] ?? '',
    invoicingcustomeraddressline: card['streetaddress'] ?? '',
    invoicingcustomeradditionaladdressline: card['additionaladdressline'] ?? '',
    invoicingcustomerpostnumber: card['postnumber'] ?? '',
    invoicingcustomertown: card['city'] ?? '',
    invoicingcustomercountrycode: card['country'] ?? '',
  };
  return { ...fields, ...taken };
}

/** As it was given, or so many days after the invoice as the term says. */
function dueDay(fields: Fields, { organisation }: Call): string {
  const { salesinvoiceduedate: given, salesinvoicedate: date = '', paymenttermnetdays: days } = fields;
  if (given) return given;
  const term = organisation.paymentTerms.find(({ key, isDefault }) =>
    fields['paymentterm@type'] === 'netvisor' ? String(key) === fields['paymentterm'] : isDefault,
  );
  const after = days ? Number(days) : (term?.netDays ?? 0);
  return new Date(Date.parse(`${date}T00:00:00Z`) + after * DAY_MS).toISOString().slice(0, 10);
}

/** Attachments [liitteet] of an invoice or of a line of travel. */
export function attachmentsOf(list: XmlElement | undefined, name: string): Attachment[] {
  return (list ? childrenOf(list, name) : []).map((attachment) => {
    const data = childOf(attachment, 'documentdata');
    return {
      mimeType: textOf(attachment, 'mimetype') ?? '',
      description: textOf(attachment, 'attachmentdescription') ?? '',
      fileName: textOf(attachment, 'filename') ?? '',
      type: (data && attributeOf(data, 'type')) ?? null,
      data: data?.text ?? '',
    };
  });
}
