import { type Call, narrowed, notADay, routesOf, sinceDay, withBody } from './call.js';
import type { Product } from './company.js';
import { PRODUCT, PRODUCT_DESCRIPTION, PRODUCT_IN_LIST, PRODUCT_POSTING } from './facts/product-fields.js';
import { defaultsOf, type Dto, settable } from './field-check.js';
import { wallTime } from './helsinki.js';
import { absent, applied, type AppliedRecord, given, type Outcome, refused } from './wire.js';

const COMPANY_LANGUAGE = 'FIN';

/**
 * The product register [tuoterekisteri].
 *
 * The caller gives the code; a code that exists cannot be created again. Without descriptions Fivaldi makes one in the
 * company's language; posting groups that are missing are added. `updateProductAllFields` takes the code from the body
 * and sets what is absent to its default; `updateProduct` takes it from the query and leaves what is absent, but a given
 * null is set. Neither touches descriptions and postings.
 */
export const PRODUCT_ROUTES = routesOf('products', 'older', [
  { method: 'GET', path: '/products/getProductRegisterBasicDetails', handle: ({ company }) => given(company.details) },
  { method: 'GET', path: '/products', handle: list },
  { method: 'GET', path: '/products/getProduct', handle: read },
  { method: 'GET', path: '/products/{id}', handle: readDeprecated },
  { method: 'POST', path: '/products/createProduct', handle: withBody(PRODUCT, create) },
  {
    method: 'POST',
    path: '/products/updateProductAllFields',
    handle: withBody(PRODUCT, (body, call) =>
      ofProduct(body['productCode'], call, (product) => {
        product.fields = { ...defaultsOf(PRODUCT), ...settable(body, PRODUCT) };
        return changed(product, call, details(product, call));
      }),
    ),
  },
  {
    method: 'POST',
    path: '/products/updateProduct',
    handle: withBody(PRODUCT, (body, call) =>
      ofProduct(call.query.get('productCode'), call, (product) => {
        product.fields = { ...product.fields, ...settable(body, PRODUCT) };
        return changed(product, call, details(product, call));
      }),
    ),
  },
  {
    method: 'POST',
    path: '/products/createProductDescription',
    handle: withBody(PRODUCT_DESCRIPTION, createDescription),
  },
  {
    method: 'POST',
    path: '/products/updateProductDescriptionAllFields',
    handle: withBody(PRODUCT_DESCRIPTION, updateDescription),
  },
  {
    method: 'POST',
    path: '/products/updateProductPostingAllFields',
    handle: withBody(PRODUCT_POSTING, updatePosting),
  },
]);

/** Fivaldi's own words. */
export const noSuchProduct = (code: unknown): string =>
  `Product code with id [${typeof code === 'string' ? code : ''}] does not exist on Fivaldi company`;

function list(call: Call): Outcome {
  const since = sinceDay(call, 'fromDate');
  if (since === null) return notADay('fromDate');
  const word = call.query.get('searchWord')?.toLowerCase() ?? '';
  const found = [...call.company.products.values()]
    .filter(({ changedAt }) => since(changedAt))
    .map(shown)
    .filter((it) => [it['productCode'], it['description'], it['eanCode']].some((value) => has(value, word)));
  return given(found.map((it) => narrowed(Object.fromEntries(PRODUCT_IN_LIST.map((name) => [name, it[name]])), call)));
}

const has = (value: unknown, word: string): boolean =>
  (typeof value === 'string' ? value : '').toLowerCase().includes(word);

function read(call: Call): Outcome {
  const code = call.query.get('productCode');
  if (code === null) return refused("Required parameter 'productCode' is not present");
  const product = call.company.products.get(code);
  return product ? given(details(product, call)) : absent(noSuchProduct(code));
}

/** Deprecated in 2.12.0: does not find codes with special characters. */
function readDeprecated(call: Call): Outcome {
  const code = call.path('id');
  const product = /^[\w-]+$/.test(code) ? call.company.products.get(code) : undefined;
  return product ? given(details(product, call)) : absent(noSuchProduct(code));
}

function create(body: Dto, call: Call): Outcome {
  const { productCode } = body;
  if (typeof productCode !== 'string') return refused('must not be null', 'productCode');
  if (call.company.products.has(productCode)) return refused(`Product code [${productCode}] already exists`);
  const descriptions = dtosIn(body['productEntityDescriptionDTOList']);
  const postings = dtosIn(body['productEntityPostingDTOList']);
  const groups = call.company.details.salesPostingGroupDTOList.map(({ postingGroupId }) => postingGroupId);
  const missing = groups.filter((group) => !postings.some(({ postingGroupId }) => postingGroupId === group));
  const stamped = (parts: readonly Dto[]): Dto[] => parts.map((part) => ({ ...part, ...stampOf(call) }));
  const product: Product = {
    productCode,
    fields: { ...defaultsOf(PRODUCT), ...settable(body, PRODUCT) },
    descriptions: stamped(
      descriptions.length > 0
        ? descriptions
        : [{ languageCode: COMPANY_LANGUAGE, description: body['description'] ?? null }],
    ),
    postings: stamped([...postings, ...missing.map((postingGroupId) => ({ postingGroupId, postingCodeId: null }))]),
    changedAt: call.now,
  };
  call.company.products.set(productCode, product);
  return changed(product, call, details(product, call), 'created');
}

function createDescription(body: Dto, call: Call): Outcome {
  return ofProduct(call.query.get('productCode'), call, (product) => {
    const language = body['languageCode'];
    if (product.descriptions.some(({ languageCode }) => languageCode === language)) {
      return refused('Description with the language exists', 'languageCode');
    }
    const description = {
      ...defaultsOf(PRODUCT_DESCRIPTION),
      ...settable(body, PRODUCT_DESCRIPTION),
      ...stampOf(call),
    };
    product.descriptions.push(description);
    return changed(product, call, description, 'added');
  });
}

function updateDescription(body: Dto, call: Call): Outcome {
  return ofProduct(call.query.get('productCode'), call, (product) => {
    const description = product.descriptions.find(({ languageCode }) => languageCode === body['languageCode']);
    if (!description) return refused('Description with the language does not exist', 'languageCode');
    Object.assign(description, defaultsOf(PRODUCT_DESCRIPTION), settable(body, PRODUCT_DESCRIPTION), stampOf(call));
    return changed(product, call, description);
  });
}

function updatePosting(body: Dto, call: Call): Outcome {
  return ofProduct(call.query.get('productCode'), call, (product) => {
    const posting = product.postings.find(({ postingGroupId }) => postingGroupId === body['postingGroupId']);
    if (!posting) return refused('Posting group does not exist', 'postingGroupId');
    Object.assign(posting, defaultsOf(PRODUCT_POSTING), settable(body, PRODUCT_POSTING), stampOf(call));
    return changed(product, call, posting);
  });
}

function ofProduct(code: unknown, call: Call, handle: (product: Product) => Outcome): Outcome {
  const product = typeof code === 'string' ? call.company.products.get(code) : undefined;
  return product ? handle(product) : refused(noSuchProduct(code));
}

function changed(product: Product, call: Call, value: Dto, effect: AppliedRecord['effect'] = 'updated'): Outcome {
  product.changedAt = call.now;
  product.fields['changeUser'] = call.partner;
  const { productCode: key } = product;
  const told = value['productCode'] === undefined ? value : { ...value, changeTime: wallTime(call.now) };
  return applied(told, { register: 'product', key, externalKey: key, effect });
}

const stampOf = ({ now, partner }: Call) => ({ changeTime: wallTime(now), changeUser: partner.slice(0, 30) });

/** `description` is the one in the company's language. */
function shown({ productCode, fields, descriptions, changedAt }: Product): Dto {
  const own = descriptions.find(({ languageCode }) => languageCode === COMPANY_LANGUAGE);
  return {
    ...fields,
    productCode,
    description: own?.['description'] ?? fields['description'],
    changeTime: wallTime(changedAt),
  };
}

const details = (product: Product, call: Call): Dto =>
  narrowed(
    {
      ...shown(product),
      productEntityDescriptionDTOList: product.descriptions,
      productEntityPostingDTOList: product.postings,
    },
    call,
  );

const dtosIn = (value: unknown): readonly Dto[] => (Array.isArray(value) ? (value as Dto[]) : []);
