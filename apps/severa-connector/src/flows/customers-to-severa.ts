import type { SeveraRequest } from '#lib/upstream';

import type { Flow, JsonObject, Known, Objection, Reading, Situation, Step, TargetPage } from '../engine/flow.js';
import { CountryList } from './country-list.js';
import { businessIdOf, customerToSevera, type CustomerToSevera } from './customer-mapping.js';
import { severaBody } from './good-answer.js';
import { goneThere, nextOfGone, stillGone } from './gone-there.js';
import { unfound } from './made-blind.js';
import { type CustomerOfNetvisor, readCustomersOfNetvisor } from './netvisor-customer-source.js';
import { editOf, given } from './register-edit.js';
import {
  addressChange,
  addressCreation,
  addressesOf,
  allCustomers,
  customerByNumber,
  customerChange,
  customerCreation,
  customerOf,
  foundCustomers,
  type GuidOfCountry,
} from './severa-customer.js';
import { knownOf, learnAddresses, learnCustomer, learnWritten, sentOf } from './severa-customer-known.js';
import { tokenPages } from './severa-pages.js';
import { isOutdated, nothingFound, soughtOf } from './sought.js';

/**
 * Customers [asiakasrekisteri], Netvisor to Severa: new ones are made, changed ones are changed, passive ones move too,
 * removed ones are left to people. A customer is written first, its address after it: Severa has them apart.
 *
 *   known                               | next
 *   ------------------------------------+------------------------------------------------------------
 *   a rule is broken                    | reject
 *   nothing                             | look the number up
 *   a creation's end                    | look the number up that was sent
 *   it is not there                     | create; one that was made without a word of its key: reject
 *   its card differs                    | change it; after a lost change, look at it first
 *   an address here, none there         | attach it; after a lost answer, look for it first
 *   its address differs                 | change it; its address is there no more: attach it
 *   it is there no more                 | look the number up; there is none of it: reject: gone-in-target
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

  read: readCustomersOfNetvisor,

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
      return ask(customerByNumber(soughtOf(situation, contentIn(source).code)));
    }
    if (known.key === null) return unfound(known) ?? nextOfNew(mapped, contentIn(source).code, known);
    const gone = nextOfGone(situation, contentIn(source).code, () => ask(customerByNumber(contentIn(source).code)));
    if (gone) return gone;
    if (unsure === 'attach') return ask(addressesOf(known.key));
    if (unsure === 'change') return ask(customerOf(known.key));
    return nextOfLinked(mapped, known.key, known);
  },

  learn(situation, step, incoming) {
    const content = contentIn(situation.source ?? {});
    const mapped = customerToSevera(content);
    const guidOf = guidIn(content);
    if (step.do === 'write') return learnWritten(mapped, situation.known, step.operation, incoming);
    const { known, unsure } = situation;
    const body = severaBody(incoming);
    const isLinked = known?.key != null && known['gone'] !== true;
    if (isLinked && unsure === 'attach') return learnAddresses(mapped, known, body, guidOf);
    if (isLinked && unsure === 'change') return learnCustomer(mapped, known, body, guidOf);
    const sought = soughtOf(situation, content.code);
    const found = foundCustomers(body, guidOf).find(({ number }) => number === sought);
    if (found) return knownOf(mapped, found);
    return known?.key != null ? stillGone(known, known.key) : nothingFound(known, sought);
  },

  learnRefusal({ known }, step, { status }) {
    if (status !== '404' || known?.key == null || !('request' in step.call) || step.call.system !== 'severa')
      return null;
    const isAddress = step.operation === 'change' && step.call.request.path[0] === 'addresses';
    return isAddress ? { ...known, address: null, addressSent: {} } : goneThere(known, known.key);
  },
};

/** `sought` is what there is none of, and what is looked for should the answer be lost. */
function nextOfNew({ card }: CustomerToSevera, code: string, known: Known): Step {
  if (isOutdated(known, code)) return ask(customerByNumber(code));
  return { ...write('create', customerCreation(card), false), known: nothingFound(known, code) };
}

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
    const attach = write('attach', addressCreation(key, address), false);
    return { ...attach, known: { ...known, addressTried: given(address) } };
  }
  if (known['mine'] === true) return { do: 'done' };
  return { do: 'done', linked: true, known: { key, address: guid ?? null, sent, addressSent, mine: true } };
}

/** The customers of these numbers in Severa, with their cards; of all numbers without. */
async function* index(
  { calls, from }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): AsyncGenerator<TargetPage> {
  const countries = await CountryList.read(calls);
  const guidOf = (name: string): string | null => {
    const code = countries.codeOf(name);
    return code === null ? null : countries.guidOf(code);
  };
  for await (const { rows, on } of tokenPages(calls, allCustomers(), from)) {
    const found: [string, Known][] = [];
    for (const { key, number, name, businessId, card, address } of foundCustomers(rows, guidOf)) {
      if (number === null || (wanted && !wanted.has(number))) continue;
      const cards = { found: card, address: address?.guid ?? null, addressFound: address?.card ?? {} };
      found.push([number, wanted ? { key, ...cards } : { key, name, businessId: businessIdOf(businessId) }]);
    }
    yield { found, ...on };
  }
}

/** Two customers of one code would become one in Severa: neither moves, unless it was there before the other came. */
function rivalry({ rival, known }: Situation): readonly Objection[] {
  if (rival === undefined || rival === null || known?.['mine'] === true) return [];
  return [{ cause: 'duplicate-customer-code', field: 'code', ...(rival !== '' && { message: rival }) }];
}

/** Severa's country of the source, by any of its names: that is all that has to be told apart from the others. */
const guidIn =
  ({ countryGuid, countryNames }: CustomerOfNetvisor): GuidOfCountry =>
  (name) =>
    countryNames?.some((known) => known.toLowerCase() === name.trim().toLowerCase()) ? countryGuid : null;

const contentIn = (source: JsonObject): CustomerOfNetvisor => source as CustomerOfNetvisor;

const ask = (request: SeveraRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'severa', request },
});

const write = (
  operation: 'create' | 'change' | 'attach',
  request: SeveraRequest,
  repeatable: boolean,
): Step & { readonly do: 'write' } => ({
  do: 'write',
  operation,
  call: { system: 'severa', request },
  repeatable,
});
