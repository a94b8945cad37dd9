import { amount, boolean, country, type Field, ours, type RecordTable, required, text } from '../record-table.js';

/** Fivaldi publishes what a product has (contract §1.6.3) but not the XML names, so the names are ours. */
const fields: readonly Field[] = [
  required(ours('ProductCode', 'product_code', text(20), 'Tuotekoodi', 'Produktkod', 'Product code')),
  ours('ProductName', 'name', text(80), 'Selite', 'Beskrivning', 'Description'),
  ours('ProductEanCode', 'ean_code', text(80), 'EAN-koodi', 'EAN-kod', 'EAN code'),
  ours('ProductGroup', 'product_group', text(3), 'Tuoteryhmä', 'Produktgrupp', 'Product group'),
  ours('ProductUnit', 'unit', text(10), 'Yksikkö', 'Enhet', 'Unit'),
  ours('ProductSalesPrice', 'sales_price', amount, 'Myyntihinta', 'Försäljningspris', 'Sales price without tax'),
  ours(
    'ProductPurchasePrice',
    'purchase_price',
    amount,
    'Omakustannushinta',
    'Självkostnadspris',
    'Purchase cost price',
  ),
  ours(
    'ProductDefaultToInvoice',
    'default_to_invoice',
    boolean,
    'Vakiorivi myyntidokumentilla',
    'Standardrad på dokument',
    'Default row of new sales orders',
  ),
  ours('ProductCNCode', 'cn_code', text(10), 'CN-nimike', 'KN-nummer', 'CN code'),
  ours(
    'ProductCNUnit',
    'cn_unit',
    text(20),
    'CN toinen paljousyksikkö',
    'KN annan mängdenhet',
    'CN supplementary unit',
  ),
  ours('ProductCNNetWeight', 'cn_net_weight', amount, 'CN-nettopaino (kg)', 'KN-nettovikt (kg)', 'CN net weight (kg)'),
  ours(
    'ProductCNMultiplier',
    'cn_multiplier',
    amount,
    'Toisen paljouden kerroin',
    'Koefficient för annan mängd',
    'CN multiplier',
  ),
  ours('ProductOriginCountry', 'origin_country', country, 'Alkuperämaa', 'Ursprungsland', 'Country of origin'),
  ours(
    'ProductPublicDescription',
    'public_description',
    text(512),
    'Ulkoinen kuvaus',
    'Extern beskrivning',
    'Public description',
  ),
  ours(
    'ProductInternalDescription',
    'internal_description',
    text(512),
    'Sisäinen kuvaus',
    'Intern beskrivning',
    'Internal description',
  ),
];

/** The product register [Tuoterekisteri]: flat records, keyed on the product code. */
export const tuoterekisteri: RecordTable = {
  stream: 'tuoterekisteri',
  register: 'product',
  element: 'Product',
  key: 'product_code',
  label: { fi: 'Tuote', sv: 'Produkt', en: 'Product' },
  fields,
  children: [],
};
