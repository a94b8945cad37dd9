import type { Objection } from '../engine/flow.js';
import type { NewProduct } from './netvisor-product.js';
import { foreignLetter, netvisorText } from './netvisor-text.js';
import type { ProductContent } from './severa-product.js';

/** The product group [tuoteryhmä] of what has none in Severa: Netvisor makes no product without one. */
const GROUP = 'Severa';

const LONGEST = [
  ['code', 50, 'product-code-too-long'],
  ['name', 200, 'name-too-long'],
  ['unit', 50, 'product-unit-too-long'],
] as const;

/**
 * A product, a work type or a travel expense type of Severa as Netvisor is to have it.
 *
 *   in Severa                                    | in Netvisor
 *   ---------------------------------------------+-----------------------------------------------------------
 *   code                                         | code; without one it cannot move
 *   category                                     | product group, made there if missing; `Severa` where there is none
 *   price in euros; none (work, travel: always)  | net price; 0
 *   VAT rate; none                               | default VAT percent; none, so that Netvisor's own default holds
 *   isActive                                     | isactive
 *
 * Accounts do not move: an account that Netvisor does not have would keep the product from being made, and a row's own
 * account comes with its invoice. Source: contracts/netvisor §4.3, §5.5; which field is which is inferred.
 */
export function productToNetvisor(content: ProductContent): {
  readonly product: NewProduct;
  readonly objections: readonly Objection[];
} {
  const product: NewProduct = {
    code: netvisorText(content.code),
    group: netvisorText(content.group) || GROUP,
    name: netvisorText(content.name).replace(/\s+/g, ' '),
    price: content.price ?? '0',
    unit: netvisorText(content.unit),
    vatRate: content.vatRate,
    active: content.active,
  };
  const objections: Objection[] = [];
  if (product.code === '') objections.push({ cause: 'code-missing', field: 'code' });
  if (product.name === '') objections.push({ cause: 'name-missing', field: 'name' });
  for (const [field, most, cause] of LONGEST) {
    if ([...product[field]].length > most) objections.push({ cause, field });
  }
  for (const field of ['code', 'name', 'unit', 'group'] as const) {
    if (foreignLetter(product[field]) !== null) objections.push({ cause: 'letter-unknown', field });
  }
  if (content.currency !== null) objections.push({ cause: 'product-price-not-euro', field: 'price' });
  return { product, objections };
}
