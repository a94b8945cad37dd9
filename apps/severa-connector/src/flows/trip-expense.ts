import type { LinkSettings } from '#lib/contracts';
import { element, type NetvisorElement, netvisorCodes } from '#lib/upstream';

import type { Objection } from '../engine/flow.js';
import { employeeObjections } from './employee-number.js';
import { exactNetvisorNumber, netvisorNumber } from './netvisor-number.js';
import { plainDescription } from './plain-description.js';
import type { ExpenseClass, TravelLine, TravelReport } from './travel-report.js';

/** A receipt as it goes along. */
export interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The kinds of journeys and of daily allowances [päiväraha] that there are; other expenses go by names of Netvisor's. */
const KINDS: Readonly<Record<Exclude<ExpenseClass, 'other'>, readonly string[]>> = {
  mileage: netvisorCodes('tripexpense.nv', 'traveltype'),
  allowance: netvisorCodes('tripexpense.nv', 'compensationtype'),
};

const HOME_CURRENCY = 'EUR';

/**
 * What keeps a report from moving, before anything of it is sent.
 *
 *   Severa does not hand its lines out                         | severa-refused
 *   a line                                                     | cause
 *   -----------------------------------------------------------+--------------------------------
 *   of a type that the settings have no name for; a journey    | travel-type-unmapped
 *   or an allowance under a name that is no kind of Netvisor's |
 *   without quantity, price or day                             | travel-line-incomplete
 *   an allowance without its hours                             | travel-times-missing
 *   in another currency, which has no sum in euros             | travel-currency
 */
export function travelObjections(report: TravelReport, settings: LinkSettings): readonly Objection[] {
  if (report.unread !== undefined) return [{ cause: 'severa-refused', message: report.unread }];
  const found = new Map<string, Objection>();
  const add = (cause: string, { class: field, code, name }: TravelLine): void => {
    const message = [code, name].filter((word) => word !== null).join(' ');
    found.set(`${cause} ${message}`, { cause, field, message });
  };
  for (const line of report.lines) {
    if (kindOf(line, settings) === null) add('travel-type-unmapped', line);
    if (line.quantity === null || line.unitCost === null || line.day === null) add('travel-line-incomplete', line);
    if (line.class === 'allowance' && (line.from === null || line.until === null)) add('travel-times-missing', line);
    if (line.currency !== null && line.currency !== HOME_CURRENCY) add('travel-currency', line);
  }
  return [...employeeObjections(report.employee), ...found.values()];
}

/** What Netvisor calls the type of a line; `null`: the settings do not say, or say what it does not have. */
function kindOf({ class: of, code }: TravelLine, { travelExpenses: { types } }: LinkSettings): string | null {
  const kind = code !== null && Object.hasOwn(types, code) ? (types[code] ?? null) : null;
  return kind === null || of === 'other' || KINDS[of].includes(kind) ? kind : null;
}

/**
 * The report, as `tripexpense.nv` takes it. A line that the employee is not paid for comes as paid; the others as
 * acknowledged, for Netvisor's own round of approval. Prices go along, so that both systems have the same sum.
 */
export function tripExpense(
  report: TravelReport,
  settings: LinkSettings,
  attachments: ReadonlyMap<string, readonly Attachment[]>,
): NetvisorElement {
  const lines = (of: ExpenseClass, name: string, make: (line: TravelLine) => readonly NetvisorElement[]) => {
    const these = report.lines.filter((line) => line.class === of);
    const all = (line: TravelLine) => [
      ...make(line),
      ...common(line, report, settings, attachments.get(line.guid) ?? []),
    ];
    return (
      these.length > 0 &&
      element(
        `${name}s`,
        these.map((line) => element(name, all(line))),
      )
    );
  };
  const title = plainDescription(report.title);
  return element('tripexpense', [
    element('header', title || `Severa ${report.number ?? ''}`.trim()),
    report.number !== null && element('description', `Severa ${report.number}`),
    lines('other', 'customline', (line) => customLine(line, settings)),
    lines('mileage', 'travelline', (line) => travelLine(line, settings)),
    lines('allowance', 'dailycompensationline', (line) => allowanceLine(line, settings)),
  ]);
}

function customLine(line: TravelLine, settings: LinkSettings): readonly NetvisorElement[] {
  const [from, until] = [line.from?.slice(0, 10) ?? line.day ?? '', line.until?.slice(0, 10) ?? line.day ?? ''];
  return [
    element('ratio', kindOf(line, settings) ?? '', { type: 'name' }),
    element('amount', exactNetvisorNumber(line.quantity ?? '')),
    element('customlineunitprice', exactNetvisorNumber(line.unitCost ?? ''), { iso4217currencycode: HOME_CURRENCY }),
    ...(line.vatPercent === null ? [] : [element('vatpercentage', netvisorNumber(line.vatPercent))]),
    element('begindate', from),
    element('enddate', until),
  ];
}

const travelLine = (line: TravelLine, settings: LinkSettings): readonly NetvisorElement[] => [
  element('traveltype', kindOf(line, settings) ?? ''),
  element('passengeramount', '0'),
  element('kilometeramount', exactNetvisorNumber(line.quantity ?? '')),
  element('unitprice', exactNetvisorNumber(line.unitCost ?? '')),
  element('traveldate', line.day ?? ''),
  element('routedescription', descriptionOf(line)),
];

const allowanceLine = (line: TravelLine, settings: LinkSettings): readonly NetvisorElement[] => [
  element('compensationtype', kindOf(line, settings) ?? ''),
  element('amount', exactNetvisorNumber(line.quantity ?? '')),
  element('unitprice', exactNetvisorNumber(line.unitCost ?? '')),
  element('timeofdeparture', line.from ?? ''),
  element('returntime', line.until ?? ''),
];

function common(
  line: TravelLine,
  { employee }: TravelReport,
  { travelExpenses: { dimensions } }: LinkSettings,
  attachments: readonly Attachment[],
): readonly NetvisorElement[] {
  const dimension = (header: string | null, item: string | null): readonly NetvisorElement[] =>
    header === null || item === null
      ? []
      : [element('dimension', [element('dimensionname', header), element('dimensionitem', item)])];
  return [
    element('employeeidentifier', employee ?? '', { type: 'number' }),
    element('linedescription', descriptionOf(line)),
    element('linestatus', line.reimbursed ? 'confirmed' : 'paid'),
    ...dimension(dimensions.project, line.project),
    ...dimension(dimensions.businessUnit, line.businessUnit),
    ...(attachments.length === 0 ? [] : [element('tripexpenseattachments', attachments.map(attachmentOf))]),
  ];
}

const attachmentOf = ({ name, type, bytes }: Attachment): NetvisorElement =>
  element('tripexpenseattachment', [
    element('mimetype', type),
    element('attachmentdescription', name),
    element('filename', name),
    element('documentdata', Buffer.from(bytes).toString('base64')),
  ]);

const descriptionOf = ({ description, name }: TravelLine): string =>
  plainDescription(description) || plainDescription(name) || 'Severa';
