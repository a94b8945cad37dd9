import { type NetvisorElement, textAt } from '#lib/upstream';

import type { JsonObject, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { CountryList } from './country-list.js';
import {
  allListedCustomers,
  customerCard,
  customerCards,
  customersByKey,
  type ListedCustomer,
  MOST_IDS,
  slices,
} from './netvisor-customer.js';
import { changedSince, rowsAfter, TEMPORARY_CODE } from './netvisor-list.js';

/** What of a customer of Netvisor goes to Severa. A text that there is none of is empty. */
export interface CustomerOfNetvisor extends JsonObject {
  readonly code: string;
  readonly name: string;
  /** Empty for a private person, whose identifier may be a personal identity code. */
  readonly businessId: string;
  readonly street: string;
  readonly secondLine: string;
  readonly postalCode: string;
  readonly city: string;
  /** By ISO 3166. */
  readonly country: string;
  /** Severa's, of the same country; `null` where it has none. */
  readonly countryGuid: string | null;
  /** What Severa calls it, by which it is known again on a customer there. */
  readonly countryNames: readonly string[];
  readonly email: string;
  readonly homePage: string;
  readonly invoiceAddress: string;
  readonly invoiceOperator: string;
  readonly active: boolean;
}

/** The customers of Netvisor, passive ones too. The temporary one of a link that moves no customers is none. */
export async function* readCustomersOfNetvisor({ calls, since, from }: Reading): AsyncGenerator<SourcePage> {
  const countries = await CountryList.read(calls);
  const all = await allListedCustomers(calls, changedSince(since));
  const listed = rowsAfter(all, from).filter(({ code }) => code !== TEMPORARY_CODE);
  for (const some of slices(listed, MOST_IDS)) {
    const keys = some.map(({ key }) => key);
    const cards = customersByKey(await calls.netvisor(customerCards(keys)), keys);
    const records = some.flatMap((row) => sourceRecord(row, cards.get(row.key), countries));
    yield { records, at: some.at(-1)?.key ?? null };
  }
}

function sourceRecord(
  row: ListedCustomer,
  customer: NetvisorElement | undefined,
  countries: CountryList,
): readonly SourceRecord[] {
  // Removed between the list and the cards.
  if (!customer) return [];
  const content = contentOf(customer, countries);
  return [{ key: row.key, number: content.code || null, name: content.name || null, content }];
}

function contentOf(customer: NetvisorElement, countries: CountryList): CustomerOfNetvisor {
  const { unitNumber: _, active, ...card } = customerCard(customer);
  return {
    ...card,
    secondLine: textAt(customer, 'CustomerBaseInformation', 'AdditionalStreetAddress') ?? '',
    countryGuid: card.country === '' ? null : countries.guidOf(card.country),
    countryNames: card.country === '' ? [] : countries.namesOf(card.country),
    active: active === '1',
  };
}
