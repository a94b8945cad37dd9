import { filled, isEmpty, type KnownPart, type Part, valuesOf } from './content.js';
import type { Addressee, Courier, Mapping, Newcomer } from './courier.js';
import {
  boolean,
  type Mapped,
  mapPart,
  mappingOf,
  namesIn,
  number,
  placed,
  registerFields,
  type RegisterRow,
  text,
} from './mapping.js';
import { changesIn, dayBefore, idOf, listOf, recordOf, type Said } from './said.js';

/** The product register's fields as `ProductEntityDetailsDTO` has them (contract §1.6.3). */
const core: readonly Mapped[] = [
  text('product_code', 'productCode', 20),
  text('ean_code', 'eanCode', 80),
  text('product_group', 'productGroup', 3),
  text('unit', 'unitId', 10),
  boolean('default_to_invoice', 'defaultToInvoice'),
  number('purchase_price', 'purchaseCostPrice', 10, 6),
  number('sales_price', 'salesPrice', 10, 6),
  text('cn_code', 'cnCode', 10),
  text('cn_unit', 'cnUnit', 20),
  number('cn_net_weight', 'cnNetWeight', 10, 6),
  number('cn_multiplier', 'cnMultiplier', 10, 6),
  text('origin_country', 'originCountry', 2),
];

/** The name is the description in the company's language (contract §1.6.3); `updateProduct` does not reach it. */
const description: readonly Mapped[] = [
  text('name', 'description', 80),
  text('public_description', 'publicDescriptionText', 512),
  text('internal_description', 'internalDescriptionText', 512),
];

/** Our register has its texts in the company's own language, which is Finnish for all that we have met. */
const LANGUAGE = 'FIN';
const DESCRIPTION = `descriptions/${LANGUAGE}`;

const path = ({ cuid }: Addressee, ...rest: readonly string[]) => ['companies', cuid, 'products', ...rest];
const coded = (code: string) => [['productCode', code]] as const;

/** The product register. The product code is ours to choose, so it is Fivaldi's id, too. */
export const productCourier: Courier = {
  register: 'product',
  unrepeatable: false,
  searchFirst: true,
  map,
  search: {
    byKey: true,
    request: (to) => ({ method: 'GET', path: path(to, 'getProduct'), query: coded(to.key) }),
    find: (result, to, content) =>
      result == null ? 'absent' : (productCourier.parse(result, to, content) ?? 'absent'),
  },
  index: {
    request: (to) => ({ method: 'GET', path: path(to) }),
    ids: (result) =>
      new Map(
        listOf(result).flatMap(({ productCode }) =>
          idOf(productCode) === null ? [] : [[idOf(productCode)!, idOf(productCode)!]],
        ),
      ),
    link: null,
  },
  pull: {
    request: (to, since) => ({ method: 'GET', path: path(to), query: [['fromDate', dayBefore(since)]] }),
    changes: (result) => changesIn(result, { id: 'productCode', link: 'productCode' }),
    mapping: () => [...core, ...placed(DESCRIPTION, description)],
    newcomer,
  },
  read: (to, id) => ({ method: 'GET', path: path(to, 'getProduct'), query: coded(id) }),
  parse: (result, to) => {
    const said = recordOf(result);
    const told = descriptionIn(said);
    const part: KnownPart | undefined = told && { id: LANGUAGE, as: valuesOf(told, namesIn(description)) };
    return { id: to.key, core: valuesOf(said, namesIn(core)), parts: part ? { [DESCRIPTION]: part } : {} };
  },
  create: (to, { core, parts }) => {
    const texts = filled(parts[DESCRIPTION] ?? {});
    return {
      method: 'POST',
      path: path(to, 'createProduct'),
      body: {
        ...filled(core),
        ...(!isEmpty(texts) && {
          description: texts['description'] ?? null,
          productEntityDescriptionDTOList: [inLanguage(texts)],
        }),
      },
    };
  },
  update: (to, id, changed) => ({ method: 'POST', path: path(to, 'updateProduct'), query: coded(id), body: changed }),
  createPart: (to, id, _name, part) => ({
    method: 'POST',
    path: path(to, 'createProductDescription'),
    query: coded(id),
    body: inLanguage(part),
  }),
  updatePart: (to, id, name, _known, { parts }) => ({
    method: 'POST',
    path: path(to, 'updateProductDescriptionAllFields'),
    query: coded(id),
    body: inLanguage(parts[name] ?? {}),
  }),
};

function newcomer(result: unknown): Newcomer | null {
  const said = recordOf(result);
  const link = idOf(said['productCode']);
  if (link === null) return null;
  const told = descriptionIn(said);
  const own = registerFields(valuesOf(said, namesIn(core)), core);
  const texts = registerFields(valuesOf(told, namesIn(description)), description);
  const { product_code: _, ...fields } = { ...own.fields, ...texts.fields };
  return { link, name: link, fields, children: {}, unfit: [...own.unfit, ...texts.unfit] };
}

const descriptionIn = (said: Said): Said | undefined =>
  listOf(said['productEntityDescriptionDTOList']).find(({ languageCode }) => languageCode === LANGUAGE);

const inLanguage = (texts: Part): Part => ({ languageCode: LANGUAGE, ...texts });

function map({ fields }: RegisterRow): Mapping {
  const own = mapPart(fields, core);
  const texts = mapPart(fields, description, `${DESCRIPTION}/`);
  return mappingOf({ core: own.part, parts: { [DESCRIPTION]: texts.part } }, [...own.unfit, ...texts.unfit]);
}
