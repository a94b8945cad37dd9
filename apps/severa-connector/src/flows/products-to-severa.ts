import type { SeveraRequest } from '#lib/upstream';

import type { Flow, JsonObject, Known, Objection, Reading, SourceRecord, Step } from '../engine/flow.js';
import { severaBody } from './good-answer.js';
import { MADE_BLIND, nothingFound, unfound } from './made-blind.js';
import { slices } from './netvisor-customer.js';
import { decimalIn } from './netvisor-number.js';
import { changedSince, TEMPORARY_CODE } from './netvisor-list.js';
import {
  listedProducts,
  MOST_IDS,
  type ProductCard,
  productCards,
  productList,
  productsIn,
} from './netvisor-product.js';
import { productRivalry } from './products-to-netvisor.js';
import { allProducts, categoryGuids, foundProducts, productByCode } from './severa-product.js';
import { objectsOf, textIn } from './severa-json.js';

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

  async *read(reading) {
    for await (const records of readProductsOfNetvisor(reading)) yield { records };
  },

  index,

  matchOf: (source) => contentIn(source).code,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const content = contentIn(source);
    const nameless: readonly Objection[] = content.name === '' ? [{ cause: 'name-missing', field: 'name' }] : [];
    const [first, ...others] = [...nameless, ...productRivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    if (known === null || known['look'] === true || unsure === 'create') return ask(productByCode(content.code));
    if (known.key === null) return unfound(known) ?? create(productCreation(content));
    return known['mine'] === true
      ? { do: 'done' }
      : { do: 'done', linked: true, known: { key: known.key, mine: true } };
  },

  learn({ source, known }, step, incoming) {
    const body = severaBody(incoming);
    if (step.do === 'write') {
      const [made] = objectsOf(body);
      const key = made ? textIn(made, 'guid') : null;
      return key === null ? MADE_BLIND : { key, mine: true };
    }
    const { code } = contentIn(source ?? {});
    const found = foundProducts(body).find((one) => one.code === code);
    return found ? { key: found.key } : nothingFound(known);
  },
};

async function* readProductsOfNetvisor({ calls, since }: Reading): AsyncGenerator<readonly SourceRecord[]> {
  const categories = new Map<string, string>();
  const listing: SeveraRequest = { method: 'GET', path: ['productcategories'], paging: 'rows' };
  for await (const page of calls.severaPages(listing)) {
    for (const [name, guid] of categoryGuids(page)) categories.set(name, guid);
  }
  const listed = listedProducts(await calls.netvisor(productList(changedSince(since)))).filter(
    ({ code }) => code !== '' && code !== TEMPORARY_CODE,
  );
  const netPrices = new Map(listed.map(({ key, netPrice }) => [key, netPrice]));
  for (const some of slices(listed, MOST_IDS)) {
    const cards = productsIn(await calls.netvisor(productCards(some.map(({ key }) => key))));
    yield cards.filter(({ code }) => code !== '').map((card) => sourceRecord(card, netPrices, categories));
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

async function index(
  { calls }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Known>> {
  const index = new Map<string, Known>();
  for await (const page of calls.severaPages(allProducts())) {
    for (const { key, code, name } of foundProducts(page)) {
      if (wanted && !wanted.has(code)) continue;
      const earlier = index.get(code);
      index.set(code, earlier ? { ...earlier, twice: true } : { key, name });
    }
  }
  return index;
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

const create = (request: SeveraRequest): Step => ({
  do: 'write',
  operation: 'create',
  call: { system: 'severa', request },
  repeatable: false,
});
