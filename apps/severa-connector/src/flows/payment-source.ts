import { decimalOf, fixedText, isSame, ZERO } from '#lib/policy';
import { children, type NetvisorElement, type SeveraRequest, textAt } from '#lib/upstream';

import type { JsonObject, PairKeys, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { slices } from './netvisor-customer.js';
import { listIn, modifiedWindow } from './netvisor-list.js';
import { decimalIn } from './netvisor-number.js';
import { matchByNumber, matchByReference, type NetvisorInvoice, type PaymentMatch } from './payment-match.js';
import { isOfAnother } from './sales-invoice-source.js';
import { numberIn, objectsOf, type SeveraObject, textIn } from './severa-json.js';

/** How an invoice of Netvisor's stands, and which one of Severa's it is. */
export interface PaymentSource extends JsonObject {
  readonly paid: boolean;
  /** A part of it is paid. */
  readonly partly: boolean;
  /** What is still to be paid, and all of it; decimals. */
  readonly open: string;
  readonly sum: string;
  readonly match: PaymentMatch;
}

interface Row extends NetvisorInvoice {
  readonly key: string;
  readonly customer: string | null;
  readonly open: string;
  readonly paid: boolean;
  readonly partly: boolean;
}

/** As many invoices as one question to Severa names. */
const AT_ONCE = 50;

/** Severa's numbers are of 32 bits. */
const HIGHEST_NUMBER = 2 ** 31 - 1;

const NEVER_PARTLY: ReadonlySet<string> = new Set(['creditloss', 'rejected']);

/**
 * Netvisor's invoices that are Severa's and were paid, wholly or in part; and those that stand otherwise now, where we
 * have met them before. The first reading is of all that are paid. Severa is asked for many at a time.
 *
 * Source: contracts/netvisor §4.7, §5.8.
 */
export async function* readPayments(reading: Reading): AsyncGenerator<SourcePage> {
  for await (const rows of changedRows(reading)) {
    for (const some of slices(rows, AT_ONCE)) yield { records: await recordsOf(reading, some) };
    yield { records: [], at: highest(rows) };
  }
}

/** The list has no page size that is documented: it is asked for what lies above the last key, until nothing does. */
async function* changedRows({ calls, since, from, now }: Reading): AsyncGenerator<readonly Row[]> {
  const filter: readonly (readonly [string, string])[] =
    since === null ? [['invoicestatus', 'paid']] : [...modifiedWindow(since, now), ['includemodifiedpayments', '1']];
  for (let above = typeof from === 'number' ? from : 0; ;) {
    const query = above === 0 ? filter : [...filter, ['invoicesabovenetvisorkey', String(above)] as const];
    const root = await calls.netvisor({ method: 'GET', resource: 'salesinvoicelist.nv', query });
    const rows = children(listIn(root, 'SalesInvoiceList'), 'SalesInvoice')
      .flatMap(rowOf)
      .filter(({ key }) => Number(key) > above);
    if (rows.length === 0) return;
    yield rows;
    above = highest(rows);
  }
}

const highest = (rows: readonly Row[]): number => rows.reduce((most, { key }) => Math.max(most, Number(key)), 0);

function rowOf(row: NetvisorElement): readonly Row[] {
  const key = textAt(row, 'NetvisorKey') ?? '';
  if (!/^\d{1,15}$/.test(key)) return [];
  const status = (textAt(row, 'InvoiceStatus') ?? '').toLowerCase();
  const sum = decimalOf(decimalIn(textAt(row, 'InvoiceSum')) ?? '') ?? ZERO;
  const open = decimalOf(decimalIn(textAt(row, 'OpenSum')) ?? '') ?? sum;
  const paid = status === 'paid';
  return [
    {
      key,
      number: textAt(row, 'InvoiceNumber') ?? '',
      reference: textAt(row, 'ReferenceNumber') ?? '',
      customer: textAt(row, 'CustomerName') || null,
      sum: fixedText(sum, 2),
      open: fixedText(open, 2),
      paid,
      partly: !paid && !NEVER_PARTLY.has(status) && !isSame(open, sum),
    },
  ];
}

async function recordsOf(reading: Reading, rows: readonly Row[]): Promise<readonly SourceRecord[]> {
  const met = await reading.pairs(
    'payments',
    rows.map(({ key }) => key),
  );
  const wanted = rows.filter(({ key, paid, partly }) => paid || partly || met.has(key));
  const matches = await matchesOf(reading, wanted, met);
  return wanted.flatMap((row) => {
    const match = matches.get(row.key) ?? { as: 'none' };
    return match.as === 'none' && !met.has(row.key) ? [] : [recordOf(row, match)];
  });
}

function recordOf({ key, number, customer, paid, partly, open, sum }: Row, match: PaymentMatch): SourceRecord {
  const content: PaymentSource = { paid, partly, open, sum, match: { ...match } };
  return { key, number: number || null, name: customer, content };
}

/** By what was moved before, of this flow and of the sales invoices; else by the number; else by the reference. */
async function matchesOf(
  reading: Reading,
  rows: readonly Row[],
  met: ReadonlyMap<string, PairKeys>,
): Promise<ReadonlyMap<string, PaymentMatch>> {
  const matches = new Map<string, PaymentMatch>();
  const moved = await reading.pairsInNetvisor(
    'sales-invoices',
    rows.map(({ key }) => key),
  );
  for (const row of rows) {
    const guid = met.get(row.key)?.severaKey ?? ofMoved(row, moved.get(row.key) ?? []);
    if (guid !== null) matches.set(row.key, { as: 'one', guid });
  }
  const missing = (): readonly Row[] => rows.filter(({ key }) => (matches.get(key)?.as ?? 'none') === 'none');

  const byNumber = await searched(
    reading,
    'numbers',
    missing()
      .map(({ number }) => number)
      .filter(isNumber),
  );
  for (const row of missing()) {
    const candidates = byNumber.filter((of) => String(numberIn(of, 'number') ?? '') === row.number);
    matches.set(row.key, matchByNumber(row, candidates));
  }
  const references = missing().map(({ reference }) => reference);
  const byReference = await searched(
    reading,
    'referenceNumbers',
    references.filter((reference) => reference !== ''),
  );
  for (const row of missing()) matches.set(row.key, matchByReference(row, byReference));
  return matches;
}

/** What was moved as an order has the order's key, and becomes an invoice of another number. */
function ofMoved({ number }: Row, pairs: readonly PairKeys[]): string | null {
  const [pair, another] = pairs.filter((of) => of.number === number);
  return pair && !another ? pair.severaKey : null;
}

const isNumber = (text: string): boolean => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= HIGHEST_NUMBER;

async function searched(
  { calls, settings }: Reading,
  filter: 'numbers' | 'referenceNumbers',
  values: readonly string[],
): Promise<readonly SeveraObject[]> {
  if (values.length === 0) return [];
  const query = [...new Set(values)].map((value) => [filter, value] as const);
  const request: SeveraRequest = {
    method: 'GET',
    path: ['invoices'],
    query: [...query, ['rowCount', '100']],
    paging: 'token',
  };
  const found: SeveraObject[] = [];
  for await (const page of calls.severaPages(request)) found.push(...objectsOf(page));
  return found.filter((invoice) => textIn(invoice, 'guid') !== null && !isOfAnother(invoice, settings));
}
