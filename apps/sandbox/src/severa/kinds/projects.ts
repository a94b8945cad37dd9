import { randomUUID } from 'node:crypto';

import { ref } from '../field.js';
import { type Given, isGiven, type Model, money, nulls, part, picking } from '../model.js';
import type { Organisation } from '../organisation.js';
import { nameOf, type RecordKind, seeded, showNamed, showUser } from '../record.js';
import { seededCustomer } from './customers.js';

const showUnit = (unit: Model): Given => ({
  ...picking('guid', 'name', 'code', 'companyGuid', 'companyName')(unit),
  ...picking('companyBusinessUnitGuid', 'companyCountryGuid', 'companyCurrencyGuid')(unit),
});
const showCurrency = picking('guid', 'code', 'name', 'symbol');

const WORK_CONTRACT = {
  title: 'Työsuhde',
  startDate: '2020-01-01',
  endDate: null,
  dailyHours: 7.5,
  workWeek: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  flextimeLimitPerDay: null,
  hourCost: money(30),
  isFlextimeActive: false,
  isOvertimeAllowed: true,
};

/** Personal facts that the real one has too are null: no test needs them. */
export const USERS: RecordKind = {
  register: 'users',
  fields: { businessUnit: ref('businessunits', showUnit) },
  blank: () => ({
    ...nulls('address', 'bankAccountNumber', 'birthDate', 'city', 'code', 'country', 'countryRegion', 'culture'),
    ...nulls('defaultActivityType', 'email', 'language', 'lastLogin', 'notes', 'permissionProfile', 'phone'),
    ...nulls('postalCode', 'socialSecurityNumber', 'superiorUser', 'timezone', 'title', 'workContract', 'workType'),
    ...nulls('salutation', 'satisfaction', 'businessUnit'),
    isActive: true,
    userType: 'FullUser',
    keywords: [],
  }),
  example: (organisation) => {
    const number = organisation.next('example');
    return {
      firstName: 'Tiina',
      lastName: `Tekijä ${number}`,
      code: String(number),
      email: `t${number}@example.com`,
      businessUnit: { guid: organisation.first('businessunits')?.guid },
      workContract: { ...WORK_CONTRACT, guid: randomUUID() },
    };
  },
};

export const PROJECTS: RecordKind = {
  register: 'projects',
  fields: {
    customer: ref('customers', picking('guid', 'name', 'number')),
    businessUnit: ref('businessunits', showUnit),
    costCenter: ref('costcenters', picking('guid', 'identifier', 'name')),
    currency: ref('currencies', showCurrency),
    projectOwner: ref('users', showUser),
    salesPerson: ref('users', showUser),
  },
  blank: () => ({
    ...nulls('billingContact', 'calculatedCompletionPercentage', 'closedDate', 'completionEstimatePercentage'),
    ...nulls('costCenter', 'customerContact', 'deadline', 'defaultWorkType', 'description', 'expectedOrderDate'),
    ...nulls('expectedValue', 'internalName', 'invoiceNotes', 'invoiceTemplate', 'leadSource', 'orderNumber'),
    ...nulls('ourReference', 'pricelist', 'probability', 'projectOwner', 'projectStatus', 'rootPhase'),
    ...nulls('salesPerson', 'salesStatus', 'startDate', 'yourReference', 'paymentTerm', 'number'),
    isClosed: false,
    isDailyAllowanceBillable: true,
    isInternal: false,
    isJoiningAllowed: true,
    isMileageBillable: true,
    isOtherTravelExpensesBillable: true,
    keywords: [],
    useOvertimeMultipliers: false,
    useProductsFromSetting: true,
    useWorkTypesFromSetting: true,
  }),
  example: (organisation, given, now) => {
    const number = typeof given['number'] === 'number' ? given['number'] : organisation.next('project');
    return {
      number,
      name: `Projekti ${number}`,
      customer: given['customer'] ?? { guid: anyCustomer(organisation, now).guid },
      businessUnit: { guid: organisation.first('businessunits')?.guid },
      currency: { code: 'EUR' },
      paymentTerm: 14,
    };
  },
  settled: (model, organisation) => {
    organisation.used('project', model['number']);
    return model;
  },
};

/** A project as hours, fees and travels show it. */
export const showProject = (project: Model): Given => ({
  ...picking('guid', 'name', 'number', 'isClosed', 'isInternal')(project),
  companyGuid: part(project, 'businessUnit')['companyGuid'] ?? null,
});

export const PHASES: RecordKind = {
  register: 'phases',
  fields: {
    project: ref('projects', picking('guid', 'name', 'number', 'isClosed', 'isInternal')),
    currencyCode: ref('currencies', showCurrency),
    parentPhase: ref('phases', showNamed),
  },
  blank: () => ({
    ...nulls('code', 'deadline', 'defaultWorkType', 'originalDeadline', 'originalStartDate', 'parentPhase'),
    ...nulls('originalWorkHoursEstimate', 'phaseStatus', 'startDate', 'workHoursEstimate', 'currencyCode'),
    isCompleted: false,
    isLocked: false,
    sortOrder: 1,
  }),
  example: (organisation, given, now) => ({
    name: `Vaihe ${organisation.next('example')}`,
    project: given['project'] ?? { guid: anyProject(organisation, now).guid },
    currencyCode: { code: 'EUR' },
  }),
};

export const anyCustomer = (organisation: Organisation, now: Date): Model =>
  organisation.first('customers') ?? seededCustomer(organisation, {}, now);

/** The project that is named, or else some project of the customer, made if there is none. */
export function anyProject(organisation: Organisation, now: Date, named?: unknown, customer?: Model): Model {
  if (isGiven(named)) {
    const found = organisation.find('projects', named);
    if (!found) throw new RangeError(`nothing in projects is ${JSON.stringify(named)}`);
    return found;
  }
  const of = (project: Model): boolean => !customer || part(project, 'customer')['guid'] === customer.guid;
  const known = customer ? organisation.register('projects').where(of)[0] : organisation.first('projects');
  return known ?? seeded(PROJECTS, organisation, customer ? { customer: { guid: customer.guid } } : {}, now);
}

export function anyPhase(organisation: Organisation, project: Model, now: Date): Model {
  const known = organisation.register('phases').where((phase) => part(phase, 'project')['guid'] === project.guid)[0];
  return known ?? seeded(PHASES, organisation, { project: { guid: project.guid } }, now);
}

/** A user as hours, fees and travels show it. */
export const showWorker = (user: Model): Given => ({
  guid: user.guid,
  name: nameOf(user),
  code: user['code'] ?? null,
  companyGuid: part(user, 'businessUnit')['companyGuid'] ?? null,
});

/** The user that is named, or else the first who is not the integration's own. */
export function anyUser(organisation: Organisation, now: Date, named?: unknown): Model {
  if (isGiven(named)) {
    const found = organisation.find('users', named);
    if (!found) throw new RangeError(`nothing in users is ${JSON.stringify(named)}`);
    return found;
  }
  const known = organisation.register('users').where(({ guid }) => guid !== organisation.user?.guid)[0];
  return known ?? seeded(USERS, organisation, {}, now);
}
