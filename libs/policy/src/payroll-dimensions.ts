import type { Fields, IncomingRecord } from './register-record.js';

/** Where a payroll row's dimensions [seurantakohteet] come from. */
export const PAYROLL_DIMENSIONS = ['from-data', 'from-employee', 'data-then-employee'] as const;
export type PayrollDimensions = (typeof PAYROLL_DIMENSIONS)[number];

/** The employees whose defaults count, each with `dimension1` to `dimension4`. */
export interface Employees {
  readonly byId: ReadonlyMap<string, Fields>;
  readonly byIdentityCode: ReadonlyMap<string, Fields>;
}

/**
 * Gives every row of a payroll batch its dimensions, level by level.
 *
 *   dimensions         | the row gives a value | it is absent or empty
 *   -------------------+-----------------------+----------------------
 *   from-data          | the row's             | empty
 *   from-employee      | the employee's        | the employee's
 *   data-then-employee | the row's             | the employee's
 *
 * An employee without a default, or one that the register does not have, gives none. A row that gives a personal
 * identity code means the employee with that code; its employee id is then not looked at (contract §1.6.6). Source: the
 * seed's base settings of XML transfers, payroll 1–3.
 */
export function payrollDimensions(
  batch: IncomingRecord,
  dimensions: PayrollDimensions,
  employees: Employees,
): IncomingRecord {
  const rows = batch.children['rows'];
  if (rows === undefined || dimensions === 'from-data') return batch;
  const completed = Object.entries(rows).map(([no, row]) => [no, withDimensions(row, dimensions, employees)] as const);
  return { ...batch, children: { ...batch.children, rows: Object.fromEntries(completed) } };
}

function withDimensions(row: Fields, dimensions: PayrollDimensions, employees: Employees): Fields {
  const defaults = employeeOf(row, employees) ?? {};
  const completed = { ...row };
  for (const name of ['dimension1', 'dimension2', 'dimension3', 'dimension4']) {
    const own = dimensions === 'from-employee' ? null : (row[name] ?? null);
    completed[name] = own ?? defaults[name] ?? null;
  }
  return completed;
}

function employeeOf(row: Fields, { byId, byIdentityCode }: Employees): Fields | undefined {
  const code = row['social_security_number'] ?? null;
  return code === null ? byId.get(row['employee_id'] ?? '') : byIdentityCode.get(code);
}
