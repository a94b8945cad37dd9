import { amount, type FieldTable, flag, number, one, ref, required, text } from '../field.js';
import { money, nulls, picking, type RegisterName } from '../model.js';
import { type RecordKind, showNamed } from '../record.js';

const showAccount = picking('guid', 'number', 'name');
const salesAccount = ref('salesaccounts', showAccount);
const productCategory = ref('productcategories', showNamed);

/** A register of the settings: named things that may be passive. Only products can be written over the wire. */
const setting = (
  register: RegisterName,
  fields: FieldTable,
  blank: RecordKind['blank'],
  example: RecordKind['example'] = () => ({}),
): RecordKind => ({
  register,
  fields,
  blank: (organisation, now) => ({ isActive: true, ...blank(organisation, now) }),
  example: (organisation, given, now) => ({
    name: `Esimerkki ${organisation.next('example')}`,
    ...example(organisation, given, now),
  }),
});

const defaultAccount: RecordKind['blank'] = (organisation) => {
  const account = organisation.first('salesaccounts');
  return { salesAccount: account ? showAccount(account) : null };
};

export const PRODUCTS: RecordKind = setting(
  'products',
  {
    name: required(text),
    code: text,
    isActive: flag,
    type: one('FixedFees', 'Materials', 'Subcontracting'),
    measurementUnit: text,
    unitPrice: amount,
    unitCost: amount,
    vatRate: number,
    salesAccount,
    productCategory,
    proposalDescription: text,
  },
  (organisation, now) => ({
    ...nulls('code', 'measurementUnit', 'proposalDescription', 'productCategory', 'vatRate'),
    ...defaultAccount(organisation, now),
    type: 'Materials',
    unitPrice: money(0),
    unitCost: money(0),
  }),
  (organisation) => ({
    code: `TUOTE-${organisation.next('example')}`,
    measurementUnit: 'kpl',
    unitPrice: 100,
    unitCost: 40,
    vatRate: 25.5,
  }),
);

const WORK_TYPES: RecordKind = setting(
  'worktypes',
  { hourCost: amount, salesAccount: ref('salesaccounts', showNamed) },
  () => ({ code: null, isProductive: true, isDefault: false, hourCost: money(50), salesAccount: null }),
  (organisation) => ({ code: `TYÖ-${organisation.next('example')}` }),
);

const TRAVEL_EXPENSE_TYPES: RecordKind = {
  ...setting(
    'travelexpensetypes',
    { unitCost: amount, productCategory, salesAccount },
    (organisation, now) => ({
      ...nulls('code', 'costAccount', 'productCategory', 'measurementUnit', 'purchaseVatRate'),
      ...defaultAccount(organisation, now),
      expenseClass: 'OtherTravelExpense',
      includeTime: false,
      unitCost: money(0),
      vatRate: 25.5,
    }),
    (organisation) => ({ code: `MATKA-${organisation.next('example')}`, measurementUnit: 'kpl' }),
  ),
  settled: (model) => ({
    ...model,
    isMileage: model['expenseClass'] === 'Mileage',
    isDailyAllowance: model['expenseClass'] === 'DailyAllowance',
  }),
};

const BUSINESS_UNITS: RecordKind = setting(
  'businessunits',
  { costCenter: ref('costcenters', picking('guid', 'identifier', 'name')) },
  (organisation) => ({
    ...nulls('code', 'parentGuid', 'vatNumber', 'kvkNumber', 'companyBusinessUnitGuid', 'companyCountryGuid'),
    ...nulls('companyCurrencyGuid', 'costCenter'),
    companyGuid: organisation.guid,
    companyName: organisation.settings.name,
  }),
  (organisation) => ({
    code: `YKS-${organisation.next('example')}`,
    parentGuid: organisation.first('businessunits')?.guid ?? null,
  }),
);

const VAT_RATES: RecordKind = {
  register: 'vatrates',
  fields: {},
  blank: (organisation) => ({
    percentage: 25.5,
    code: null,
    isActive: true,
    isDefault: false,
    countryGuid: organisation.first('countries')?.guid ?? null,
  }),
};

export const SETTINGS: readonly RecordKind[] = [
  PRODUCTS,
  WORK_TYPES,
  TRAVEL_EXPENSE_TYPES,
  BUSINESS_UNITS,
  VAT_RATES,
  setting('productcategories', {}, () => ({ code: null, isDefault: false })),
  setting('currencies', {}, () => ({ code: 'EUR', symbol: null, rate: 1, isOrganizationCurrency: false })),
  setting('invoicestatuses', {}, () => ({
    isDefault: false,
    isDefaultForCreditNote: false,
    hasInvoiceNumber: false,
    isReadOnly: false,
    isSent: false,
    isWaitingPayment: false,
    isPaid: false,
    sortOrder: 99,
  })),
  setting(
    'salesaccounts',
    {},
    () => ({ isProductDefault: false, isTravelTypeDefault: false, isWorkTypeDefault: false }),
    (organisation) => ({ number: String(3000 + organisation.next('example')) }),
  ),
  setting(
    'costcenters',
    {},
    () => ({ isDefault: false }),
    (organisation) => ({ identifier: String(100 + organisation.next('example')) }),
  ),
  setting(
    'overtimes',
    {},
    () => ({ percentage: 50, includeInFlextime: false, multipliesUnitCost: true }),
    (organisation) => ({ code: `YLI-${organisation.next('example')}` }),
  ),
  setting('activitytypes', {}, () => ({ code: null, category: 'Absences', isDefault: false, isPaidLeave: null })),
  setting('travelreimbursementstatuses', {}, () => ({
    isApproved: false,
    isLocked: false,
    isDefault: false,
    sortOrder: 99,
  })),
];
