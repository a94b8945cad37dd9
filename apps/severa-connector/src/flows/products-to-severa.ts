import type { SeveraRequest } from '#lib/upstream';

import type {
  Flow,
  JsonObject,
  Known,
  Objection,
  Reading,
  SourcePage,
  SourceRecord,
  Step,
  TargetPage,
} from '../engine/flow.js';
import { severaBody } from './good-answer.js';
import { goneThere, isLookedAt, stillGone } from './gone-there.js';
import { madeBlind, unfound } from './made-blind.js';
import { slices } from './netvisor-customer.js';
import { decimalIn } from './netvisor-number.js';
import { changedSince, rowsAfter, TEMPORARY_CODE } from './netvisor-list.js';
import { allListedProducts, MOST_IDS, type ProductCard, productCards, productsIn } from './netvisor-product.js';
import { linkedProduct, nextOfLinkedProduct, productRivalry } from './product-steps.js';
import { allProducts, categoryGuids, foundProducts, productByCode } from './severa-product.js';
import { objectsOf, textIn } from './severa-json.js';
import { tokenPages } from './severa-pages.js';
import { isOutdated, nothingFound, soughtOf } from './sought.js';

/** What of a product of Netvisor goes to Severa. Numbers are canonical decimals. */
export interface ProductOfNetvisor extends JsonObject {
  readonly code: string;
  readonly name: string;
  readonly unit: string | null;
  /** Net, in euros; `null`: Netvisor tells only the one with tax in it. */
  readonly price: string | null;
  readonly vatRate: string | null;
  /** Severa's category of the same name as the product group. */
  readonly categoryGuid: string | null;
  readonly active: boolean;
}

/**
 * Products [tuoterekisteri], Netvisor to Severa: those that have a code, and of them new ones only; one that is there is
 * linked and left as it is (contracts/netvisor §5.5). Its steps are those of the other direction.
 */
export const productsToSevera: Flow = {
  name: 'products-to-severa',
  stream: 'severa-tuoterekisteri',
  direction: 'export',
  source: 'netvisor',
  whole: 'nightly',
  mode: (settings) => (settings.products === 'to-severa' ? 'automatic' : 'off'),
  every: (settings) => settings.registersEveryMinutes,

  read: readProductsOfNetvisor,

  index,

  matchOf: (source) => contentIn(source).code,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const content = contentIn(source);
    const nameless: readonly Objection[] = content.name === '' ? [{ cause: 'name-missing', field: 'name' }] : [];
    const [first, ...others] = [...nameless, ...productRivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    const { code } = content;
    if (known === null || known['look'] === true || unsure === 'create') {
      return ask(productByCode(soughtOf(situation, code)));
    }
    const { key } = known;
    if (key === null) return unfound(known) ?? nextOfNew(content, known);
    const itself = (): Step => ask({ method: 'GET', path: ['products', key] });
    return nextOfLinkedProduct(situation, key, code, { byCode: () => ask(productByCode(code)), itself });
  },

  learn(situation, step, incoming) {
    const { source, known } = situation;
    const { code } = contentIn(source ?? {});
    const body = severaBody(incoming);
    if (step.do === 'write') {
      const [made] = objectsOf(body);
      const key = made ? textIn(made, 'guid') : null;
      return key === null ? madeBlind(code) : linkedProduct(key, code);
    }
    if (known && isLookedAt(situation)) return known;
    const sought = soughtOf(situation, code);
    const found = foundProducts(body).find((one) => one.code === sought);
    if (found) return { key: found.key };
    return known?.key != null ? stillGone(known, known.key) : nothingFound(known, sought);
  },

  learnRefusal(situation, step, { status }) {
    const { known } = situation;
    const isGone = step.do === 'ask' && status === '404' && isLookedAt(situation);
    return isGone && known?.key != null ? goneThere(known, known.key) : null;
  },
};

/** `sought` is what there is none of, and what is looked for should the answer be lost. */
function nextOfNew(content: ProductOfNetvisor, known: Known): Step {
  const { code } = content;
  if (isOutdated(known, code)) return ask(productByCode(code));
  const call = { system: 'severa', request: productCreation(content) } as const;
  return { do: 'write', operation: 'create', call, repeatable: false, known: nothingFound(known, code) };
}

async function* readProductsOfNetvisor({ calls, since, from }: Reading): AsyncGenerator<SourcePage> {
  const categories = new Map<string, string>();
  const listing: SeveraRequest = { method: 'GET', path: ['productcategories'], paging: 'rows' };
  for await (const page of calls.severaPages(listing)) {
    for (const [name, guid] of categoryGuids(page)) categories.set(name, guid);
  }
  const all = await allListedProducts(calls, changedSince(since));
  const listed = rowsAfter(all, from).filter(({ code }) => code !== '' && code !== TEMPORARY_CODE);
  const netPrices = new Map(listed.map(({ key, netPrice }) => [key, netPrice]));
  for (const some of slices(listed, MOST_IDS)) {
    const cards = productsIn(await calls.netvisor(productCards(some.map(({ key }) => key))));
    const records = cards.filter(({ code }) => code !== '').map((card) => sourceRecord(card, netPrices, categories));
    yield { records, at: some.at(-1)?.key ?? null };
  }
}

function sourceRecord(
  card: ProductCard,
  netPrices: ReadonlyMap<string, string | null>,
  categories: ReadonlyMap<string, string>,
): SourceRecord {
  const { key, code, name, unit, gross, group, active } = card;
  const price = decimalIn((gross ? netPrices.get(key) : card.price) ?? undefined);
  const categoryGuid = categories.get(group?.toLowerCase() ?? '') ?? null;
  const content = { code, name, unit, price, vatRate: decimalIn(card.vatRate ?? undefined), categoryGuid, active };
  return { key, number: code, name: name || null, content };
}

async function* index(
  { calls, from }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): AsyncGenerator<TargetPage> {
  for await (const { rows, on } of tokenPages(calls, allProducts(), from)) {
    const found = foundProducts(rows).filter(({ code }) => !wanted || wanted.has(code));
    yield { found: found.map(({ key, code, name }): readonly [string, Known] => [code, { key, name }]), ...on };
  }
}

const productCreation = (content: ProductOfNetvisor): SeveraRequest => ({
  method: 'POST',
  path: ['products'],
  body: {
    name: content.name,
    code: content.code,
    isActive: content.active,
    ...(content.unit !== null && { measurementUnit: content.unit }),
    ...(content.price !== null && { unitPrice: { amount: { decimal: content.price }, currencyCode: 'EUR' } }),
    ...(content.vatRate !== null && { vatRate: { decimal: content.vatRate } }),
    ...(content.categoryGuid !== null && { productCategory: { guid: content.categoryGuid } }),
  },
});

const contentIn = (source: JsonObject): ProductOfNetvisor => source as ProductOfNetvisor;

const ask = (request: SeveraRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'severa', request },
});
