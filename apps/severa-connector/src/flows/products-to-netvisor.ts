import type { NetvisorRequest } from '#lib/upstream';

import type { Flow, JsonObject, Known, Reading, Step, TargetPage } from '../engine/flow.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { goneThere, isLookedAt, stillGone } from './gone-there.js';
import { madeBlind, unfound } from './made-blind.js';
import { slices } from './netvisor-customer.js';
import {
  allListedProducts,
  type ListedProduct,
  listedProducts,
  MOST_IDS,
  type NewProduct,
  productCreation,
  productSearch,
} from './netvisor-product.js';
import { productToNetvisor } from './product-mapping.js';
import { codeThere, linkedProduct, nextOfLinkedProduct, productRivalry } from './product-steps.js';
import { type ProductContent, readProducts } from './severa-product.js';
import { isOutdated, nothingFound, soughtOf } from './sought.js';

/**
 * Products [tuoterekisteri], Severa to Netvisor: products, work types and travel expense types, which are all that a row
 * of an invoice can name. New ones are made; one that is there is linked and left as it is. That is all the published
 * behaviour says of products: no word of changed ones (contracts/netvisor §5.5), and with extended product management
 * Netvisor lets none be changed (§4.3). Here is the place, should that turn out otherwise.
 *
 *   known                          | next
 *   -------------------------------+----------------------------------------------------------------
 *   a rule is broken               | reject
 *   nothing                        | look the code up
 *   a creation's end               | look the code up that was sent
 *   it is not there                | create; one that was made without a word of its key: reject
 *   its key                        | done; when it comes up again, look whether it is there still
 *   it is there no more            | look the code up; there is none of it: reject: gone-in-target
 */
export const productsToNetvisor: Flow = {
  name: 'products-to-netvisor',
  stream: 'severa-tuoterekisteri',
  direction: 'import',
  source: 'severa',
  whole: 'nightly',
  mode: (settings) => (settings.products === 'to-netvisor' ? 'automatic' : 'off'),
  every: (settings) => settings.registersEveryMinutes,

  read: readProducts,

  index,

  matchOf: (source) => productToNetvisor(contentIn(source)).product.code || null,

  next(situation) {
    const { source, known, unsure } = situation;
    if (source === null) return { do: 'done' };
    const { product, objections } = productToNetvisor(contentIn(source));
    const [first, ...others] = [...objections, ...productRivalry(situation)];
    if (first) return { do: 'reject', objections: [first, ...others] };
    const { code } = product;
    if (known === null || known['look'] === true || unsure === 'create') {
      return ask(productSearch(soughtOf(situation, code)));
    }
    if (known.key === null) return unfound(known) ?? nextOfNew(product, known);
    const itself = (): Step => ask(productSearch(codeThere(known, code)));
    return nextOfLinkedProduct(situation, known.key, code, { byCode: () => ask(productSearch(code)), itself });
  },

  learn(situation, step, incoming) {
    const { source, known } = situation;
    const { code } = productToNetvisor(contentIn(source ?? {})).product;
    if (step.do === 'write') {
      const key = insertedKey(incoming);
      return key === null ? madeBlind(code) : linkedProduct(key, code);
    }
    const listed = listedProducts(netvisorRoot(incoming));
    if (known?.key != null && isLookedAt(situation)) {
      return listed.some(({ key }) => key === known.key) ? known : goneThere(known, known.key);
    }
    const sought = soughtOf(situation, code);
    const key = oldest(listed.filter((one) => one.code === sought))?.key ?? null;
    if (key !== null) return { key };
    return known?.key != null ? stillGone(known, known.key) : nothingFound(known, sought);
  },

  // Somebody has just made it there: it is looked up once, and linked.
  learnRefusal({ known }, step, { category }) {
    const looks = category === 'DUPLICATE_DATA' && step.operation === 'create' && known?.['refused'] !== true;
    return looks ? { key: null, look: true, refused: true } : null;
  },
};

/** `sought` is what there is none of, and what is looked for should the answer be lost. */
function nextOfNew(product: NewProduct, known: Known): Step {
  const { code } = product;
  if (isOutdated(known, code)) return ask(productSearch(code));
  const call = { system: 'netvisor', request: productCreation(product) } as const;
  return { do: 'write', operation: 'create', call, repeatable: false, known: nothingFound(known, code) };
}

async function* index({ calls }: Omit<Reading, 'since'>, wanted?: ReadonlySet<string>): AsyncGenerator<TargetPage> {
  const listed = await allListedProducts(calls);
  const found = listed.filter(({ code }) => code !== '' && (!wanted || wanted.has(code)));
  for (const some of slices(found, MOST_IDS)) yield { found: some.map(({ key, code, name }) => [code, { key, name }]) };
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
