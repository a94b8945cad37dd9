import {
  attributeOf,
  child,
  children,
  element,
  type NetvisorElement,
  type NetvisorRequest,
  textAt,
} from '#lib/upstream';

import type { Calls } from '../engine/flow.js';
import { listIn, rowsOf } from './netvisor-list.js';

/** Most ids that `getproduct.nv` takes in one list. */
export const MOST_IDS = 400;

/** Only these: the list has deleted products in it, too, unless it is told not to (contracts/netvisor §4.4). */
const NOT_DELETED = [
  ['published', '1'],
  ['unpublished', '1'],
  ['deleted', '0'],
] as const;

export const productList = (changed: readonly (readonly [string, string])[] = []): NetvisorRequest => ({
  method: 'GET',
  resource: 'productlist.nv',
  query: [...changed, ...NOT_DELETED],
});

/**
 * The request that finds the product of a code, among others: a keyword is a part of a code or a name. By it, since one
 * that was deleted must not be found, and only the list can be asked to leave those out. A code with other letters than those that stand in an address as they
 * are is looked for in the whole list: what is signed is the address, and the two sides might write it in different ways.
 */
export const productSearch = (code: string): NetvisorRequest =>
  /^[A-Za-z0-9._-]+$/.test(code) ? productList([['keyword', code]]) : productList();

export const productCards = (keys: readonly string[]): NetvisorRequest => ({
  method: 'GET',
  resource: 'getproduct.nv',
  query: [['idlist', keys.join(',')]],
});

/** A row of `productlist.nv`, or the head of a card of `getproduct.nv`. */
export interface ListedProduct {
  readonly key: string;
  readonly code: string;
  readonly name: string;
  /** Without tax; `null` where the answer does not tell it from one with tax. */
  readonly netPrice: string | null;
}

/**
 * The products of a list, or of cards: an empty card is what Netvisor answers where there is none.
 *
 * @throws ListMissing where there is neither: see {@link listIn}.
 */
export function listedProducts(root: NetvisorElement): readonly ListedProduct[] {
  const areCards = child(root, 'Products') !== undefined || child(root, 'Product') !== undefined;
  const rows = areCards
    ? productElements(root).flatMap((card) => child(card, ...BASE) ?? [])
    : children(listIn(root, 'ProductList'), 'Product');
  return rows.flatMap((row) => listedProduct(row) ?? []);
}

/** All products of a list that may be long. */
export const allListedProducts = (
  calls: Calls,
  changed: readonly (readonly [string, string])[] = [],
): Promise<readonly ListedProduct[]> => rowsOf(calls, productList(changed), 'ProductList', listedProduct);

function listedProduct(row: NetvisorElement): ListedProduct | null {
  const key = textAt(row, 'NetvisorKey');
  if (!key) return null;
  const both = textAt(row, 'UnitGrossPrice') !== undefined;
  return {
    key,
    code: textAt(row, 'ProductCode') ?? '',
    name: textAt(row, 'Name') ?? '',
    netPrice: both ? (textAt(row, 'UnitPrice') ?? null) : null,
  };
}

const BASE = ['ProductBaseInformation'] as const;

const productElements = (root: NetvisorElement): readonly NetvisorElement[] =>
  children(child(root, 'Products') ?? root, 'Product');

/** A product's card; what it does not tell is `null`. Numbers are as they stand, with a comma. */
export interface ProductCard {
  readonly key: string;
  readonly code: string;
  readonly name: string;
  readonly unit: string | null;
  readonly price: string | null;
  /** Whether the price has the tax in it. */
  readonly gross: boolean;
  readonly vatRate: string | null;
  readonly group: string | null;
  readonly active: boolean;
}

export const productsIn = (root: NetvisorElement): readonly ProductCard[] =>
  productElements(root).flatMap((product) => {
    const key = textAt(product, ...BASE, 'NetvisorKey');
    return key ? [cardOf(key, product)] : [];
  });

function cardOf(key: string, product: NetvisorElement): ProductCard {
  const at = (name: string): string | null => textAt(product, ...BASE, name) || null;
  const price = child(product, ...BASE, 'UnitPrice');
  return {
    key,
    code: at('ProductCode') ?? '',
    name: at('Name') ?? '',
    unit: at('Unit'),
    price: at('UnitPrice'),
    gross: ['gross', 'brutto'].includes((price && attributeOf(price, 'type'))?.toLowerCase() ?? ''),
    vatRate: textAt(product, 'ProductBookKeepingDetails', 'DefaultVatPercent') || null,
    group: at('ProductGroup'),
    active: !['0', 'false'].includes(at('IsActive')?.toLowerCase() ?? ''),
  };
}

/** What a new product is made of; numbers are canonical decimals. */
export interface NewProduct {
  readonly code: string;
  readonly group: string;
  readonly name: string;
  readonly price: string;
  readonly unit: string;
  readonly vatRate: string | null;
  readonly active: boolean;
}

export const productCreation = (product: NewProduct): NetvisorRequest => ({
  method: 'POST',
  resource: 'product.nv',
  query: [['method', 'add']],
  body: element('product', [
    element('productbaseinformation', [
      element('productcode', product.code),
      element('productgroup', product.group),
      element('name', product.name),
      element('unitprice', withComma(product.price), { type: 'net' }),
      product.unit !== '' && element('unit', product.unit),
      element('isactive', product.active ? '1' : '0'),
      element('issalesproduct', '1'),
    ]),
    product.vatRate !== null &&
      element('productbookkeepingdetails', [element('defaultvatpercentage', withComma(product.vatRate))]),
  ]),
});

const withComma = (decimal: string): string => decimal.replace('.', ',');
