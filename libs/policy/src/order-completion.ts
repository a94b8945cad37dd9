import type { Fields, IncomingRecord } from './register-record.js';

/** The switches of sales orders [Myyntitilaukset] in the base settings of XML transfers. */
export interface OrderOptions {
  readonly useDiscountRegister: boolean;
  readonly createMissingProducts: boolean;
  /** Levels, 1–4. */
  readonly fetchMissingDimensions: readonly number[];
}

/** A record of the discount register [Alennukset/hinnoittelu]. Dates are `YYYY-MM-DD`; `null` is not named, or open. */
export interface Discount {
  readonly id: string;
  readonly company: string | null;
  readonly product: string | null;
  readonly productGroup: string | null;
  readonly percent: string;
  readonly begins: string | null;
  readonly ends: string | null;
}

/** The company's registers, as far as they complete an order. A deleted record is not in them. */
export interface OrderSurroundings {
  /** The group of each product. */
  readonly products: ReadonlyMap<string, { readonly group: string | null }>;
  /** `fields` has `dimension1` to `dimension4` and `sales_posting_group`. */
  readonly customers: ReadonlyMap<string, Fields>;
  /** Each with `dimension1` to `dimension4`. */
  readonly postingGroups: ReadonlyMap<string, Fields>;
  readonly discounts: readonly Discount[];
}

/** A product code that the register does not have, and the first row that names it. */
export interface MissingProduct {
  readonly row: string;
  readonly code: string;
  readonly name: string | null;
}

export type OrderCompletion =
  /** `create`: products that go into the register with the order, each once. */
  | { readonly do: 'complete'; readonly order: IncomingRecord; readonly create: readonly MissingProduct[] }
  /** Every row that names an unknown product, in the order of their numbers. */
  | { readonly do: 'reject'; readonly reason: 'unknown-product'; readonly unknown: readonly MissingProduct[] };

/**
 * Completes an order from the company's registers, before its mode says what becomes of it. An order that the mode
 * leaves alone is not completed: nothing is created for it, and nothing in it is refused.
 *
 *   a row                                   | createMissingProducts | the order
 *   ----------------------------------------+-----------------------+----------------------------------
 *   names no product, or one that there is  | –                     | goes on
 *   names one that there is not             | on                    | goes on; code and name are created
 *   names one that there is not             | off                   | is rejected
 *
 *   discount percent of a row               | useDiscountRegister   | becomes
 *   ----------------------------------------+-----------------------+----------------------------------
 *   any                                     | off                   | the row's own
 *   any, and the register has one for it    | on                    | the register's
 *   any, and the register has none          | on                    | the row's own
 *
 *   dimension of a row, level by level      | fetch this level      | becomes
 *   ----------------------------------------+-----------------------+----------------------------------
 *   given                                   | –                     | the row's own
 *   absent or empty                         | off                   | empty
 *   absent or empty                         | on                    | the customer's, else that of the posting
 *                                           |                       | group, else empty
 *
 * A discount is for a row when the row has everything that it names (customer, product, product group) and the order's
 * date lies in its time; one that names nothing is for none, and for an order without a date only one whose time is open
 * at both ends. The most specific counts: customer and product, customer and group, customer, product, group; then the
 * one that began last, then the first by id.
 *
 * The posting group is the order's, else the customer's for sales: Fivaldi keeps it on orders and customers (contract
 * §1.6.2, §1.6.4), and products have none. A text row is left as it stands. Sources: the seed's base settings of XML
 * transfers, sales orders 3–5; the contract's §4.3 for the order of the dimensions.
 */
export function completeOrder(
  order: IncomingRecord,
  options: OrderOptions,
  around: OrderSurroundings,
): OrderCompletion {
  const rows = rowsOf(order);
  const missing = rows.flatMap(([row, fields]) => {
    const code = isText(fields) ? null : valueOf(fields, 'product_code');
    if (code === null || around.products.has(code)) return [];
    return [{ row, code, name: valueOf(fields, 'product_name') }];
  });
  if (missing.length > 0 && !options.createMissingProducts) {
    return { do: 'reject', reason: 'unknown-product', unknown: missing };
  }
  const create = [...Map.groupBy(missing, ({ code }) => code).values()].flatMap(([first]) => first ?? []);
  const completed = rows.map(([row, fields]) => [row, completeRow(fields, order.fields, options, around)] as const);
  const children = rows.length > 0 ? { ...order.children, rows: Object.fromEntries(completed) } : order.children;
  return { do: 'complete', order: { ...order, children }, create };
}

function completeRow(row: Fields, order: Fields, options: OrderOptions, around: OrderSurroundings): Fields {
  if (isText(row)) return row;
  const customer = around.customers.get(valueOf(order, 'company_code') ?? '') ?? {};
  const group = valueOf(order, 'posting_group') ?? valueOf(customer, 'sales_posting_group');
  const posting = around.postingGroups.get(group ?? '') ?? {};
  const completed = { ...row };
  for (const level of options.fetchMissingDimensions) {
    const name = `dimension${level}`;
    const value = valueOf(row, name) ?? valueOf(customer, name) ?? valueOf(posting, name);
    if (value !== null) completed[name] = value;
  }
  const discount = options.useDiscountRegister ? discountFor(row, order, around) : undefined;
  return discount ? { ...completed, discount_percent: discount.percent } : completed;
}

function discountFor(row: Fields, order: Fields, { products, discounts }: OrderSurroundings): Discount | undefined {
  const company = valueOf(order, 'company_code');
  const product = valueOf(row, 'product_code');
  const group = products.get(product ?? '')?.group ?? null;
  const date = valueOf(order, 'order_date');
  const fits = (named: string | null, own: string | null): boolean => named === null || named === own;
  return discounts
    .filter((one) => fits(one.company, company) && fits(one.product, product) && fits(one.productGroup, group))
    .filter((one) => specificity(one) > 0 && isValidOn(date, one))
    .sort((a, b) => specificity(b) - specificity(a) || descending(a.begins, b.begins) || (a.id < b.id ? -1 : 1))[0];
}

/** Customer and product 5, customer and group 4, customer 3, product 2, group 1; 0 names nothing. */
function specificity({ company, product, productGroup }: Discount): number {
  const thing = product !== null ? 2 : productGroup !== null ? 1 : 0;
  return company === null ? thing : 3 + thing;
}

function isValidOn(date: string | null, { begins, ends }: Discount): boolean {
  if (date === null) return begins === null && ends === null;
  return (begins === null || begins <= date) && (ends === null || date <= ends);
}

/** The later day first; what has always been valid last. */
const descending = (a: string | null, b: string | null): number =>
  (a ?? '') === (b ?? '') ? 0 : (a ?? '') > (b ?? '') ? -1 : 1;

/** The rows by their numbers. */
function rowsOf({ children }: IncomingRecord): readonly (readonly [string, Fields])[] {
  return Object.entries(children['rows'] ?? {}).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
}

const isText = (row: Fields): boolean => valueOf(row, 'text_row') === 'true';
const valueOf = (fields: Fields, name: string): string | null => fields[name] ?? null;
