import type { SeveraRequest } from '#lib/upstream';

import type { Calls, JsonObject, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { CountryList } from './country-list.js';
import { withoutIdentityCode } from './identity-code.js';
import { allCustomers } from './severa-customer.js';
import { isOn, numberIn, objectOf, type SeveraObject, textIn } from './severa-json.js';
import { tokenPages } from './severa-pages.js';

const ROWS = '100';

/**
 * The customers of Severa, passive ones too. Severa's own companies are none.
 *
 * A changed address need not touch its customer (contract §2.5), so that changed addresses are looked through as well.
 */
export async function* readCustomers({ calls, since, from }: Reading): AsyncGenerator<SourcePage> {
  const countries = await CountryList.read(calls);
  const records = (customers: readonly unknown[]): SourceRecord[] =>
    customers.map(objectOf).flatMap((customer) => sourceRecord(customer, countries));
  if (!since) {
    for await (const { rows, on } of tokenPages(calls, allCustomers(), from)) yield { records: records(rows), ...on };
    return;
  }
  const met = new Set<string>();
  for await (const { rows, on } of tokenPages(calls, allCustomers([['changedSince', since.toISOString()]]), from)) {
    const changed = records(rows);
    for (const { key } of changed) met.add(key);
    yield { records: changed, ...on };
  }
  for await (const customer of movedCustomers(calls, since, met)) yield { records: records([customer]) };
}

async function* movedCustomers(calls: Calls, since: Date, met: Set<string>): AsyncGenerator<unknown> {
  const addresses: SeveraRequest = {
    method: 'GET',
    path: ['addresses'],
    query: [
      ['rowCount', ROWS],
      ['changedSince', since.toISOString()],
    ],
    paging: 'rows',
  };
  for await (const page of calls.severaPages(addresses)) {
    for (const guid of page.map((address) => textIn(objectOf(address), 'customer', 'guid'))) {
      if (guid === null || met.has(guid)) continue;
      met.add(guid);
      const customer = await calls.severa({ method: 'GET', path: ['customers', guid] });
      if (customer !== undefined) yield customer;
    }
  }
}

function sourceRecord(customer: SeveraObject, countries: CountryList): readonly SourceRecord[] {
  const key = textIn(customer, 'guid');
  if (key === null || customer['isInternal'] === true) return [];
  const content = customerContent(customer, countries);
  return [{ key, number: content.code, name: content.name, content: { ...content } }];
}

/** What of a customer goes to Netvisor, as Severa has it. */
export interface CustomerContent extends JsonObject {
  readonly code: string | null;
  readonly name: string | null;
  readonly vatNumber: string | null;
  readonly unitNumber: string | null;
  readonly street: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  /** As it is called there. */
  readonly country: string | null;
  /** By ISO 3166; `null` where there is none, or none that is known. */
  readonly countryCode: string | null;
  readonly email: string | null;
  readonly website: string | null;
  readonly invoiceAddress: string | null;
  readonly invoiceOperator: string | null;
  readonly active: boolean;
}

function customerContent(customer: SeveraObject, countries: CountryList): CustomerContent {
  const number = numberIn(customer, 'number');
  const country = textIn(customer, 'headquarterAddress', 'country');
  return {
    code: number === null ? null : String(number),
    name: textIn(customer, 'name'),
    vatNumber: withoutIdentityCode(textIn(customer, 'vatNumber'), null),
    unitNumber: textIn(customer, 'organizationUnitNumber'),
    street: textIn(customer, 'headquarterAddress', 'addressline'),
    postalCode: textIn(customer, 'headquarterAddress', 'postalCode'),
    city: textIn(customer, 'headquarterAddress', 'city'),
    country,
    countryCode: country === null ? null : countries.codeOf(country),
    email: textIn(customer, 'email'),
    website: textIn(customer, 'website'),
    invoiceAddress: textIn(customer, 'eInvoiceAddress'),
    invoiceOperator: textIn(customer, 'eInvoiceOperator'),
    active: isOn(customer, 'isActive'),
  };
}
