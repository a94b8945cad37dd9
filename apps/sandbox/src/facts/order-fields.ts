import { certainCode, certainText, code, day, type FieldTable, flag, list, number, object, text } from './field.js';

/** SalesOrderRowDTO. The two lengths that have a text of their own are checked with the row: see `order-rows.ts`. */
export const ORDER_ROW: FieldTable = {
  fields: {
    accountDimension1: text(8),
    accountDimension2: text(8),
    accountDimension3: text(8),
    accountDimension4: text(8),
    changeTime: certainText(),
    changeUser: certainText(),
    description: text(),
    discountRate: number(100, 2),
    internalDescription: certainText(),
    productCode: text(20),
    quantity: number(9_999_999_999.999, 3),
    rowFreeText: text(),
    textRow: flag,
    unitPriceExcludingTax: number(9_999_999_999.999998, 6),
    totalSumIncludingTax: number(999_999_999_999.99, 2),
    unitId: text(10),
  },
  required: [],
  own: ['changeTime', 'changeUser'],
};

const ADDRESS = {
  countryCode: text(2, 2),
  countryName: certainText(),
  postCodeIdentifier: text(35),
  streetName: text(35),
  streetName2: text(35),
  townName: text(35),
};

const BUYER: FieldTable = {
  fields: { ...ADDRESS, buyerOrganisationName: text(40), buyerOrganisationName2: text(40) },
  required: [],
  own: ['countryName'],
};

const RECIPIENT: FieldTable = {
  fields: { ...ADDRESS, recipientOrganisationName: text(35), recipientOrganisationName2: text(35) },
  required: [],
  own: ['countryName'],
};

const SUM = number(999_999_999_999.99, 2);

/** SalesOrderDTO [myyntitilaus]. */
export const ORDER: FieldTable = {
  fields: {
    accountDimensionText: text(35),
    agreementIdentifier: text(70),
    buyer: object(BUYER),
    buyerReferenceIdentifier: text(70),
    changeTime: certainText(),
    changeUser: certainText(),
    createTime: certainText(),
    createUser: certainText(),
    cuid: text(32, 32),
    currency: certainCode('EUR'),
    currencyRate: certainCode(1),
    customerId: certainText(10, 1),
    deliveryDate: day,
    deliveryMethodId: text(3, 1),
    deliveryTermId: text(3, 1),
    externalBatchId: text(),
    externalOrderNumber: text(100, 1),
    id: text(),
    invoiceReference: text(80, 1),
    languageCode: certainCode('FIN', 'SWE', 'ENG'),
    orderDate: day,
    orderIdentifier: text(70),
    orderNumber: text(),
    orderStatus: code('DRAFT', 'INVOICED'),
    paymentTermId: certainText(70),
    postingGroupId: certainText(10, 1),
    readyToInvoice: flag,
    recipient: object(RECIPIENT),
    salesOrderRowDTOS: list(ORDER_ROW),
    salesPersonId: text(10),
    tenderReference: text(70),
    totalVatAmount: SUM,
    totalVatExcludedAmount: SUM,
    totalVatIncludedAmount: SUM,
    transmissionTypeId: text(10, 10),
  },
  required: ['customerId', 'paymentTermId', 'postingGroupId', 'currency', 'languageCode'],
  own: [
    'changeTime',
    'changeUser',
    'createTime',
    'createUser',
    'cuid',
    'externalBatchId',
    'id',
    'orderNumber',
    'orderStatus',
    'totalVatAmount',
    'totalVatExcludedAmount',
    'totalVatIncludedAmount',
  ],
};
