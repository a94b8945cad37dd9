import { amount, ref } from '../field.js';
import { dayOf, type Given, type Model, money, nulls, type RegisterName } from '../model.js';
import { nameOf, type RecordKind, showNamed } from '../record.js';

const showProject =
  (numberOf: (number: unknown) => unknown) =>
  (model: Model): Given => ({ ...showNamed(model), number: numberOf(model['number'] ?? null) });

/** What a credit note takes back of hours, fees and travels, in shapes of their own. */
const reimbursed = (register: RegisterName, numberOf: (number: unknown) => unknown, own: Given): RecordKind => ({
  register,
  fields: {
    project: ref('projects', showProject(numberOf)),
    phase: ref('phases', showNamed),
    user: ref('users', (user) => ({ guid: user.guid, name: nameOf(user) })),
    product: ref('products', showNamed),
    workType: ref('worktypes', showNamed),
    unitPrice: amount,
    unitCost: amount,
  },
  blank: (_, now) => ({
    ...nulls('description', 'invoiceGuid', 'invoiceQuantity', 'invoiceRowDescription', 'invoiceRowGuid'),
    ...nulls('phase', 'project', 'user'),
    eventDate: dayOf(now),
    quantity: 1,
    unitPrice: money(0),
    unitCost: money(0),
    ...own,
  }),
});

/** The number of a project is text in two of the three. */
const asText = (number: unknown): unknown => (typeof number === 'number' ? String(number) : null);

export const REIMBURSED_HOURS: RecordKind = reimbursed(
  'reimbursedworkhours',
  (number) => number,
  nulls('customer', 'endTime', 'invoiceRowComment', 'overtime', 'plannedInvoiceQuantity', 'startTime', 'workType'),
);
export const REIMBURSED_FEES: RecordKind = reimbursed('reimbursedprojectfees', asText, {
  ...nulls('measurementUnit', 'name', 'product', 'vatRate'),
  productType: 'Materials',
});
export const REIMBURSED_TRAVELS: RecordKind = reimbursed(
  'reimbursedprojecttravelexpenses',
  asText,
  nulls('measurementUnit', 'name', 'product', 'travelEndTime', 'travelStartTime', 'vatRate'),
);
