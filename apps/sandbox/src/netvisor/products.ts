import { byMethod, type Call, dimensionsOf, listOf, type Resource, reads, writes } from './call.js';
import { contains, edited, faultOfDimensions, newCard } from './cards.js';
import { decimalOf, percentOf, written } from './decimal.js';
import type { Card, Fields } from './organisation.js';
import { changed, duplicate, given, inserted, invalid, type Outcome, type Refusal, refusal } from './outcome.js';
import { groupsOf, leavesOf } from './shape.js';
import { PRODUCT } from './shapes/product.js';
import { childOf, el, type XmlElement } from './xml.js';

const MOST_IDS = 400;

/** Products [tuotteet]. A product that is not there is an empty element, and no failure. */
export const PRODUCT_RESOURCES: Readonly<Record<string, Resource>> = {
  'product.nv': writes(PRODUCT, write),
  'productlist.nv': reads(list),
  'getproduct.nv': reads(get),
};

function write(body: XmlElement, call: Call): Outcome {
  const { products, dimensions, hasExtendedProducts } = call.organisation;
  const fields = leavesOf(body, groupsOf(PRODUCT));
  const details = childOf(body, 'productadditionalinformation');
  const uses = dimensionsOf(details);
  return byMethod(
    call,
    () => {
      const fault = faultOfProduct(fields, null, call) ?? faultOfDimensions(uses, call);
      if (fault) return fault;
      const card = newCard(fields, uses, call);
      dimensions.ensure(uses);
      products.put(card);
      return inserted(card.key, products.codeOf(card) || null);
    },
    (id) => {
      if (hasExtendedProducts) return refusal('SERVICE_ACCESS_ERROR', 'Extended product management is in use');
      const card = products.cards.get(id);
      if (!card) return invalid(`Product not found with Netvisor identifier: ${id}`);
      const fault = faultOfProduct(fields, card, call) ?? faultOfDimensions(uses, call);
      if (fault) return fault;
      const next = edited(card, fields, uses.length > 0 ? uses : null, call);
      dimensions.ensure(uses);
      products.put(next);
      return changed({ method: 'edit', key: String(id), reference: products.codeOf(next) || null });
    },
  );
}

function faultOfProduct(fields: Fields, before: Card | null, { organisation }: Call): Refusal | null {
  const code = fields['productcode'] ?? '';
  const same = code === '' ? undefined : organisation.products.byCode(code);
  if (same && same.key !== before?.key) return duplicate(`Product code is already in use: ${code}`);
  const accounts = ['defaultdomesticaccountnumber', 'defaulteuaccountnumber', 'defaultoutsideeuaccountnumber'];
  const unknown = accounts.find((name) => fields[name] && !organisation.accounts.has(fields[name]));
  return unknown ? invalid(`Account not found: ${fields[unknown] ?? ''} in ${unknown}`) : null;
}

function list(call: Call): Outcome {
  const deleted = call.query('deleted');
  const published = call.query('published');
  const unpublished = call.query('unpublished');
  if (deleted !== undefined && published === undefined && unpublished === undefined) {
    return invalid('Parameter deleted needs published or unpublished');
  }
  const since = call.query('changedsince') ?? '';
  const words = call
    .query('keyword')
    ?.split(',')
    .map((word) => word.trim());
  const found = [...call.organisation.products.cards.values()]
    .filter((card) => card.changed >= since && (deleted !== '0' || !card.isDeleted))
    .filter(({ fields }) => isAsked(fields['isactive'] === '1', published, unpublished))
    .filter(({ fields }) => !words || words.some((word) => contains([fields['name'], fields['productcode']], word)));
  return given(
    el(
      'ProductList',
      found.map((card) => row(card, call.base)),
    ),
  );
}

/** Neither parameter: both kinds. */
function isAsked(isActive: boolean, published: string | undefined, unpublished: string | undefined): boolean {
  if (published === undefined && unpublished === undefined) return true;
  return isActive ? published === '1' || (published === undefined && unpublished === '0') : unpublished === '1';
}

function row({ key, fields }: Card, base: string): XmlElement {
  const { net, gross } = pricesOf(fields);
  return el('Product', [
    el('NetvisorKey', key),
    el('ProductCode', fields['productcode']),
    el('Name', fields['name']),
    el('UnitPrice', written(net, 12)),
    el('UnitGrossPrice', written(gross, 12)),
    el('ProductGroupDescription', fields['productgroup']),
    el('Uri', `${base}getproduct.nv?id=${key}`),
  ]);
}

/** The price without VAT and with it, whichever was given. */
function pricesOf(fields: Fields): { net: bigint; gross: bigint } {
  const price = decimalOf(fields['unitprice'] || '0');
  const percent = decimalOf(fields['defaultvatpercentage'] || '0');
  const hundred = decimalOf('100');
  if (fields['unitprice@type'] === 'gross') return { net: (price * hundred) / (hundred + percent), gross: price };
  return { net: price, gross: price + percentOf(price, percent) };
}

function get(call: Call): Outcome {
  const { products } = call.organisation;
  const [id, code, codes] = [call.query('id'), call.query('code'), call.query('codelist')];
  if (id !== undefined || code !== undefined) {
    const card = id === undefined ? products.byCode(code ?? '') : products.cards.get(Number(id));
    return given(card ? productAnswer(card) : el('Product'));
  }
  const asked = listOf(codes ?? call.query('idlist') ?? '', MOST_IDS);
  if (!asked) return invalid(`At most ${MOST_IDS} products at a time`);
  const found = asked.map((one) => (codes === undefined ? products.cards.get(Number(one)) : products.byCode(one)));
  return given(el('Products', found.filter((card) => card !== undefined).map(productAnswer)));
}

function productAnswer({ key, fields, dimensions }: Card): XmlElement {
  const uses = dimensions.map(({ name, item }) =>
    el('ProductDimension', [el('DimensionName', name), el('DimensionItem', item)]),
  );
  return el('Product', [
    el('ProductBaseInformation', [
      el('NetvisorKey', key),
      el('ProductCode', fields['productcode']),
      el('ProductGroup', fields['productgroup']),
      el('Name', fields['name']),
      el('Description', fields['description']),
      el('UnitPrice', fields['unitprice'], { type: fields['unitprice@type'] === 'gross' ? 'brutto' : 'netto' }),
      el('Unit', fields['unit']),
      el('UnitWeight', fields['unitweight']),
      el('PurchasePrice', fields['purchaseprice']),
      el('TariffHeading', fields['tariffheading']),
      el('ComissionPercentage', fields['comissionpercentage']),
      el('IsActive', fields['isactive']),
      el('IsSalesProduct', fields['issalesproduct']),
    ]),
    el('ProductBookKeepingDetails', [
      el('DefaultVatPercent', fields['defaultvatpercentage']),
      el('DefaultDomesticAccountNumber', fields['defaultdomesticaccountnumber']),
      el('DefaultEuAccountNumber', fields['defaulteuaccountnumber']),
      el('DefaultOutsideEUAccountNumber', fields['defaultoutsideeuaccountnumber']),
      uses.length > 0 ? el('ProductDimensions', uses) : null,
    ]),
    el('ProductInventoryDetails', [
      el('InventoryAmount', '0,00'),
      el('InventoryMidPrice', '0,0000'),
      el('InventoryValue', '0,00'),
      el('InventoryReservedAmount', '0,00'),
      el('InventoryOrderedAmount', '0,00'),
    ]),
  ]);
}
