import type { Incoming, Known } from '../engine/flow.js';
import type { CustomerToSevera } from './customer-mapping.js';
import { goneThere } from './gone-there.js';
import { NothingToLearn, severaBody } from './good-answer.js';
import { madeBlind } from './made-blind.js';
import { agreed, type Card, cardIn, editOf, given, standing } from './register-edit.js';
import { addressCard, type FoundCustomer, foundCustomers, type GuidOfCountry } from './severa-customer.js';
import { objectsOf, textIn } from './severa-json.js';

/* What is known of a customer in Severa after each answer: see `customers-to-severa.ts`. */

/** What of ours is there: what was sent, or what was found to be the same. */
export const sentOf = (card: Card, known: Known, sent: string, found: string): Card =>
  cardIn(known, sent) ?? agreed(card, cardIn(known, found) ?? {});

export function learnWritten(
  mapped: CustomerToSevera,
  known: Known | null,
  operation: string,
  incoming: Incoming,
): Known {
  const { card, address } = mapped;
  const [body] = objectsOf(severaBody(incoming));
  const guid = body ? textIn(body, 'guid') : null;
  if (operation === 'create' || known === null) {
    if (guid === null) return madeBlind(String(card['number']));
    return { key: guid, sent: given(card), address: null, addressSent: {}, mine: true };
  }
  // An address whose guid nobody told would be attached once more: it counts as lost, and is looked for.
  if (operation === 'attach' && guid === null) throw new NothingToLearn(incoming);
  const sent = sentOf(card, known, 'sent', 'found');
  const { addressTried: _, ...kept } = known;
  const before = {
    ...kept,
    sent,
    addressSent: sentOf(address, known, 'addressSent', 'addressFound'),
    mine: true,
  };
  if (operation === 'attach') return { ...before, address: guid, addressSent: given(address) };
  // The customer itself goes first: while it differs, the address has not been written.
  return Object.keys(editOf(card, sent)).length > 0
    ? { ...before, sent: given(card) }
    : { ...before, addressSent: given(address) };
}

/** After a change whose answer was lost: how the customer and its address stand there. */
export function learnCustomer(mapped: CustomerToSevera, known: Known, body: unknown, guidOf: GuidOfCountry): Known {
  const [found] = foundCustomers(body, guidOf);
  if (!found) return goneThere(known, known.key ?? '');
  const { card, address } = mapped;
  const { found: _, addressFound: __, ...kept } = known;
  const sent = standing(card, sentOf(card, known, 'sent', 'found'), found.card);
  const addressSent = sentOf(address, known, 'addressSent', 'addressFound');
  const there = found.address?.guid === known['address'] ? found.address : null;
  return {
    ...kept,
    key: found.key,
    sent,
    addressSent: there ? standing(address, addressSent, there.card) : addressSent,
  };
}

/** After an address whose answer was lost: the one that is as ours was when it was sent is it. */
export function learnAddresses(
  { address }: CustomerToSevera,
  known: Known,
  body: unknown,
  guidOf: GuidOfCountry,
): Known {
  const { addressTried: _, ...kept } = known;
  const tried = cardIn(known, 'addressTried') ?? given(address);
  const ours = objectsOf(body).find(
    (one) => Object.keys(editOf(tried, agreed(tried, addressCard(one, guidOf)))).length === 0,
  );
  const guid = ours ? textIn(ours, 'guid') : null;
  return guid === null ? kept : { ...kept, address: guid, addressSent: tried };
}

export function knownOf({ card, address }: CustomerToSevera, found: FoundCustomer): Known {
  return {
    key: found.key,
    sent: agreed(card, found.card),
    address: found.address?.guid ?? null,
    addressSent: found.address ? agreed(address, found.address.card) : {},
  };
}
