/** Every operation of Severa's that is here, and the way to one from a call's path. */
import { CUSTOMERS, ADDRESSES } from './kinds/customers.js';
import { PRODUCTS } from './kinds/settings.js';
import { equalling, flagged, referring, searching, since, textsAmong, wholesAmong } from './filter.js';
import { INVOICE_OPERATIONS } from './invoice-operations.js';
import { guidIn } from './model.js';
import { creating, list, type Operation, patching, reading, single, type Under } from './operation.js';
import { organisationDetails } from './organisation-details.js';
import { ROWS_100, ROWS_ALL, TOKEN, TOKEN_100, WHOLE } from './page.js';
import { WORK_OPERATIONS } from './work-operations.js';

const ofCustomer: Under = ({ organisation, guid }) =>
  organisation.register('customers').get(guid) ? (model) => guidIn(model, 'customer') === guid : null;

const CUSTOMER_OPERATIONS: readonly Operation[] = [
  list('/customers', 'customers', 'customers:read', {
    paging: TOKEN,
    filters: [
      flagged('isActive'),
      flagged('isInternal', 'isInternal'),
      wholesAmong('numbers', ({ number }) => number),
      textsAmong('customerNames', ({ name }) => name),
      textsAmong('emailAddresses', ({ email }) => email),
      referring('customerOwnerGuids', 'owner'),
      since(),
    ],
  }),
  single('customers', 'customers:read'),
  creating('/customers', CUSTOMERS, 'customers:write'),
  patching(CUSTOMERS, 'customers:write'),
  list('/customers/{customerGuid}/addresses', 'addresses', 'customers:read', { paging: ROWS_100, under: ofCustomer }),
  creating('/customers/{customerGuid}/addresses', ADDRESSES, 'customers:write', {
    besides: ({ organisation, guid }) => (organisation.register('customers').get(guid) ? { customer: { guid } } : null),
  }),
  list('/customers/{customerGuid}/customercountrysettings', 'customercountrysettings', 'customers:read', {
    paging: WHOLE,
    under: ofCustomer,
  }),
  list('/addresses', 'addresses', 'customers:read', { paging: ROWS_100, filters: [since()] }),
  single('addresses', 'customers:read'),
  patching(ADDRESSES, 'customers:write'),
];

const SETTINGS_OPERATIONS: readonly Operation[] = [
  list('/products', 'products', 'settings:read', {
    paging: TOKEN,
    filters: [flagged('isActive'), equalling('type'), equalling('code'), since()],
  }),
  single('products', 'settings:read'),
  creating('/products', PRODUCTS, 'settings:write'),
  patching(PRODUCTS, 'settings:write'),
  list('/worktypes', 'worktypes', 'settings:read', {
    paging: ROWS_100,
    filters: [
      flagged('active'),
      flagged('productive', 'isProductive'),
      equalling('code'),
      searching('name', 'code'),
      since(),
    ],
  }),
  single('worktypes', 'settings:read'),
  list('/travelexpensetypes', 'travelexpensetypes', 'settings:read', {
    paging: ROWS_ALL,
    filters: [flagged('active'), equalling('code'), searching('name', 'code')],
  }),
  single('travelexpensetypes', 'settings:read'),
  list('/productcategories', 'productcategories', 'settings:read', {
    paging: ROWS_ALL,
    filters: [flagged('active'), searching('name', 'code'), since()],
  }),
  list('/vatrates', 'vatrates', 'settings:read', {
    paging: WHOLE,
    filters: [flagged('active'), equalling('countryGuid')],
  }),
  list('/currencies', 'currencies', 'settings:read', {
    paging: ROWS_100,
    filters: [flagged('active'), searching('name', 'code')],
  }),
  list('/localization/countries', 'countries', 'settings:read', { paging: WHOLE }),
  list('/invoicestatuses', 'invoicestatuses', 'settings:read', {
    paging: ROWS_100,
    filters: [flagged('active'), searching('name')],
  }),
  single('invoicestatuses', 'settings:read'),
  list('/salesaccounts', 'salesaccounts', 'settings:read', {
    paging: ROWS_100,
    filters: [flagged('active'), searching('name', 'number')],
  }),
  list('/businessunits', 'businessunits', 'settings:read', {
    paging: ROWS_100,
    filters: [
      flagged('active'),
      equalling('companyGuid'),
      equalling('code'),
      equalling('name'),
      searching('name'),
      since(),
    ],
  }),
  single('businessunits', 'settings:read'),
  list('/costcenters', 'costcenters', 'settings:read', {
    paging: ROWS_100,
    filters: [flagged('active'), equalling('identifier'), equalling('name'), searching('name', 'identifier'), since()],
  }),
  single('costcenters', 'settings:read'),
  list('/overtimes', 'overtimes', 'settings:read', {
    paging: ROWS_ALL,
    filters: [flagged('active'), searching('name', 'code')],
  }),
  list('/activitytypes', 'activitytypes', 'settings:read', {
    paging: TOKEN_100,
    filters: [flagged('active'), textsAmong('category', ({ category }) => category), since()],
  }),
  list('/travelreimbursementstatuses', 'travelreimbursementstatuses', 'settings:read', {
    paging: ROWS_100,
    filters: [flagged('active'), searching('name')],
  }),
];

const PROJECT_OPERATIONS: readonly Operation[] = [
  list('/projects', 'projects', 'projects:read', {
    paging: TOKEN_100,
    filters: [
      since(),
      referring('customerGuids', 'customer'),
      textsAmong('projectGuids', ({ guid }) => guid),
      referring('salesPersonGuids', 'salesPerson'),
      referring('projectOwnerGuids', 'projectOwner'),
      referring('businessUnitGuids', 'businessUnit'),
      flagged('isClosed', 'isClosed'),
      flagged('internal', 'isInternal'),
      wholesAmong('numbers', ({ number }) => number),
    ],
  }),
  single('projects', 'projects:read'),
  list('/phases', 'phases', 'projects:read', {
    paging: TOKEN_100,
    filters: [since(), equalling('code'), referring('projectGuids', 'project')],
  }),
  single('phases', 'projects:read'),
  list('/users', 'users', 'users:read', {
    paging: TOKEN,
    filters: [
      flagged('isActive'),
      referring('businessUnitGuids', 'businessUnit'),
      equalling('code'),
      equalling('email'),
      since(),
    ],
  }),
  single('users', 'users:read'),
  reading('/organizationdetails', 'organization:read', ({ organisation }) => organisationDetails(organisation)),
];

export const OPERATIONS: readonly Operation[] = [
  ...CUSTOMER_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...PROJECT_OPERATIONS,
  ...INVOICE_OPERATIONS,
  ...WORK_OPERATIONS,
];

/** Paths by their words, with every name in braces the same. */
const BY_PATH = new Map(OPERATIONS.map((operation) => [keyOf(operation.method, operation.path), operation]));
const METHODS = ['GET', 'POST', 'PATCH'] as const;

export interface Found {
  readonly operation: Operation | null;
  /** Whether another method has this path. */
  readonly elsewhere: boolean;
  readonly guid: string;
}

/** `path` stands after the version. A guid is always its second part. */
export function operationOf(method: string, path: string): Found {
  const plain = BY_PATH.get(`${method} ${path}`);
  if (plain) return { operation: plain, elsewhere: false, guid: '' };
  const [empty, first, guid = '', ...rest] = path.split('/');
  const pattern = [empty, first, '{}', ...rest].join('/');
  const operation = BY_PATH.get(`${method} ${pattern}`) ?? null;
  const elsewhere = METHODS.some((other) => BY_PATH.has(`${other} ${path}`) || BY_PATH.has(`${other} ${pattern}`));
  return { operation, elsewhere, guid };
}

function keyOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;
}
