/**
 * What is billed: work hours, project fees and travel expenses. Once on an invoice they name their row there, which is
 * how a row leads to a project and a person.
 */
import { amount, date, flag, number, one, ref, required, solid, text } from '../field.js';
import { dayOf, type Given, type Model, money, nulls, part, picking } from '../model.js';
import type { Organisation } from '../organisation.js';
import { type RecordKind, showNamed, showUser } from '../record.js';
import { anyPhase, anyProject, anyUser, showProject, showWorker } from './projects.js';

const showCustomer = picking('guid', 'name', 'number');
const invoice = ref('invoices', picking('guid', 'number', 'date'));

const without = (given: Given, ...names: string[]): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));

/** The customer of its project. */
const customerOf = (model: Model, organisation: Organisation): Model | undefined => {
  const of = organisation.find('projects', { guid: part(model, 'project')['guid'] });
  return of && organisation.find('customers', { guid: part(of, 'customer')['guid'] });
};
const withCustomer =
  (show: (model: Model) => Given) =>
  (model: Model, organisation: Organisation): Model => {
    const customer = customerOf(model, organisation);
    return { ...model, customer: customer ? show(customer) : null };
  };

/** Who, where and when, for a seed that does not say. */
function whoAndWhere(organisation: Organisation, given: Given, now: Date): Given {
  const on = anyProject(organisation, now, given['project']);
  return {
    project: { guid: on.guid },
    phase: { guid: anyPhase(organisation, on, now).guid },
    user: { guid: anyUser(organisation, now, given['user']).guid },
    eventDate: dayOf(now),
  };
}

const anyOf = (organisation: Organisation, register: 'worktypes' | 'products' | 'travelexpensetypes'): Given | null => {
  const first = organisation.first(register);
  return first ? { guid: first.guid } : null;
};

export const WORK_HOURS: RecordKind = {
  register: 'workhours',
  fields: {
    project: ref('projects', (model) => without(showProject(model), 'isInternal')),
    phase: ref('phases', picking('guid', 'name', 'isCompleted', 'isLocked')),
    user: ref('users', showUser),
    workType: ref('worktypes', picking('guid', 'name', 'code')),
    overtime: ref('overtimes', showNamed),
    invoice,
    unitPrice: amount,
    unitCost: amount,
  },
  blank: () => ({
    ...nulls('description', 'endTime', 'startTime', 'invoice', 'invoiceQuantity', 'invoiceRowComment', 'overtime'),
    ...nulls('invoiceRowDescription', 'invoiceRowGuid', 'plannedInvoiceQuantity', 'workType'),
    billableStatus: 'Billable',
    isApproved: true,
    isBillable: true,
    isModifiable: true,
    isProductive: true,
    quantity: 7.5,
    unitPrice: money(100),
    unitCost: money(50),
  }),
  example: (organisation, given, now) => ({
    ...whoAndWhere(organisation, given, now),
    workType: anyOf(organisation, 'worktypes'),
    description: 'Työtä',
  }),
  settled: withCustomer(showCustomer),
};

export const PROJECT_FEES: RecordKind = {
  register: 'projectfees',
  fields: {
    project: required(ref('projects', (model) => without(showProject(model), 'number', 'isClosed', 'isInternal'))),
    phase: ref('phases', showNamed),
    product: ref('products', picking('guid', 'name', 'code')),
    productType: one('FixedFees', 'Materials', 'Subcontracting'),
    user: ref('users', showWorker),
    invoice,
    salesAccount: ref('salesaccounts', picking('guid', 'number', 'name')),
    costCenter: ref('costcenters', picking('guid', 'identifier', 'name')),
    billingSchedule: solid(one('Immediately', 'OnDate', 'WhenPhaseCompleted', 'Recurring')),
    billingDependencyPhase: ref('phases', picking('guid', 'name', 'isCompleted')),
    quantity: solid(number),
    invoiceQuantity: number,
    measurementUnit: text,
    unitPrice: amount,
    unitCost: amount,
    vatRate: number,
    name: text,
    description: text,
    eventDate: date,
    plannedBillingDate: date,
    displayPeriodStartDate: date,
    isBillable: flag,
    hasVolumePricing: solid(flag),
    invoiceRowComment: text,
    invoiceRowDescription: text,
  },
  blank: () => ({
    ...nulls('billingDependencyPhase', 'costCenter', 'description', 'displayPeriodStartDate', 'eventDate', 'invoice'),
    ...nulls('invoiceQuantity', 'invoiceRowComment', 'invoiceRowDescription', 'invoiceRowGuid', 'measurementUnit'),
    ...nulls('name', 'phase', 'plannedBillingDate', 'product', 'recurrenceRuleGuid', 'salesAccount', 'user', 'vatRate'),
    billingSchedule: 'Immediately',
    hasVolumePricing: false,
    isBillable: true,
    isRecurrenceRule: false,
    productType: 'Materials',
    quantity: 1,
    unitPrice: money(0),
    unitCost: money(0),
  }),
  example: (organisation, given, now) => ({
    ...whoAndWhere(organisation, given, now),
    product: anyOf(organisation, 'products'),
    unitPrice: 100,
    vatRate: 25.5,
  }),
  settled: (model, organisation) => {
    const product = organisation.find('products', { guid: part(model, 'product')['guid'] });
    const withProduct = product
      ? { ...model, name: model['name'] ?? product['name'], productType: product['type'] }
      : model;
    return withCustomer(showCustomer)(withProduct, organisation);
  },
};

export const TRAVEL_EXPENSES: RecordKind = {
  register: 'projecttravelexpenses',
  fields: {
    project: ref('projects', (model) => without(showProject(model), 'isClosed')),
    phase: ref('phases', showNamed),
    user: ref('users', showWorker),
    travelExpense: ref('travelexpensetypes', picking('guid', 'name', 'code', 'expenseClass', 'includeTime')),
    travelReimbursement: ref('travelreimbursements', (model) => ({
      guid: model.guid,
      status: part(model, 'travelReimbursementStatus')['name'] ?? null,
      isApproved: model['approvalDate'] !== null,
      isLocked: model['approvalDate'] !== null,
    })),
    invoice,
    costCenter: ref('costcenters', showNamed),
    salesAccount: ref('salesaccounts', showNamed),
    unitPrice: amount,
    unitCost: amount,
    unitCostExcludingPurchaseVat: amount,
  },
  blank: () => ({
    ...nulls('billingDependencyPhase', 'costAccount', 'costCenter', 'description', 'invoice', 'invoiceQuantity'),
    ...nulls('invoiceRowComment', 'invoiceRowDescription', 'invoiceRowGuid', 'measurementUnit', 'plannedBillingDate'),
    ...nulls('purchaseVatRate', 'salesAccount', 'travelEndTime', 'travelStartTime', 'travelReimbursement'),
    attachmentCount: 0,
    billingSchedule: 'Immediately',
    isBillable: true,
    quantity: 1,
    travelReimbursementRequired: true,
    unitCost: money(0),
    unitCostExcludingPurchaseVat: money(0),
    unitPrice: money(0),
    vatRate: 25.5,
  }),
  example: (organisation, given, now) => ({
    ...whoAndWhere(organisation, given, now),
    travelExpense: anyOf(organisation, 'travelexpensetypes'),
    unitCost: 20,
    unitPrice: 20,
  }),
  settled: withCustomer(showNamed),
};
