/** Documents of a made-up partner, the same on every run. */

const document = (companyNumber: string, encoding: string, records: readonly string[]): string =>
  `<?xml version="1.0" encoding="${encoding}"?>\n<FivaldiXML>\n  <FVBusinessId>${companyNumber}</FVBusinessId>\n` +
  `  <FVCreationTime>2026-11-21T10:15:00</FVCreationTime>\n${records.join('\n')}\n</FivaldiXML>\n`;

const GOODS = ['Kirjanpitopalvelu', 'Tilinpäätös', 'Palkkalaskenta', 'Vuosi-ilmoitus', 'Käyttöönotto', 'Neuvontatunti'];

const product = (no: number): string =>
  `  <Product>\n    <ProductCode>T${String(no).padStart(4, '0')}</ProductCode>\n` +
  `    <ProductName>${GOODS[no % GOODS.length]} ${no}</ProductName>\n    <ProductUnit>kpl</ProductUnit>\n` +
  `    <ProductSalesPrice>${(no * 1.5).toFixed(2)}</ProductSalesPrice>\n  </Product>`;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A product register of `count` products, in Latin letters as Finnish systems send them. */
export const products = (companyNumber: string, count: number): Buffer =>
  Buffer.from(document(companyNumber, 'ISO-8859-15', range(count).map(product)), 'latin1');

const customer = (no: number, { withEInvoice }: { withEInvoice: boolean }): string =>
  `  <Company>\n    <CompanyId>A${1000 + no}</CompanyId>\n    <CompanyName1>Asiakas ${no} Oy</CompanyName1>\n` +
  (withEInvoice ? `    <CompanyEInvoiceAddress>0037${String(10_000_000 + no)}</CompanyEInvoiceAddress>\n` : '') +
  `    <CompanyAddress Id="10" Type="MAIL" Main="1">\n      <FVAddrStreetAddress>Mäntytie ${no}</FVAddrStreetAddress>\n` +
  `      <FVAddrPostalCode>00100</FVAddrPostalCode>\n      <FVAddrPostalAddress>HELSINKI</FVAddrPostalAddress>\n` +
  `      <FVAddrCountry>FI</FVAddrCountry>\n    </CompanyAddress>\n  </Company>`;

/** A company register of `count` customers; without the e-invoice addresses it empties them under `update-all`. */
export const customers = (companyNumber: string, count: number, options: { withEInvoice: boolean }): string =>
  document(
    companyNumber,
    'UTF-8',
    range(count).map((no) => customer(no, options)),
  );

/** Four customers, two of whom cannot go in. */
export const customersWithFaults = (companyNumber: string): string =>
  document(companyNumber, 'UTF-8', [
    customer(901, { withEInvoice: true }),
    '  <Company>\n    <CompanyId>A1902</CompanyId>\n    <CompanyLanguage>SUOMI</CompanyLanguage>\n  </Company>',
    `  <Company>\n    <CompanyId>A1903</CompanyId>\n    <CompanyName1>${'Pitkä nimi '.repeat(8)}Oy</CompanyName1>\n  </Company>`,
    customer(904, { withEInvoice: true }),
  ]);

/** An order of a product that no register has, and beside it the discount that the customer has on that product. */
export const orderWithDiscount = (companyNumber: string): string =>
  document(companyNumber, 'UTF-8', [
    `  <Discount>\n    <DiscountId>TALVI</DiscountId>\n    <DiscountCompanyId>A1001</DiscountCompanyId>\n` +
      `    <DiscountProductCode>T0042</DiscountProductCode>\n    <DiscountPercent>12.5</DiscountPercent>\n  </Discount>`,
    `  <SalesOrder>\n    <SalesOrderNumber>2026-1</SalesOrderNumber>\n` +
      `    <SalesOrderCompanyId>A1001</SalesOrderCompanyId>\n    <SalesOrderDate>2026-11-21</SalesOrderDate>\n` +
      `    <SalesOrderRow>\n      <SalesOrderRowNo>1</SalesOrderRowNo>\n` +
      `      <SalesOrderRowProductId>T0042</SalesOrderRowProductId>\n` +
      `      <SalesOrderRowProductName>Palkkakonsultointi</SalesOrderRowProductName>\n` +
      `      <SalesOrderRowQuantity>3</SalesOrderRowQuantity>\n` +
      `      <SalesOrderRowTaxableUnitPrice>80</SalesOrderRowTaxableUnitPrice>\n    </SalesOrderRow>\n  </SalesOrder>`,
  ]);
