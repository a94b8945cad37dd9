/** Orders of the wholesaler of `product-document.ts`: the same for the same number, ten rows each on the average. */

import { elementsOf } from './document-file.ts';
import { product } from './product-document.ts';

/** What the orders look into. */
export const CUSTOMERS = 10_000;
export const PRODUCTS = 10_000;
export const DISCOUNTS = 1_000;
export const POSTING_GROUPS = 50;

/** Rows of the orders, in turn; their mean is {@link ROWS_AN_ORDER}. */
const ROW_COUNTS: readonly number[] = [1, 19, 3, 17, 5, 15, 7, 13, 9, 11];
export const ROWS_AN_ORDER = 10;

type Values = Readonly<Record<string, string | undefined>>;
export interface Order {
  readonly values: Values;
  readonly rows: readonly Values[];
}

/** The order's elements, by the register's column. */
const FIELDS = [
  ['SalesOrderNumber', 'order_number'],
  ['SalesOrderCompanyId', 'company_code'],
  ['SalesOrderName1', 'name1'],
  ['SalesOrderStreetAddress', 'street_address'],
  ['SalesOrderPostalCode', 'postal_code'],
  ['SalesOrderPostalAddress', 'postal_address'],
  ['SalesOrderCountry', 'country'],
  ['SalesOrderDate', 'order_date'],
  ['SalesOrderCurrency', 'currency'],
  ['SalesOrderPostingGroup', 'posting_group'],
  ['SalesOrderBuyerReference', 'buyer_reference'],
  ['SalesOrderTaxableTotal', 'taxable_total'],
] as const;
const ROW_FIELDS = [
  ['SalesOrderRowNo', 'row_no'],
  ['SalesOrderRowProductId', 'product_code'],
  ['SalesOrderRowProductName', 'product_name'],
  ['SalesOrderRowQuantity', 'quantity'],
  ['SalesOrderRowUnit', 'unit'],
  ['SalesOrderRowTaxableUnitPrice', 'taxable_unit_price'],
  ['SalesOrderRowDiscountPercent', 'discount_percent'],
  ['SalesOrderRowDimension1', 'dimension1'],
  ['SalesOrderRowTextRow', 'text_row'],
] as const;

const customerCode = (no: number): string => `A${no % CUSTOMERS}`;
const postingGroupId = (no: number): string => `TR${no % POSTING_GROUPS}`;
const day = (no: number): string =>
  `2026-${String((no % 12) + 1).padStart(2, '0')}-${String((no % 28) + 1).padStart(2, '0')}`;

/** The order with this number. */
export function order(no: number): Order {
  const values = {
    order_number: `T${String(no).padStart(8, '0')}`,
    company_code: customerCode(no * 7),
    name1: `Tilaaja & kumppanit ${no % CUSTOMERS}`,
    street_address: `Tehtaankatu ${(no % 150) + 1}`,
    postal_code: String(no % 100_000).padStart(5, '0'),
    postal_address: 'HELSINKI',
    country: 'FI',
    order_date: day(no),
    currency: 'EUR',
    posting_group: no % 2 === 0 ? postingGroupId(no) : undefined,
    buyer_reference: `Viite ${no * 31}`,
    taxable_total: ((no % 99_991) / 100 + 0.01).toFixed(2),
  };
  const count = ROW_COUNTS[no % ROW_COUNTS.length] ?? ROWS_AN_ORDER;
  return { values, rows: Array.from({ length: count }, (_, index) => row(no, index)) };
}

/** One in twenty is of text alone. */
function row(order: number, index: number): Values {
  const no = order * 11 + index * 7;
  if ((order + index) % 20 === 0)
    return { row_no: String(index + 1), product_name: `Toimitus viikolla ${no % 52}`, text_row: '1' };
  const { product_code, name, unit, sales_price } = product(no % PRODUCTS);
  return {
    row_no: String(index + 1),
    product_code,
    product_name: name,
    quantity: String((no % 40) + 1),
    unit,
    taxable_unit_price: sales_price,
    discount_percent: no % 7 === 0 ? '5' : undefined,
    dimension1: no % 5 === 0 ? String(100 + (no % 30)) : undefined,
  };
}

export function orderXml(no: number): string {
  const { values, rows } = order(no);
  const inner = rows.map(
    (one) =>
      `    <SalesOrderRow>\n${elementsOf(ROW_FIELDS.map(([element, name]) => [element, one[name]]))}    </SalesOrderRow>\n`,
  );
  return `  <SalesOrder>\n${elementsOf(FIELDS.map(([element, name]) => [element, values[name]]))}${inner.join('')}  </SalesOrder>\n`;
}

/** The order as a line of COPY's text format, in these columns, its rows as the register has them. */
export function orderCopyLine(no: number, columns: readonly string[]): string {
  const { values, rows } = order(no);
  const held = rows.map(({ row_no, text_row, ...one }) => [row_no, { ...one, text_row: text_row && 'true' }] as const);
  const children = JSON.stringify({ rows: Object.fromEntries(held) as Readonly<Record<string, Values>> });
  const cells = columns.map((name) =>
    name === 'children' ? children.replaceAll('\\', '\\\\') : (values[name] ?? '\\N'),
  );
  return `${no + 1}\t${no * 12}\t3\t\\N\t${cells.join('\t')}\n`;
}

/** A customer; its dimensions are what rows take that have none. */
export const customerXml = (no: number): string =>
  `  <Company>\n${elementsOf([
    ['CompanyId', customerCode(no)],
    ['CompanyName1', `Tilaaja & kumppanit ${no}`],
    ['CompanyDimension2', no % 2 === 0 ? String(200 + (no % 90)) : undefined],
    ['CompanySalesPostingGroup', postingGroupId(no)],
  ])}  </Company>\n`;

/** Posting groups first, then discounts: of a customer and a product, a product group, or a customer. */
export function baseDataXml(no: number): string {
  if (no < POSTING_GROUPS) {
    const dimensions = [2, 3, 4].map((level) => [`PostingGroupDimension${level}`, String(level * 100 + no)] as const);
    return `  <PostingGroup>\n${elementsOf([['PostingGroupId', postingGroupId(no)], ...dimensions])}  </PostingGroup>\n`;
  }
  const { product_code, product_group } = product(no);
  const kind = no % 3;
  return `  <Discount>\n${elementsOf([
    ['DiscountId', `AL${no}`],
    ['DiscountCompanyId', kind === 1 ? undefined : customerCode(no * 7)],
    ['DiscountProductCode', kind === 0 ? product_code : undefined],
    ['DiscountProductGroup', kind === 1 ? product_group : undefined],
    ['DiscountPercent', String((no % 30) + 1)],
    ['DiscountBeginDate', '2026-03-01'],
  ])}  </Discount>\n`;
}
