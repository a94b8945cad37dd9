import { describe, expect, it } from '@jest/globals';

import { type Employees, PAYROLL_DIMENSIONS, payrollDimensions } from './payroll-dimensions.js';
import type { Fields } from './register-record.js';

const NONE = { dimension1: null, dimension2: null, dimension3: null, dimension4: null };
const ANNA: Fields = { dimension1: 'A1', dimension2: 'A2' };
const EERO: Fields = { dimension1: 'E1' };
const EMPLOYEES: Employees = {
  byId: new Map([['7', ANNA]]),
  byIdentityCode: new Map([['010190-123A', EERO]]),
};

const dimensionsOf = (row: Fields, mode: (typeof PAYROLL_DIMENSIONS)[number]): Fields | undefined =>
  payrollDimensions({ fields: {}, children: { rows: { '1': row } } }, mode, EMPLOYEES).children['rows']?.['1'];

describe('the dimensions of a payroll row', () => {
  const given = { employee_id: '7', dimension1: 'R1', dimension2: null };

  it('are the row’s own, as they stand, when they come from the data', () => {
    expect(dimensionsOf(given, 'from-data')).toEqual(given);
  });

  it('are the employee’s alone when they come from the employee', () => {
    expect(dimensionsOf({ ...given, dimension3: 'R3' }, 'from-employee')).toEqual({ ...given, ...NONE, ...ANNA });
    expect(dimensionsOf({ ...given, employee_id: '8' }, 'from-employee')).toEqual({ ...NONE, employee_id: '8' });
  });

  it('are, level by level, the row’s own or else the employee’s', () => {
    expect(dimensionsOf(given, 'data-then-employee')).toEqual({
      ...given,
      ...NONE,
      dimension1: 'R1',
      dimension2: 'A2',
    });
  });

  it('are those of the employee with the identity code, where the row gives one; the id is not looked at', () => {
    const byCode = { employee_id: '7', social_security_number: '010190-123A' };
    expect(dimensionsOf(byCode, 'from-employee')).toEqual({ ...byCode, ...NONE, ...EERO });
    const unknown = { employee_id: '7', social_security_number: '020290-123B' };
    expect(dimensionsOf(unknown, 'from-employee')).toEqual({ ...unknown, ...NONE });
  });

  it.each(PAYROLL_DIMENSIONS)('of a batch without rows are none: %s', (mode) => {
    const bare = { fields: {}, children: {} };
    expect(payrollDimensions(bare, mode, EMPLOYEES)).toEqual(bare);
  });
});
