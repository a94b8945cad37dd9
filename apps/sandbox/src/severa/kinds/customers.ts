import { flag, integer, number, ref, required, solid, text } from '../field.js';
import { type Given, guidIn, isGiven, type Model, nulls, part, picking } from '../model.js';
import type { Organisation } from '../organisation.js';
import { create, type RecordKind, showUser } from '../record.js';

const showHeadquarters = (address: Model): Given => ({
  ...picking('guid', 'addressline', 'postalCode', 'city')(address),
  country: part(address, 'country')['name'] ?? null,
});

const country = ref('countries', picking('guid', 'name', 'englishName', 'hasRegions'));

/**
 * Whether two customers may have one number is not known: here they may, so that a careless repetition shows. A change
 * of an address does not change its customer, so far as `changedSince` goes.
 */
export const CUSTOMERS: RecordKind = {
  register: 'customers',
  fields: {
    name: required(text),
    number: integer,
    isActive: solid(flag),
    vatNumber: text,
    kvkNumber: text,
    eInvoiceAddress: text,
    eInvoiceOperator: text,
    email: text,
    website: text,
    paymentTerm: integer,
    overdueInterest: number,
    notes: text,
    numberOfEmployees: integer,
    annualRevenue: integer,
    headquarterAddress: ref('addresses', showHeadquarters),
    currency: ref('currencies', picking('guid', 'code', 'name', 'symbol')),
    language: ref('languages', picking('guid', 'code', 'name', 'englishName')),
    invoicingVat: ref('vatrates', picking('guid', 'code', 'percentage')),
    owner: ref('users', showUser),
  },
  blank: () => ({
    ...nulls('number', 'vatNumber', 'kvkNumber', 'eInvoiceAddress', 'eInvoiceOperator', 'email', 'website', 'notes'),
    ...nulls('paymentTerm', 'overdueInterest', 'numberOfEmployees', 'annualRevenue', 'headquarterAddress', 'currency'),
    ...nulls('language', 'invoicingVat', 'invoiceTemplate', 'industry', 'pricelist', 'timezone', 'owner'),
    isActive: true,
    isInternal: false,
  }),
  example: (organisation, given) => {
    const number = typeof given['number'] === 'number' ? given['number'] : organisation.next('customer');
    return {
      number,
      name: `Asiakas ${number} Oy`,
      vatNumber: businessId(number),
      email: `laskut.${number}@example.com`,
      paymentTerm: 14,
      overdueInterest: 8,
    };
  },
  settled: (model, organisation) => {
    organisation.used('customer', model['number']);
    return model['number'] === null ? { ...model, number: organisation.next('customer') } : model;
  },
};

/** The first address of a customer is its headquarters. */
export const ADDRESSES: RecordKind = {
  register: 'addresses',
  fields: {
    addressline: text,
    postalCode: text,
    city: text,
    country,
    phone: text,
    fax: text,
    isBillingAddress: solid(flag),
    isPostalAddress: solid(flag),
    isVisitAddress: solid(flag),
    customer: ref('customers', picking('guid', 'name', 'number')),
  },
  blank: () => ({
    ...nulls('addressline', 'postalCode', 'city', 'country', 'countryRegion', 'customer', 'phone', 'fax'),
    isBillingAddress: false,
    isPostalAddress: false,
    isVisitAddress: false,
    contacts: [],
  }),
  example: (organisation) => ({ ...EXAMPLE_ADDRESS, customer: { guid: organisation.first('customers')?.guid } }),
  after: (address, organisation) => showInCustomer(address, organisation),
};

const EXAMPLE_ADDRESS = {
  addressline: 'Esimerkkikatu 1',
  postalCode: '00100',
  city: 'Helsinki',
  country: { code2: 'FI' },
  isBillingAddress: true,
  isPostalAddress: true,
  isVisitAddress: true,
};

function showInCustomer(address: Model, organisation: Organisation): void {
  const customers = organisation.register('customers');
  const customer = customers.get(String(guidIn(address, 'customer')));
  if (!customer) return;
  const headquarters = guidIn(customer, 'headquarterAddress') ?? address.guid;
  if (headquarters !== address.guid) return;
  const changed = Date.parse(String(customer['lastUpdatedDateTime']));
  customers.put({ ...customer, headquarterAddress: showHeadquarters(address) }, changed);
}

export const COUNTRY_SETTINGS: RecordKind = {
  register: 'customercountrysettings',
  fields: {
    customer: ref('customers', picking('guid')),
    country: ref('countries', picking('guid', 'name', 'englishName')),
    valueAddedTax: ref('vatrates', picking('guid', 'percentage')),
  },
  unstamped: true,
  blank: () => ({ isTaxFree: false, ...nulls('taxFreeDescription', 'valueAddedTax', 'zeroVatCategoryCodeEn16931') }),
  example: (organisation) => ({
    customer: { guid: organisation.first('customers')?.guid },
    country: { code2: 'FI' },
  }),
};

/** A customer with its address, unless `address` is null; `countrySettings` are an array. */
export function seededCustomer(organisation: Organisation, given: Given, now: Date): Model {
  const { address, countrySettings = [], ...fields } = given;
  const model = create(CUSTOMERS, organisation, { ...CUSTOMERS.example?.(organisation, fields, now), ...fields }, now);
  const customer = { guid: model.guid };
  if (address !== null) {
    const lines = isGiven(address) ? address : {};
    create(ADDRESSES, organisation, { ...EXAMPLE_ADDRESS, ...lines, customer }, now);
  }
  for (const settings of Array.isArray(countrySettings) ? countrySettings.filter(isGiven) : []) {
    create(COUNTRY_SETTINGS, organisation, { country: { code2: 'FI' }, ...settings, customer }, now);
  }
  return organisation.register('customers').get(model.guid) ?? model;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2];

/** A Finnish business id [Y-tunnus] whose check digit holds, one for each number. */
function businessId(number: number): string {
  const digits = String(1_000_000 + (number % 9_000_000));
  const rest = [...digits].reduce((sum, digit, index) => sum + Number(digit) * (WEIGHTS[index] ?? 0), 0) % 11;
  if (rest === 1) return businessId(number + 4_000_000);
  return `${digits}-${rest === 0 ? 0 : 11 - rest}`;
}
