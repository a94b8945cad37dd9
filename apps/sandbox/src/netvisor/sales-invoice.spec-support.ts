import { type Bench, contentOf, startBench } from './netvisor.spec-support.js';

/** What differs from an invoice that is good. */
export interface Given {
  readonly head?: string;
  readonly date?: string;
  readonly amount?: string;
  readonly type?: string;
  readonly status?: string;
  readonly customer?: string;
  readonly address?: string;
  readonly term?: string;
  readonly lines?: string;
  readonly tail?: string;
}

/** What differs from a line of two hours at 100. */
export interface Line {
  readonly product?: string;
  readonly price?: string;
  readonly vat?: string;
  readonly vatCode?: string;
  readonly quantity?: string;
  readonly more?: string;
}

export const line = ({
  product = 'T1',
  price = '100',
  vat = '25,5',
  vatCode = 'KOMY',
  quantity = '2',
  more = '',
}: Line = {}) =>
  `<invoiceline><salesinvoiceproductline><productidentifier type="customer">${product}</productidentifier>` +
  `<productname>Työ</productname><productunitprice type="net">${price}</productunitprice>` +
  `<productvatpercentage vatcode="${vatCode}">${vat}</productvatpercentage>` +
  `<salesinvoiceproductlinequantity>${quantity}</salesinvoiceproductlinequantity>${more}` +
  '</salesinvoiceproductline></invoiceline>';

/** A body for `salesinvoice.nv`. */
export const invoice = (number: string, given: Given = {}) => {
  const { head = '', date = '2026-11-20', amount = '', type = '', status = 'unsent', tail = '' } = given;
  const { customer = '<invoicingcustomeridentifier type="customer">1001</invoicingcustomeridentifier>' } = given;
  const { address = '', term = '<paymenttermnetdays>14</paymenttermnetdays>', lines = line() } = given;
  return (
    `<salesinvoice>${number === '' ? '' : `<salesinvoicenumber>${number}</salesinvoicenumber>`}` +
    `<salesinvoicedate format="ansi">${date}</salesinvoicedate>${head}<salesinvoiceamount>${amount}</salesinvoiceamount>` +
    `${type === '' ? '' : `<invoicetype>${type}</invoicetype>`}` +
    `<salesinvoicestatus type="netvisor">${status}</salesinvoicestatus>${customer}${address}${term}` +
    `<invoicelines>${lines}</invoicelines>${tail}</salesinvoice>`
  );
};

/** A company with a customer 1001 and a product T1, ready for invoices. */
export interface InvoiceBench extends Bench {
  readonly customerKey: number;
  readonly productKey: number;
  readonly add: (number: string, given?: Given) => ReturnType<Bench['call']>;
  /** Numbers of `salesinvoicelist.nv`. */
  readonly list: (query?: string) => Promise<(string | undefined)[]>;
}

export async function startInvoiceBench(): Promise<InvoiceBench> {
  const bench = await startBench();
  const address = { streetaddress: 'Pajukuja 1', city: 'Lappeenranta', postnumber: '53100', country: 'FI' };
  const customer = { internalidentifier: '1001', name: 'Matti Oy', ...address };
  const [customerKey = 0] = await bench.seed('customers', { fields: customer });
  const product = { productcode: 'T1', name: 'Työ', unitprice: '100' };
  const [productKey = 0] = await bench.seed('products', { fields: product });
  return {
    ...bench,
    customerKey,
    productKey,
    add: (number, given) => bench.call('salesinvoice.nv?method=add', invoice(number, given)),
    list: async (query = '') => {
      const content = contentOf(await bench.call(`salesinvoicelist.nv${query}`));
      return [...content.matchAll(/<InvoiceNumber>(\w*)<\/InvoiceNumber>/g)].map(([, number]) => number);
    },
  };
}
