import type { NetvisorRequest } from '#lib/upstream';

import type { Flow, Incoming, JsonObject, Known, Objection, Reading, Situation, Step } from '../engine/flow.js';
import { businessIdOf, customerToNetvisor } from './customer-mapping.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { MADE_BLIND, nothingFound, unfound } from './made-blind.js';
import {
  customerCard,
  customerCards,
  customerChange,
  customerCreation,
  customersByKey,
  customerSearch,
  listCustomers,
  listedCustomers,
  MOST_IDS,
  type NetvisorCustomer,
  slices,
} from './netvisor-customer.js';
import { agreed, cardIn, editOf, given } from './register-edit.js';
import { type CustomerContent, readCustomers } from './severa-customer-source.js';

/**
 * Customers [asiakasrekisteri], Severa to Netvisor: new ones are made, changed ones are changed, passive ones move too,
 * removed ones are left to people.
 *
 *   known                              | next
 *   -----------------------------------+----------------------------------------------------------------
 *   a rule is broken                   | reject
 *   nothing, or a creation's end       | look the code up
 *   it is not there                    | create; one that was made without a word of its key: reject
 *   its key, nothing of its card       | look its card up
 *   its card, or what was sent         | change what differs; nothing does: done
 *
 * They are matched by code once, and by Netvisor's key ever after: there a code can be changed by anybody. The company has
 * chosen Severa as where its customers are kept, so a customer that was in Netvisor already is given Severa's values;
 * what Severa has no value for stays as it is there.
 *
 * `known.sent`: what of ours is there. `known.found`: its card at first contact. Source: contracts/netvisor §5.5, §6.
 */
export const customersToNetvisor: Flow = {
  name: 'customers-to-netvisor',
  stream: 'severa-asiakasrekisteri',
  direction: 'import',
  source: 'severa',
  whole: 'nightly',
  mode: (settings) => (settings.customers === 'to-netvisor' ? 'automatic' : 'off'),
  every: (settings) => settings.registersEveryMinutes,

  async *read(reading) {
    for await (const records of readCustomers(reading)) yield { records };
  },

  index,

  matchOf: (source) => contentIn(source).code,

  businessIdOf: (source) => customerToNetvisor(contentIn(source)).card.businessId || null,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const { card, objections } = customerToNetvisor(contentIn(source));
    const [first, ...others] = [...objections, ...rivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    if (known === null || known['look'] === true || unsure === 'create') return ask(customerSearch([card.code]));
    if (known.key === null) return unfound(known) ?? write('create', customerCreation(given(card)), false);
    return nextOfLinked(card, known.key, known);
  },

  learn(situation, step, incoming) {
    const { card } = customerToNetvisor(contentIn(situation.source ?? {}));
    if (step.do === 'write') return learnWritten(card, situation, step.operation, incoming);
    const { known, unsure } = situation;
    if (known?.key != null && unsure !== 'create') {
      const found = customersByKey(netvisorRoot(incoming), [known.key]).get(known.key);
      return { key: known.key, sent: found ? agreed(card, customerCard(found)) : {} };
    }
    const key = firstOf(listedCustomers(netvisorRoot(incoming)).filter(({ code }) => code === card.code));
    return key === null ? nothingFound(known) : { key };
  },

  // Somebody has just made it there: it is looked up once, and linked.
  learnRefusal({ known }, step, { category }) {
    const looks = category === 'DUPLICATE_DATA' && step.operation === 'create' && known?.['refused'] !== true;
    return looks ? { key: null, look: true, refused: true } : null;
  },
};

function nextOfLinked(card: NetvisorCustomer, key: string, known: Known): Step {
  const found = cardIn(known, 'found');
  const sent = cardIn(known, 'sent') ?? (found && agreed(card, found));
  if (!sent) return ask(customerCards([key]));
  const changed = editOf(card, sent);
  if (Object.keys(changed).length > 0) return write('change', customerChange(key, changed, card.name), true);
  return known['mine'] === true ? { do: 'done' } : { do: 'done', linked: true, known: { key, sent, mine: true } };
}

function learnWritten(card: NetvisorCustomer, { known }: Situation, operation: string, incoming: Incoming): Known {
  const key = operation === 'create' ? insertedKey(incoming) : (known?.key ?? null);
  return key === null ? MADE_BLIND : { key, sent: given(card), mine: true };
}

/** The customers of these codes in Netvisor, with their cards; of all codes without. */
async function index(
  { calls }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Known>> {
  const listed = (await listCustomers(calls, wanted)).filter(({ code }) => code !== '').toSorted(byKey);
  const index = new Map<string, Known>();
  for (const { key, code, name, businessId } of listed) {
    const earlier = index.get(code);
    index.set(code, earlier ? { ...earlier, twice: true } : { key, name, businessId: businessIdOf(businessId) });
  }
  if (!wanted) return index;
  for (const some of slices([...index], MOST_IDS)) {
    const keys = some.flatMap(([, { key }]) => key ?? []);
    const cards = customersByKey(await calls.netvisor(customerCards(keys)), keys);
    for (const [code, { key }] of some) {
      const found = cards.get(key ?? '');
      if (found) index.set(code, { key, found: customerCard(found) });
    }
  }
  return index;
}

/** Two customers of one number would become one in Netvisor: neither moves, unless it was there before the other came. */
function rivalry({ rival, known }: Situation): readonly Objection[] {
  if (rival === undefined || rival === null || known?.['mine'] === true) return [];
  return [{ cause: 'duplicate-customer-code', field: 'code', ...(rival !== '' && { message: rival }) }];
}

/** Should Netvisor have a code twice, then the older of the two is it. */
const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => Number(a.key) - Number(b.key);
const firstOf = (found: readonly { readonly key: string }[]): string | null => found.toSorted(byKey)[0]?.key ?? null;

const contentIn = (source: JsonObject): CustomerContent => source as CustomerContent;

const ask = (request: NetvisorRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'netvisor', request },
});

const write = (operation: 'create' | 'change', request: NetvisorRequest, repeatable: boolean): Step => ({
  do: 'write',
  operation,
  call: { system: 'netvisor', request },
  repeatable,
});
