import { describe, expect, it } from '@jest/globals';

import type { FlowName } from './flow.js';
import { runOrder } from './run-order.js';
import type { Run } from './runs.js';

const later = new Date('2026-03-03T12:00:15Z');
const run = (flow: FlowName, more: Partial<Run> = {}): Run =>
  ({ flow, ready: true, closed: false, nextAt: new Date('2026-03-03T12:00:00Z'), ...more }) as Run;
const lingers = { ready: false, nextAt: later };

const invoices = run('sales-invoices');
const products = run('products-to-netvisor');
const lingering = run('products-to-netvisor', lingers);
const payments = run('payments');

describe('the next run of a link', () => {
  it.each<[string, readonly Run[], Run | null]>([
    ['none', [], null],
    ['the one whose time came first', [products, run('customers-to-netvisor')], products],
    ['one whose time has come', [run('dimensions', lingers), products], products],
    ['documents, where no register moves', [invoices], invoices],
    ['a register before documents that were there first', [invoices, products], products],
    ['no documents, while a record of a register is looked at again later', [invoices, lingering], null],
    [
      'documents, where the window of the register is closed',
      [invoices, run('dimensions', { closed: true })],
      invoices,
    ],
    ['documents, while a register moves towards Severa', [invoices, run('customers-to-severa', lingers)], invoices],
    ['payments, whatever moves: they name no record of a register', [invoices, payments, lingering], payments],
  ])('is %s', (_, runs, next) => {
    expect(runOrder(runs).next).toBe(next);
  });

  it('is awaited until the register’s record is looked at, by documents that stay behind', () => {
    expect(runOrder([invoices, lingering]).behind).toEqual({ runs: [invoices], until: later });
    expect(runOrder([lingering]).behind).toBeNull();
    expect(runOrder([invoices, products]).behind).toBeNull();
  });
});
