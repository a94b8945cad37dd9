import { amount, ref } from '../field.js';
import { cents, type Given, guidIn, isGiven, type Model, money, nulls, part, picking } from '../model.js';
import type { Organisation } from '../organisation.js';
import { change, create, nameOf, type RecordKind, seeded, showNamed } from '../record.js';
import { TRAVEL_EXPENSES } from './billed.js';
import { attached, TRAVEL_FILES } from './files.js';
import { anyUser } from './projects.js';

const user = ref('users', (model) => ({ guid: model.guid, name: nameOf(model) }));

export const TRAVEL_REIMBURSEMENTS: RecordKind = {
  register: 'travelreimbursements',
  fields: {
    travelReimbursementStatus: ref('travelreimbursementstatuses', showNamed),
    user,
    approvedByUser: user,
    advancePayment: amount,
    total: amount,
    totalExpenses: amount,
  },
  blank: (organisation, now) => ({
    ...nulls('approvalDate', 'approvedByUser', 'title', 'user', 'travelReimbursementStatus'),
    advancePayment: money(0),
    canChangeApproval: true,
    date: now.toISOString(),
    groupBy: 'None',
    number: organisation.next('reimbursement'),
    total: money(0),
    totalExpenses: money(0),
  }),
};

export const ACTIVITIES: RecordKind = {
  register: 'activities',
  fields: {
    activityType: ref('activitytypes', picking('guid', 'name', 'category')),
    ownerUser: ref('users', (model) => ({ guid: model.guid, name: nameOf(model), code: model['code'], keywords: [] })),
    customer: ref('customers', picking('guid', 'name', 'number')),
  },
  blank: (_, now) => ({
    ...nulls(
      'customer',
      'location',
      'notes',
      'phase',
      'projectTaskStatus',
      'recurrence',
      'recurrenceParentActivityGuid',
    ),
    ...nulls('recurrenceRule'),
    startDateTime: now.toISOString(),
    endDateTime: now.toISOString(),
    hasDuration: true,
    hasHours: false,
    isAllDay: true,
    isClosed: false,
    isUnassigned: false,
    recurrenceType: 'None',
  }),
  example: (organisation, given, now) => ({
    name: 'Poissaolo',
    activityType: { category: 'Absences' },
    ownerUser: { guid: anyUser(organisation, now, given['ownerUser']).guid },
  }),
};

/** A reimbursement with its `expenses`, approved unless a status is given. */
export function seededReimbursement(organisation: Organisation, given: Given, now: Date): Model {
  const { expenses, ...fields } = given;
  const user = { guid: anyUser(organisation, now, fields['user']).guid };
  const status = { name: 'Hyväksytty', ...part(fields, 'travelReimbursementStatus') };
  const isApproved = organisation.find('travelreimbursementstatuses', status)?.['isApproved'] === true;
  const own = {
    travelReimbursementStatus: status,
    title: 'Matka',
    approvalDate: isApproved ? now.toISOString() : null,
    ...fields,
    user,
  };
  const made = create(TRAVEL_REIMBURSEMENTS, organisation, own, now);
  const all = Array.isArray(expenses) ? expenses.filter(isGiven) : [{}];
  const costs = all.map((expense) =>
    seededExpense(organisation, { user, ...expense, travelReimbursement: { guid: made.guid } }, now),
  );
  const toPay = costs.filter((expense) => expense['travelReimbursementRequired'] === true);
  const totals = { total: costOf(toPay), totalExpenses: costOf(costs) };
  return change(TRAVEL_REIMBURSEMENTS, organisation, made, totals, now);
}

const costOf = (expenses: readonly Model[]): Given => {
  const cost = (expense: Model): number => Number(expense['quantity']) * Number(part(expense, 'unitCost')['amount']);
  return money(cents(expenses.reduce((total, expense) => total + cost(expense), 0)));
};

/** A travel expense with its `files`: `{name, contentType?, data (base64)}`. */
export function seededExpense(organisation: Organisation, given: Given, now: Date): Model {
  const { files, ...fields } = given;
  const receipts = Array.isArray(files) ? files.filter(isGiven) : [];
  const expense = seeded(TRAVEL_EXPENSES, organisation, { attachmentCount: receipts.length, ...fields }, now);
  for (const receipt of receipts) {
    attached(organisation, TRAVEL_FILES, { ...receipt, travelExpenseGuid: expense.guid }, now);
  }
  return expense;
}

const DELETED = {
  workhours: ['deletedworkhours', ['endTime', 'startTime', 'plannedInvoiceQuantity'], ['workType']],
  projectfees: ['deletedprojectfees', ['measurementUnit', 'name'], ['product']],
  projecttravelexpenses: [
    'deletedprojecttravelexpenses',
    ['description', 'measurementUnit', 'travelEndTime', 'travelStartTime'],
    ['travelExpense'],
  ],
} as const;

/** Puts what is removed into the feed of removed ones, of the three registers that have such a feed. */
export function remembered(organisation: Organisation, register: string, model: Model, now: Date): void {
  if (!(register in DELETED)) return;
  const [feed, plain, refs] = DELETED[register as keyof typeof DELETED];
  const fields = ['createdDateTime', 'lastUpdatedDateTime', 'eventDate', 'quantity', ...plain];
  const named = ['createdBy', 'lastUpdatedBy', 'customer', 'phase', 'project', 'user', ...refs];
  organisation.register(feed).put(
    {
      guid: model.guid,
      deletedDateTime: now.toISOString(),
      ...Object.fromEntries(fields.map((name) => [name, model[name] ?? null])),
      ...Object.fromEntries(named.map((name) => [name, isGiven(model[name]) ? { guid: guidIn(model, name) } : null])),
    },
    now.getTime(),
  );
}
