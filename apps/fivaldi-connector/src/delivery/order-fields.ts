import { boolean, code, date, type Mapped, number, text, unheld } from './mapping.js';

/** An order's head as `SalesOrderDTO` has it (contract §1.6.4); what Fivaldi reckons itself is not given. */
export const head: readonly Mapped[] = [
  code('language', 'languageCode', { FIN: 'FIN', SWE: 'SWE', ENG: 'ENG' }),
  date('order_date', 'orderDate'),
  date('delivery_date', 'deliveryDate'),
  text('payment_term', 'paymentTermId', 70),
  text('posting_group', 'postingGroupId', 10),
  text('delivery_method', 'deliveryMethodId', 3),
  text('delivery_term', 'deliveryTermId', 3),
  text('transmission_type', 'transmissionTypeId', 10),
  text('sales_person_id', 'salesPersonId', 10),
  text('invoice_reference', 'invoiceReference', 80),
  text('order_identifier', 'orderIdentifier', 70),
  text('buyer_reference', 'buyerReferenceIdentifier', 70),
  text('agreement_identifier', 'agreementIdentifier', 70),
  text('tender_reference', 'tenderReference', 70),
  text('account_dimension_text', 'accountDimensionText', 35),
  boolean('ready_to_invoice', 'readyToInvoice'),
];

/** What Fivaldi reckons, and our register is told. */
export const totals: readonly Mapped[] = [
  number('taxable_total', 'totalVatExcludedAmount', 12, 2),
  number('total_incl_tax', 'totalVatIncludedAmount', 12, 2),
];

/** Another customer is another number there, and another key here: which one, a person says. */
export const customer = unheld('company_code', 'customerId');

const party = (prefix: string, name: string, longest: number): readonly Mapped[] => [
  text(`${prefix}name1`, name, longest),
  text(`${prefix}name2`, `${name}2`, longest),
  text(`${prefix}street_address`, 'streetName', 35),
  text(`${prefix}street_address2`, 'streetName2', 35),
  text(`${prefix}postal_code`, 'postCodeIdentifier', 35),
  text(`${prefix}postal_address`, 'townName', 35),
  text(`${prefix}country`, 'countryCode', 2),
];

/** Fields of the order here, parts of it there. */
export const PARTIES = {
  buyer: party('', 'buyerOrganisationName', 40),
  recipient: party('delivery_', 'recipientOrganisationName', 35),
} as const;

export type PartyName = keyof typeof PARTIES;
export const PARTY_NAMES = ['buyer', 'recipient'] as const satisfies readonly PartyName[];

export const productRow: readonly Mapped[] = [
  text('product_code', 'productCode', 20),
  text('product_name', 'description', 80),
  number('quantity', 'quantity', 10, 3),
  text('unit', 'unitId', 10),
  number('discount_percent', 'discountRate', 3, 2),
  text('dimension1', 'accountDimension1', 8),
  text('dimension2', 'accountDimension2', 8),
  text('dimension3', 'accountDimension3', 8),
  text('dimension4', 'accountDimension4', 8),
  text('free_text', 'rowFreeText', 512),
];
export const netPrice = number('taxable_unit_price', 'unitPriceExcludingTax', 10, 6);
export const textRow = text('free_text', 'rowFreeText', 512);

/** All that a row of ours may hold of one of theirs. A row's total with tax is no price of a piece. */
export const anyRow: readonly Mapped[] = [
  boolean('text_row', 'textRow'),
  ...productRow,
  netPrice,
  unheld('unit_price_incl_tax', 'totalSumIncludingTax'),
];
