import { type Call, listOf, reads, type Resource, within } from './call.js';
import { written } from './decimal.js';
import type { Fields, InvoiceLine, SalesInvoice } from './organisation.js';
import { given, invalid, type Outcome } from './outcome.js';
import { el, type XmlElement } from './xml.js';

const MOST_ROWS = 500;
const MOST_KEYS = 500;

/** An open invoice that is late shows how late beside its status. */
const OPEN = ['open', 'overdue', 'reminded', 'requested', 'collected'];
const OVERDUE = OPEN.slice(1);

/** Sales invoices and orders as they are read. One that is not there is an empty element, and no failure. */
export const SALES_INVOICE_READS: Readonly<Record<string, Resource>> = {
  'salesinvoicelist.nv': reads(list),
  'getsalesinvoice.nv': reads(get),
};

function list(call: Call): Outcome {
  const withPayments = call.query('includemodifiedpayments') === '1';
  if (withPayments && !(call.query('lastmodifiedstart') && call.query('lastmodifiedend'))) {
    return invalid('Parameter includemodifiedpayments needs lastmodifiedstart and lastmodifiedend');
  }
  const type = call.query('listtype') === 'preinvoice' ? 'order' : 'invoice';
  const fits = filterOf(call, withPayments);
  const found = candidates(call, type)
    .filter((invoice) => invoice.type === type && fits(invoice))
    .slice(0, MOST_ROWS);
  return given(
    el(
      'SalesInvoiceList',
      found.map((invoice) => row(invoice, call)),
    ),
  );
}

/** In the order of their keys. A number leads straight to its invoice. */
function candidates({ organisation, query }: Call, type: string): SalesInvoice[] {
  const { salesInvoices, invoiceNumbers } = organisation;
  const number = query('invoicenumber');
  if (number === undefined) return [...salesInvoices.values()];
  const one = salesInvoices.get(invoiceNumbers.get(`${type} ${number}`) ?? -1);
  return one ? [one] : [];
}

function filterOf(call: Call, withPayments: boolean): (invoice: SalesInvoice) => boolean {
  const above = Number(call.query('invoicesabovenetvisorkey') ?? -1);
  const isDated = within(call, 'begininvoicedate', 'endinvoicedate');
  const isModified = within(call, 'lastmodifiedstart', 'lastmodifiedend');
  const status = call.query('invoicestatus')?.toLowerCase();
  const asked: readonly (readonly [string | undefined, (invoice: SalesInvoice) => string | undefined])[] = [
    [call.query('customercode'), ({ customer }) => codeOf(customer, call)],
    [call.query('customernetvisorkey'), ({ customer }) => String(customer)],
    [call.query('secondname'), ({ fields }) => fields['secondname']],
    [call.query('invoicingcustomercountrycode'), ({ fields }) => fields['invoicingcustomercountrycode']],
  ];
  const wanted = asked.filter(([value]) => value !== undefined);
  return (invoice) =>
    invoice.key > above &&
    isDated(invoice.fields['salesinvoicedate'] ?? '') &&
    (isModified(invoice.changed) ||
      (withPayments && invoice.paymentsChanged !== null && isModified(invoice.paymentsChanged))) &&
    (status === undefined || hasStatus(invoice, status)) &&
    wanted.every(([value, of]) => of(invoice) === value);
}

function hasStatus({ status }: SalesInvoice, asked: string): boolean {
  if (asked === 'open') return OPEN.includes(status);
  return asked === 'overdue' ? OVERDUE.includes(status) : status === asked;
}

const codeOf = (customer: number, { organisation }: Call): string =>
  organisation.customers.cards.get(customer)?.fields['internalidentifier'] ?? '';

function row(invoice: SalesInvoice, call: Call): XmlElement {
  const { key, number, fields, status, dueDay, customer } = invoice;
  const isLate = OVERDUE.includes(status);
  const privately = ['1', '3'].includes(call.query('replyoption') ?? '');
  const comment = el('PrivateComment', fields['salesinvoiceprivatecomment']);
  return el('SalesInvoice', [
    el('NetvisorKey', key),
    el('InvoiceNumber', number ?? ''),
    el('Invoicedate', fields['salesinvoicedate'], { format: 'ansi' }),
    el('InvoiceDueDate', dueDay, { format: 'ansi' }),
    el('InvoiceStatus', isLate ? 'open' : status, isLate ? { substatus: status } : {}),
    el('CustomerNetvisorKey', customer),
    el('CustomerCode', codeOf(customer, call)),
    el('CustomerName', fields['invoicingcustomername']),
    el('ReferenceNumber', fields['salesinvoicereferencenumber']),
    el('InvoiceSum', written(invoice.sum, 2)),
    el('OpenSum', written(invoice.openSum, 2)),
    el('Uri', `${call.base}getsalesinvoice.nv?netvisorkey=${key}`),
    privately ? el('AdditionalInformation', [comment]) : null,
  ]);
}

function get(call: Call): Outcome {
  const { salesInvoices } = call.organisation;
  const key = call.query('netvisorkey');
  if (key !== undefined) {
    const invoice = salesInvoices.get(Number(key));
    return given(invoice ? invoiceAnswer(invoice, call) : el('SalesInvoice'));
  }
  const keys = listOf(call.query('netvisorkeylist') ?? '', MOST_KEYS);
  if (!keys) return invalid(`At most ${MOST_KEYS} keys in netvisorkeylist`);
  const found = keys.map((one) => salesInvoices.get(Number(one))).filter((invoice) => invoice !== undefined);
  return given(
    el(
      'SalesInvoices',
      found.map((invoice) => invoiceAnswer(invoice, call)),
    ),
  );
}

/** Names of `getsalesinvoice.nv` that are the written ones with capitals. */
const HEAD = [
  'SalesInvoiceFreeTextBeforeLines',
  'SalesInvoiceFreeTextAfterLines',
  'SalesInvoiceOurReference',
  'SalesInvoiceYourReference',
  'SalesInvoicePrivateComment',
  'SalesInvoiceAgreementIdentifier',
];
const ADDRESS = [
  'InvoicingCustomerName',
  'InvoicingCustomerNameExtension',
  'InvoicingCustomerAddressline',
  'InvoicingCustomerAdditionalAddressLine',
  'InvoicingCustomerPostnumber',
  'InvoicingCustomerTown',
];
const DELIVERY = [
  'DeliveryAddressName',
  'DeliveryAddressLine',
  'DeliveryAddressPostnumber',
  'DeliveryAddressTown',
  'DeliveryAddressCountryCode',
  'DeliveryMethod',
  'DeliveryTerm',
  'PaymentTermNetDays',
  'PaymentTermCashDiscountDays',
];

const named = (names: readonly string[], fields: Fields): XmlElement[] =>
  names.map((name) => el(name, fields[name.toLowerCase()]));

function invoiceAnswer(invoice: SalesInvoice, call: Call): XmlElement {
  const { key, number, fields, status, dueDay, customer } = invoice;
  const ansi = { format: 'ansi' };
  const currency = fields['salesinvoiceamount@iso4217currencycode'];
  const country = fields['invoicingcustomercountrycode'] ?? '';
  return el('SalesInvoice', [
    el('SalesInvoiceNetvisorKey', key),
    el('SalesInvoiceNumber', number ?? ''),
    el('SalesInvoiceDate', fields['salesinvoicedate'], ansi),
    el('SalesInvoiceDeliveryDate', fields['salesinvoicedeliverydate'], ansi),
    el('SalesInvoiceDueDate', dueDay, ansi),
    el('SalesInvoiceReferencenumber', fields['salesinvoicereferencenumber']),
    el('SalesInvoiceAmount', written(invoice.sum, 2), currency ? { iso4217currencycode: currency } : {}),
    el('SellerIdentifier', fields['sellername'], { type: 'name' }),
    el('InvoiceStatus', status === '' ? '' : status.slice(0, 1).toUpperCase() + status.slice(1), { status }),
    ...named(HEAD, fields),
    el('InvoicingCustomerCode', codeOf(customer, call)),
    ...named(ADDRESS, fields),
    el('InvoicingCustomerNetvisorKey', customer),
    el('InvoicingCustomerCountryCode', countryName(country), { 'iso-3166': country }),
    el('MatchPartialPaymentsByDefault', fields['expectpartialpayments'] === '1' ? 'Yes' : 'No'),
    ...named(DELIVERY, fields),
    el('PaymentTermCashDiscount', fields['paymenttermcashdiscount'], { type: 'percentage' }),
    el('InvoiceLines', [el('InvoiceLine', linesAnswer(invoice.lines, call))]),
    call.query('includeattachments') === '1' ? attachmentsAnswer(invoice) : null,
  ]);
}

const COUNTRY_NAMES = new Intl.DisplayNames('en', { type: 'region' });
const countryName = (country: string): string =>
  country === '' ? '' : (COUNTRY_NAMES.of(country) ?? country).toUpperCase();

/** All of them stand in one `InvoiceLine`; comments only when they are asked for. */
function linesAnswer(lines: readonly InvoiceLine[], call: Call): XmlElement[] {
  const withComments = call.query('showcommentlines') === '1';
  return lines.flatMap((line) => {
    if (line.kind === 'product') return [lineAnswer(line)];
    const isShown = withComments && line.kind === 'comment';
    return isShown ? [el('SalesInvoiceCommentLine', [el('Comment', line.fields['comment'])])] : [];
  });
}

function lineAnswer({ fields, dimensions, product, sum, vatSum }: InvoiceLine): XmlElement {
  const vatCode = fields['productvatpercentage@vatcode'] ?? '';
  const type = fields['productidentifier@type'] ?? '';
  return el('SalesInvoiceProductLine', [
    el('productidentifier', fields['productidentifier'], { type }),
    el('ProductName', fields['productname']),
    el('ProductNetvisorKey', product ?? ''),
    el('ProductUnitPrice', fields['productunitprice']),
    el('ProductVatPercentage', fields['productvatpercentage'], { vatcode: vatCode }),
    ...named(
      [
        'SalesInvoiceProductLineQuantity',
        'SalesInvoiceProductLineDiscountPercentage',
        'SalesInvoiceProductLineFreeText',
      ],
      fields,
    ),
    el('SalesInvoiceProductLineVatSum', written(vatSum, 2)),
    el('SalesInvoiceProductLineSum', written(sum, 2)),
    el('AccountingAccountSuggestion', fields['accountingaccountsuggestion']),
    ...dimensions.map(({ name, item }) => el('Dimension', [el('DimensionName', name), el('DimensionItem', item)])),
  ]);
}

function attachmentsAnswer({ attachments }: SalesInvoice): XmlElement {
  const shown = attachments.map(({ mimeType, description, fileName, data }) =>
    el('SalesInvoiceAttachment', [
      el('MimeType', mimeType),
      el('AttachmentDescription', description),
      el('FileName', fileName),
      el('DocumentData', data),
    ]),
  );
  return el('SalesInvoiceAttachments', shown);
}
