import { cents, dayOf, type Given, isGiven, type Model, money, part, textIn } from '../model.js';
import type { Organisation } from '../organisation.js';
import { change, create, type RecordKind, seeded } from '../record.js';
import { PROJECT_FEES, TRAVEL_EXPENSES, WORK_HOURS } from './billed.js';
import { attached, INVOICE_FILES } from './files.js';
import { headquartersOf, INVOICE_ROWS, INVOICE_SETTINGS, INVOICES } from './invoices.js';
import { anyCustomer, anyPhase, anyProject, anyUser } from './projects.js';
import { REIMBURSED_FEES, REIMBURSED_HOURS, REIMBURSED_TRAVELS } from './reimbursed.js';

/** The three things that a row can be of: what a seed calls them, and what they are on invoices and credit notes. */
const ENTRIES = [
  { name: 'hours', rowType: 'Hours', category: 'Hours', kind: WORK_HOURS, back: REIMBURSED_HOURS },
  { name: 'fees', rowType: 'ProjectFees', category: 'ProjectFees', kind: PROJECT_FEES, back: REIMBURSED_FEES },
  { name: 'travels', rowType: 'TravelExpenses', category: 'Travels', kind: TRAVEL_EXPENSES, back: REIMBURSED_TRAVELS },
] as const;
type Entries = (typeof ENTRIES)[number];

interface Frame {
  readonly organisation: Organisation;
  readonly now: Date;
  readonly invoice: Model;
  /** Those of the whole invoice; an entry may be of another. */
  readonly project: Model;
}

/**
 * An invoice with its rows, what they are of, its settings and its files, in the status ready for Netvisor unless told
 * otherwise. Whatever it needs and nobody gave is made: a customer, a project, a phase, a user.
 */
export function seededInvoice(organisation: Organisation, given: Given, now: Date): Model {
  const { rows, projects, settings: _settings, files, ...fields } = given;
  const customer = namedCustomer(organisation, fields['customer']) ?? anyCustomer(organisation, now);
  const billed = namedCustomer(organisation, fields['billingCustomer']) ?? customer;
  const named = objects(projects).map((one) => anyProject(organisation, now, one));
  const [project = anyProject(organisation, now, undefined, customer), ...others] = named;
  const currency = textIn(part(fields, 'currency'), 'code', 'EUR');
  const planned = (rows === undefined ? [{}] : objects(rows)).map((row) => plan(row, currency));
  const own = {
    ...receiver(billed),
    status: { name: 'Valmis lähetettäväksi Netvisoriin' },
    language: { code: 'fi' },
    ...totals(planned, currency),
    entryDate: dayOf(now),
    projects: [project, ...others].map(({ guid, name, number }) => ({ guid, name, number })),
    ...fields,
    currency: { code: currency },
    customer: { guid: customer.guid },
    billingCustomer: { guid: billed.guid },
  };
  const invoice = create(INVOICES, organisation, own, now);
  const frame = { organisation, now, invoice, project };
  addSettings(frame, part(given, 'settings'));
  planned.forEach((row, index) => addRow(frame, row, index + 1));
  for (const file of objects(files)) {
    attached(organisation, INVOICE_FILES, { ...file, invoiceGuid: invoice.guid }, now);
  }
  credit(frame);
  return invoice;
}

function addSettings({ organisation, now, invoice }: Frame, given: Given): void {
  const { paymentDate } = invoice;
  const settings = create(INVOICE_SETTINGS, organisation, { paymentDate, ...given }, now);
  organisation.invoiceSettings.set(invoice.guid, settings.guid);
  organisation.invoiceOfSettings.set(settings.guid, invoice.guid);
}

const objects = (value: unknown): Given[] => (Array.isArray(value) ? value.filter(isGiven) : []);

function namedCustomer(organisation: Organisation, given: unknown): Model | undefined {
  if (!isGiven(given)) return undefined;
  const found = organisation.find('customers', given);
  if (!found) throw new RangeError(`nothing in customers is ${JSON.stringify(given)}`);
  return found;
}

const receiver = (customer: Model): Given => ({
  receiverCustomerName: customer['name'],
  receiverVatNumber: customer['vatNumber'],
  receiverAddress: headquartersOf(customer),
  paymentTerm: customer['paymentTerm'] ?? 14,
  overdueInterest: customer['overdueInterest'] ?? 8,
});

interface PlannedRow {
  readonly fields: Given;
  readonly of: Entries;
  readonly entries: readonly Given[];
  readonly net: number;
  readonly vat: number;
}

/** A row's amount is quantity by price, in whole cents; its entries, if none are given, are one of the whole row. */
function plan(row: Given, currency: string): PlannedRow {
  const of = ENTRIES.find(({ name }) => row[name] !== undefined) ?? byType(row['rowType']);
  const { hours: _hours, fees: _fees, travels: _travels, ...fields } = row;
  const quantity = typeof row['quantity'] === 'number' ? row['quantity'] : 1;
  const price = isGiven(row['unitPrice']) ? row['unitPrice']['amount'] : (row['unitPrice'] ?? 100);
  const rate = row['vatRate'] === undefined ? 25.5 : Number(row['vatRate']);
  const net = cents(quantity * Number(price));
  const entries = row[of.name] === undefined ? [{}] : objects(row[of.name]);
  const unitPrice = money(Number(price), currency);
  return {
    fields: { ...fields, quantity, unitPrice, vatRate: rate },
    of,
    entries,
    net,
    vat: cents((net * rate) / 100),
  };
}

const byType = (rowType: unknown): Entries => ENTRIES.find((it) => it.rowType === rowType) ?? ENTRIES[1];

function totals(rows: readonly PlannedRow[], currency: string): Given {
  const sum = (of: (row: PlannedRow) => number): number => cents(rows.reduce((all, row) => all + of(row), 0));
  const part = (category: string): Given =>
    money(
      sum((row) => (row.of.category === category ? row.net : 0)),
      currency,
    );
  const [net, tax] = [sum(({ net }) => net), sum(({ vat }) => vat)];
  return {
    totalExcludingTax: money(net, currency),
    totalTax: money(tax, currency),
    totalIncludingTax: money(cents(net + tax), currency),
    workHoursTotalExcludingTax: part('Hours'),
    projectFeesTotalExcludingTax: part('ProjectFees'),
    projectTravelExpensesTotalExcludingTax: part('Travels'),
    flatRatesTotalExcludingTax: money(0, currency),
  };
}

function addRow(frame: Frame, { fields, of, entries }: PlannedRow, sortOrder: number): void {
  const { organisation, now, invoice } = frame;
  const described = {
    rowType: of.rowType,
    category: of.category,
    description: `Rivi ${sortOrder}`,
    code: codeOf(frame, of),
  };
  const row = create(
    INVOICE_ROWS,
    organisation,
    { ...described, sortOrder, ...fields, invoiceGuid: invoice.guid },
    now,
  );
  for (const entry of entries) addEntry(frame, of, row, entry);
}

function codeOf({ organisation }: Frame, of: Entries): string[] {
  const register = { hours: 'worktypes', fees: 'products', travels: 'travelexpensetypes' } as const;
  const code = organisation.first(register[of.name])?.['code'];
  return typeof code === 'string' ? [code] : [];
}

/** What a row is of. A credit note has its own kinds, which name the invoice by its guid alone. */
function addEntry({ organisation, now, invoice, project: first }: Frame, of: Entries, row: Model, entry: Given): void {
  const project = isGiven(entry['project']) ? anyProject(organisation, now, entry['project']) : first;
  const back = invoice['isCreditNote'] === true;
  const fields = {
    quantity: row['quantity'],
    unitPrice: row['unitPrice'],
    ...(of.name === 'hours' ? {} : { vatRate: row['vatRate'] }),
    phase: { guid: anyPhase(organisation, project, now).guid },
    ...entry,
    project: { guid: project.guid },
    user: { guid: anyUser(organisation, now, entry['user']).guid },
    invoiceRowGuid: row.guid,
    ...(back ? { invoiceGuid: invoice.guid } : { invoice: { guid: invoice.guid } }),
  };
  const kind: RecordKind = back ? of.back : of.kind;
  if (back) create(kind, organisation, fields, now);
  else seeded(kind, organisation, fields, now);
}

/** The invoice that is credited names its credit note. */
function credit({ organisation, now, invoice }: Frame): void {
  const original = organisation.find('invoices', { guid: part(invoice, 'reimburseInvoice')['guid'] });
  if (original) change(INVOICES, organisation, original, { creditNoteInvoice: { guid: invoice.guid } }, now);
}
