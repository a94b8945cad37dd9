import {
  boolean,
  date,
  dimensions,
  type FieldType,
  ours,
  percent,
  type RecordTable,
  required,
  sensitive,
  text,
  wholeNumber,
} from '../record-table.js';

/*
 * The base data [Perustiedot] of a company: what other records name by code.
 * What they hold is in the contract's §1.6.2, §1.6.5 and §1.6.6; what Fivaldi's
 * XML calls them is not public, so every name here is ours.
 */

/** A level, a slash and the value: `1/100`. Two levels may have the same value. */
const dimensionId: FieldType = {
  kind: 'pattern',
  pattern: '[1-4]/\\S(.{0,6}\\S)?',
  max: 10,
  says: {
    fi: 'taso 1–4, kauttaviiva ja 1–8 merkin koodi, esim. 1/100',
    sv: 'nivå 1–4, snedstreck och en kod med 1–8 tecken, t.ex. 1/100',
    en: 'level 1–4, a slash and a code of 1–8 characters, as 1/100',
  },
};

/** Dimension values [seurantakohteet]: projects, cost centres. The stream Projektit reads out one level of them. */
export const dimension: RecordTable = {
  stream: 'perustiedot',
  register: 'dimension',
  element: 'Dimension',
  key: 'dimension_id',
  label: { fi: 'Seurantakohde', sv: 'Uppföljningsobjekt', en: 'Dimension' },
  fields: [
    required(ours('DimensionId', 'dimension_id', dimensionId, 'Taso ja koodi', 'Nivå och kod', 'Level and code')),
    ours('DimensionNameFi', 'name_fi', text(80), 'Selite suomeksi', 'Beskrivning på finska', 'Description in Finnish'),
    ours(
      'DimensionNameSv',
      'name_sv',
      text(80),
      'Selite ruotsiksi',
      'Beskrivning på svenska',
      'Description in Swedish',
    ),
    ours(
      'DimensionNameEn',
      'name_en',
      text(80),
      'Selite englanniksi',
      'Beskrivning på engelska',
      'Description in English',
    ),
    ours(
      'DimensionInBookkeeping',
      'in_bookkeeping',
      boolean,
      'Käytössä kirjanpidossa',
      'I bruk i bokföringen',
      'In use in bookkeeping',
    ),
    ours(
      'DimensionInEstate',
      'in_estate',
      boolean,
      'Käytössä kiinteistöhallinnassa',
      'I bruk i fastighetsförvaltningen',
      'In use in property management',
    ),
    ours('DimensionInPurchases', 'in_purchases', boolean, 'Käytössä ostoissa', 'I bruk i inköp', 'In use in purchases'),
    ours('DimensionInPayroll', 'in_payroll', boolean, 'Käytössä palkoissa', 'I bruk i löner', 'In use in payroll'),
    ours('DimensionInSales', 'in_sales', boolean, 'Käytössä myynnissä', 'I bruk i försäljning', 'In use in sales'),
  ],
  children: [],
};

/** Posting groups [tiliöintiryhmät], with the dimensions that an order's rows take where they have none. */
export const postingGroup: RecordTable = {
  stream: 'perustiedot',
  register: 'posting_group',
  element: 'PostingGroup',
  key: 'posting_group_id',
  label: { fi: 'Tiliöintiryhmä', sv: 'Konteringsgrupp', en: 'Posting group' },
  fields: [
    required(ours('PostingGroupId', 'posting_group_id', text(10), 'Tunnus', 'Kod', 'Id')),
    ours('PostingGroupName', 'name', text(80), 'Selite', 'Beskrivning', 'Description'),
    ours(
      'PostingGroupSales',
      'default_for_sales',
      boolean,
      'Myynnin oletus',
      'Förval för försäljning',
      'Sales default',
    ),
    ours(
      'PostingGroupPurchases',
      'default_for_purchases',
      boolean,
      'Ostojen oletus',
      'Förval för inköp',
      'Purchases default',
    ),
    ...dimensions('PostingGroup'),
  ],
  children: [],
};

/** Payment terms [maksuehdot]. */
export const paymentTerm: RecordTable = {
  stream: 'perustiedot',
  register: 'payment_term',
  element: 'PaymentTerm',
  key: 'payment_term_id',
  label: { fi: 'Maksuehto', sv: 'Betalningsvillkor', en: 'Payment term' },
  fields: [
    required(ours('PaymentTermId', 'payment_term_id', text(4), 'Tunnus', 'Kod', 'Id')),
    ours('PaymentTermName', 'name', text(80), 'Selite', 'Beskrivning', 'Description'),
    ours('PaymentTermNetDays', 'net_days', wholeNumber(4), 'Maksuaika, päivää', 'Betalningstid, dagar', 'Net days'),
    ours(
      'PaymentTermDiscountDays',
      'discount_days',
      wholeNumber(4),
      'Kassa-alennus, päivää',
      'Kassarabatt, dagar',
      'Cash discount, days',
    ),
    ours(
      'PaymentTermDiscountPercent',
      'discount_percent',
      percent,
      'Kassa-alennusprosentti',
      'Kassarabattprocent',
      'Cash discount percent',
    ),
    ours('PaymentTermDefault', 'is_default', boolean, 'Oletus', 'Förval', 'Default'),
  ],
  children: [],
};

/** The discount register [Alennukset/hinnoittelu]: a percent for a customer, a product, a product group, or two of them. */
export const discount: RecordTable = {
  stream: 'perustiedot',
  register: 'discount',
  element: 'Discount',
  key: 'discount_id',
  label: { fi: 'Alennus', sv: 'Rabatt', en: 'Discount' },
  fields: [
    required(ours('DiscountId', 'discount_id', text(20), 'Alennuksen tunnus', 'Rabattens id', 'Discount id')),
    ours('DiscountCompanyId', 'company_code', text(10), 'Asiakastunnus', 'Kundkod', 'Customer id'),
    ours('DiscountProductCode', 'product_code', text(20), 'Tuotekoodi', 'Produktkod', 'Product code'),
    ours('DiscountProductGroup', 'product_group', text(3), 'Tuoteryhmä', 'Produktgrupp', 'Product group'),
    required(ours('DiscountPercent', 'percent', percent, 'Alennusprosentti', 'Rabattprocent', 'Discount percent')),
    ours('DiscountBeginDate', 'begin_date', date, 'Voimassa alkaen', 'Giltig från', 'Valid from'),
    ours('DiscountEndDate', 'end_date', date, 'Voimassa päättyen', 'Giltig till', 'Valid until'),
  ],
  children: [],
};

/** Employees [palkansaajat], no more of them than finds one and gives a payroll row its dimensions. */
export const employee: RecordTable = {
  stream: 'perustiedot',
  register: 'employee',
  element: 'Employee',
  key: 'employee_id',
  label: { fi: 'Palkansaaja', sv: 'Löntagare', en: 'Employee' },
  fields: [
    required(ours('EmployeeId', 'employee_id', text(20), 'Palkansaajan tunnus', 'Löntagarens kod', 'Employee id')),
    ours('EmployeeFirstName', 'first_name', text(60), 'Etunimi', 'Förnamn', 'First name'),
    ours('EmployeeLastName', 'last_name', text(60), 'Sukunimi', 'Efternamn', 'Last name'),
    sensitive(
      ours(
        'EmployeeSocialSecurityNumber',
        'social_security_number',
        text(11),
        'Henkilötunnus',
        'Personbeteckning',
        'Personal identity code',
      ),
    ),
    ...dimensions('Employee'),
  ],
  children: [],
};
