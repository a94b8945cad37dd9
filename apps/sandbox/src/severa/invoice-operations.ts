import type { Answer } from '../wire.js';
import { jsonAnswer, notFound } from './exception.js';
import {
  atLeast,
  atMost,
  equalling,
  type Filter,
  from,
  guidsOf,
  referring,
  since,
  textsAmong,
  until,
  wholesAmong,
} from './filter.js';
import { INVOICE_SETTINGS, INVOICES, settingsOf } from './kinds/invoices.js';
import { type Finder, type Given, guidIn, type Model, part, textIn } from './model.js';
import { type Call, list, type Operation, patching, reading, single, type Under } from './operation.js';
import type { Outcome } from './outcome.js';
import type { Organisation } from './organisation.js';
import { ROWS, ROWS_100, ROWS_ALL, TOKEN, TOKEN_100 } from './page.js';
import { pdf } from './pdf.js';
import { byExpenseClass } from './work-operations.js';

const ofInvoice =
  (of: (model: Model) => unknown): Under =>
  ({ organisation, guid }) =>
    organisation.register('invoices').get(guid) ? (model) => of(model) === guid : null;
const ofRow: Under = ({ organisation, guid }) =>
  organisation.register('invoicerows').get(guid) ? (model) => model['invoiceRowGuid'] === guid : null;

const byGuid = ofInvoice(({ invoiceGuid }) => invoiceGuid);
const byInvoice = ofInvoice((model) => guidIn(model, 'invoice'));
/** Hours, fees and travels, of an invoice and of a row of one. */
const entries = (path: string, under: Under, back: Under): readonly Operation[] => [
  list(`${path}/workhours`, 'workhours', 'invoices:read', { paging: TOKEN_100, under }),
  list(`${path}/projectfees`, 'projectfees', 'invoices:read', {
    paging: TOKEN,
    under,
    filters: [equalling('productType')],
  }),
  list(`${path}/projecttravelexpenses`, 'projecttravelexpenses', 'invoices:read', {
    paging: TOKEN_100,
    under,
    filters: [byExpenseClass],
  }),
  list(`${path}/reimbursedworkhours`, 'reimbursedworkhours', 'invoices:read', { paging: ROWS_100, under: back }),
  list(`${path}/reimbursedprojectfees`, 'reimbursedprojectfees', 'invoices:read', { paging: TOKEN, under: back }),
  list(`${path}/reimbursedprojecttravelexpenses`, 'reimbursedprojecttravelexpenses', 'invoices:read', {
    paging: ROWS_ALL,
    under: back,
  }),
];

/** In a status that is read-only, only the status and the day of payment move. */
function readOnly(invoice: Model, given: Given, organisation: Organisation): string | null {
  const status = organisation.find('invoicestatuses', { guid: guidIn(invoice, 'status') });
  const others = Object.keys(given).filter((name) => name !== 'status' && name !== 'paymentDate');
  return status?.['isReadOnly'] && others.length > 0 ? 'The invoice is read-only in its status.' : null;
}

/** What its projects refer to by a field. */
const ofProjects = (field: 'projectOwner' | 'businessUnit' | 'salesPerson') => (invoice: Model, finder: Finder) =>
  guidsOf(invoice, 'projects').map((guid) => guidIn(finder.find('projects', { guid }) ?? {}, field));

const total = (invoice: Model): unknown => part(invoice, 'totalExcludingTax')['amount'];

const FILTERS: readonly Filter[] = [
  textsAmong('invoiceStatusGuids', (invoice) => guidIn(invoice, 'status')),
  textsAmong('projectGuids', (invoice) => guidsOf(invoice, 'projects')),
  textsAmong('projectOwnerGuids', ofProjects('projectOwner')),
  textsAmong('projectBusinessUnitGuids', ofProjects('businessUnit')),
  textsAmong('salesPersonGuids', ofProjects('salesPerson')),
  referring('createdByUserGuids', 'createdBy'),
  referring('customerGuids', 'customer'),
  textsAmong('referenceNumbers', ({ referenceNumber }) => referenceNumber),
  wholesAmong('numbers', ({ number }) => number),
  from('startDate', 'date'),
  until('endDate', 'date'),
  from('paymentDateStart', 'paymentDate'),
  atLeast('minimumTotalExcludingTax', total),
  atMost('maximumTotalExcludingTax', total),
  since(),
];

type Place = Pick<Call, 'organisation' | 'guid'>;

const invoicePdf = ({ organisation, guid }: Place): Answer => {
  const invoice = organisation.register('invoices').get(guid);
  if (!invoice) return notFound();
  const rows = organisation.register('invoicerows').where((row) => row['invoiceGuid'] === guid);
  const sum = part(invoice, 'totalIncludingTax');
  const lines = [
    textIn(invoice, 'senderName'),
    `Lasku ${textIn(invoice, 'number')}`,
    ...rows.map((row) => ['quantity', 'measurementUnit', 'description'].map((name) => textIn(row, name)).join(' ')),
    `Yhteensä ${textIn(sum, 'amount')} ${textIn(sum, 'currencyCode')}`,
  ];
  return { status: 200, type: 'application/pdf', body: pdf(lines) };
};

/** Bytes that were given with a record, as they came. */
const fileData = ({ organisation, guid }: Place): Outcome => {
  const file = organisation.files.get(guid);
  return { answer: file ? { status: 200, type: 'application/octet-stream', body: file.bytes } : notFound() };
};

const settings = ({ organisation, guid }: Place): Outcome => {
  const found = settingsOf(organisation, guid);
  return { answer: found ? jsonAnswer(200, JSON.stringify(found)) : notFound() };
};

export const INVOICE_OPERATIONS: readonly Operation[] = [
  list('/invoices', 'invoices', 'invoices:read', { paging: TOKEN, filters: FILTERS }),
  single('invoices', 'invoices:read'),
  patching(INVOICES, 'invoices:write', { objecting: readOnly }),
  list('/invoices/{invoiceGuid}/invoicerows', 'invoicerows', 'invoices:read', {
    paging: TOKEN_100,
    under: byGuid,
    filters: [equalling('rowType')],
  }),
  list('/invoicerows', 'invoicerows', 'invoices:read', { paging: TOKEN_100, filters: [since()] }),
  single('invoicerows', 'invoices:read'),
  ...entries('/invoices/{invoiceGuid}', byInvoice, byGuid),
  ...entries('/invoicerows/{invoiceRowGuid}', ofRow, ofRow),
  reading('/invoices/{invoiceGuid}/invoicesettings', 'invoices:read', settings),
  patching(INVOICE_SETTINGS, 'invoices:write', { asList: false }),
  reading('/invoices/{guid}/pdf', 'files:read', (call) => ({ answer: invoicePdf(call) }), [
    'invoiceType',
    'pdfGetOptions',
  ]),
  list('/invoices/{invoiceGuid}/files', 'invoicefiles', 'files:read', { paging: ROWS, under: byGuid }),
  single('invoicefiles', 'files:read'),
  reading('/files/{guid}/filedata', 'files:read', fileData),
];
