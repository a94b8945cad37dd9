import { createHash } from 'node:crypto';

import type { LinkSettings } from '#lib/contracts';
import { element, type NetvisorElement } from '#lib/upstream';

import type { Flow, JsonObject, Objection, Situation } from '../engine/flow.js';
import { employeeObjections } from './employee-number.js';
import { netvisorNumber } from './netvisor-number.js';
import { plainDescription } from './plain-description.js';
import { recordTypeOf, type WorkDay, type WorkEntry } from './work-day.js';
import { readWorkDays } from './work-day-source.js';

/** The description is mandatory in Netvisor (contract §4.10), and an hour of Severa's may have none. */
const NO_DESCRIPTION = 'Severa';

/**
 * Hours and absences [työmerkinnät], Severa to Netvisor: one message for each employee and day, which replaces what
 * Netvisor had of that day. So it may be sent again, and never needs to be looked up.
 *
 *   the day                                            | next
 *   ---------------------------------------------------+----------------------------------------------------------
 *   has no employee number, or one that begins with 0  | reject
 *   has a kind of hours without a record type          | reject: record-type-unmapped
 *   has one whose record type counts days, not hours   | reject: record-type-in-days; how those are given is documented nowhere
 *   has an absence whose hours nobody knows            | reject
 *   is another user's too, by the same number          | reject: one of them would replace the other
 *   moved under another employee number                | reject: changed-after-transfer; there it would be paid, too
 *   may have arrived under another one                 | reject: repeat-unsafe
 *   is in Netvisor as it is now                        | done
 *   otherwise                                          | write, repeatable
 *
 * Hours that are approved in Severa come as approved [Hyväksytty], the others as acknowledged [Kuitattu]; what Netvisor
 * has closed, it refuses in its own words. Importing hours switches on Netvisor's payroll service, which costs for each
 * employee. `known.key`: employee number and day; `known.sent`: what was sent, as a hash; `known.tried`: the key it was sent
 * under last.
 *
 * Source: contracts/netvisor §4.10, §5.7.
 */
export const workHours: Flow = {
  name: 'work-hours',
  stream: 'severa-tyomerkinnat',
  direction: 'import',
  source: 'severa',
  // A reading is of two months: what is older is not gone. What is, the reading says itself.
  whole: false,
  mode: (settings) => settings.workHours.mode,
  every: () => 'nightly',
  read: readWorkDays,
  matchOf: (source) => keyOf(dayIn(source)),

  next(situation) {
    const { source, known, settings } = situation;
    if (source === null) return { do: 'done' };
    const day = dayIn(source);
    const [first, ...others] = objectionsTo(day, situation);
    if (first) return { do: 'reject', objections: [first, ...others] };
    const body = workDayBody(day, settings);
    if (situation.unsure === null && known?.['sent'] === hashOf(body)) return { do: 'done' };
    return {
      do: 'write',
      operation: known?.key == null ? 'create' : 'change',
      call: { system: 'netvisor', request: { method: 'POST', resource: 'workday.nv', body } },
      repeatable: true,
      known: { ...known, key: known?.key ?? null, tried: keyOf(day) },
    };
  },

  learn({ source, settings }) {
    const day = dayIn(source ?? {});
    return { key: keyOf(day), sent: hashOf(workDayBody(day, settings)) };
  },
};

const dayIn = (content: JsonObject): WorkDay => content as unknown as WorkDay;

const keyOf = ({ employee, date }: WorkDay): string | null => (employee === null ? null : `${employee} ${date}`);

/**
 * A message replaces a day of one employee. Whoever has another number by now has the hours under the old one, too, or may
 * have: nothing takes them away there but a hand.
 */
function numberObjections(day: WorkDay, { known, unsure }: Situation): readonly Objection[] {
  const key = keyOf(day);
  const [tried, moved] = [known?.['tried'], known?.['sent'] === undefined ? null : known.key];
  if (unsure !== null && typeof tried === 'string' && tried !== key) return [{ cause: 'repeat-unsafe', field: tried }];
  return moved === null || moved === key ? [] : [{ cause: 'changed-after-transfer', field: moved }];
}

function objectionsTo(day: WorkDay, situation: Situation): readonly Objection[] {
  const { settings, rival } = situation;
  const unfit = new Map<string, Objection>();
  for (const entry of day.entries) {
    const type = recordTypeOf(entry, settings);
    if (type !== null && day.inDays?.includes(type) !== true) continue;
    unfit.set(`${entry.kind} ${entry.code}`, {
      cause: type === null ? 'record-type-unmapped' : 'record-type-in-days',
      field: entry.kind,
      message: [type, entry.code, entry.name].filter((word) => word !== null).join(' '),
    });
  }
  const unknown = day.entries.find(({ hours }) => hours === null);
  return [
    ...employeeObjections(day.employee),
    ...unfit.values(),
    ...(unknown ? [{ cause: 'absence-hours-unknown', field: 'absence', message: unknown.name ?? '' }] : []),
    ...(rival == null ? [] : [{ cause: 'employee-number-shared', field: 'code', message: rival }]),
    ...(day.employee === null ? [] : numberObjections(day, situation)),
  ];
}

/** The whole day, as `workday.nv` takes it. */
export function workDayBody({ date, employee, entries }: WorkDay, settings: LinkSettings): NetvisorElement {
  return element('workday', [
    element('date', date, { format: 'ansi', method: 'replace' }),
    element('employeeidentifier', employee ?? '', { type: 'number' }),
    ...entries.map((entry) => workDayHour(entry, settings)),
  ]);
}

function workDayHour(entry: WorkEntry, settings: LinkSettings): NetvisorElement {
  const { projectHeader } = settings.workHours;
  return element('workdayhour', [
    element('hours', netvisorNumber(entry.hours ?? '')),
    element('collectorratio', recordTypeOf(entry, settings) ?? '', { type: 'number' }),
    element('acceptancestatus', entry.approved && entry.kind !== 'absence' ? 'accepted' : 'confirmed'),
    element('description', plainDescription(entry.description) || plainDescription(entry.name) || NO_DESCRIPTION),
    projectHeader !== null &&
      entry.project !== null &&
      element('dimension', [element('dimensionname', projectHeader), element('dimensionitem', entry.project)]),
  ]);
}

const hashOf = (body: NetvisorElement): string => createHash('sha256').update(JSON.stringify(body)).digest('base64url');
