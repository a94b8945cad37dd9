import { maybe, one, type Part } from '../shape.js';
import { code, day, integer, text } from '../value.js';

/** dimensionitem.nv, in Netvisor's order. */
export const DIMENSION_ITEM: Part = one('dimensionitem', [
  one('name', text(50)),
  one('item', text(200)),
  maybe('olditem', text(200)),
  maybe('code', text(50)),
  maybe('label', text(200)),
  maybe('oldcode', text(50)),
  maybe('oldlabel', text(200)),
  maybe('fatherid', integer),
  maybe('fatheritem', text(200)),
  maybe('fathercode', text(50)),
  maybe('fatherlabel', text(200)),
  maybe('activityperiodstart', day),
  maybe('activityperiodend', day),
  maybe('ishidden', code('True', 'False', 'true', 'false', '1', '0')),
]);
