/** Products of a made-up wholesaler: the same for the same number, no two alike, some with letters to escape. */

import { elementsOf, smallDocumentOf, writeRecords } from './document-file.ts';

const GOODS = ['Hehkulamppu', 'Työkäsine', 'Kahvi & tee -lajitelma', 'Ruuvi <M8>', 'Pakkausteippi', 'Käsipyyhe'];
const UNITS = ['kpl', 'ltk', 'm', 'kg', 'rulla'];
const COUNTRIES = ['FI', 'SE', 'EE', 'DE', 'PL', 'CN'];
const WORDS = [
  'kestävä', 'kotimainen', 'pakattu', 'neljäkymmentä', 'varastossa', 'toimitusaika', 'R&D', 'puhdas', 'kierrätetty',
  '"premium"', 'alle 5 < 10', 'ulkokäyttöön', 'suojattu', 'sertifioitu', 'kevyt', 'pesunkestävä',
]; // prettier-ignore

/** Ten of the fields, by element and by the register's column. */
const FIELDS = [
  ['ProductCode', 'product_code'],
  ['ProductName', 'name'],
  ['ProductEanCode', 'ean_code'],
  ['ProductGroup', 'product_group'],
  ['ProductUnit', 'unit'],
  ['ProductSalesPrice', 'sales_price'],
  ['ProductPurchasePrice', 'purchase_price'],
  ['ProductDefaultToInvoice', 'default_to_invoice'],
  ['ProductOriginCountry', 'origin_country'],
  ['ProductPublicDescription', 'public_description'],
] as const;

type Column = (typeof FIELDS)[number][1];
export type Product = Readonly<Record<Column, string>>;

const pick = (list: readonly string[], no: number): string => list[no % list.length] ?? '';

/** The product with this number. `range` keeps the products of two documents of one company apart. */
export function product(no: number, range = 'T'): Product {
  const words = Array.from({ length: 4 }, (_, index) => pick(WORDS, no * 7 + index * (1 + (no % 5))));
  return {
    product_code: range + String(no).padStart(8, '0'),
    name: `${pick(GOODS, no)} ${no}`,
    ean_code: String(6_400_000_000_000 + no * 17),
    product_group: String(no % 1000),
    unit: pick(UNITS, no),
    sales_price: ((no % 99_991) / 100 + 0.01).toFixed(2),
    purchase_price: ((no % 49_999) / 1000 + 0.001).toFixed(3),
    default_to_invoice: String(no % 2),
    origin_country: pick(COUNTRIES, no),
    public_description: words.join(' '),
  };
}

export const productXml = (one: Product): string =>
  `  <Product>\n${elementsOf(FIELDS.map(([element, column]) => [element, one[column]]))}  </Product>\n`;

/** A document of `count` products as one text; for small ones. */
export function smallDocument(companyNumber: string, range: string, count: number): Buffer {
  const products = Array.from({ length: count }, (_, index) => productXml(product(index, range)));
  return smallDocumentOf(companyNumber, products);
}

/** Writes a document of `count` products to a file. */
export const writeDocument = (file: string, companyNumber: string, count: number): Promise<void> =>
  writeRecords(file, companyNumber, count, (no) => productXml(product(no)));

/** The product as a line of COPY's text format, in these columns; `\N` where it has no value. */
export function copyLine(one: Product, no: number, columns: readonly string[]): string {
  const values = columns.map((column) => (column in one ? one[column as Column].replaceAll('\\', '\\\\') : '\\N'));
  return `${no}\t${no * 12}\t3\t\\N\t${values.join('\t')}\n`;
}
