import { any, maybe, may, must, one, type Part, some } from '../shape.js';
import { base64, code, country, day, decimal, flag, integer, orEmpty, text } from '../value.js';
import { invoiceDimensions } from './dimension.js';
import { VAT_CODES } from './vat-codes.js';

const date = { format: may('ansi') };
const countryType = { type: may('ISO-3166', 'ISO-xxx') };
const keyOrName = { type: must('netvisor', 'customer') };

const accrualRule = maybe('accrualrule', [
  one('startmonth', integer),
  one('startyear', integer),
  maybe('endmonth', integer),
  maybe('endyear', integer),
  maybe('divisioncurvename', text()),
]);

const productLine: readonly Part[] = [
  one('productidentifier', text(), { type: must('netvisor', 'customer', 'primaryeancode', 'secondaryeancode') }),
  one('productname', text(50)),
  one('productunitprice', decimal, { type: must('net', 'gross', 'netvisor') }),
  maybe('productunitpurchaseprice', decimal, { type: must('net') }),
  one('productvatpercentage', decimal, { vatcode: must(...VAT_CODES) }),
  one('salesinvoiceproductlinequantity', decimal),
  maybe('salesinvoiceproductlinediscountpercentage', decimal, { type: may('netvisor') }),
  maybe('salesinvoiceproductlinefreetext', text(500)),
  maybe('salesinvoiceproductlinevatsum', decimal),
  maybe('salesinvoiceproductlinesum', decimal),
  maybe('salesinvoiceproductlineinventoryid', text()),
  maybe('accountingaccountsuggestion', integer),
  maybe('skipaccrual', flag),
  invoiceDimensions,
  maybe('provisionpercentage', decimal),
  accrualRule,
  maybe('productunitname', text()),
  maybe('deliverydate', day, date),
  maybe('ordernumber', text()),
  maybe('proposedaccount', text(), { type: must('customer') }),
  maybe('accountdimensiontext', text()),
];

const address: readonly Part[] = [
  maybe('invoicingcustomername', text(250)),
  maybe('invoicingcustomernameextension', text(250)),
  maybe('invoicingcustomeraddressline', text(80)),
  maybe('invoicingcustomeradditionaladdressline', text(80)),
  maybe('invoicingcustomerpostnumber', text(50)),
  maybe('invoicingcustomertown', text(80)),
  maybe('invoicingcustomercountrycode', country, countryType),
];

/** What stands beside the customer's identifier on an invoice: all of it is taken from the card when none is given. */
export const ADDRESS_NAMES: readonly string[] = address.map(({ name }) => name);

const delivery: readonly Part[] = [
  maybe('officeidentifier', text(), { type: may('automatic') }),
  maybe('deliveryoffice', text(), keyOrName),
  maybe('deliveryaddressname', text()),
  maybe('deliveryaddressnameextension', text()),
  maybe('deliveryaddressline', text(80)),
  maybe('deliveryaddresspostnumber', text(50)),
  maybe('deliveryaddresstown', text(80)),
  maybe('deliveryaddresscountrycode', country, countryType),
  maybe('deliverymethod', text()),
  maybe('deliveryterm', text()),
];

const terms: readonly Part[] = [
  maybe('salesinvoicetaxhandlingtype', text()),
  maybe('paymentterm', integer, { type: must('netvisor', 'customerdefault', 'companydefault', 'default') }),
  maybe('paymenttermnetdays', integer),
  maybe('paymenttermcashdiscountdays', integer),
  maybe('paymenttermcashdiscount', decimal, { type: must('percentage', 'sum') }),
  maybe('expectpartialpayments', flag),
  maybe('trydirectdebitlink', flag, { mode: must('ignore_error', 'fail_on_error') }),
  maybe('overridevouchersalesreceivablesaccountnumber', integer),
  maybe('invoicesubjecttype', text()),
  maybe('salesinvoiceagreementidentifier', text(35)),
  maybe('printchannelformat', code('1', '2', 'Lasku + tilisiirto', 'Lasku'), keyOrName),
  maybe('secondname', text(), keyOrName),
  maybe('overriderateofoverdue', decimal),
  maybe('ordernumber', text()),
  maybe('proposedaccount', text(), { type: must('customer') }),
  maybe('accountdimensiontext', text()),
  maybe('collectioncost', decimal),
  maybe('isthirdpartysales', flag),
];

const tail: readonly Part[] = [
  maybe('invoicevoucherlines', [
    some('voucherline', [
      one('linesum', decimal, { type: must('net', 'gross') }),
      maybe('description', text()),
      one('accountnumber', integer),
      one('vatpercent', decimal, { vatcode: must(...VAT_CODES) }),
      maybe('skipaccrual', flag),
      invoiceDimensions,
    ]),
  ]),
  maybe('salesinvoiceaccrual', [
    maybe('overridedefaultsalesaccrualaccountnumber', integer),
    maybe('salesinvoiceaccrualtype', text()),
    some('accrualvoucherentry', [one('month', integer), one('year', integer), one('sum', decimal)]),
  ]),
  accrualRule,
  maybe('salesinvoiceattachments', [
    some('salesinvoiceattachment', [
      one('mimetype', text(50)),
      one('attachmentdescription', text(100)),
      one('filename', text(255)),
      one('documentdata', base64, { type: may('finvoice', 'pdf') }),
      maybe('printbydefault', flag),
    ]),
  ]),
  maybe('customtags', [
    any('tag', [one('tagname', text()), one('tagvalue', text(), { datatype: must('date', 'text', 'float', 'enum') })]),
  ]),
];

/** salesinvoice.nv, in Netvisor's order. */
export const SALES_INVOICE: Part = one('salesinvoice', [
  maybe('salesinvoicenumber', text()),
  one('salesinvoicedate', day, date),
  maybe('salesinvoiceeventdate', day, date),
  maybe('salesinvoiceduedate', day, date),
  maybe('salesinvoicevaluedate', day, date),
  maybe('salesinvoicedeliverydate', day, date),
  maybe('salesinvoicedeliverytocustomerdate', text(), { ...date, type: must('date', 'weeknumber') }),
  maybe('salesinvoicewaybillidentifier', text()),
  maybe('salesinvoiceproductpackagepallet', text(), { type: may(), amount: may() }),
  maybe('salesinvoicereferencenumber', text()),
  one('salesinvoiceamount', orEmpty(decimal), {
    iso4217currencycode: may(...Intl.supportedValuesOf('currency')),
    currencyrate: may(),
    pricetype: may('netvisor', 'customer'),
  }),
  maybe('selleridentifier', text(), { type: may('netvisor', 'customer') }),
  maybe('sellername', text()),
  maybe('invoicetype', code('invoice', 'order', 'invoicedraft')),
  one('salesinvoicestatus', orEmpty(code('open', 'unsent', 'delivered', 'undelivered')), { type: may('netvisor') }),
  maybe('salesinvoicefreetextbeforelines', text(500)),
  maybe('salesinvoicefreetextafterlines', text(500)),
  maybe('salesinvoiceourreference', text()),
  maybe('salesinvoiceyourreference', text()),
  maybe('salesinvoiceprivatecomment', text()),
  one('invoicingcustomeridentifier', text(), {
    type: must('netvisor', 'customer', 'organizationunitnumber'),
    contactpersonid: may(),
  }),
  ...address,
  ...delivery,
  ...terms,
  one('invoicelines', [
    some('invoiceline', [
      maybe('salesinvoiceproductline', productLine),
      maybe('salesinvoicecommentline', [one('comment', text(500))]),
      maybe('salesinvoicesubline', [
        maybe('sublinearticleidentifier', text()),
        one('sublinearticlename', text()),
        maybe('sublinedescription', text()),
        maybe('sublineunitcode', text()),
        maybe('sublineunitprice', decimal),
        maybe('sublinedeliveredquantity', decimal),
        maybe('sublinediscountpercent', decimal),
        maybe('sublinevatpercent', decimal),
        maybe('sublinesum', decimal),
        maybe('sublinevatsum', decimal),
      ]),
    ]),
  ]),
  ...tail,
]);

/** What the line of a product may hold, for reading one. */
export const PRODUCT_LINE = productLine;
