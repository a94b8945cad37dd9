import { netvisorCodeFault } from '#lib/policy';

import type { Objection } from '../engine/flow.js';
import type { CustomerContent } from './severa-customer-source.js';
import type { CustomerOfNetvisor } from './netvisor-customer-source.js';
import type { NetvisorCustomer, NetvisorCustomerField } from './netvisor-customer.js';
import { foreignLetter, netvisorText } from './netvisor-text.js';
import type { Card } from './register-edit.js';

/** What Netvisor takes of each field, in characters, and what is said of one that is longer (contract §4.1). */
const LONGEST = {
  name: [250, 'name-too-long'],
  street: [80, 'street-too-long'],
  city: [80, 'city-too-long'],
  postalCode: [50, 'postal-code-too-long'],
  homePage: [80, 'home-page-too-long'],
} as const satisfies Partial<Record<NetvisorCustomerField, readonly [number, string]>>;

const ADDRESS = ['street', 'postalCode', 'city'] as const;

/** Severa counts customers in 64 bits, and JSON carries these many digits of it exactly. */
const MOST_DIGITS = 15;

export interface Mapped<Its extends Card = Card> {
  readonly card: Its;
  readonly objections: readonly Objection[];
}

/**
 * A customer of Severa as Netvisor is to have it.
 *
 *   in Severa                          | in Netvisor
 *   -----------------------------------+---------------------------------------------------------------
 *   number                             | code; see `netvisorCodeFault`
 *   vatNumber `FI12345678`, `12345678` | business id `1234567-8`; any other as it stands
 *   organizationUnitNumber             | OVT id, of 12 to 17 digits
 *   the headquarters' address          | address; its country by ISO 3166
 *   e-invoice address and operator     | the same, without the spaces that make them readable
 *   isActive                           | isactive
 *
 * Nothing is asked of a customer but its code and a name: Netvisor takes one without a business id or an address, and
 * private persons have no business id. Source: contracts/netvisor §4.1, §5.5; which field is which is inferred.
 */
export function customerToNetvisor(content: CustomerContent): Mapped<NetvisorCustomer> {
  const card: NetvisorCustomer = {
    code: content.code ?? '',
    businessId: businessIdOf(netvisorText(content.vatNumber)),
    unitNumber: withoutSpaces(content.unitNumber),
    name: oneLine(netvisorText(content.name)),
    street: netvisorText(content.street),
    city: netvisorText(content.city),
    postalCode: netvisorText(content.postalCode),
    country: content.countryCode ?? '',
    email: netvisorText(content.email),
    homePage: netvisorText(content.website),
    active: content.active ? '1' : '0',
    invoiceAddress: withoutSpaces(content.invoiceAddress),
    invoiceOperator: withoutSpaces(content.invoiceOperator),
  };
  return {
    card,
    objections: [...codeObjections(content.code), ...cardObjections(card), ...countryObjections(content)],
  };
}

function cardObjections(card: NetvisorCustomer): readonly Objection[] {
  const objections: Objection[] = [];
  if (card.name === '') objections.push({ cause: 'name-missing', field: 'name' });
  for (const field of ADDRESS) {
    if (/[\r\n\u2028\u2029]/.test(card[field])) objections.push({ cause: 'address-line-break', field });
  }
  for (const [field, [most, cause]] of Object.entries(LONGEST)) {
    if ([...card[field as keyof typeof LONGEST]].length > most) objections.push({ cause, field });
  }
  for (const [field, value] of Object.entries(card)) {
    if (foreignLetter(value.replace(/[\r\n]/g, '')) !== null) objections.push({ cause: 'letter-unknown', field });
  }
  if (card.unitNumber !== '' && !/^[0-9]{12,17}$/.test(card.unitNumber)) {
    objections.push({ cause: 'unit-number-malformed', field: 'unitNumber' });
  }
  return objections;
}

const countryObjections = ({ country, countryCode }: CustomerContent): readonly Objection[] =>
  countryCode === null && (country ?? '').trim() !== '' ? [{ cause: 'country-unmapped', field: 'country' }] : [];

/** A customer of Netvisor as Severa is to have it: its own card, and its address's. */
export interface CustomerToSevera extends Mapped {
  readonly address: Card;
}

/**
 * A customer of Netvisor as Severa is to have it. The business id is written as it stands. Severa has one line for the
 * street: a second one follows a comma.
 *
 * Source: contracts/netvisor §4.2, contracts/severa §3.1; which field is which is inferred.
 */
export function customerToSevera(content: CustomerOfNetvisor): CustomerToSevera {
  const card = {
    number: content.code,
    name: oneLine(content.name),
    vatNumber: content.businessId,
    eInvoiceAddress: withoutSpaces(content.invoiceAddress),
    eInvoiceOperator: withoutSpaces(content.invoiceOperator),
    email: content.email,
    website: content.homePage,
    isActive: String(content.active),
  };
  const lines = [content.street, content.secondLine].map(oneLine).filter((line) => line !== '');
  const address = {
    addressline: lines.join(', '),
    postalCode: oneLine(content.postalCode),
    city: oneLine(content.city),
    // Without one, Severa's is left as it is: no path of its is known to take a country away.
    ...(content.countryGuid !== null && { country: content.countryGuid }),
  };
  const objections = [...codeObjections(content.code)];
  if (card.name === '') objections.push({ cause: 'name-missing', field: 'name' });
  if (content.country !== '' && content.countryGuid === null) {
    objections.push({ cause: 'country-unmapped', field: 'country' });
  }
  return { card, address, objections };
}

function codeObjections(code: string | null): readonly Objection[] {
  const fault = netvisorCodeFault(code);
  if (fault !== null) return [{ cause: fault, field: 'code' }];
  return (code?.length ?? 0) > MOST_DIGITS ? [{ cause: 'customer-code-too-long', field: 'code' }] : [];
}

/**
 *   written                         | business id
 *   --------------------------------+-------------
 *   `FI12345678`, `FI 1234567-8`    | `1234567-8`
 *   `12345678`, `1234567-8`         | `1234567-8`
 *   anything else, as `SE5560125791`| as it stands
 */
export function businessIdOf(vatNumber: string): string {
  const [, number, digit] = /^(?:FI)?([0-9]{7})-?([0-9])$/i.exec(vatNumber.replace(/\s/g, '')) ?? [];
  return number && digit ? `${number}-${digit}` : vatNumber;
}

const withoutSpaces = (text: string | null): string => netvisorText(text).replace(/\s/g, '');

const oneLine = (text: string): string =>
  text.replace(/[\s\u2028\u2029]*[\r\n\u2028\u2029][\s\u2028\u2029]*/g, ' ').trim();
