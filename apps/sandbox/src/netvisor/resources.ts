import type { Resource } from './call.js';
import { CUSTOMER_RESOURCES } from './customers.js';
import { DIMENSION_RESOURCES } from './dimensions.js';
import { LIST_RESOURCES } from './lists.js';
import { PAYMENT_RESOURCES } from './payments.js';
import { PRODUCT_RESOURCES } from './products.js';
import { PURCHASE_RESOURCES } from './purchase-invoices.js';
import { SALES_INVOICE_READS } from './sales-invoice-answers.js';
import { SALES_INVOICE_WRITES } from './sales-invoices.js';
import { TRIP_EXPENSE_RESOURCES } from './trip-expenses.js';
import { WORKDAY_RESOURCES } from './workdays.js';

/** Every resource there is, by its lower-case name. */
export const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  Object.entries({
    ...CUSTOMER_RESOURCES,
    ...PRODUCT_RESOURCES,
    ...DIMENSION_RESOURCES,
    ...SALES_INVOICE_WRITES,
    ...SALES_INVOICE_READS,
    ...PAYMENT_RESOURCES,
    ...PURCHASE_RESOURCES,
    ...WORKDAY_RESOURCES,
    ...TRIP_EXPENSE_RESOURCES,
    ...LIST_RESOURCES,
  }),
);
