import { any, may, one } from '../shape.js';
import { text } from '../value.js';

/** Headers and items of dimensions [laskentakohteet] on a card or a line. */
export const dimensions = any('dimension', [
  one('dimensionname', text(50)),
  one('dimensionitem', text(200), { fatherid: may() }),
]);

/** The same on a line of a sales invoice. */
export const invoiceDimensions = any('dimension', [
  one('dimensionname', text(50)),
  one('dimensionitem', text(200), { integrationdimensiondetailguid: may() }),
  any('metadata', [one('data', text())]),
]);
