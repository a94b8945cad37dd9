import { createHash } from 'node:crypto';

import type { LinkSettings } from '#lib/contracts';

import type { Flow, Incoming, JsonObject, Known, Objection, Situation, Step } from '../engine/flow.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { withPdf } from './sales-invoice-dispatch.js';
import { foundInvoice, invoiceSearch, searchText } from './sales-invoice-look-up.js';
import { planOf } from './sales-invoice-plan.js';
import { readInvoices } from './sales-invoice-source.js';
import type { SalesInvoice } from './sales-invoice.js';

/**
 * Sales invoices [myyntilaskut], Severa to Netvisor, as invoices or as orders; credit notes move like invoices.
 *
 *   known                                       | next
 *   --------------------------------------------+-----------------------------------------------------------------
 *   an answer to a creation was lost            | look its number up
 *   a rule is broken, its number is shared      | reject, with everything that has to be mended
 *   its customer is on the way                  | wait
 *   nothing, or nothing of this number and sum  | look its number up
 *   another invoice has its number there        | reject: invoice-number-taken
 *   Netvisor says it has it, and it is not found| reject: invoice-not-found
 *   it is not there                             | create, with its PDF fetched just before
 *   its key                                     | give it the sent status in Severa
 *   its key and that status                     | done
 *   its key and that status; it came back,      | give it the status again
 *   … changed                                   | reject: already-transferred [Myyntilasku X on jo siirretty]
 *
 * `known.sent`: what was sent, or was found there, as a hash. `known.settled`: how Severa's invoice was dated when it got
 * the status. Source: contracts/netvisor §4.6, §5.6, §5.10, §6.
 */
export const salesInvoices: Flow = {
  name: 'sales-invoices',
  stream: 'severa-myyntilaskut',
  direction: 'import',
  source: 'severa',
  // What has left the ready status is not gone: it was sent. What was withdrawn is told by the reading itself.
  whole: false,
  mode: ({ salesInvoices: { mode, readyStatus, sentStatus } }) =>
    readyStatus === null || sentStatus === null ? 'off' : mode,
  every: (settings) => settings.registersEveryMinutes,
  read: readInvoices,
  matchOf: (source) => invoiceIn(source).number,

  next(situation) {
    const { source, known } = situation;
    if (source === null) return { do: 'done' };
    const invoice = invoiceIn(source);
    if (situation.unsure === 'create' && invoice.number !== null) return lookUp(invoice, situation.settings);
    return known?.key != null ? nextOfMoved(invoice, known, situation) : nextOfNew(invoice, situation);
  },

  learn(situation, step, incoming) {
    const invoice = invoiceIn(situation.source ?? {});
    if (step.do === 'ask') return learnSearch(invoice, situation, incoming);
    if (step.operation === 'create') return learnCreation(invoice, incoming);
    return { ...situation.known, key: situation.known?.key ?? null, settled: invoice.updated ?? '' };
  },

  // It is there already, by a hand or by a request of ours that was long on its way: looked up, and linked if it is the same.
  learnRefusal: (_, step, { category }) =>
    step.operation === 'create' && category === 'DUPLICATE_DATA' ? { key: null, there: true } : null,
};

/** What was stored of an invoice. */
export const invoiceIn = (content: JsonObject): SalesInvoice => content as unknown as SalesInvoice;

function nextOfNew(invoice: SalesInvoice, { key, known, rival, settings }: Situation): Step {
  const plan = planOf(invoice, settings);
  const shared: readonly Objection[] = rival == null ? [] : [{ cause: 'invoice-number-shared', field: rival }];
  const [first, ...others] = [...plan.objections, ...shared];
  if (first) return { do: 'reject', objections: [first, ...others] };
  if (plan.waitsForCustomer) return { do: 'wait', cause: 'customer-waits' };
  if (known?.['looked'] !== searchText(invoice)) return lookUp(invoice, settings);
  const taken = known['taken'];
  if (typeof taken === 'string') return rejected({ cause: 'invoice-number-taken', field: taken });
  if (known['there'] === true) return rejected({ cause: 'invoice-not-found', field: invoice.number ?? '' });
  return { do: 'write', operation: 'create', call: withPdf(key, invoice, plan, settings), repeatable: false };
}

function nextOfMoved(invoice: SalesInvoice, known: Known, { key, settings }: Situation): Step {
  const settled = known['settled'];
  if (settled === (invoice.updated ?? '')) return { do: 'done', linked: known['linked'] === true };
  // Of what a person has marked as done nothing was sent: it gets its status, once.
  const isTold = settled !== undefined || known['sent'] !== undefined;
  if (isTold && known['sent'] !== hashOf(invoice)) {
    return rejected({ cause: 'already-transferred', field: invoice.number ?? '' });
  }
  const { sentStatus } = settings.salesInvoices;
  if (sentStatus === null) return { do: 'done' };
  return {
    do: 'write',
    operation: 'status',
    call: {
      system: 'severa',
      request: {
        method: 'PATCH',
        path: ['invoices', key],
        body: [{ op: 'Replace', path: '/status/guid', value: sentStatus }],
      },
    },
    repeatable: true,
  };
}

const rejected = (objection: Objection): Step => ({ do: 'reject', objections: [objection] });

const lookUp = (invoice: SalesInvoice, settings: LinkSettings): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'netvisor', request: invoiceSearch(invoice, settings) },
});

function learnSearch(invoice: SalesInvoice, { known, settings }: Situation, incoming: Incoming): Known {
  const found = foundInvoice(netvisorRoot(incoming), invoice, planOf(invoice, settings));
  if (found.as === 'ours') return { key: found.key, sent: hashOf(invoice), linked: true };
  const there = known?.['there'] === true ? { there: true } : {};
  const taken = found.as === 'another' ? { taken: found.words } : {};
  return { key: null, looked: searchText(invoice), ...there, ...taken };
}

/** Made, but not told under which key: it has to be found, and never made again. */
function learnCreation(invoice: SalesInvoice, incoming: Incoming): Known {
  const key = insertedKey(incoming);
  return key === null ? { key, there: true } : { key, sent: hashOf(invoice) };
}

/** What of an invoice would make another one of it in Netvisor. */
function hashOf(invoice: SalesInvoice): string {
  const { number, date, entryDate, dueDate, credit, currency, net, tax, reverseCharge, rows } = invoice;
  const sums = rows.map(({ codes, description, quantity, unitPrice, percent }) => [
    codes,
    description,
    quantity,
    unitPrice,
    percent,
  ]);
  const head = [number, invoice.referenceNumber, invoice.customer.number, date, entryDate, dueDate];
  const text = JSON.stringify([head, credit, currency, net, tax, reverseCharge, sums]);
  return createHash('sha256').update(text).digest('base64url');
}
