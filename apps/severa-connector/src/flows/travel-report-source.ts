import type { SeveraRequest } from '#lib/upstream';

import type { Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { finnishMoment, finnishMomentOf, firstOfLastMonth } from './finnish-time.js';
import { ProjectItems } from './project-items.js';
import { numberIn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { moneyIn, plainNumber } from './severa-money.js';
import type { ExpenseClass, TravelLine } from './travel-report.js';
import { unlessRefused } from './unless-refused.js';

/** Reports that one page of a reading holds: each costs some calls of its own, and a turn is short. */
const AT_ONCE = 5;
const HOME_CURRENCY = 'EUR';

/**
 * The travel reports in a status that Severa calls approved, with their lines. At first contact those of this month and
 * the one before: what is older was paid long ago, in another way.
 *
 * A report with nothing to pay the employee for does not move (contract netvisor §5.7), so it is not there at all.
 */
export async function* readTravelReports(reading: Reading): AsyncGenerator<SourcePage> {
  const approved = await approvedStatuses(reading);
  if (approved.length === 0) return;
  const items = new ProjectItems(reading);
  const first = reading.since ? '' : firstOfLastMonth(finnishMoment(reading.now).day);
  for await (const page of reading.calls.severaPages(reportsIn(approved, reading.since))) {
    const reports = objectsOf(page).filter((report) => dayOf(report) >= first);
    for (let from = 0; from < reports.length; from += AT_ONCE) {
      const records: SourceRecord[] = [];
      for (const report of reports.slice(from, from + AT_ONCE)) {
        const record = await recordOf(reading, report, items);
        if (record) records.push(record);
      }
      yield { records };
    }
  }
}

async function approvedStatuses({ calls }: Reading): Promise<readonly string[]> {
  const approved: string[] = [];
  const request = { method: 'GET', path: ['travelreimbursementstatuses'], paging: 'rows' } as const;
  for await (const page of calls.severaPages({ ...request, query: [['rowCount', '100']] })) {
    for (const status of objectsOf(page)) {
      const guid = textIn(status, 'guid');
      if (guid !== null && status['isApproved'] === true) approved.push(guid);
    }
  }
  return approved;
}

const reportsIn = (statuses: readonly string[], since: Date | null): SeveraRequest => ({
  method: 'GET',
  path: ['travelreimbursements'],
  query: [
    ...statuses.map((guid) => ['travelReimbursementStatusGuids', guid] as const),
    ['rowCount', '100'],
    ...(since ? [['changedSince', since.toISOString()] as const] : []),
  ],
  paging: 'token',
});

/** When it was approved, or else made. */
const dayOf = (report: SeveraObject): string =>
  finnishMomentOf(textIn(report, 'approvalDate') ?? textIn(report, 'date'))?.day ?? '';

async function recordOf(reading: Reading, report: SeveraObject, items: ProjectItems): Promise<SourceRecord | null> {
  const key = textIn(report, 'guid');
  if (key === null) return null;
  const read = await unlessRefused(() => expensesOf(reading, key));
  if (read.as === 'gone') return null;
  const expenses = read.as === 'read' ? read.read : [];
  await items.know(expenses.flatMap((expense) => textIn(expense, 'project', 'guid') ?? []));
  const lines = expenses.flatMap((expense) => lineOf(expense, items)).toSorted((a, b) => (a.guid < b.guid ? -1 : 1));
  if (read.as === 'read' && !lines.some(isPaid)) return null;
  const number = numberIn(report, 'number');
  const employee = expenses.map((expense) => textIn(expense, 'user', 'code')?.trim()).find((code) => code) ?? null;
  const title = textIn(report, 'title');
  const unread = read.as === 'refused' ? { unread: read.words } : {};
  const content = { number: number === null ? null : String(number), title, employee, lines, ...unread };
  return { key, number: content.number, name: textIn(report, 'user', 'name') ?? title, content };
}

async function expensesOf({ calls }: Reading, report: string): Promise<readonly SeveraObject[]> {
  const path = ['travelreimbursements', report, 'projecttravelexpenses'];
  // By guid: a list that grows while its pages are read gives a line twice, and Netvisor would pay it twice.
  const expenses = new Map<string, SeveraObject>();
  for await (const page of calls.severaPages({ method: 'GET', path, query: [['rowCount', '100']], paging: 'token' })) {
    for (const expense of objectsOf(page)) expenses.set(textIn(expense, 'guid') ?? '', expense);
  }
  return [...expenses.values()];
}

const isPaid = ({ reimbursed, quantity, unitCost }: TravelLine): boolean =>
  reimbursed && quantity !== '0' && unitCost !== '0';

function lineOf(expense: SeveraObject, items: ProjectItems): TravelLine | readonly [] {
  const guid = textIn(expense, 'guid');
  if (guid === null) return [];
  const cost = moneyIn(expense['unitCost'], HOME_CURRENCY);
  const type = objectOf(expense['travelExpense']);
  const item = items.of(textIn(expense, 'project', 'guid'));
  const from = finnishMomentOf(textIn(expense, 'travelStartTime'));
  const until = finnishMomentOf(textIn(expense, 'travelEndTime'));
  return {
    guid,
    class: classOf(textIn(type, 'expenseClass')),
    code: textIn(type, 'code'),
    name: textIn(type, 'name'),
    quantity: plainNumber(expense, 'quantity'),
    unitCost: cost.amount,
    currency: cost.currency,
    vatPercent: plainNumber(expense, 'purchaseVatRate'),
    description: textIn(expense, 'description'),
    day: finnishMomentOf(textIn(expense, 'eventDate'))?.day ?? from?.day ?? null,
    from: from && `${from.day} ${from.time}`,
    until: until && `${until.day} ${until.time}`,
    reimbursed: expense['travelReimbursementRequired'] !== false,
    project: item?.project ?? null,
    businessUnit: item?.businessUnit ?? null,
    attachments: numberIn(expense, 'attachmentCount') ?? 0,
  };
}

function classOf(name: string | null): ExpenseClass {
  if (name === 'Mileage') return 'mileage';
  return name === 'DailyAllowance' ? 'allowance' : 'other';
}
