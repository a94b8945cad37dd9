import { child, children, element, type NetvisorElement, type NetvisorRequest, textAt } from '#lib/upstream';

import type { Calls } from '../engine/flow.js';
import { withoutIdentityCode } from './identity-code.js';
import { listIn, rowsOf } from './netvisor-list.js';
import type { Card } from './register-edit.js';

type Part = 'customerbaseinformation' | 'customerfinvoicedetails';

/** Where each field of a customer's card stands, in Netvisor's order; answers name them alike (contract §4.1, §4.2). */
const PLACES = {
  code: ['customerbaseinformation', 'internalidentifier'],
  businessId: ['customerbaseinformation', 'externalidentifier'],
  unitNumber: ['customerbaseinformation', 'organizationunitnumber'],
  name: ['customerbaseinformation', 'name'],
  street: ['customerbaseinformation', 'streetaddress'],
  city: ['customerbaseinformation', 'city'],
  postalCode: ['customerbaseinformation', 'postnumber'],
  country: ['customerbaseinformation', 'country'],
  email: ['customerbaseinformation', 'email'],
  homePage: ['customerbaseinformation', 'homepageuri'],
  active: ['customerbaseinformation', 'isactive'],
  invoiceAddress: ['customerfinvoicedetails', 'finvoiceaddress'],
  invoiceOperator: ['customerfinvoicedetails', 'finvoiceroutercode'],
} as const satisfies Record<string, readonly [Part, string]>;

export type NetvisorCustomerField = keyof typeof PLACES;
export type NetvisorCustomer = Readonly<Record<NetvisorCustomerField, string>>;

/** Most ids that `getcustomer.nv` takes in one list, and codes that `customerlist.nv` does. */
export const MOST_IDS = 500;
export const MOST_CODES = 100;

/** A row of `customerlist.nv`. */
export interface ListedCustomer {
  readonly key: string;
  readonly code: string;
  readonly name: string;
  readonly businessId: string;
}

/** The request that makes a customer of this card. */
export const customerCreation = (card: Card): NetvisorRequest => ({
  method: 'POST',
  resource: 'customer.nv',
  query: [['method', 'add']],
  body: customerElement(card),
});

/**
 * The request that changes these fields, and leaves the others as they are. `''` blanks a field.
 *
 * @param name stands in it where nothing else of the base information does: that part must be there, and not be empty.
 */
export const customerChange = (key: string, changed: Card, name: string): NetvisorRequest => ({
  method: 'POST',
  resource: 'customer.nv',
  query: [
    ['method', 'edit'],
    ['id', key],
  ],
  body: customerElement(hasBase(changed) ? changed : { ...changed, name }),
});

/** The request that finds the customer of a code. */
export const customerSearch = (codes: readonly string[]): NetvisorRequest => ({
  method: 'GET',
  resource: 'customerlist.nv',
  query: [['customercodelist', codes.join(',')]],
});

export const customerCards = (keys: readonly string[]): NetvisorRequest => ({
  method: 'GET',
  resource: 'getcustomer.nv',
  query: [['idlist', keys.join(',')]],
});

const hasBase = (card: Card): boolean =>
  Object.entries(PLACES).some(([field, [part]]) => part === 'customerbaseinformation' && card[field] !== undefined);

function customerElement(card: Card): NetvisorElement {
  const part = (name: Part): NetvisorElement[] =>
    Object.entries(PLACES).flatMap(([field, [its, place]]) => {
      const value = its === name ? card[field] : undefined;
      return value === undefined ? [] : [element(place, value, field === 'country' ? { type: 'ISO-3166' } : {})];
    });
  const finvoice = part('customerfinvoicedetails');
  return element('customer', [
    element('customerbaseinformation', part('customerbaseinformation')),
    finvoice.length > 0 && element('customerfinvoicedetails', finvoice),
  ]);
}

export const listedCustomers = (root: NetvisorElement): readonly ListedCustomer[] =>
  children(listIn(root, 'Customerlist'), 'Customer').flatMap((row) => listedCustomer(row) ?? []);

/** All customers of a list that may be long. */
export const allListedCustomers = (
  calls: Calls,
  query: NetvisorRequest['query'] = [],
): Promise<readonly ListedCustomer[]> =>
  rowsOf(calls, { method: 'GET', resource: 'customerlist.nv', query }, 'Customerlist', listedCustomer);

function listedCustomer(row: NetvisorElement): ListedCustomer | null {
  const key = textAt(row, 'Netvisorkey');
  if (!key) return null;
  const [code = '', name = '', businessId = ''] = ['Code', 'Name', 'OrganisationIdentifier'].map((at) =>
    textAt(row, at),
  );
  return { key, code, name, businessId: withoutIdentityCode(businessId, '') };
}

/**
 * The customers that `getcustomer.nv` answered with, by their key. Older answers do not tell it: then one that was asked
 * for alone is the one.
 */
export function customersByKey(root: NetvisorElement, asked: readonly string[]): ReadonlyMap<string, NetvisorElement> {
  const customers = children(child(root, 'Customers') ?? root, 'Customer');
  const alone = asked.length === 1 && customers.length === 1 ? asked[0] : undefined;
  return new Map(
    customers.flatMap((customer) => {
      const key = textAt(customer, 'CustomerBaseInformation', 'NetvisorKey') || alone;
      return key ? [[key, customer] as const] : [];
    }),
  );
}

/** Whether somebody is a private person, whose identifier is no business id. */
const isPrivate = (customer: NetvisorElement): boolean =>
  isTrue(textAt(customer, 'CustomerBaseInformation', 'IsPrivateCustomer'));

/**
 * A customer as `getcustomer.nv` shows it, without the identifier of a private person. One that does not say otherwise is
 * active.
 */
export function customerCard(customer: NetvisorElement): NetvisorCustomer {
  const at = (field: NetvisorCustomerField): string => textAt(customer, ...PLACES[field]) ?? '';
  return {
    code: at('code'),
    businessId: isPrivate(customer) ? '' : withoutIdentityCode(at('businessId'), ''),
    unitNumber: at('unitNumber'),
    name: at('name'),
    street: at('street'),
    city: at('city'),
    postalCode: at('postalCode'),
    country: at('country').toUpperCase(),
    email: at('email'),
    homePage: at('homePage'),
    active: at('active') === '' || isTrue(at('active')) ? '1' : '0',
    invoiceAddress: at('invoiceAddress'),
    invoiceOperator: at('invoiceOperator'),
  };
}

const isTrue = (text: string | undefined): boolean => text === '1' || text?.toLowerCase() === 'true';

/** What of the list is wanted: by its codes where these are few, otherwise the whole list in one answer. */
export async function listCustomers(calls: Calls, codes?: ReadonlySet<string>): Promise<readonly ListedCustomer[]> {
  if (!codes || codes.size > 5 * MOST_CODES) {
    const listed = await allListedCustomers(calls);
    return codes ? listed.filter(({ code }) => codes.has(code)) : listed;
  }
  const found: ListedCustomer[] = [];
  for (const some of slices([...codes], MOST_CODES)) {
    found.push(...listedCustomers(await calls.netvisor(customerSearch(some))).filter(({ code }) => codes.has(code)));
  }
  return found;
}

/** A list in pieces of at most so many. */
export function* slices<T>(list: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += most) yield list.slice(from, from + most);
}
