import type { Company } from './company.js';
import type { Dto, FieldFault } from './field-check.js';
import { noSuchProduct } from './products.js';

const DESCRIPTION_LIMIT = 80;
const FREE_TEXT_LIMIT = 512;

/** What a text row must not give. */
const PRODUCT_FIELDS = ['productCode', 'description', 'quantity', 'unitPriceExcludingTax', 'totalSumIncludingTax'];

/**
 * What is wrong with an order's row beyond lengths and types, in the words met in production where there are any.
 *
 *   row     | must                                     | must not
 *   --------+------------------------------------------+-----------------------------------------
 *   text    | -                                        | give a product, a quantity or a price
 *   product | name a product of the register; give one | give both prices
 *           | of the two prices                        |
 */
export function faultsOfRow(row: Dto, index: number, company: Company): FieldFault[] {
  const faults: FieldFault[] = [];
  const no = (message: string, field?: string) =>
    faults.push({ field: field === undefined ? null : `salesOrderRowDTOS[${index}].${field}`, message });
  if (lengthOf(row['description']) > DESCRIPTION_LIMIT) no('Row description cannot exceed 80 characters');
  if (lengthOf(row['rowFreeText']) > FREE_TEXT_LIMIT) no('Free text below rows cannot exceed 512 characters');
  if (row['textRow'] === true) {
    const given = PRODUCT_FIELDS.filter((name) => row[name] !== undefined && row[name] !== null);
    for (const name of given) no('must not be given on a text row', name);
    return faults;
  }
  const { productCode, unitPriceExcludingTax: unit, totalSumIncludingTax: total } = row;
  if (typeof productCode !== 'string' || productCode === '') no("Item's code cannot be empty");
  else if (!company.products.has(productCode)) no(noSuchProduct(productCode));
  if (unit !== undefined && total !== undefined) {
    no('UnitPriceExcludingTax and totalSumIncludingTax can not be given on same row');
  }
  if (unit === undefined && total === undefined) no('must be given, or totalSumIncludingTax', 'unitPriceExcludingTax');
  if (typeof row['unitId'] === 'string' && !company.details.unitDTOS.some(({ unitId }) => unitId === row['unitId'])) {
    no(`Unit with id [${row['unitId']}] does not exist on Fivaldi company`);
  }
  return faults;
}

/** A row with what Fivaldi counts, and its sums. `vatPercent` is the posting's. */
export interface CountedRow {
  readonly row: Dto;
  readonly excluded: number;
  readonly included: number;
}

/** The other price of a row from the given one, its discount and its value added tax; a text row is worth nothing. */
export function countedRow(row: Dto, vatPercent: number): CountedRow {
  if (row['textRow'] === true) return { row, excluded: 0, included: 0 };
  const quantity = numberOr(row['quantity'], 1);
  const factor = quantity * (1 - numberOr(row['discountRate'], 0) / 100);
  const tax = 1 + vatPercent / 100;
  if (typeof row['totalSumIncludingTax'] === 'number') {
    const included = row['totalSumIncludingTax'];
    const unit = factor === 0 ? 0 : rounded(included / tax / factor, 6);
    return { row: { ...row, quantity, unitPriceExcludingTax: unit }, excluded: rounded(included / tax, 2), included };
  }
  const excluded = rounded(numberOr(row['unitPriceExcludingTax'], 0) * factor, 2);
  const included = rounded(excluded * tax, 2);
  return { row: { ...row, quantity, totalSumIncludingTax: included }, excluded, included };
}

/** The percent of the posting that a product's row is booked by: the product's own in that group, else the group's. */
export function vatPercentOf(row: Dto, postingGroupId: unknown, company: Company): number {
  const postings = company.products.get(String(row['productCode']))?.postings ?? [];
  const own = postings.find((posting) => posting['postingGroupId'] === postingGroupId)?.['postingCodeId'];
  const group = company.details.salesPostingGroupDTOList.find((it) => it['postingGroupId'] === postingGroupId);
  const code = own ?? group?.['defaultPostingId'];
  return numberOr(company.details.productPostingCodeDTOS.find(({ id }) => id === code)?.['vatPercent'], 0);
}

/** Half away from zero, as money is. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return (Math.sign(value) * Math.round(Math.abs(value) * scale + 1e-7)) / scale;
}

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
