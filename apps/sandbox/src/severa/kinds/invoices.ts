import { amount, date, integer, ref, solid, text } from '../field.js';
import { dayOf, guidIn, type Given, type Model, money, nulls, part, picking } from '../model.js';
import type { Organisation } from '../organisation.js';
import type { RecordKind } from '../record.js';

const showCustomer = picking('guid', 'name', 'number');
const showRelated = picking('guid', 'number');
const showLine = picking('number', 'name');

/**
 * An invoice gets its number when it comes to a status that has one. Whether a status that is read-only can be changed
 * over the wire is not known: here status and day of payment can, and nothing else then.
 */
export const INVOICES: RecordKind = {
  register: 'invoices',
  fields: {
    status: solid(ref('invoicestatuses', picking('guid', 'name', 'isSent', 'isWaitingPayment', 'isPaid'))),
    paymentDate: date,
    number: integer,
    referenceNumber: text,
    date: solid(date),
    dueDate: solid(date),
    entryDate: date,
    notes: text,
    ourReference: text,
    yourReference: text,
    orderNumber: text,
    receiverContactName: text,
    receiverContactEmail: text,
    customer: ref('customers', showCustomer),
    billingCustomer: ref('customers', showCustomer),
    currency: ref('currencies', picking('guid', 'code', 'name', 'symbol')),
    language: ref('languages', picking('guid', 'code', 'name', 'englishName')),
    reimburseInvoice: ref('invoices', showRelated),
    creditNoteInvoice: ref('invoices', showRelated),
  },
  blank: (organisation, now) => ({
    ...nulls('creditNoteInvoice', 'culture', 'entryDate', 'freeText1', 'freeText2', 'invoiceNumberBusinessUnitGuid'),
    ...nulls('invoiceTemplate', 'notes', 'number', 'orderNumber', 'ourReference', 'paymentDate', 'yourReference'),
    ...nulls('receiverAddress', 'receiverContactEmail', 'receiverContactGuid', 'receiverContactName'),
    ...nulls('receiverCustomerName', 'receiverKvkNumber', 'receiverVatNumber', 'referenceNumber', 'reimburseInvoice'),
    ...nulls('senderContactGuid', 'senderContactName', 'senderKvkNumber', 'senderVatNumber', 'workHourValueAddedTax'),
    canBeDeleted: false,
    currencyRate: 1,
    date: dayOf(now),
    dueDate: dayOf(new Date(now.getTime() + 14 * 86_400_000)),
    isCreditNote: false,
    overdueInterest: 8,
    paymentTerm: 14,
    projects: [],
    senderName: organisation.settings.name,
    senderAddress: {
      addressline: 'Myyjänkuja 2',
      postalCode: '33100',
      city: 'Tampere',
      country: 'Suomi',
      state: null,
    },
    workHoursQuantity: 0,
  }),
  settled: numbered,
  after: (invoice, organisation, now) => {
    const settings = settingsOf(organisation, invoice.guid);
    if (!settings || settings['paymentDate'] === invoice['paymentDate']) return;
    organisation.register('invoicesettings').put({ ...settings, paymentDate: invoice['paymentDate'] }, now.getTime());
  },
};

function numbered(invoice: Model, organisation: Organisation): Model {
  organisation.used('invoice', invoice['number']);
  const status = organisation.find('invoicestatuses', { guid: guidIn(invoice, 'status') });
  const number = invoice['number'] ?? (status?.['hasInvoiceNumber'] ? organisation.next('invoice') : null);
  return { ...invoice, number, referenceNumber: invoice['referenceNumber'] ?? referenceOf(number) };
}

/** The national reference number [viitenumero] of an invoice: its number and a check digit by the weights 7, 3, 1. */
function referenceOf(number: unknown): string | null {
  if (typeof number !== 'number') return null;
  const sum = [...String(number)]
    .reverse()
    .reduce((all, digit, at) => all + Number(digit) * ([7, 3, 1][at % 3] ?? 0), 0);
  return `${number}${(10 - (sum % 10)) % 10}`;
}

/** An invoice's settings; they name no invoice, so the organisation remembers whose they are. */
export const settingsOf = (organisation: Organisation, invoice: string): Model | undefined =>
  organisation.register('invoicesettings').get(organisation.invoiceSettings.get(invoice) ?? '');

export const INVOICE_ROWS: RecordKind = {
  register: 'invoicerows',
  fields: {
    unitPrice: amount,
    costCenter: ref('costcenters', ({ identifier, name }) => ({ number: identifier, name })),
    salesAccount: ref('salesaccounts', showLine),
    recurringSalesAccount: ref('salesaccounts', showLine),
    salesReceivableAccount: ref('salesaccounts', showLine),
    vatAccount: ref('salesaccounts', showLine),
  },
  blank: (organisation) => {
    const account = organisation.first('salesaccounts');
    return {
      ...nulls('costCenter', 'flatRateGuid', 'recurringSalesAccount', 'salesReceivableAccount', 'vatAccount'),
      code: [],
      description: '',
      hasInvoiceComment: false,
      measurementUnit: 'kpl',
      quantity: 1,
      salesAccount: account ? showLine(account) : null,
      unitPrice: money(100),
      vatRate: 25.5,
    };
  },
};

export const INVOICE_SETTINGS: RecordKind = {
  register: 'invoicesettings',
  fields: { paymentDate: date, entryDate: date, reverseChargeDescription: text },
  blank: () => ({
    ...nulls('categorySortOrder', 'entryDate', 'paymentDate', 'reverseChargeDescription'),
    ...grouping('projectFee'),
    ...grouping('projectTravelExpense'),
    ...grouping('workHour'),
    ...shown('AttachmentPriceExcludingValueAddedTax', 'AttachmentQuantity', 'AttachmentUnit', 'AttachmentUnitPrice'),
    ...shown('AttachmentValueAddedTax', 'Categories', 'Footer', 'LogoAndTitle', 'PriceExcludingValueAddedTax'),
    ...shown('Quantity', 'ReferenceNumber', 'Unit', 'UnitPrice', 'ValueAddedTax'),
    isReverseCharged: false,
    style: 'Plain',
  }),
  after: (settings, organisation, now) => {
    const of = organisation.invoiceOfSettings.get(settings.guid) ?? '';
    const invoice = organisation.register('invoices').get(of);
    if (!invoice || invoice['paymentDate'] === settings['paymentDate']) return;
    organisation.register('invoices').put({ ...invoice, paymentDate: settings['paymentDate'] }, now.getTime());
  },
};

const grouping = (of: string): Given => ({
  ...nulls(`${of}DescriptionFormat`, `${of}PrimaryGroupBy`, `${of}SecondaryGroupBy`),
  [`${of}Grouping`]: 'OneByOne',
});
const shown = (...names: string[]): Given => Object.fromEntries(names.map((name) => [`show${name}`, true]));

/** How an address of the register stands on an invoice. */
export const addressOnInvoice = (address: Given): Given => ({
  ...Object.fromEntries(['addressline', 'postalCode', 'city', 'country'].map((name) => [name, address[name] ?? null])),
  state: null,
});

export const headquartersOf = (customer: Model): Given | null =>
  customer['headquarterAddress'] === null ? null : addressOnInvoice(part(customer, 'headquarterAddress'));
