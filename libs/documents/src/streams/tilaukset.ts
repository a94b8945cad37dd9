import {
  amount,
  boolean,
  type ChildTable,
  code,
  country,
  currency,
  date,
  decimal,
  dimensions,
  documented,
  type Field,
  money,
  ours,
  percent,
  type RecordTable,
  required,
  rowNumber,
  seen,
  text,
} from '../record-table.js';

/** Fivaldi counts orders and rows to three decimals. */
const quantity = decimal(13, 3);

/** Where the goods go, when not to the buyer. */
const delivery: readonly Field[] = [
  ours('SalesOrderDeliveryName1', 'delivery_name1', text(35), 'Toimitusnimi', 'Leveransnamn', 'Delivery name'),
  ours('SalesOrderDeliveryName2', 'delivery_name2', text(35), 'Toimitusnimi 2', 'Leveransnamn 2', 'Delivery name 2'),
  ours(
    'SalesOrderDeliveryStreetAddress',
    'delivery_street_address',
    text(35),
    'Toimitusosoite',
    'Leveransadress',
    'Delivery street address',
  ),
  ours(
    'SalesOrderDeliveryStreetAddress2',
    'delivery_street_address2',
    text(35),
    'Toimitusosoite 2',
    'Leveransadress 2',
    'Delivery street address 2',
  ),
  ours(
    'SalesOrderDeliveryPostalCode',
    'delivery_postal_code',
    text(35),
    'Toimituksen postinumero',
    'Leveransens postnummer',
    'Delivery postal code',
  ),
  ours(
    'SalesOrderDeliveryPostalAddress',
    'delivery_postal_address',
    text(35),
    'Toimituksen postitoimipaikka',
    'Leveransens postanstalt',
    'Delivery post office',
  ),
  ours('SalesOrderDeliveryCountry', 'delivery_country', country, 'Toimitusmaa', 'Leveransland', 'Delivery country'),
];

/** Codes that must stand in Fivaldi's own registers. */
const terms: readonly Field[] = [
  ours('SalesOrderPaymentTerm', 'payment_term', text(70), 'Maksuehto', 'Betalningsvillkor', 'Payment term'),
  ours('SalesOrderPostingGroup', 'posting_group', text(10), 'Tiliöintiryhmä', 'Konteringsgrupp', 'Posting group'),
  ours('SalesOrderDeliveryMethod', 'delivery_method', text(3), 'Toimitustapa', 'Leveranssätt', 'Delivery method'),
  ours('SalesOrderDeliveryTerm', 'delivery_term', text(3), 'Toimitusehto', 'Leveransvillkor', 'Delivery term'),
  ours(
    'SalesOrderTransmissionType',
    'transmission_type',
    text(10),
    'Välitystapa',
    'Förmedlingssätt',
    'Transmission type',
  ),
  ours('SalesOrderSalesPersonId', 'sales_person_id', text(10), 'Myyjä', 'Försäljare', 'Sales person'),
];

/** What an invoice of the order will repeat. */
const references: readonly Field[] = [
  ours('SalesOrderInvoiceReference', 'invoice_reference', text(80), 'Viitteemme', 'Vår referens', 'Our reference'),
  ours('SalesOrderOrderIdentifier', 'order_identifier', text(70), 'Tilauksenne', 'Er beställning', 'Your order'),
  ours(
    'SalesOrderBuyerReference',
    'buyer_reference',
    text(70),
    'Asiakkaan ilmoittama viite',
    'Kundens referens',
    'Buyer reference',
  ),
  ours('SalesOrderAgreementIdentifier', 'agreement_identifier', text(70), 'Sopimus', 'Avtal', 'Agreement'),
  ours(
    'SalesOrderTenderReference',
    'tender_reference',
    text(70),
    'Tarjouspyynnön viite',
    'Anbudsbegärans referens',
    'Tender reference',
  ),
  ours(
    'SalesOrderAccountDimensionText',
    'account_dimension_text',
    text(35),
    'Tiliöintiviite',
    'Konteringsreferens',
    'Posting reference',
  ),
];

/**
 * What an order holds once. Names and lengths are those of the contract's
 * §2.4 and §1.6.4; the two totals are told, and never reckoned with.
 */
const fields: readonly Field[] = [
  required(documented('SalesOrderNumber', 'order_number', text(100), 'Tilausnumero', 'Ordernummer', 'Order number')),
  seen('SalesOrderCompanyId', 'company_code', text(10), 'Asiakastunnus', 'Kundkod', 'Customer id'),
  seen('SalesOrderName1', 'name1', text(40), 'Laskutusnimi', 'Faktureringsnamn', 'Buyer name'),
  ours('SalesOrderName2', 'name2', text(40), 'Laskutusnimi 2', 'Faktureringsnamn 2', 'Buyer name 2'),
  seen('SalesOrderStreetAddress', 'street_address', text(35), 'Laskutusosoite', 'Faktureringsadress', 'Street address'),
  ours(
    'SalesOrderStreetAddress2',
    'street_address2',
    text(35),
    'Laskutusosoite 2',
    'Faktureringsadress 2',
    'Street address 2',
  ),
  ours('SalesOrderPostalCode', 'postal_code', text(35), 'Postinumero', 'Postnummer', 'Postal code'),
  seen('SalesOrderPostalAddress', 'postal_address', text(35), 'Postitoimipaikka', 'Postanstalt', 'Post office'),
  seen('SalesOrderCountry', 'country', country, 'Maakoodi', 'Landskod', 'Country code'),
  ...delivery,
  seen('SalesOrderDate', 'order_date', date, 'Tilauspäivä', 'Orderdatum', 'Order date'),
  ours('SalesOrderDeliveryDate', 'delivery_date', date, 'Toimituspäivä', 'Leveransdatum', 'Delivery date'),
  ours('SalesOrderLanguage', 'language', code('FIN', 'SWE', 'ENG'), 'Kieli', 'Språk', 'Language'),
  ours('SalesOrderCurrency', 'currency', currency, 'Valuutta', 'Valuta', 'Currency'),
  ours('SalesOrderCurrencyRate', 'currency_rate', amount, 'Kurssi', 'Kurs', 'Currency rate'),
  ...terms,
  ...references,
  ours(
    'SalesOrderReadyToInvoice',
    'ready_to_invoice',
    boolean,
    'Laskutusvalmis',
    'Klar för fakturering',
    'Ready to invoice',
  ),
  seen('SalesOrderTaxableTotal', 'taxable_total', money, 'Veroton summa', 'Skattefri summa', 'Total without tax'),
  seen('SalesOrderTotalIncludingTax', 'total_incl_tax', money, 'Verollinen summa', 'Summa med skatt', 'Total with tax'),
];

/** A product row or a text row. It may give either unit price or both: which one counts is not the reader's to say. */
const rows: ChildTable = {
  element: 'SalesOrderRow',
  kind: 'rows',
  key: 'row_no',
  atMost: 10_000,
  label: { fi: 'Tilausrivi', sv: 'Orderrad', en: 'Order row' },
  fields: [
    required(seen('SalesOrderRowNo', 'row_no', rowNumber, 'Rivinumero', 'Radnummer', 'Row number')),
    seen('SalesOrderRowProductId', 'product_code', text(20), 'Tuotekoodi', 'Produktkod', 'Product code'),
    seen('SalesOrderRowProductName', 'product_name', text(80), 'Selite', 'Beskrivning', 'Description'),
    seen('SalesOrderRowQuantity', 'quantity', quantity, 'Määrä', 'Antal', 'Quantity'),
    ours('SalesOrderRowUnit', 'unit', text(10), 'Yksikkö', 'Enhet', 'Unit'),
    seen(
      'SalesOrderRowTaxableUnitPrice',
      'taxable_unit_price',
      amount,
      'Veroton yksikköhinta',
      'Enhetspris utan skatt',
      'Unit price without tax',
    ),
    seen(
      'SalesOrderRowUnitPriceInclTax',
      'unit_price_incl_tax',
      amount,
      'Verollinen yksikköhinta',
      'Enhetspris med skatt',
      'Unit price with tax',
    ),
    ours(
      'SalesOrderRowDiscountPercent',
      'discount_percent',
      percent,
      'Alennusprosentti',
      'Rabattprocent',
      'Discount percent',
    ),
    ...dimensions('SalesOrderRow'),
    ours('SalesOrderRowFreeText', 'free_text', text(512), 'Lisätieto', 'Tilläggsuppgift', 'Free text'),
    ours('SalesOrderRowTextRow', 'text_row', boolean, 'Tekstirivi', 'Textrad', 'Text row'),
  ],
};

/** Sales orders [Tilaukset], with their rows. */
export const tilaukset: RecordTable = {
  stream: 'tilaukset',
  register: 'order',
  element: 'SalesOrder',
  key: 'order_number',
  label: { fi: 'Myyntitilaus', sv: 'Försäljningsorder', en: 'Sales order' },
  fields,
  children: [rows],
};
