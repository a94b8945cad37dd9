import type { Call } from './call.js';
import type { Card, Fields } from './organisation.js';
import { duplicate, invalid, type Refusal, refusal } from './outcome.js';
import { childrenOf, type XmlElement } from './xml.js';

/** Which statuses an invoice, an order and a draft may be sent with. */
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  invoice: ['open', 'unsent'],
  order: ['delivered', 'undelivered'],
  invoicedraft: [''],
};

export type InvoiceType = 'invoice' | 'order' | 'invoicedraft';

export const typeOf = ({ invoicetype: type }: Fields): InvoiceType =>
  type === 'order' || type === 'invoicedraft' ? type : 'invoice';

/**
 * What is wrong with the head of an invoice. `before` is the key of the one that is edited.
 *
 *   what                                             | category
 *   -------------------------------------------------+----------------
 *   a status of another type                         | INVALID_DATA
 *   neither a payment term nor a due date            | INVALID_DATA
 *   a date in a locked period (invoices alone)       | PERIOD_LOCK
 *   a number that another of the same type has       | DUPLICATE_DATA
 *   an account that is not there                     | INVALID_DATA
 */
export function faultOfHead(fields: Fields, before: number | null, { organisation }: Call): Refusal | null {
  const type = typeOf(fields);
  const status = fields['salesinvoicestatus'] ?? '';
  if (!STATUSES[type]?.includes(status)) return invalid(`Element salesinvoicestatus may not be ${status} in ${type}`);
  const { paymentterm, paymenttermnetdays: days, salesinvoiceduedate: due } = fields;
  if (!paymentterm && !days && !due) {
    return invalid('One of paymentterm, paymenttermnetdays and salesinvoiceduedate must be given');
  }
  const isKnown = organisation.paymentTerms.some(({ key }) => String(key) === paymentterm);
  if (paymentterm && fields['paymentterm@type'] === 'netvisor' && !isKnown) {
    return invalid(`Payment term not found: ${paymentterm}`);
  }
  const date = fields['salesinvoicedate'] ?? '';
  const { lockDay } = organisation;
  if (type === 'invoice' && lockDay !== null && date <= lockDay) {
    return refusal('PERIOD_LOCK', `Data form incorrect:. The accounting period is locked until ${lockDay}: ${date}`);
  }
  const number = fields['salesinvoicenumber'] ?? '';
  const holder = number === '' ? undefined : organisation.invoiceNumbers.get(`${type} ${number}`);
  if (holder !== undefined && holder !== before) return duplicate(`Sales invoice number is already in use: ${number}`);
  const account = fields['overridevouchersalesreceivablesaccountnumber'];
  return account && !organisation.accounts.has(account) ? invalid(`Account not found: ${account}`) : null;
}

export function customerOf(fields: Fields, { organisation }: Call): Card | Refusal {
  const { invoicingcustomeridentifier: identifier = '', 'invoicingcustomeridentifier@type': type } = fields;
  const { cards } = organisation.customers;
  const found =
    type === 'netvisor'
      ? cards.get(Number(identifier))
      : type === 'customer'
        ? organisation.customers.byCode(identifier)
        : [...cards.values()].find((card) => card.fields['organizationunitnumber'] === identifier);
  return found ?? invalid(`Customer not found with identifier: ${identifier}`);
}

export function productOf(line: Fields, { organisation }: Call): Card | Refusal {
  const { productidentifier: identifier = '', 'productidentifier@type': type } = line;
  const { products } = organisation;
  const eans = { primaryeancode: 'primaryeancode', secondaryeancode: 'secondaryeancode' };
  const ean = type === 'primaryeancode' || type === 'secondaryeancode' ? eans[type] : null;
  const found =
    type === 'netvisor'
      ? products.cards.get(Number(identifier))
      : ean === null
        ? products.byCode(identifier)
        : [...products.cards.values()].find((card) => card.fields[ean] === identifier);
  return found && !found.isDeleted ? found : invalid(`Product not found with identifier: ${identifier}`);
}

/** What is wrong with an attachment: a finvoice is never printed, and a PDF is one. */
export function faultOfAttachments(list: XmlElement | undefined): Refusal | null {
  for (const attachment of list ? childrenOf(list, 'salesinvoiceattachment') : []) {
    const data = childrenOf(attachment, 'documentdata')[0];
    const type = data?.attributes['type'];
    if (type === 'finvoice' && childrenOf(attachment, 'printbydefault').length > 0) {
      return invalid('Element printbydefault is not allowed in an attachment of type finvoice');
    }
    const start = Buffer.from(data?.text.slice(0, 12) ?? '', 'base64').toString('latin1');
    if (type === 'pdf' && !start.startsWith('%PDF')) return invalid('Element documentdata is no PDF');
  }
  return null;
}
