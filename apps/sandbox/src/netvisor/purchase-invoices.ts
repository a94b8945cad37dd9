import { type Call, listOf, reads, type Resource, within } from './call.js';
import { decimalOf, written } from './decimal.js';
import type { DimensionUse } from './dimension-tree.js';
import type { PurchaseInvoice, PurchaseLine } from './organisation.js';
import { given, invalid, type Outcome } from './outcome.js';
import { el, type XmlElement } from './xml.js';

const MOST_KEYS = 500;

/** Purchase invoices [ostolaskut]: read only, as a test gave them. One that is not there is an empty element. */
export const PURCHASE_RESOURCES: Readonly<Record<string, Resource>> = {
  'purchaseinvoicelist.nv': reads(list),
  'getpurchaseinvoice.nv': reads(get),
};

function list(call: Call): Outcome {
  const isDated = within(call, 'begininvoicedate', 'endinvoicedate');
  const isModified = within(call, 'lastmodifiedstart', 'lastmodifiedend');
  const [number, status, paid] = [
    call.query('invoicenumber'),
    call.query('invoicestatus'),
    call.query('paymentstatus'),
  ];
  const found = [...call.organisation.purchaseInvoices.values()].filter(
    ({ fields, changed }) =>
      isDated(fields['date'] ?? '') &&
      isModified(changed) &&
      (number === undefined || number === fields['number']) &&
      (status === undefined || status === fields['status']) &&
      (paid === undefined || (paid === 'paid') === openSum(fields) <= 0n),
  );
  return given(
    el(
      'PurchaseInvoiceList',
      found.map((invoice) => row(invoice, call.base)),
    ),
  );
}

const openSum = (fields: PurchaseInvoice['fields']): bigint =>
  decimalOf(fields['sum'] || '0') - decimalOf(fields['paid'] || '0');

function row({ key, fields }: PurchaseInvoice, base: string): XmlElement {
  return el('PurchaseInvoice', [
    el('NetvisorKey', key),
    el('InvoiceNumber', fields['number']),
    el('InvoiceDate', fields['date'], { format: 'ansi' }),
    el('Vendor', fields['vendor']),
    el('VendorOrganizationIdentifier', fields['vendorOrganisationId']),
    el('Sum', fields['sum']),
    el('Payments', fields['paid']),
    el('OpenSum', written(openSum(fields), 2)),
    el('Uri', `${base}getpurchaseinvoice.nv?netvisorkey=${key}`),
  ]);
}

function get(call: Call): Outcome {
  const { purchaseInvoices } = call.organisation;
  const key = call.query('netvisorkey');
  if (key !== undefined) {
    const invoice = purchaseInvoices.get(Number(key));
    return given(invoice ? invoiceAnswer(invoice, call) : el('PurchaseInvoice'));
  }
  const keys = listOf(call.query('netvisorkeylist') ?? '', MOST_KEYS);
  if (!keys) return invalid(`At most ${MOST_KEYS} keys in netvisorkeylist`);
  const found = keys.map((one) => purchaseInvoices.get(Number(one))).filter((invoice) => invoice !== undefined);
  return given(
    el(
      'PurchaseInvoices',
      found.map((invoice) => invoiceAnswer(invoice, call)),
    ),
  );
}

function invoiceAnswer({ key, fields, lines }: PurchaseInvoice, call: Call): XmlElement {
  return el('PurchaseInvoice', [
    el('PurchaseInvoiceNetvisorKey', key),
    el('PurchaseInvoiceNumber', fields['number']),
    el('PurchaseInvoiceDate', fields['date'], { format: 'ansi' }),
    el('PurchaseInvoiceDueDate', fields['dueDate'], { format: 'ansi' }),
    el('PurchaseInvoiceAmount', fields['sum']),
    el('PurchaseInvoicePaidAmount', fields['paid']),
    fields['currency'] ? el('ForeignCurrencyNameID', fields['currency']) : null,
    el('InvoiceStatus', fields['status']),
    el('ApprovalStatus', fields['status']),
    el('VendorOrganizationIdentifier', fields['vendorOrganisationId']),
    el('VendorName', fields['vendor']),
    el('IsAccounted', 'False'),
    el(
      'InvoiceLines',
      lines.map((line) => lineAnswer(line, call)),
    ),
  ]);
}

/** The names of a line, beside those of what a test gave. */
const LINE = {
  LineSum: 'sum',
  LineNetSum: 'netSum',
  UnitPrice: 'unitPrice',
  VatPercent: 'vatPercent',
  VatCode: 'vatCode',
  Description: 'description',
  Unit: 'unit',
  OrderedAmount: 'quantity',
  DeliveredAmount: 'quantity',
  ProductCode: 'productCode',
  DiscountPercentage: 'discount',
  ProductName: 'productName',
  AccountingSuggestionBookkeepingAccount: 'account',
} as const;

function lineAnswer({ key, fields, dimensions }: PurchaseLine, call: Call): XmlElement {
  const values = Object.entries(LINE).map(([shown, written]) => el(shown, fields[written]));
  const uses = dimensions.map((use) => dimensionAnswer(use, call));
  return el('PurchaseInvoiceLine', [el('NetvisorKey', key), ...values, el('PurchaseInvoiceLineDimensions', uses)]);
}

function dimensionAnswer({ name, item }: DimensionUse, { organisation }: Call): XmlElement {
  const header = organisation.dimensions.header(name);
  return el('Dimension', [
    el('DimensionName', name),
    el('DimensionNameNetvisorKey', header?.key ?? ''),
    el('DimensionDetailName', item),
    el('DimensionDetailNetvisorKey', header?.item(item)?.key ?? ''),
  ]);
}
