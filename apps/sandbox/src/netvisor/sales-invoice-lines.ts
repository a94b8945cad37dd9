import { type Call, dimensionsOf } from './call.js';
import { type Decimal, decimalOf, percentOf, rounded, times } from './decimal.js';
import type { Fields, InvoiceLine } from './organisation.js';
import { invalid, type Refusal } from './outcome.js';
import { productOf } from './sales-invoice-rules.js';
import { leavesOf } from './shape.js';
import { PRODUCT_LINE } from './shapes/sales-invoice.js';
import { isVatPercent } from './shapes/vat-codes.js';
import { childrenOf, type XmlElement } from './xml.js';

/** The lines of an invoice, or what is wrong with the first that is. */
export function linesOf(list: XmlElement, call: Call): readonly InvoiceLine[] | Refusal {
  const lines: InvoiceLine[] = [];
  for (const holder of childrenOf(list, 'invoiceline')) {
    const [line, ...more] = holder.children;
    if (!line || more.length > 0) return invalid('Element invoiceline must contain one line');
    const read = lineOf(line, call);
    if (read.kind === 'refused') return read;
    lines.push(read);
  }
  const hasProduct = lines.some(({ kind }) => kind === 'product');
  return hasProduct ? lines : invalid('At least one salesinvoiceproductline is mandatory');
}

function lineOf(line: XmlElement, call: Call): InvoiceLine | Refusal {
  const name = line.name.toLowerCase();
  if (name !== 'salesinvoiceproductline') {
    const fields = Object.fromEntries(line.children.map((child) => [child.name.toLowerCase(), child.text]));
    const kind = name === 'salesinvoicecommentline' ? 'comment' : 'subline';
    return { kind, fields, dimensions: [], product: null, vatSum: 0n, sum: 0n };
  }
  const fields = leavesOf(line, PRODUCT_LINE);
  const fault = faultOfLine(fields, call);
  if (fault) return fault;
  const product = productOf(fields, call);
  if ('kind' in product) return product;
  return { kind: 'product', fields, dimensions: dimensionsOf(line), product: product.key, ...sumsOf(fields) };
}

/** The code allows the percent; both sums or neither; the account is there. */
function faultOfLine(line: Fields, { organisation }: Call): Refusal | null {
  const { productvatpercentage: percent = '', 'productvatpercentage@vatcode': vatCode = '' } = line;
  if (!isVatPercent(percent, vatCode)) return invalid(`VAT code ${vatCode} does not allow VAT percent ${percent}`);
  const { salesinvoiceproductlinevatsum: vatSum, salesinvoiceproductlinesum: sum } = line;
  if (Boolean(vatSum) !== Boolean(sum)) {
    return invalid('Elements salesinvoiceproductlinevatsum and salesinvoiceproductlinesum go together');
  }
  const account = line['accountingaccountsuggestion'];
  return account && !organisation.accounts.has(account) ? invalid(`Account not found: ${account}`) : null;
}

/** The sums of a line with VAT, to two decimals: those that were given, or what quantity, price and discount make. */
function sumsOf(line: Fields): { readonly vatSum: Decimal; readonly sum: Decimal } {
  const { salesinvoiceproductlinevatsum: vatSum, salesinvoiceproductlinesum: sum } = line;
  if (vatSum && sum) return { vatSum: decimalOf(vatSum), sum: decimalOf(sum) };
  const price = decimalOf(line['productunitprice'] || '0');
  const whole = times(decimalOf(line['salesinvoiceproductlinequantity'] || '0'), price);
  const discount = percentOf(whole, decimalOf(line['salesinvoiceproductlinediscountpercentage'] || '0'));
  const total = whole - discount;
  const percent = decimalOf(line['productvatpercentage'] || '0');
  if (line['productunitprice@type'] === 'gross') {
    const gross = rounded(total, 2);
    return { sum: gross, vatSum: rounded((total * percent) / (decimalOf('100') + percent), 2) };
  }
  const vat = rounded(percentOf(total, percent), 2);
  return { sum: rounded(total, 2) + vat, vatSum: vat };
}
