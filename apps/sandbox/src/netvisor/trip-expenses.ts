import { type Call, dimensionsOf, type Resource, writes } from './call.js';
import type { Names, Row, TripExpense } from './organisation.js';
import { inserted, invalid, type Outcome, type Refusal } from './outcome.js';
import { attachmentsOf } from './sales-invoices.js';
import { leavesOf, partAt } from './shape.js';
import { TRIP_EXPENSE } from './shapes/trip-expense.js';
import { attributeOf, childOf, childrenOf, type XmlElement } from './xml.js';

/** Travel expenses [matkalaskut]. Nothing knows one again: sent twice, there are two. */
export const TRIP_EXPENSE_RESOURCES: Readonly<Record<string, Resource>> = {
  'tripexpense.nv': writes(TRIP_EXPENSE, write),
};

const KINDS = [
  ['customlines', 'customline'],
  ['travellines', 'travelline'],
  ['dailycompensationlines', 'dailycompensationline'],
] as const;

function write(body: XmlElement, call: Call): Outcome {
  const { organisation } = call;
  const elements = KINDS.flatMap(([list, name]) => {
    const holder = childOf(body, list);
    return (holder ? childrenOf(holder, name) : []).map((line) => ({ line, parts: partAt(TRIP_EXPENSE, list, name) }));
  });
  if (elements.length === 0) return invalid('A travel expense needs at least one line');
  const fault = elements.map(({ line }) => faultOfLine(line, call)).find((found) => found !== null);
  if (fault) return fault;
  const lines = elements.map(({ line, parts }): Row => {
    return { fields: leavesOf(line, parts), dimensions: dimensionsOf(line) };
  });
  const expense: TripExpense = {
    key: organisation.nextKey(),
    fields: leavesOf(body, partAt(TRIP_EXPENSE).slice(0, 2)),
    lines,
    attachments: elements.flatMap(({ line }) =>
      attachmentsOf(childOf(line, 'tripexpenseattachments'), 'tripexpenseattachment'),
    ),
  };
  organisation.dimensions.ensure(lines.flatMap(({ dimensions }) => dimensions));
  organisation.tripExpenses.push(expense);
  return inserted(expense.key, expense.fields['header'] ?? null);
}

/** The employee is there; the expense's type is called as the interface's language has it. */
function faultOfLine(line: XmlElement, { organisation, language }: Call): Refusal | null {
  const identifier = childOf(line, 'employeeidentifier');
  const type = identifier && attributeOf(identifier, 'type');
  const employee = organisation.employee(type ?? '', identifier?.text ?? '');
  if (!employee) return invalid(`Employee not found with identifier: ${identifier?.text ?? ''}`);
  const ratio = childOf(line, 'ratio')?.text;
  const isNamed = ({ names }: { readonly names: Names }) => names[language] === ratio;
  if (ratio !== undefined && !organisation.payrollRatios.some(isNamed)) {
    return invalid(`Travel expense type not found: ${ratio}`);
  }
  const account = childOf(line, 'expenseaccountnumber')?.text;
  return account && !organisation.accounts.has(account) ? invalid(`Account not found: ${account}`) : null;
}
