import type { SeveraRequest } from '#lib/upstream';

import type { Flow, Incoming, JsonObject, Known, Objection, Reading, Situation, Step } from '../engine/flow.js';
import { CountryList } from './country-list.js';
import { businessIdOf, customerToSevera, type CustomerToSevera } from './customer-mapping.js';
import { NothingToLearn, severaBody } from './good-answer.js';
import { MADE_BLIND, nothingFound, unfound } from './made-blind.js';
import { type CustomerOfNetvisor, readCustomersOfNetvisor } from './netvisor-customer-source.js';
import { agreed, type Card, cardIn, editOf, given } from './register-edit.js';
import {
  addressCard,
  addressChange,
  addressCreation,
  addressesOf,
  allCustomers,
  customerByNumber,
  customerChange,
  customerCreation,
  type FoundCustomer,
  foundCustomers,
} from './severa-customer.js';
import { objectsOf, textIn } from './severa-json.js';

/**
 * Customers [asiakasrekisteri], Netvisor to Severa: new ones are made, changed ones are changed, passive ones move too,
 * removed ones are left to people. A customer is written first, its address after it: Severa has them apart.
 *
 *   known                               | next
 *   ------------------------------------+------------------------------------------------------------
 *   a rule is broken                    | reject
 *   nothing, or a creation's end        | look the number up
 *   it is not there                     | create; one that was made without a word of its key: reject
 *   its card differs                    | change it
 *   an address here, none there         | attach it; after a lost answer, look for it first
 *   its address differs                 | change it
 *   nothing differs                     | done
 *
 * They are matched by number once, and by Severa's guid ever after. What Netvisor has no value for stays as it is there.
 *
 * `known.sent` and `known.addressSent`: what of ours is there; `known.address`: the guid of the address.
 * `known.found`, `known.addressFound`: the cards at first contact. Source: contracts/netvisor §5.5; severa §3.1.
 */
export const customersToSevera: Flow = {
  name: 'customers-to-severa',
  stream: 'severa-asiakasrekisteri',
  direction: 'export',
  source: 'netvisor',
  whole: 'nightly',
  mode: (settings) => (settings.customers === 'to-severa' ? 'automatic' : 'off'),
  every: (settings) => settings.registersEveryMinutes,

  async *read(reading) {
    for await (const records of readCustomersOfNetvisor(reading)) yield { records };
  },

  index,

  matchOf: (source) => contentIn(source).code || null,

  businessIdOf: (source) => businessIdOf(contentIn(source).businessId) || null,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const mapped = customerToSevera(contentIn(source));
    const [first, ...others] = [...mapped.objections, ...rivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    if (known === null || known['look'] === true || unsure === 'create') {
      return ask(customerByNumber(contentIn(source).code));
    }
    if (known.key === null) return unfound(known) ?? write('create', customerCreation(mapped.card), false);
    if (unsure === 'attach') return ask(addressesOf(known.key));
    return nextOfLinked(mapped, known.key, known);
  },

  learn(situation, step, incoming) {
    const content = contentIn(situation.source ?? {});
    const mapped = customerToSevera(content);
    const guidOf = guidIn(content);
    if (step.do === 'write') return learnWritten(mapped, situation.known, step.operation, incoming);
    if (situation.known?.key != null && situation.unsure === 'attach') {
      return learnAddresses(mapped, situation.known, severaBody(incoming), guidOf);
    }
    const found = foundCustomers(severaBody(incoming), guidOf).find(({ number }) => number === content.code);
    return found ? knownOf(mapped, found) : nothingFound(situation.known);
  },
};

function nextOfLinked({ card, address }: CustomerToSevera, key: string, known: Known): Step {
  const sent = sentOf(card, known, 'sent', 'found');
  const changed = editOf(card, sent);
  if (Object.keys(changed).length > 0) return write('change', customerChange(key, changed), true);
  const addressSent = sentOf(address, known, 'addressSent', 'addressFound');
  const moved = editOf(address, addressSent);
  const guid = known['address'];
  if (typeof guid === 'string') {
    if (Object.keys(moved).length > 0) return write('change', addressChange(guid, moved), true);
  } else if (Object.keys(given(address)).length > 0) {
    return write('attach', addressCreation(key, address), false);
  }
  if (known['mine'] === true) return { do: 'done' };
  return { do: 'done', linked: true, known: { key, address: guid ?? null, sent, addressSent, mine: true } };
}

/** What of ours is there: what was sent, or what was found to be the same. */
const sentOf = (card: Card, known: Known, sent: string, found: string): Card =>
  cardIn(known, sent) ?? agreed(card, cardIn(known, found) ?? {});

function learnWritten(mapped: CustomerToSevera, known: Known | null, operation: string, incoming: Incoming): Known {
  const { card, address } = mapped;
  const [body] = objectsOf(severaBody(incoming));
  const guid = body ? textIn(body, 'guid') : null;
  if (operation === 'create' || known === null) {
    return guid === null ? MADE_BLIND : { key: guid, sent: given(card), address: null, addressSent: {}, mine: true };
  }
  // An address whose guid nobody told would be attached once more: it counts as lost, and is looked for.
  if (operation === 'attach' && guid === null) throw new NothingToLearn(incoming);
  const sent = sentOf(card, known, 'sent', 'found');
  const before = { ...known, sent, addressSent: sentOf(address, known, 'addressSent', 'addressFound'), mine: true };
  if (operation === 'attach') return { ...before, address: guid, addressSent: given(address) };
  // The customer itself goes first: while it differs, the address has not been written.
  return Object.keys(editOf(card, sent)).length > 0
    ? { ...before, sent: given(card) }
    : { ...before, addressSent: given(address) };
}

/** After an address whose answer was lost: the one that is as ours is it. */
function learnAddresses({ address }: CustomerToSevera, known: Known, body: unknown, guidOf: GuidOf): Known {
  const ours = objectsOf(body).find(
    (one) => Object.keys(editOf(address, agreed(address, addressCard(one, guidOf)))).length === 0,
  );
  const guid = ours ? textIn(ours, 'guid') : null;
  return guid === null ? known : { ...known, address: guid, addressSent: given(address) };
}

function knownOf({ card, address }: CustomerToSevera, found: FoundCustomer): Known {
  return {
    key: found.key,
    sent: agreed(card, found.card),
    address: found.address?.guid ?? null,
    addressSent: found.address ? agreed(address, found.address.card) : {},
  };
}

/** The customers of these numbers in Severa, with their cards; of all numbers without. */
async function index(
  { calls }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Known>> {
  const countries = await CountryList.read(calls);
  const guidOf = (name: string): string | null => {
    const code = countries.codeOf(name);
    return code === null ? null : countries.guidOf(code);
  };
  const index = new Map<string, Known>();
  for await (const page of calls.severaPages(allCustomers())) {
    for (const { key, number, name, businessId, card, address } of foundCustomers(page, guidOf)) {
      if (number === null || (wanted && !wanted.has(number))) continue;
      const earlier = index.get(number);
      const cards = { found: card, address: address?.guid ?? null, addressFound: address?.card ?? {} };
      const listed = wanted ? { key, ...cards } : { key, name, businessId: businessIdOf(businessId) };
      index.set(number, earlier ? { ...earlier, twice: true } : listed);
    }
  }
  return index;
}

/** Two customers of one code would become one in Severa: neither moves, unless it was there before the other came. */
function rivalry({ rival, known }: Situation): readonly Objection[] {
  if (rival === undefined || rival === null || known?.['mine'] === true) return [];
  return [{ cause: 'duplicate-customer-code', field: 'code', ...(rival !== '' && { message: rival }) }];
}

type GuidOf = (name: string) => string | null;

/** Severa's country of the source, by any of its names: that is all that has to be told apart from the others. */
const guidIn =
  ({ countryGuid, countryNames }: CustomerOfNetvisor): GuidOf =>
  (name) =>
    countryNames?.some((known) => known.toLowerCase() === name.trim().toLowerCase()) ? countryGuid : null;

const contentIn = (source: JsonObject): CustomerOfNetvisor => source as CustomerOfNetvisor;

const ask = (request: SeveraRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'severa', request },
});

const write = (operation: 'create' | 'change' | 'attach', request: SeveraRequest, repeatable: boolean): Step => ({
  do: 'write',
  operation,
  call: { system: 'severa', request },
  repeatable,
});
