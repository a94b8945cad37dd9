import { createHash } from 'node:crypto';

import type { LinkSettings } from '#lib/contracts';

import type { Calls, Flow, JsonObject, Objection, Prepared, Step } from '../engine/flow.js';
import { insertedKey } from './good-answer.js';
import { fetchAttachments } from './travel-attachments.js';
import type { TravelReport } from './travel-report.js';
import { readTravelReports } from './travel-report-source.js';
import { travelObjections, tripExpense } from './trip-expense.js';

/** Where Netvisor took a report and did not say under which key. */
const WITHOUT_KEY = '?';

/**
 * Travel reports [matkalaskut], Severa to Netvisor: each is made there once. Netvisor can neither change one nor tell
 * whether it has it, so that nothing is ever sent twice by itself.
 *
 *   the report                                   | next
 *   ---------------------------------------------+-------------------------------------------------------------
 *   may have arrived: the answer was lost        | reject: repeat-unsafe; a person looks, and decides
 *   is in Netvisor as it was sent                | done
 *   is in Netvisor, and was changed in Severa    | reject: changed-after-transfer
 *   breaks a rule                                | reject
 *   otherwise                                    | write, with its receipts; not repeatable
 *
 * `known.sent`: what was sent, as a hash; a person who says that the report is there has sent none. Source: contracts/netvisor §4.9, §5.7.
 */
export const travelExpenses: Flow = {
  name: 'travel-expenses',
  stream: 'severa-matkalaskut',
  direction: 'import',
  source: 'severa',
  // What has left the approved statuses was paid: it is not gone.
  whole: false,
  mode: (settings) => settings.travelExpenses.mode,
  every: (settings) => settings.registersEveryMinutes,
  read: readTravelReports,

  next({ source, known, unsure, settings }) {
    if (source === null) return { do: 'done' };
    const report = reportIn(source);
    if (unsure !== null) return rejected([{ cause: 'repeat-unsafe', field: report.number ?? '' }]);
    if (known?.key != null) {
      if (known['sent'] === undefined || known['sent'] === hashOf(report)) return { do: 'done' };
      return rejected([{ cause: 'changed-after-transfer', field: report.number ?? '' }]);
    }
    const [first, ...others] = travelObjections(report, settings);
    if (first) return rejected([first, ...others]);
    return { do: 'write', operation: 'create', call: withReceipts(report, settings), repeatable: false };
  },

  learn: ({ source }, _, incoming) => ({
    key: insertedKey(incoming) ?? WITHOUT_KEY,
    sent: hashOf(reportIn(source ?? {})),
  }),
};

const reportIn = (content: JsonObject): TravelReport => content as unknown as TravelReport;

const rejected = (objections: readonly [Objection, ...Objection[]]): Step & { readonly do: 'reject' } => ({
  do: 'reject',
  objections,
});

const withReceipts = (report: TravelReport, settings: LinkSettings): Prepared => ({
  system: 'netvisor',
  async prepare(calls: Calls) {
    const fetched = await fetchAttachments(calls, report);
    if (fetched.as === 'objection') return rejected([fetched.objection]);
    const body = tripExpense(report, settings, fetched.attachments);
    return { system: 'netvisor', request: { method: 'POST', resource: 'tripexpense.nv', body } };
  },
});

/** What of a report would make another one of it in Netvisor; a project's new name does not. */
function hashOf({ employee, lines }: TravelReport): string {
  const sums = lines.map(
    ({ guid, class: of, code, quantity, unitCost, currency, vatPercent, day, from, until, ...line }) => [
      [guid, of, code, quantity, unitCost, currency, vatPercent],
      [day, from, until, line.reimbursed, line.description],
    ],
  );
  return createHash('sha256')
    .update(JSON.stringify([employee, sums]))
    .digest('base64url');
}
