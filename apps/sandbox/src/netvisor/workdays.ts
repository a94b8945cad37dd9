import { type Call, dimensionsOf, type Resource, writes } from './call.js';
import { decimalOf, written } from './decimal.js';
import type { Row } from './organisation.js';
import { changed, invalid, type Outcome } from './outcome.js';
import { leavesOf, partAt } from './shape.js';
import { WORKDAY } from './shapes/workday.js';
import { attributeOf, childOf, childrenOf, type XmlElement } from './xml.js';

/** Hours [työmerkinnät]: one employee's day in a message. */
export const WORKDAY_RESOURCES: Readonly<Record<string, Resource>> = { 'workday.nv': writes(WORKDAY, write) };

/** `replace`, which is usual, takes the place of what the day had; `increment` comes beside it. */
function write(body: XmlElement, call: Call): Outcome {
  const { organisation } = call;
  const [date, identifier] = [childOf(body, 'date'), childOf(body, 'employeeidentifier')];
  if (!date || !identifier) return invalid('Elements date and employeeidentifier are mandatory');
  const employee = organisation.employee(attributeOf(identifier, 'type') ?? '', identifier.text);
  if (!employee) return invalid(`Employee not found with identifier: ${identifier.text}`);
  const reference = `${employee.number} ${date.text}`;
  if (organisation.approvedDays.has(reference)) {
    return invalid(
      'Working time data cannot be imported. Hours on this date have already been acknowledged or approved',
    );
  }
  const rows = ['workdayhour', 'workdaytime'].flatMap((name) =>
    childrenOf(body, name).map((line) => rowOf(line, name)),
  );
  const unknown = rows.find(({ fields }) => !organisation.recordTypes.has(fields['collectorratio'] ?? ''));
  if (unknown) return invalid(`Record type not found: ${unknown.fields['collectorratio'] ?? ''}`);
  const method = attributeOf(date, 'method') ?? 'replace';
  organisation.dimensions.ensure(rows.flatMap(({ dimensions }) => dimensions));
  const before = method === 'increment' ? (organisation.workdays.get(reference)?.rows ?? []) : [];
  organisation.workdays.set(reference, { employee: employee.number, day: date.text, rows: [...before, ...rows] });
  return changed({ method, key: null, reference });
}

/** Hours are rounded to hundredths. */
function rowOf(line: XmlElement, name: string): Row {
  const fields = leavesOf(line, partAt(WORKDAY, name));
  const { hours } = fields;
  return {
    fields: hours === undefined ? fields : { ...fields, hours: written(decimalOf(hours), 2) },
    dimensions: dimensionsOf(line),
  };
}
