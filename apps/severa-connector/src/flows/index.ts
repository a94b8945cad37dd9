import type { Flow } from '../engine/flow.js';
import { customersToNetvisor } from './customers-to-netvisor.js';
import { customersToSevera } from './customers-to-severa.js';
import { dimensions } from './dimensions.js';
import { payments } from './payments.js';
import { productsToNetvisor } from './products-to-netvisor.js';
import { productsToSevera } from './products-to-severa.js';
import { purchaseLines } from './purchase-lines.js';
import { salesInvoices } from './sales-invoices.js';
import { travelExpenses } from './travel-expenses.js';
import { workHours } from './work-hours.js';

/** What moves over a link. Registers first: flows that are due together are begun in this order, documents after them. */
export const FLOWS: readonly Flow[] = [
  customersToNetvisor,
  customersToSevera,
  productsToNetvisor,
  productsToSevera,
  dimensions,
  salesInvoices,
  travelExpenses,
  workHours,
  purchaseLines,
  payments,
];
