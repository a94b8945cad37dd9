import type { ApiClient } from '../local/api-client.ts';
import { addPartner, ENVIRONMENT, grant, onboardCompany, type Right } from './company.ts';
import { orderWithDiscount } from './documents.ts';
import { type Scene, summary } from './scene.ts';

const RIGHTS: readonly Right[] = [
  { stream: 'tilaukset', direction: 'import' },
  { stream: 'perustiedot', direction: 'import' },
];

const SALES_ORDERS = { mode: 'add-only', useDiscountRegister: true, createMissingProducts: true };

interface ShownRecord {
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly children?: { readonly rows?: readonly Readonly<Record<string, string | null>>[] };
}

/** An order that the company's own registers complete. */
export async function orderScene(operator: ApiClient): Promise<Scene> {
  const seller = await addPartner(operator, 'Kauppapaikka Oy', RIGHTS);
  const company = await onboardCompany(operator, 'Verstas Vaahtera Oy', { salesOrders: SALES_ORDERS });
  await grant(operator, seller, company, RIGHTS);
  const sent = await seller.client.importDocument(company.id, 'tilaukset', orderWithDiscount(company.number));
  const imported = await seller.client.settled(sent.body.id);

  const record = async (register: string, key: string): Promise<ShownRecord> => {
    const path = `/v1/environments/${ENVIRONMENT}/companies/${company.id}/registers/${register}/records/${key}`;
    return (await operator.call<ShownRecord>('GET', path)).body;
  };
  const row = (await record('order', '2026-1')).children?.rows?.[0];
  const product = (await record('product', 'T0042')).fields;
  return {
    title: 'An order whose row gets its discount from the register, and whose missing product is made',
    well:
      imported.state === 'succeeded' &&
      Number(row?.['discount_percent']) === 12.5 &&
      product?.['name'] === 'Palkkakonsultointi',
    lines: [
      summary(imported),
      `row 1: ${row?.['product_code'] ?? '?'}, ${row?.['discount_percent'] ?? 'no'} % off, as the customer's discount says`,
      `product T0042 was made: ${product?.['name'] ?? '(it was not)'}`,
    ],
  };
}
