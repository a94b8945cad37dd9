import type { SeveraRequest } from '#lib/upstream';

import type { Reading } from '../engine/flow.js';
import type { ProjectItems } from './project-items.js';
import type { InvoiceSurroundings } from './sales-invoice-surroundings.js';
import type { AccrualPeriod, InvoiceRow } from './sales-invoice.js';
import { objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { moneyIn, plainNumber } from './severa-money.js';

/** The period of a fee that does not recur. */
const AT_ONCE = '';

interface ItemList {
  readonly name: string;
  readonly paging: 'token' | 'rows';
}

/** Where the things that a row of each kind bills are listed, of an invoice and of a credit note (contract §3.2). */
const ITEM_LISTS: Readonly<Record<string, Readonly<Record<'billed' | 'credited', ItemList>>>> = {
  Hours: {
    billed: { name: 'workhours', paging: 'token' },
    credited: { name: 'reimbursedworkhours', paging: 'rows' },
  },
  ProjectFees: {
    billed: { name: 'projectfees', paging: 'token' },
    credited: { name: 'reimbursedprojectfees', paging: 'token' },
  },
  TravelExpenses: {
    billed: { name: 'projecttravelexpenses', paging: 'token' },
    credited: { name: 'reimbursedprojecttravelexpenses', paging: 'rows' },
  },
};

/**
 * The rows of an invoice with what Severa's rows do not say: whose project, unit and work they are, whether goods or
 * services were sold, and which months a recurring fee is for. All that stands on the hours, fees and travels billed by
 * the row, which are asked for only where something is needed of them.
 */
export async function readRows(
  reading: Reading,
  around: InvoiceSurroundings,
  invoice: SeveraObject,
): Promise<readonly InvoiceRow[]> {
  const guid = textIn(invoice, 'guid') ?? '';
  const path = ['invoices', guid, 'invoicerows'];
  const rows = await allOf(reading, { method: 'GET', path, query: [['rowCount', '100']], paging: 'token' });
  const items = await itemsByRow(reading, invoice, rows);
  const billed = [...items.values()].flat();
  if (needsProjects(reading.settings)) await around.projects.know(projectGuids(billed, invoice, 'and-its-own'));
  const read: InvoiceRow[] = [];
  for (const row of rows.toSorted((one, other) => orderOf(one) - orderOf(other))) {
    const own = items.get(textIn(row, 'guid') ?? '') ?? [];
    const period = await periodOf(reading, around, own);
    read.push(rowOf(row, own, { invoice, projects: around.projects, period }));
  }
  return read;
}

interface RowFacts {
  readonly invoice: SeveraObject;
  readonly projects: ProjectItems;
  readonly period: InvoiceRow['period'];
}

function rowOf(row: SeveraObject, items: readonly SeveraObject[], facts: RowFacts): InvoiceRow {
  const price = moneyIn(row['unitPrice'], textIn(facts.invoice, 'currency', 'code'));
  const projects = projectGuids(items, facts.invoice).flatMap((guid) => facts.projects.of(guid) ?? []);
  const center = [textIn(row, 'costCenter', 'number'), textIn(row, 'costCenter', 'name')].filter(
    (part) => part !== null,
  );
  return {
    kind: textIn(row, 'rowType') ?? '',
    codes: codesOf(row),
    description: textIn(row, 'description'),
    comment: distinct(items.map((item) => textIn(item, 'invoiceRowComment'))).join('\n') || null,
    quantity: plainNumber(row, 'quantity'),
    unit: textIn(row, 'measurementUnit'),
    unitPrice: price.amount,
    priceCurrency: price.currency,
    percent: plainNumber(row, 'vatRate'),
    sold: soldBy(row, items),
    salesAccount: textIn(row, 'salesAccount', 'number'),
    recurringAccount: textIn(row, 'recurringSalesAccount', 'number'),
    costCenters: center.length === 0 ? [] : [center.join(' ')],
    projects: distinct(projects.map(({ project }) => project)),
    businessUnits: distinct(projects.map(({ businessUnit }) => businessUnit)),
    users: distinct(items.map((item) => textIn(item, 'user', 'name'))),
    period: facts.period,
  };
}

const codesOf = (row: SeveraObject): readonly string[] => {
  const codes: readonly unknown[] = Array.isArray(row['code']) ? row['code'] : [];
  return distinct(codes.map((code) => (typeof code === 'string' ? code.trim() : null)));
};

const orderOf = (row: SeveraObject): number => Number(plainNumber(row, 'sortOrder') ?? 0);

/**
 * What was sold, as VAT asks it.
 *
 *   the row bills                    | sold
 *   ---------------------------------+---------
 *   hours, travels, a fixed price    | services
 *   products (Materials) alone       | goods
 *   own work, subcontracting         | services
 *   both, or a fee that nobody names | `null`
 */
function soldBy(row: SeveraObject, items: readonly SeveraObject[]): InvoiceRow['sold'] {
  if (textIn(row, 'rowType') !== 'ProjectFees') return 'services';
  const kinds = distinct(items.map((item) => textIn(item, 'productType')));
  if (kinds.length === 0) return null;
  if (kinds.every((kind) => kind === 'Materials')) return 'goods';
  return kinds.includes('Materials') ? null : 'services';
}

/** What the rows bill, by the row. */
async function itemsByRow(
  reading: Reading,
  invoice: SeveraObject,
  rows: readonly SeveraObject[],
): Promise<ReadonlyMap<string, readonly SeveraObject[]>> {
  const found = new Map<string, SeveraObject[]>();
  const wanted = distinct(rows.filter((row) => needsItems(reading, row)).map((row) => textIn(row, 'rowType')));
  for (const kind of wanted) {
    const list = ITEM_LISTS[kind]?.[invoice['isCreditNote'] === true ? 'credited' : 'billed'];
    if (list === undefined) continue;
    const path = ['invoices', textIn(invoice, 'guid') ?? '', list.name];
    const items = await allOf(reading, { method: 'GET', path, query: [['rowCount', '100']], paging: list.paging });
    for (const item of items) {
      const row = textIn(item, 'invoiceRowGuid');
      if (row !== null) found.set(row, [...(found.get(row) ?? []), item]);
    }
  }
  return found;
}

function needsItems({ settings }: Reading, row: SeveraObject): boolean {
  const { dimensions, accrual } = settings.salesInvoices;
  if (needsProjects(settings) || dimensions.user !== null || row['hasInvoiceComment'] === true) return true;
  return textIn(row, 'rowType') === 'ProjectFees' && (accrual || plainNumber(row, 'vatRate') === '0');
}

const needsProjects = ({ salesInvoices: { dimensions } }: Reading['settings']): boolean =>
  dimensions.project !== null || dimensions.businessUnit !== null;

/** The projects that were billed; where nothing says, the invoice's own, when it has one alone. */
function projectGuids(items: readonly SeveraObject[], invoice: SeveraObject, also?: 'and-its-own'): readonly string[] {
  const billed = distinct(items.map((item) => textIn(item, 'project', 'guid')));
  const own = distinct(objectsOf(invoice['projects']).map((project) => textIn(project, 'guid')));
  if (also) return distinct([...billed, ...own]);
  return billed.length > 0 ? billed : own.length === 1 ? own : [];
}

/**
 * The months that the recurring fees of a row are for: so many as their rule bills at once, from the first month of the
 * period that the fee shows, or else from its day. A row that groups such fees with others is of no one period.
 */
async function periodOf(
  { settings }: Reading,
  around: InvoiceSurroundings,
  items: readonly SeveraObject[],
): Promise<InvoiceRow['period']> {
  if (!settings.salesInvoices.accrual) return null;
  const periods = new Set<string>();
  for (const item of items) {
    const rule = textIn(item, 'recurrenceRuleGuid');
    if (rule === null) {
      periods.add(AT_ONCE);
      continue;
    }
    const months = await around.monthsOf(rule);
    const start = textIn(item, 'displayPeriodStartDate') ?? textIn(item, 'eventDate');
    if (months === null || start === null) return 'unclear';
    const { from, until } = monthsFrom(start, months);
    periods.add(`${from} ${until}`);
  }
  if (periods.size > 1) return 'unclear';
  const [from, until] = [...periods].filter((period) => period !== AT_ONCE)[0]?.split(' ') ?? [];
  return from === undefined || until === undefined ? null : { from, until };
}

/** So many whole months from a day's month on. */
export function monthsFrom(day: string, months: number): AccrualPeriod {
  const first = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  return { from: monthText(first), until: monthText(first + months - 1) };
}

const monthText = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

async function allOf({ calls }: Reading, request: SeveraRequest): Promise<readonly SeveraObject[]> {
  const all: SeveraObject[] = [];
  for await (const page of calls.severaPages(request)) all.push(...objectsOf(page));
  return all;
}

const distinct = (values: readonly (string | null)[]): readonly string[] =>
  [...new Set(values.filter((value) => value !== null && value !== ''))] as readonly string[];
