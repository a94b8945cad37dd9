import { child, children, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import type { Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { dayAfter, finnishMoment, firstOfLastMonth } from './finnish-time.js';
import { netvisorDay } from './netvisor-day.js';
import { listIn } from './netvisor-list.js';
import { decimalIn } from './netvisor-number.js';
import type { PurchaseLine } from './purchase-line.js';
import { objectsOf, textIn } from './severa-json.js';

/** Invoices in one question; 500 may be asked for, and each comes with all that Netvisor knows of it. */
const AT_ONCE = 50;

/** Statuses in which an invoice is past its round: until then its lines are still split and moved. */
const HANDLED = ['approved', 'accepted'] as const;

type FoundLine = Omit<PurchaseLine, 'projects' | 'product'> & { readonly key: string; readonly number: string };

/**
 * The lines of purchase invoices that name an item under the projects' header, as far as they were changed since; at first
 * contact of the invoices of this month and the one before.
 *
 * Where lines move by themselves, those of invoices that have been handled; where a person chooses, all of them. In which
 * zone Netvisor reads the times of a filter is not documented: in UTC they are the same moment or an earlier one, and a day
 * is added to the end.
 */
export async function* readPurchaseLines(reading: Reading): AsyncGenerator<SourcePage> {
  const { projectHeader, mode } = reading.settings.purchaseLines;
  if (projectHeader === null) return;
  const invoices = new Set<string>();
  for (const status of mode === 'automatic' ? HANDLED : [null]) {
    for (const key of keysIn(await reading.calls.netvisor(listRequest(reading, status)))) invoices.add(key);
  }
  const product = invoices.size === 0 ? null : await productOf(reading);
  const keys = [...invoices];
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const root = await reading.calls.netvisor(invoicesRequest(keys.slice(from, from + AT_ONCE)));
    const lines = invoicesIn(root).flatMap((invoice) => linesOf(invoice, projectHeader));
    yield { records: await recordsOf(reading, lines, product) };
  }
}

function listRequest({ since, now }: Reading, status: string | null): NetvisorRequest {
  const today = finnishMoment(now).day;
  return {
    method: 'GET',
    resource: 'purchaseinvoicelist.nv',
    query: [
      ...(since
        ? ([
            ['lastmodifiedstart', since.toISOString().slice(0, 19)],
            ['lastmodifiedend', `${dayAfter(today)}T23:59:59`],
          ] as const)
        : ([['begininvoicedate', firstOfLastMonth(today)]] as const)),
      ...(status === null ? [] : [['invoicestatus', status] as const]),
    ],
  };
}

function keysIn(root: NetvisorElement): readonly string[] {
  return children(listIn(root, 'PurchaseInvoiceList'), 'PurchaseInvoice').flatMap(
    (row) => textAt(row, 'NetvisorKey') || [],
  );
}

const invoicesRequest = (keys: readonly string[]): NetvisorRequest => ({
  method: 'GET',
  resource: 'getpurchaseinvoice.nv',
  query: [
    ['netvisorkeylist', keys.join(',')],
    ['omitattachments', '1'],
  ],
});

/** One invoice stands by itself, several in an element of their own (contract §2). */
function invoicesIn(root: NetvisorElement): readonly NetvisorElement[] {
  return children(child(root, 'PurchaseInvoices') ?? root, 'PurchaseInvoice');
}

function linesOf(invoice: NetvisorElement, header: string): readonly FoundLine[] {
  const key = textAt(invoice, 'PurchaseInvoiceNetvisorKey') || textAt(invoice, 'NetvisorKey');
  const lines = child(invoice, 'InvoiceLines');
  if (!key || !lines) return [];
  const invoiceNumber = textAt(invoice, 'PurchaseInvoiceNumber') || null;
  const facts = {
    invoice: key,
    invoiceNumber,
    date: netvisorDay(textAt(invoice, 'PurchaseInvoiceDate')),
    vendor: textAt(invoice, 'VendorName') || null,
    foreignCurrency: textAt(invoice, 'ForeignCurrencyNameID') || null,
  };
  return children(lines, 'PurchaseInvoiceLine').flatMap((line, at) => {
    const projectItem = itemUnder(line, header);
    const gross = decimalIn(textAt(line, 'LineSum'));
    const net = decimalIn(textAt(line, 'LineNetSum'));
    const lineKey = textAt(line, 'NetvisorKey');
    // One whose sums cannot be read is no line of nothing: somebody has to look.
    const isNothing = gross !== null && net !== null && Number(gross) === 0 && Number(net) === 0;
    if (projectItem === null || !lineKey || isNothing) return [];
    const description = textAt(line, 'Description') || textAt(line, 'ProductName') || null;
    const vatCode = textAt(line, 'VatCode') ?? '';
    const number = `${invoiceNumber ?? key} / ${at + 1}`;
    return [{ ...facts, key: `${key}/${lineKey}`, number, gross, net, vatCode, description, projectItem }];
  });
}

function itemUnder(line: NetvisorElement, header: string): string | null {
  const dimensions = child(line, 'PurchaseInvoiceLineDimensions');
  const wanted = header.trim().toLowerCase();
  const found = (dimensions ? children(dimensions, 'Dimension') : []).find(
    (dimension) => textAt(dimension, 'DimensionName')?.toLowerCase() === wanted,
  );
  return (found && textAt(found, 'DimensionDetailName')) || null;
}

async function recordsOf(
  reading: Reading,
  lines: readonly FoundLine[],
  product: string | null,
): Promise<readonly SourceRecord[]> {
  if (lines.length === 0) return [];
  const items = [...new Set(lines.map(({ projectItem }) => projectItem))];
  const pairs = await reading.pairsInNetvisor('dimensions', items);
  return lines.map(({ key, number, ...line }) => {
    const projects = (pairs.get(line.projectItem) ?? []).flatMap(({ severaKey }) => severaKey ?? []);
    return { key, number, name: line.vendor, content: { ...line, projects, product } };
  });
}

/** Severa's product that fees are booked on. */
async function productOf({ calls, settings }: Reading): Promise<string | null> {
  const { productCode } = settings.purchaseLines;
  if (productCode === null) return null;
  const query = [
    ['code', productCode],
    ['isActive', 'true'],
    ['rowCount', '100'],
  ] as const;
  for await (const page of calls.severaPages({ method: 'GET', path: ['products'], query, paging: 'token' })) {
    const found = objectsOf(page).find((product) => textIn(product, 'code') === productCode);
    if (found) return textIn(found, 'guid');
  }
  return null;
}
