import { boolean, code, type Mapped, number, text } from './mapping.js';

const LANGUAGES = { FIN: 'FIN', SWE: 'SWE', ENG: 'ENG' };

/** The company register's fields as `CustomerEntityDetailsDTO` has them (contract §1.6.2). */
export const core: readonly Mapped[] = [
  text('name1', 'customerName', 40),
  text('name2', 'customerName2', 40),
  text('business_id', 'businessId', 30),
  text('email1', 'email', 80),
  text('email2', 'email2', 80),
  text('phone1', 'phoneNumber', 25),
  text('phone2', 'phoneNumber2', 25),
  text('website', 'website', 80),
  code('language', 'languageCode', LANGUAGES),
  text('currency', 'currency', 3),
  boolean('is_customer', 'isCustomer'),
  boolean('is_supplier', 'isSupplier'),
  boolean('is_consumer', 'isConsumer'),
  text('segment', 'customerSegment', 10),
  text('responsible_person', 'responsablePerson', 40),
  text('sales_person_id', 'salesPersonId', 20),
  text('dimension1', 'accountDimension1', 8),
  text('dimension2', 'accountDimension2', 8),
  text('dimension3', 'accountDimension3', 8),
  text('dimension4', 'accountDimension4', 8),
  text('sales_payment_term', 'salesPaymentTerm', 4),
  text('purchase_payment_term', 'purchasePaymentTerm', 4),
  text('sales_posting_group', 'salesPostingGroup', 10),
  text('purchase_posting_group', 'purchasePostingGroup', 10),
  text('delivery_method', 'deliveryMethod', 3),
  text('delivery_term', 'salesDeliveryTermId', 3),
  text('transmission_type', 'transmissionTypeId', 10),
  number('interest_percent', 'customerInterestPercent', 4, 6),
  boolean('interest_disabled', 'interestDisabled'),
  boolean('debt_collection_disabled', 'debtCollectionDisabled'),
  text('ovt', 'ovtIdentifier', 17),
  text('einvoice_address', 'finvoiceOtherIdentifier', 30),
  text('einvoice_operator', 'intermediatorCode', 30),
  text('buyer_reference', 'buyerReferenceIdentifier', 70),
  text('supplier_customer_id', 'supplierCustomerId', 20),
  text('additional_information', 'additionalInformation', 2048),
  text('private_information', 'privateAdditionalInfo', 80),
];

/** Name, phone and days of validity of an address have no place in `CustomerEntityAddressDTO`. */
const address: readonly Mapped[] = [
  code('type', 'addressType', { MAIL: '01', VISIT: '02', BILLING: '03', DELIVERY: '04' }),
  text('street_address', 'streetAddress', 80),
  text('street_address2', 'streetAddress2', 80),
  text('postal_code', 'postalCode', 10),
  text('postal_address', 'postalAddress', 80),
  text('country', 'countryCode', 2),
  boolean('main', 'isMainAddress'),
];

const bankAccount: readonly Mapped[] = [
  text('iban', 'ibanNumber', 50),
  text('swift', 'swift', 11),
  text('bank_name', 'bankName', 70),
  text('country', 'countryId', 2),
];

/** The kinds of parts: where ours are, where theirs are, and by what ours is told from another of theirs. */
export const KINDS = [
  {
    kind: 'addresses',
    mapping: address,
    listed: 'customerEntityAddressDTOS',
    id: 'addressId',
    key: 'address_id',
    create: ['createAddress'],
    update: (id: string) => ['address', id, 'updateAddressAllFields'],
    /** From the surest sign to the last: an address that only changed its street is still the only one of its type. */
    signs: [['addressType', 'streetAddress', 'postalCode'], ['addressType', 'streetAddress'], ['addressType']],
  },
  {
    kind: 'bank_accounts',
    mapping: bankAccount,
    listed: 'customerEntityBankAccountDTOS',
    id: 'bankAccountId',
    key: 'bank_account_id',
    create: ['createBankAccount'],
    update: (id: string) => ['bank-account', id, 'updateBankAccountAllFields'],
    signs: [['ibanNumber']],
  },
] as const;
