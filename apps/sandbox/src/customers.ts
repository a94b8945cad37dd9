import { finnishAccount } from './bank-account-number.js';
import { type Call, narrowed, notADay, routesOf, sinceDay, withBody } from './call.js';
import type { Customer } from './company.js';
import { ADDRESS, BANK_ACCOUNT, CUSTOMER, CUSTOMER_IN_LIST } from './facts/customer-fields.js';
import { defaultsOf, type Dto, settable } from './field-check.js';
import { wallTime } from './helsinki.js';
import { absent, applied, type AppliedRecord, given, type Outcome, refused } from './wire.js';

/**
 * The customer register [yritysrekisteri].
 *
 * `customerId` is the next free number, whatever the caller gives. `updateCustomerAllFields` sets what is absent to its
 * default, `updateCustomer` leaves it; neither touches addresses and bank accounts, which have methods of their own.
 * The same customer made twice is two customers.
 */
export const CUSTOMER_ROUTES = routesOf('customers', 'older', [
  {
    method: 'GET',
    path: '/customers/getCustomerRegisterBasicDetails',
    handle: ({ company }) => given(company.details),
  },
  { method: 'GET', path: '/customers', handle: list },
  { method: 'GET', path: '/customers/{id}', handle: (call) => ofCustomer(call, (it) => given(details(it, call))) },
  { method: 'POST', path: '/customers/createCustomer', handle: withBody(CUSTOMER, create) },
  {
    method: 'POST',
    path: '/customers/{id}/updateCustomerAllFields',
    handle: withBody(CUSTOMER, (body, call) =>
      update(call, () => ({ ...defaultsOf(CUSTOMER), ...settable(body, CUSTOMER) })),
    ),
  },
  {
    method: 'POST',
    path: '/customers/{id}/updateCustomer',
    handle: withBody(CUSTOMER, (body, call) => update(call, (before) => ({ ...before, ...settable(body, CUSTOMER) }))),
  },
  { method: 'POST', path: '/customers/{id}/createAddress', handle: withBody(ADDRESS, createAddress) },
  {
    method: 'POST',
    path: '/customers/{id}/address/{addressId}/updateAddressAllFields',
    handle: withBody(ADDRESS, updateAddress),
  },
  { method: 'POST', path: '/customers/{id}/createBankAccount', handle: withBody(BANK_ACCOUNT, createBankAccount) },
  {
    method: 'POST',
    path: '/customers/{id}/bank-account/{accountId}/updateBankAccountAllFields',
    handle: withBody(BANK_ACCOUNT, updateBankAccount),
  },
]);

const NO_ACCOUNT = 'is no Finnish account number';
const SEARCHED = ['customerId', 'businessId', 'customerName', 'customerName2', 'externalId'];

function list(call: Call): Outcome {
  const since = sinceDay(call, 'fromDate');
  if (since === null) return notADay('fromDate');
  const word = call.query.get('searchWord')?.toLowerCase() ?? '';
  const found = [...call.company.customers.values()]
    .filter(({ changedAt }) => since(changedAt))
    .map(shown)
    .filter((it) => SEARCHED.some((name) => textOf(it[name]).toLowerCase().includes(word)));
  return given(found.map((it) => narrowed(Object.fromEntries(CUSTOMER_IN_LIST.map((name) => [name, it[name]])), call)));
}

function create(body: Dto, call: Call): Outcome {
  const accounts = dtosIn(body['customerEntityBankAccountDTOS']).map((account) => bankAccount(account, call));
  if (accounts.includes(null)) return refused(NO_ACCOUNT, 'customerEntityBankAccountDTOS.ibanNumber');
  const customer: Customer = {
    customerId: call.company.freeCustomerId(),
    fields: { ...defaultsOf(CUSTOMER), ...settable(body, CUSTOMER) },
    addresses: [],
    bankAccounts: accounts.filter((account) => account !== null),
    changedAt: call.now,
  };
  for (const address of dtosIn(body['customerEntityAddressDTOS'])) addAddress(customer, address, call);
  stamp(customer, call);
  call.company.customers.set(customer.customerId, customer);
  return applied(details(customer, call), recordOf(customer, 'created'));
}

function update(call: Call, change: (before: Dto) => Dto): Outcome {
  return ofCustomer(call, (customer) => {
    customer.fields = change(customer.fields);
    stamp(customer, call);
    return applied(details(customer, call), recordOf(customer, 'updated'));
  });
}

function createAddress(body: Dto, call: Call): Outcome {
  return ofCustomer(call, (customer) => {
    const address = addAddress(customer, body, call);
    stamp(customer, call);
    return applied(address, recordOf(customer, 'added'));
  });
}

function updateAddress(body: Dto, call: Call): Outcome {
  return ofCustomer(call, (customer) => {
    const address = customer.addresses.find(({ addressId }) => String(addressId) === call.path('addressId'));
    if (!address) return refused(`Address with id [${call.path('addressId')}] does not exist on customer`);
    if (body['isMainAddress'] === true) unsetMain(customer);
    Object.assign(address, defaultsOf(ADDRESS), settable(body, ADDRESS), stampOf(call));
    stamp(customer, call);
    return applied(address, recordOf(customer, 'updated'));
  });
}

/** A new main address unsets the one before. */
function addAddress(customer: Customer, body: Dto, call: Call): Dto {
  if (body['isMainAddress'] === true) unsetMain(customer);
  const address = { ...defaultsOf(ADDRESS), ...settable(body, ADDRESS), addressId: call.company.freePartId() };
  customer.addresses.push({ ...address, ...stampOf(call) });
  return customer.addresses.at(-1) ?? address;
}

function unsetMain(customer: Customer): void {
  for (const address of customer.addresses) address['isMainAddress'] = false;
}

function createBankAccount(body: Dto, call: Call): Outcome {
  return ofCustomer(call, (customer) => {
    const account = bankAccount(body, call);
    if (account === null) return refused(NO_ACCOUNT, 'ibanNumber');
    customer.bankAccounts.push(account);
    stamp(customer, call);
    return applied(account, recordOf(customer, 'added'));
  });
}

function updateBankAccount(body: Dto, call: Call): Outcome {
  return ofCustomer(call, (customer) => {
    const id = call.path('accountId');
    const at = customer.bankAccounts.findIndex(({ bankAccountId }) => bankAccountId === id);
    if (at < 0) return refused(`Bank account with id [${id}] does not exist on customer`);
    const account = bankAccount(body, call, id);
    if (account === null) return refused(NO_ACCOUNT, 'ibanNumber');
    customer.bankAccounts[at] = account;
    stamp(customer, call);
    return applied(account, recordOf(customer, 'updated'));
  });
}

/** Null when it is said to be Finnish and is not. */
function bankAccount(body: Dto, call: Call, id?: string): Dto | null {
  const fields = { ...defaultsOf(BANK_ACCOUNT), ...settable(body, BANK_ACCOUNT) };
  const { ibanNumber, bbanNumber, countryId } = fields;
  const numbers = countryId === 'FI' ? finnishAccount(textOf(ibanNumber), textOf(bbanNumber)) : {};
  if (numbers === null) return null;
  return { ...fields, ...numbers, bankAccountId: id ?? String(call.company.freePartId()), ...stampOf(call) };
}

/** Reading one that is not there is a 404; changing it is, as declared, a 400. */
function ofCustomer(call: Call, handle: (customer: Customer) => Outcome): Outcome {
  const customer = call.company.customers.get(call.path('id'));
  if (customer) return handle(customer);
  const message = `Customer with id [${call.path('id')}] does not exist on Fivaldi company`;
  return call.body === undefined ? absent(message) : refused(message);
}

const stampOf = ({ now, partner }: Call) => ({ changeTime: wallTime(now), changeUser: partner.slice(0, 30) });

function stamp(customer: Customer, call: Call): void {
  customer.changedAt = call.now;
  customer.fields['changeUser'] = call.partner;
}

const shown = ({ customerId, fields, changedAt }: Customer): Dto => ({
  ...fields,
  customerId,
  changeTime: wallTime(changedAt),
});

const details = (customer: Customer, call: Call): Dto =>
  narrowed(
    {
      ...shown(customer),
      customerEntityAddressDTOS: customer.addresses,
      customerEntityBankAccountDTOS: customer.bankAccounts,
    },
    call,
  );

const recordOf = (customer: Customer, effect: AppliedRecord['effect']): AppliedRecord => ({
  register: 'customer',
  key: customer.customerId,
  externalKey: textOf(customer.fields['externalId']) || null,
  effect,
});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const dtosIn = (value: unknown): readonly Dto[] => (Array.isArray(value) ? (value as Dto[]) : []);
