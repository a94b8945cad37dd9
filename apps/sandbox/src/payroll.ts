import { type Call, notADay, routesOf, withBody } from './call.js';
import type { Company } from './company.js';
import { PAYROLL_BATCH } from './facts/payroll-fields.js';
import { dayNumber, type Dto, type FieldFault, isDto } from './field-check.js';
import { absent, given, invalid, type Outcome, refused } from './wire.js';

/**
 * Payroll [palkat], in the newer envelope: success is wrapped too.
 *
 * Of a row `employeeSSID` wins over `externalEmployeeId` and `payCodeId` over `externalPayCodeId`; a dimension that is
 * not given is the employee's own. Fivaldi does not say what a repeated batch id does: the rows are imported once more
 * unless the company was made to refuse, so that whoever repeats blindly is found out.
 */
export const PAYROLL_ROUTES = routesOf('payroll', 'envelope', [
  { method: 'GET', path: '/payroll/employees', handle: listEmployees },
  { method: 'GET', path: '/payroll/employees/{employeeId}', handle: readEmployee },
  { method: 'POST', path: '/payroll/transactions', handle: withBody(PAYROLL_BATCH, importBatch) },
]);

function listEmployees({ company, query }: Call): Outcome {
  const after = query.get('employmentActiveAfterDate');
  const day = after === null ? 0 : dayNumber(after);
  if (day === null) return notADay('employmentActiveAfterDate');
  return given(company.payroll.employees.filter((employee) => lastDay(employee) >= day));
}

/** The last day of the employment that ends last; endless when one has no end. */
function lastDay(employee: Dto): number {
  const employments = Array.isArray(employee['employmentInformation']) ? employee['employmentInformation'] : [];
  const ends = employments.map((it: unknown) => (isDto(it) && dayNumber(textOf(it['employmentEndDate']))) || Infinity);
  return ends.length === 0 ? Infinity : Math.max(...ends);
}

function readEmployee(call: Call): Outcome {
  const id = call.path('employeeId');
  const found = call.company.payroll.employees.find((employee) => idOf(employee) === id);
  return found ? given(found) : absent(`Employee with id [${id}] does not exist`);
}

function importBatch(body: Dto, { company }: Call): Outcome {
  const id = textOf(body['payrollBatchId']);
  const rows = Array.isArray(body['transactionRows']) ? (body['transactionRows'] as Dto[]) : [];
  if (rows.length === 0) return refused('must not be empty', 'transactionRows');
  const faults = rows.flatMap((row, index) => faultsOfRow(row, index, company));
  if (faults.length > 0) return invalid(faults);
  const seen = company.payrollImports.some(({ payrollBatchId }) => payrollBatchId === id);
  if (seen && company.seed.repeatedPayrollBatch === 'refused') {
    return refused(`Batch [${id}] is already imported`, 'payrollBatchId');
  }
  company.payrollImports.push({ payrollBatchId: id, rows: rows.map((row) => withDefaults(row, company)) });
  const record = { register: 'payroll_batch', key: id, externalKey: id, effect: 'created' as const };
  return { kind: 'given', value: `${rows.length} transactions imported`, created: true, records: [record] };
}

function faultsOfRow(row: Dto, index: number, company: Company): FieldFault[] {
  const at = (field: string, message: string) => ({ field: `transactionRows[${index}].${field}`, message });
  const { payCodeId, externalPayCodeId } = row;
  const codes = company.payroll.payCodes;
  const knownCode =
    payCodeId === undefined
      ? codes.some((code) => code.externalPayCodeId === externalPayCodeId && externalPayCodeId !== undefined)
      : codes.some((code) => code.payCodeId === payCodeId);
  return [
    ...(employeeOf(row, company) ? [] : [at('externalEmployeeId', 'Employee does not exist')]),
    ...(knownCode ? [] : [at(payCodeId === undefined ? 'externalPayCodeId' : 'payCodeId', 'Pay code does not exist')]),
  ];
}

/** By the end of the personal identity code when one is given, else by the id. */
function employeeOf(row: Dto, company: Company): Dto | undefined {
  const code = textOf(row['employeeSSID']);
  return company.payroll.employees.find((employee) => {
    const person = personOf(employee);
    const end = textOf(person['endOfSocialSecurityNumber']);
    return code === '' ? idOf(employee) === row['externalEmployeeId'] : end !== '' && code.endsWith(end);
  });
}

function withDefaults(row: Dto, company: Company): Dto {
  const person = personOf(employeeOf(row, company) ?? {});
  const dimensions = [1, 2, 3, 4].map((level) => [
    `dimensionValue${level}`,
    row[`dimensionValue${level}`] ?? person[`dimension${level}`] ?? null,
  ]);
  return { ...row, ...(Object.fromEntries(dimensions) as Dto) };
}

const personOf = (employee: Dto): Dto =>
  isDto(employee['personalInformation']) ? employee['personalInformation'] : {};
const idOf = (employee: Dto): string => textOf(personOf(employee)['employeeId']);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
