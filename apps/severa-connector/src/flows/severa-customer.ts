import type { SeveraRequest } from '#lib/upstream';

import { withoutIdentityCode } from './identity-code.js';
import type { Card } from './register-edit.js';
import { numberIn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';

/** Rows that are asked for at once where a list names its next page: fewer may come (contracts/severa §2.5). */
const MANY = '500';

/** The customer's own fields, and the path of each in a JSON Patch. */
export const CUSTOMER_FIELDS = [
  'number',
  'name',
  'vatNumber',
  'eInvoiceAddress',
  'eInvoiceOperator',
  'email',
  'website',
  'isActive',
] as const;

/** The fields of its headquarters' address. A country is named by the guid of Severa's list. */
export const ADDRESS_FIELDS = ['addressline', 'postalCode', 'city', 'country'] as const;

export const allCustomers = (query: readonly (readonly [string, string])[] = []): SeveraRequest => ({
  method: 'GET',
  path: ['customers'],
  query: [['rowCount', MANY], ...query],
  paging: 'token',
});

/** The request that finds the customer of a number. */
export const customerByNumber = (number: string): SeveraRequest => ({
  method: 'GET',
  path: ['customers'],
  query: [['numbers', number]],
});

export const customerOf = (guid: string): SeveraRequest => ({ method: 'GET', path: ['customers', guid] });

export const addressesOf = (customer: string): SeveraRequest => ({
  method: 'GET',
  path: ['customers', customer, 'addresses'],
  query: [['rowCount', '100']],
});

/** A customer found in Severa: its guid, its card, and the address of its headquarters. */
export interface FoundCustomer {
  readonly key: string;
  readonly number: string | null;
  readonly name: string;
  readonly businessId: string;
  readonly card: Card;
  readonly address: { readonly guid: string; readonly card: Card } | null;
}

/** The guid of a country by its name; `null`: it has none that is known. */
export type GuidOfCountry = (name: string) => string | null;

/** `null`: it is none. Severa's own company is never given a customer's values, whatever its number. */
export function foundCustomer(customer: SeveraObject, guidOf: GuidOfCountry): FoundCustomer | null {
  const key = textIn(customer, 'guid');
  if (key === null || customer['isInternal'] === true) return null;
  const number = numberIn(customer, 'number');
  const address = objectOf(customer['headquarterAddress']);
  const guid = textIn(address, 'guid');
  return {
    key,
    number: number === null ? null : String(number),
    name: textIn(customer, 'name') ?? '',
    businessId: withoutIdentityCode(textIn(customer, 'vatNumber') ?? '', ''),
    card: Object.fromEntries(CUSTOMER_FIELDS.map((field) => [field, withoutIdentityCode(scalar(customer[field]), '')])),
    address: guid === null ? null : { guid, card: addressCard(address, guidOf) },
  };
}

/** Its country by guid: a customer names its headquarters' by name, an address has both. */
export function addressCard(address: SeveraObject, guidOf: GuidOfCountry): Card {
  const name = textIn(address, 'country');
  const country = textIn(address, 'country', 'guid') ?? (name === null ? null : guidOf(name)) ?? '';
  return { ...Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, scalar(address[field])])), country };
}

export const foundCustomers = (body: unknown, guidOf: GuidOfCountry): readonly FoundCustomer[] =>
  objectsOf(body).flatMap((customer) => foundCustomer(customer, guidOf) ?? []);

const scalar = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

export const customerCreation = (card: Card): SeveraRequest => ({
  method: 'POST',
  path: ['customers'],
  body: Object.fromEntries(withValue(card).map(([field, value]) => [field, written(field, value)])),
});

export const customerChange = (guid: string, changed: Card): SeveraRequest => ({
  method: 'PATCH',
  path: ['customers', guid],
  body: Object.entries(changed).map(([field, value]) => replace(`/${field}`, written(field, value))),
});

/** A new address is the customer's for every purpose. */
export const addressCreation = (customer: string, card: Card): SeveraRequest => ({
  method: 'POST',
  path: ['customers', customer, 'addresses'],
  body: {
    ...Object.fromEntries(
      withValue(card).map(([field, value]) => [field, field === 'country' ? { guid: value } : value]),
    ),
    isBillingAddress: true,
    isPostalAddress: true,
    isVisitAddress: true,
  },
});

export const addressChange = (guid: string, changed: Card): SeveraRequest => ({
  method: 'PATCH',
  path: ['addresses', guid],
  body: Object.entries(changed).map(([field, value]) =>
    replace(field === 'country' ? '/country/guid' : `/${field}`, value === '' ? null : value),
  ),
});

const withValue = (card: Card): readonly (readonly [string, string])[] =>
  Object.entries(card).filter(([, value]) => value !== '');

const replace = (path: string, value: boolean | number | string | null) => ({ op: 'Replace', path, value });

function written(field: string, value: string): boolean | number | string | null {
  if (field === 'number') return Number(value);
  if (field === 'isActive') return value === 'true';
  return value === '' ? null : value;
}
