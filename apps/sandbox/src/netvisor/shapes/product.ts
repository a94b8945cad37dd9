import { may, maybe, must, one, type Part } from '../shape.js';
import { code, country, decimal, flag, integer, text } from '../value.js';
import { dimensions } from './dimension.js';

const ean = { type: may('any', 'ean8', 'ean13', 'code128') };

/** product.nv, in Netvisor's order. */
export const PRODUCT: Part = one('product', [
  one('productbaseinformation', [
    maybe('productcode', text(50)),
    one('productgroup', text()),
    one('name', text(200)),
    maybe('description', text()),
    one('unitprice', decimal, { type: must('net', 'gross') }),
    maybe('unit', text(50)),
    maybe('unitweight', decimal),
    maybe('kaukevaproductcode', text()),
    maybe('purchaseprice', decimal),
    maybe('tariffheading', text()),
    maybe('comissionpercentage', decimal),
    one('isactive', flag),
    one('issalesproduct', flag),
    maybe('inventoryenabled', flag),
    maybe('inventorybatchlinkingmode', code('1', '2', '3', '4', '5', '6', '7', '8')),
    maybe('countryoforigin', country, { type: may('ISO-3166') }),
    maybe('primaryeancode', text(), ean),
    maybe('secondaryeancode', text(), ean),
    maybe('inventoryalertlimit', decimal),
  ]),
  maybe('productbookkeepingdetails', [
    one('defaultvatpercentage', decimal),
    maybe('defaultdomesticaccountnumber', integer),
    maybe('defaulteuaccountnumber', integer),
    maybe('defaultoutsideeuaccountnumber', integer),
  ]),
  maybe('productadditionalinformation', [
    maybe('productnetweight', decimal),
    maybe('productgrossweight', decimal),
    maybe('productweightunit', code('g', 'kg', 'tn')),
    maybe('productpackageinformation', [
      one('packagewidth', decimal),
      one('packageheight', decimal),
      one('packagelength', decimal),
    ]),
    dimensions,
  ]),
]);
