import type { NetvisorRequest } from '#lib/upstream';

import type { Flow, JsonObject, Known, Objection, Reading, Situation, Step } from '../engine/flow.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { MADE_BLIND, nothingFound, unfound } from './made-blind.js';
import { type ListedProduct, listedProducts, productCreation, productList, productSearch } from './netvisor-product.js';
import { productToNetvisor } from './product-mapping.js';
import { type ProductContent, readProducts } from './severa-product.js';

/**
 * Products [tuoterekisteri], Severa to Netvisor: products, work types and travel expense types, which are all that a row
 * of an invoice can name. New ones are made; one that is there is linked and left as it is. That is all the published
 * behaviour says of products: no word of changed ones (contracts/netvisor §5.5), and with extended product management
 * Netvisor lets none be changed (§4.3). Here is the place, should that turn out otherwise.
 *
 *   known                          | next
 *   -------------------------------+---------------------
 *   a rule is broken               | reject
 *   nothing, or a creation's end   | look the code up
 *   it is not there                | create; one that was made without a word of its key: reject
 *   its key                        | done
 */
export const productsToNetvisor: Flow = {
  name: 'products-to-netvisor',
  stream: 'severa-tuoterekisteri',
  direction: 'import',
  source: 'severa',
  whole: 'nightly',
  mode: (settings) => (settings.products === 'to-netvisor' ? 'automatic' : 'off'),
  every: (settings) => settings.registersEveryMinutes,

  async *read(reading) {
    for await (const records of readProducts(reading)) yield { records };
  },

  index,

  matchOf: (source) => productToNetvisor(contentIn(source)).product.code || null,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const { product, objections } = productToNetvisor(contentIn(source));
    const [first, ...others] = [...objections, ...productRivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    if (known === null || known['look'] === true || unsure === 'create') return ask(productSearch(product.code));
    if (known.key === null) return unfound(known) ?? create(productCreation(product));
    return known['mine'] === true
      ? { do: 'done' }
      : { do: 'done', linked: true, known: { key: known.key, mine: true } };
  },

  learn({ source, known }, step, incoming) {
    if (step.do === 'write') {
      const key = insertedKey(incoming);
      return key === null ? MADE_BLIND : { key, mine: true };
    }
    const { code } = productToNetvisor(contentIn(source ?? {})).product;
    const key = oldest(listedProducts(netvisorRoot(incoming)).filter((one) => one.code === code))?.key ?? null;
    return key === null ? nothingFound(known) : { key };
  },

  // Somebody has just made it there: it is looked up once, and linked.
  learnRefusal({ known }, step, { category }) {
    const looks = category === 'DUPLICATE_DATA' && step.operation === 'create' && known?.['refused'] !== true;
    return looks ? { key: null, look: true, refused: true } : null;
  },
};

async function index(
  { calls }: Omit<Reading, 'since'>,
  wanted?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Known>> {
  const listed = listedProducts(await calls.netvisor(productList()));
  const index = new Map<string, Known>();
  for (const { key, code, name } of listed.toSorted(byKey)) {
    if (code === '' || (wanted && !wanted.has(code))) continue;
    const earlier = index.get(code);
    index.set(code, earlier ? { ...earlier, twice: true } : { key, name });
  }
  return index;
}

/** Two records of one code would become one: neither moves, unless it was there before the other came. */
export function productRivalry({ rival, known }: Situation): readonly Objection[] {
  if (rival === undefined || rival === null || known?.['mine'] === true) return [];
  return [{ cause: 'duplicate-product-code', field: 'code', ...(rival !== '' && { message: rival }) }];
}

/** Should Netvisor have a code twice, then the older of the two is it. */
const byKey = (a: ListedProduct, b: ListedProduct): number => Number(a.key) - Number(b.key);
const oldest = (found: readonly ListedProduct[]): ListedProduct | undefined => found.toSorted(byKey)[0];

const contentIn = (source: JsonObject): ProductContent => source as ProductContent;

const ask = (request: NetvisorRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'netvisor', request },
});

const create = (request: NetvisorRequest): Step => ({
  do: 'write',
  operation: 'create',
  call: { system: 'netvisor', request },
  repeatable: false,
});
