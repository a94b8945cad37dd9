import type { Objection } from '../engine/flow.js';

/** A user of Severa is an employee of Netvisor by this number alone; there it never begins with 0 (contract §5.7). */
export function employeeObjections(employee: string | null): readonly Objection[] {
  if (employee === null || employee.trim() === '') return [{ cause: 'employee-number-missing', field: 'code' }];
  if (employee.trim().startsWith('0')) {
    return [{ cause: 'employee-number-leading-zero', field: 'code', message: employee }];
  }
  return [];
}
