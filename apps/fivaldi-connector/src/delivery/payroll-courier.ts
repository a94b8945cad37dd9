import { filled, type Part } from './content.js';
import type { Addressee, Courier, Mapping } from './courier.js';
import { date, type Mapped, mapPart, mappingOf, number, type RegisterRow, text, type Unfit } from './mapping.js';

/** A payroll event as `ExternalPayrollTransactionRowDTO` has it (contract §1.6.6). */
const row: readonly Mapped[] = [
  date('payroll_date', 'payrollDate'),
  number('quantity', 'quantity', 10, 6),
  number('multiplier', 'multiplier', 10, 6),
  number('unit_price', 'unitPrice', 10, 6),
  text('description', 'description', 200),
  text('dimension1', 'dimensionValue1', 8),
  text('dimension2', 'dimensionValue2', 8),
  text('dimension3', 'dimensionValue3', 8),
  text('dimension4', 'dimensionValue4', 8),
  date('earning_period_start', 'earningPeriodStart'),
  date('earning_period_end', 'earningPeriodEnd'),
];

const path = ({ cuid }: Addressee) => ['companies', cuid, 'payroll', 'transactions'];

/**
 * Payroll batches [Palkat]. What a batch that is sent twice does is not known, and nothing shows which were imported:
 * one whose answer was lost is left to a person.
 */
export const payrollCourier: Courier = {
  register: 'payroll_batch',
  unrepeatable: true,
  searchFirst: false,
  map,
  search: null,
  index: null,
  pull: null,
  read: () => null,
  parse: (_result, to, content) => ({ id: to.key, core: content.core, parts: {} }),
  create: (to, { core, parts }) => ({
    method: 'POST',
    path: path(to),
    body: { ...core, transactionRows: Object.values(parts) },
  }),
  update: () => null,
  createPart: () => null,
  updatePart: () => null,
};

function map({ children }: RegisterRow, key: string): Mapping {
  const rows = Object.entries(children['rows'] ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([no, fields]) => ({ name: `rows/${no}`, ...mapRow(fields, `rows/${no}/`) }));
  const parts = Object.fromEntries(rows.map(({ name, part }) => [name, filled(part)]));
  return mappingOf(
    { core: { payrollBatchId: key }, parts },
    rows.flatMap(({ unfit }) => unfit),
  );
}

/** Fivaldi reads the first of each pair and passes the second over, so only one is sent. */
function mapRow(
  fields: RegisterRow['fields'],
  place: string,
): { readonly part: Part; readonly unfit: readonly Unfit[] } {
  const employee =
    fields['social_security_number'] != null
      ? text('social_security_number', 'employeeSSID', 11)
      : text('employee_id', 'externalEmployeeId', 20);
  const payCode =
    fields['pay_code'] != null ? text('pay_code', 'payCodeId', 8) : text('external_pay_code', 'externalPayCodeId', 8);
  const { part, unfit } = mapPart(fields, [employee, payCode, ...row], place);
  const needed = [employee.to, payCode.to, 'payrollDate', 'quantity'].filter((name) => part[name] === null);
  return { part, unfit: [...unfit, ...needed.map((name): Unfit => ({ field: place + name, cause: 'missing' }))] };
}
