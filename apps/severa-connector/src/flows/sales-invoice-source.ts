import type { LinkSettings } from '#lib/contracts';
import type { SeveraRequest } from '#lib/upstream';

import type { PairKeys, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { withoutIdentityCode } from './identity-code.js';
import { readRows } from './sales-invoice-rows.js';
import { InvoiceSurroundings } from './sales-invoice-surroundings.js';
import type { InvoicedCustomer, InvoiceRow, Receiver, SalesInvoice } from './sales-invoice.js';
import { objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { moneyIn, plainNumber } from './severa-money.js';
import { tokenPages } from './severa-pages.js';
import { unlessRefused } from './unless-refused.js';

/** An invoice is numbered in the series of the company that bills it (contracts/severa §3.1). */
const BILLING_UNIT = 'invoiceNumberBusinessUnitGuid';

/** Whether it is another company's that is billed for in the same Severa. One that does not say whose it is may be ours. */
export function isOfAnother(invoice: SeveraObject, { salesInvoices: { billingUnit } }: LinkSettings): boolean {
  const unit = textIn(invoice, BILLING_UNIT);
  return billingUnit !== null && unit !== null && unit !== billingUnit;
}

/** Invoices that one page of a reading holds: each costs some calls of its own, and a turn is short. */
const AT_ONCE = 5;

/**
 * The invoices that wait in Severa's ready status [Valmis lähetettäväksi Netvisoriin], all of them at each reading: what a
 * person puts into the status is there, and what has moved is no longer. Those that somebody took back since the last
 * reading, into a status that is not of a sent invoice, are gone. Those of other companies in the same Severa are left out;
 * what was offered of them before the company's settings said so is gone.
 */
export async function* readInvoices(reading: Reading): AsyncGenerator<SourcePage> {
  const { readyStatus } = reading.settings.salesInvoices;
  if (readyStatus === null) return;
  if (reading.from === undefined) yield* withdrawn(reading);
  let around: InvoiceSurroundings | undefined;
  for await (const { rows, on } of tokenPages(reading.calls, invoicesIn(readyStatus), reading.from)) {
    const all = objectsOf(rows);
    const others = all.filter((invoice) => isOfAnother(invoice, reading.settings));
    if (others.length > 0) {
      yield { records: [], gone: others.flatMap((of) => textIn(of, 'guid') ?? []), leftOut: others.length };
    }
    const invoices = all.filter((invoice) => !others.includes(invoice));
    for (let from = 0; from < invoices.length; from += AT_ONCE) {
      around ??= await InvoiceSurroundings.around(reading);
      yield { records: await recordsOf(reading, around, invoices.slice(from, from + AT_ONCE)) };
    }
    if (on.at !== undefined) yield { records: [], at: on.at };
  }
}

async function* withdrawn({ calls, since, settings }: Reading): AsyncGenerator<SourcePage> {
  if (since === null) return;
  const { readyStatus, sentStatus } = settings.salesInvoices;
  const query = [['changedSince', since.toISOString()] as const, ['rowCount', '100'] as const];
  for await (const page of calls.severaPages({ method: 'GET', path: ['invoices'], query, paging: 'token' })) {
    const back = objectsOf(page).filter(({ status }) => {
      const guid = textIn(objectOf(status), 'guid');
      return guid !== readyStatus && guid !== sentStatus && objectOf(status)['isSent'] !== true;
    });
    const gone = back.flatMap((invoice) => textIn(invoice, 'guid') ?? []);
    if (gone.length > 0) yield { records: [], gone };
  }
}

const invoicesIn = (status: string): SeveraRequest => ({
  method: 'GET',
  path: ['invoices'],
  query: [
    ['invoiceStatusGuids', status],
    ['rowCount', '100'],
  ],
  paging: 'token',
});

async function recordsOf(
  reading: Reading,
  around: InvoiceSurroundings,
  invoices: readonly SeveraObject[],
): Promise<readonly SourceRecord[]> {
  const customers = invoices.flatMap((invoice) => textIn(billed(invoice), 'guid') ?? []);
  const pairs = await reading.pairs('customers-to-netvisor', [...new Set(customers)]);
  const records: SourceRecord[] = [];
  for (const invoice of invoices) {
    const key = textIn(invoice, 'guid');
    if (key === null) continue;
    const one = await unlessRefused(() => factsOf(reading, around, invoice, key));
    if (one.as === 'gone') continue;
    const facts = one.as === 'read' ? one.read : { ...UNREAD, unread: one.words };
    const isNobodys = reading.settings.salesInvoices.billingUnit !== null && textIn(invoice, BILLING_UNIT) === null;
    const content = {
      ...contentOf(invoice, around, pairs.get(textIn(billed(invoice), 'guid') ?? ''), facts),
      ...(isNobodys && { unitUnknown: true }),
    };
    records.push({ key, number: content.number, name: content.receiver.name ?? content.customer.name, content });
  }
  return records;
}

async function factsOf(
  reading: Reading,
  around: InvoiceSurroundings,
  invoice: SeveraObject,
  key: string,
): Promise<Facts> {
  const rows = await readRows(reading, around, invoice);
  const settings = await settingsOf(reading, key);
  return { rows, ...settings, zeroCategory: await zeroCategoryOf(around, invoice, rows) };
}

async function settingsOf({ calls }: Reading, invoice: string): Promise<{ readonly reverseCharge: boolean }> {
  const path = ['invoices', invoice, 'invoicesettings'];
  const settings = objectOf(await calls.severa({ method: 'GET', path }));
  return { reverseCharge: settings['isReverseCharged'] === true };
}

async function zeroCategoryOf(
  around: InvoiceSurroundings,
  invoice: SeveraObject,
  rows: readonly InvoiceRow[],
): Promise<string | null> {
  const customer = textIn(billed(invoice), 'guid');
  return customer === null || !rows.some(({ percent }) => percent === '0') ? null : around.zeroCategory(customer);
}

interface Facts {
  readonly rows: readonly InvoiceRow[];
  readonly reverseCharge: boolean;
  readonly zeroCategory: string | null;
  readonly unread?: string;
}

const UNREAD: Facts = { rows: [], reverseCharge: false, zeroCategory: null };

/** An invoice of Severa as it is kept: see `sales-invoice.ts`. */
function contentOf(
  invoice: SeveraObject,
  around: Pick<InvoiceSurroundings, 'countries' | 'lockedUntil'>,
  customer: PairKeys | undefined,
  facts: Facts,
): SalesInvoice {
  const currency = textIn(invoice, 'currency', 'code');
  const date = dayIn(invoice, 'date');
  const entryDate = dayIn(invoice, 'entryDate');
  const { lockedUntil } = around;
  // Which of the two days Netvisor looks at is not said: only what is locked by both is foreseen.
  const [, latest] = [date ?? '', entryDate ?? ''].toSorted();
  return {
    number: plainNumber(invoice, 'number'),
    referenceNumber: textIn(invoice, 'referenceNumber'),
    date,
    entryDate: entryDate === date ? null : entryDate,
    dueDate: dayIn(invoice, 'dueDate'),
    paymentTermDays: plainNumber(invoice, 'paymentTerm'),
    overdueInterest: plainNumber(invoice, 'overdueInterest'),
    credit: invoice['isCreditNote'] === true,
    currency,
    currencyRate: plainNumber(invoice, 'currencyRate'),
    net: moneyIn(invoice['totalExcludingTax'], currency).amount,
    tax: moneyIn(invoice['totalTax'], currency).amount,
    customer: customerOf(invoice, customer),
    receiver: receiverOf(invoice, around),
    ourReference: textIn(invoice, 'ourReference'),
    yourReference: textIn(invoice, 'yourReference'),
    orderNumber: textIn(invoice, 'orderNumber'),
    textBefore: textIn(invoice, 'freeText1', 'plainText'),
    textAfter: textIn(invoice, 'freeText2', 'plainText'),
    ...facts,
    lockedUntil: latest && lockedUntil !== null && latest <= lockedUntil ? lockedUntil : null,
    updated: textIn(invoice, 'lastUpdatedDateTime'),
  };
}

/** Who pays; the invoice's own customer where nobody else was named. */
const billed = (invoice: SeveraObject): SeveraObject =>
  objectOf(textIn(invoice, 'billingCustomer', 'guid') === null ? invoice['customer'] : invoice['billingCustomer']);

const customerOf = (invoice: SeveraObject, pair: PairKeys | undefined): InvoicedCustomer => ({
  number: plainNumber(billed(invoice), 'number'),
  name: textIn(billed(invoice), 'name'),
  netvisorKey: pair?.netvisorKey ?? null,
  registered: pair !== undefined,
});

function receiverOf(invoice: SeveraObject, around: Pick<InvoiceSurroundings, 'countries'>): Receiver {
  const country = textIn(invoice, 'receiverAddress', 'country');
  return {
    name: textIn(invoice, 'receiverCustomerName'),
    vatNumber: withoutIdentityCode(textIn(invoice, 'receiverVatNumber'), null),
    street: textIn(invoice, 'receiverAddress', 'addressline'),
    postalCode: textIn(invoice, 'receiverAddress', 'postalCode'),
    city: textIn(invoice, 'receiverAddress', 'city'),
    country,
    countryCode: country === null ? null : around.countries.codeOf(country),
  };
}

/** A day, where the interface gives one with a time. */
const dayIn = (invoice: SeveraObject, name: string): string | null => textIn(invoice, name)?.slice(0, 10) ?? null;
