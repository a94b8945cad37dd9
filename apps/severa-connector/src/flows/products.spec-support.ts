import type { ProductContent } from './severa-product.js';

/** A product of Severa with nothing wrong about it. */
export const productContent = (changed: Partial<ProductContent> = {}): ProductContent => ({
  kind: 'product',
  code: 'LIC-1',
  name: 'Lisenssi',
  unit: 'kpl',
  price: '250.5',
  currency: null,
  vatRate: '25.5',
  group: 'Lisenssit',
  active: true,
  ...changed,
});
