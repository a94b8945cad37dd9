import type { Causes } from '../link/cause.js';
import { DIMENSION_CAUSES } from './dimension-causes.js';
import { PAYMENT_CAUSES } from './payment-causes.js';
import { PAYROLL_CAUSES } from './payroll-causes.js';
import { PURCHASE_CAUSES } from './purchase-causes.js';
import { SALES_HEADER_CAUSES } from './sales-header-causes.js';
import { SALES_INVOICE_CAUSES } from './sales-invoice-causes.js';
import { SALES_ROW_CAUSES } from './sales-row-causes.js';

/** What keeps a document or an entry from moving, whichever flow it is of. */
export const DOCUMENT_CAUSES = {
  ...SALES_INVOICE_CAUSES,
  ...SALES_HEADER_CAUSES,
  ...SALES_ROW_CAUSES,
  ...DIMENSION_CAUSES,
  ...PAYMENT_CAUSES,
  ...PAYROLL_CAUSES,
  ...PURCHASE_CAUSES,
} as const satisfies Causes;
