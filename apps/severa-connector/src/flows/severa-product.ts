import type { SeveraRequest } from '#lib/upstream';

import type { JsonObject, Reading, SourcePage, SourceRecord } from '../engine/flow.js';
import { isOn, objectOf, objectsOf, type SeveraObject, textIn } from './severa-json.js';
import { moneyIn, plainNumber } from './severa-money.js';
import { tokenPages } from './severa-pages.js';

/** What an invoice row of Severa can be of: all three are products to Netvisor (contracts/severa §3.1). */
const KINDS = ['product', 'work-type', 'travel-expense-type'] as const;
export type ProductKind = (typeof KINDS)[number];

/** What of a product goes to Netvisor, as Severa has it. Numbers are canonical decimals. */
export interface ProductContent extends JsonObject {
  readonly kind: ProductKind;
  readonly code: string | null;
  readonly name: string | null;
  readonly unit: string | null;
  /** Net; `null` for work and travel, whose prices are the project's. */
  readonly price: string | null;
  readonly currency: string | null;
  readonly vatRate: string | null;
  readonly group: string | null;
  readonly active: boolean;
}

/** Netvisor's prices are in the home currency, which a company of Finland has in euros. */
const HOME = 'EUR';

export const allProducts = (changed: readonly (readonly [string, string])[] = []): SeveraRequest => ({
  method: 'GET',
  path: ['products'],
  query: [['rowCount', '500'], ...changed],
  paging: 'token',
});

/**
 * Products, work types and travel expense types, passive ones too; of those only the ones that can be told by a code.
 * Travel expense types have no filter for what was changed, so that all of them are read each time.
 */
export async function* readProducts({ calls, since, from }: Reading): AsyncGenerator<SourcePage> {
  const changed: readonly (readonly [string, string])[] = since ? [['changedSince', since.toISOString()]] : [];
  const requests: Readonly<Record<ProductKind, SeveraRequest>> = {
    product: allProducts(changed),
    'work-type': { method: 'GET', path: ['worktypes'], query: [['rowCount', '100'], ...changed], paging: 'rows' },
    'travel-expense-type': {
      method: 'GET',
      path: ['travelexpensetypes'],
      query: [['rowCount', '100']],
      paging: 'rows',
    },
  };
  for (const kind of KINDS) {
    for await (const { rows, on } of tokenPages(calls, requests[kind], kind === 'product' ? from : undefined)) {
      yield { records: rows.map(objectOf).flatMap((product) => sourceRecord(kind, product)), ...on };
    }
  }
}

function sourceRecord(kind: ProductKind, product: SeveraObject): readonly SourceRecord[] {
  const key = textIn(product, 'guid');
  if (key === null) return [];
  const content = contentOf(kind, product);
  // What is out of use and has no code stands on no new invoice: there is nobody to be told.
  if (content.code === null && !content.active) return [];
  return [{ key, number: content.code, name: content.name, content }];
}

function contentOf(kind: ProductKind, product: SeveraObject): ProductContent {
  // What a trip costs is not what it is sold for.
  const { amount, currency } = moneyIn(kind === 'product' ? product['unitPrice'] : null, HOME);
  return {
    kind,
    code: textIn(product, 'code')?.trim() || null,
    name: textIn(product, 'name'),
    unit: textIn(product, 'measurementUnit'),
    price: amount,
    currency: amount === null || currency === HOME ? null : currency,
    vatRate: plainNumber(product, 'vatRate'),
    group: textIn(product, 'productCategory', 'name'),
    active: isOn(product, 'isActive'),
  };
}

/** A product found in Severa. */
export interface FoundProduct {
  readonly key: string;
  readonly code: string;
  readonly name: string;
}

export const foundProducts = (body: unknown): readonly FoundProduct[] =>
  objectsOf(body).flatMap((product) => {
    const key = textIn(product, 'guid');
    const code = textIn(product, 'code')?.trim();
    return key && code ? [{ key, code, name: textIn(product, 'name') ?? '' }] : [];
  });

/** The request that finds the product of a code. */
export const productByCode = (code: string): SeveraRequest => ({
  method: 'GET',
  path: ['products'],
  query: [['code', code]],
});

/** The product categories' guids by their names. */
export const categoryGuids = (body: unknown): readonly (readonly [string, string])[] =>
  objectsOf(body).flatMap((category) => {
    const name = textIn(category, 'name');
    const guid = textIn(category, 'guid');
    return name !== null && guid !== null ? [[name.trim().toLowerCase(), guid] as const] : [];
  });
