import type { NetvisorElement, NetvisorRequest } from '#lib/upstream';

import type {
  Flow,
  Incoming,
  JsonObject,
  Known,
  Objection,
  Reading,
  Situation,
  Step,
  TargetPage,
} from '../engine/flow.js';
import { businessIdOf, customerToNetvisor } from './customer-mapping.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { goneThere, isLookedAt, nextOfGone, stillGone } from './gone-there.js';
import { madeBlind, unfound } from './made-blind.js';
import {
  customerCard,
  customerCards,
  customerChange,
  customerCreation,
  customersByKey,
  customerSearch,
  listCustomers,
  type ListedCustomer,
  listedCustomers,
  MOST_IDS,
  type NetvisorCustomer,
  slices,
} from './netvisor-customer.js';
import { agreed, cardIn, editOf, given, standing } from './register-edit.js';
import { type CustomerContent, readCustomers } from './severa-customer-source.js';
import { isOutdated, nothingFound, soughtOf } from './sought.js';

/**
 * Customers [asiakasrekisteri], Severa to Netvisor: new ones are made, changed ones are changed, passive ones move too,
 * removed ones are left to people.
 *
 *   known                              | next
 *   -----------------------------------+----------------------------------------------------------------
 *   a rule is broken                   | reject
 *   nothing                            | look the code up
 *   a creation's end                   | look the code up that was sent
 *   it is not there                    | create; one that was made without a word of its key: reject
 *   its key, nothing of its card       | look its card up; after a lost change, once more
 *   its card, or what was sent         | change what differs; nothing does: done
 *   a change of it was refused         | look whether it is there
 *   it is there no more                | look the code up; there is none of it: reject: gone-in-target
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

  read: readCustomers,

  index,

  matchOf: (source) => contentIn(source).code,

  businessIdOf: (source) => customerToNetvisor(contentIn(source)).card.businessId || null,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const { card, objections } = customerToNetvisor(contentIn(source));
    const [first, ...others] = [...objections, ...rivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    if (known === null || known['look'] === true || unsure === 'create') {
      return ask(customerSearch([soughtOf(situation, card.code)]));
    }
    if (known.key === null) return unfound(known) ?? nextOfNew(card, known);
    const lookUp = (): Step => ask(customerSearch([card.code]));
    return nextOfGone(situation, card.code, lookUp) ?? nextOfLinked(card, known.key, known, unsure);
  },

  learn(situation, step, incoming) {
    const { card } = customerToNetvisor(contentIn(situation.source ?? {}));
    if (step.do === 'write') return learnWritten(card, situation, step.operation, incoming);
    const { known } = situation;
    if (isLookedAt(situation)) return learnCard(card, situation, incoming);
    const sought = soughtOf(situation, card.code);
    const key = firstOf(listedCustomers(netvisorRoot(incoming)).filter(({ code }) => code === sought));
    if (known?.['gone'] === true && known.key !== null) {
      return key === null ? stillGone(known, known.key) : { key, doubted: known['doubted'] ?? null };
    }
    return key === null ? nothingFound(known, sought) : { key };
  },

  learnRefusal({ known, today }, step, { category }) {
    const isDuplicate = category === 'DUPLICATE_DATA' && step.operation === 'create';
    // Somebody has just made it there: it is looked up once, and linked.
    if (isDuplicate) return known?.['refused'] === true ? null : { key: null, look: true, refused: true };
    if (category !== 'INVALID_DATA' || known?.key == null) return null;
    // So are both answered: a change that breaks a rule, and one of a customer that is there no more. Once a day.
    if (step.do === 'ask') return known['doubt'] === true ? goneThere(known, known.key) : null;
    return known['doubted'] === today ? null : { ...known, doubt: true, doubted: today };
  },
};

/** `sought` is what there is none of, and what is looked for should the answer be lost. */
function nextOfNew(card: NetvisorCustomer, known: Known): Step {
  if (isOutdated(known, card.code)) return ask(customerSearch([card.code]));
  const create = write('create', customerCreation(given(card)), false);
  return { ...create, known: nothingFound(known, card.code) };
}

function learnCard(card: NetvisorCustomer, { known }: Situation, incoming: Incoming): Known {
  const key = known?.key ?? '';
  const found = customersByKey(netvisorRoot(incoming), [key]).get(key);
  const { doubt: _, ...kept }: Known = known ?? { key };
  const sent = cardIn(known, 'sent');
  if (!found) return sent ? goneThere(known, key) : { ...kept, key, sent: {} };
  const there = customerCard(found);
  return { ...kept, key, sent: sent ? standing(card, sent, there) : agreed(card, there) };
}

function nextOfLinked(card: NetvisorCustomer, key: string, known: Known, unsure: Situation['unsure']): Step {
  const found = cardIn(known, 'found');
  const sent = cardIn(known, 'sent') ?? (found && agreed(card, found));
  if (!sent || known['doubt'] === true || unsure === 'change') return ask(customerCards([key]));
  const changed = editOf(card, sent);
  if (Object.keys(changed).length > 0) return write('change', customerChange(key, changed, card.name), true);
  return known['mine'] === true ? { do: 'done' } : { do: 'done', linked: true, known: { key, sent, mine: true } };
}

function learnWritten(card: NetvisorCustomer, { known }: Situation, operation: string, incoming: Incoming): Known {
  const key = operation === 'create' ? insertedKey(incoming) : (known?.key ?? null);
  return key === null ? madeBlind(card.code) : { key, sent: given(card), mine: true };
}

/** The customers of these codes in Netvisor, with their cards; of all codes without. */
async function* index({ calls }: Omit<Reading, 'since'>, wanted?: ReadonlySet<string>): AsyncGenerator<TargetPage> {
  const listed = (await listCustomers(calls, wanted)).filter(({ code }) => code !== '').toSorted(byKey);
  for (const some of slices(listed, MOST_IDS)) {
    const keys = some.map(({ key }) => key);
    const cards = wanted ? customersByKey(await calls.netvisor(customerCards(keys)), keys) : NO_CARDS;
    yield { found: some.map((row) => [row.code, wanted ? linked(row, cards.get(row.key)) : compared(row)] as const) };
  }
}

const NO_CARDS: ReadonlyMap<string, NetvisorElement> = new Map();

const linked = ({ key }: ListedCustomer, card: NetvisorElement | undefined): Known =>
  card ? { key, found: customerCard(card) } : { key };

const compared = ({ key, name, businessId }: ListedCustomer): Known => ({
  key,
  name,
  businessId: businessIdOf(businessId),
});

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

const write = (
  operation: 'create' | 'change',
  request: NetvisorRequest,
  repeatable: boolean,
): Step & { readonly do: 'write' } => ({
  do: 'write',
  operation,
  call: { system: 'netvisor', request },
  repeatable,
});
