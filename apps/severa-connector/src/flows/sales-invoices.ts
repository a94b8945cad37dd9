import { createHash } from 'node:crypto';

import type { Flow, Incoming, JsonObject, Known, Objection, Situation, Step } from '../engine/flow.js';
import { insertedKey, netvisorRoot } from './good-answer.js';
import { withPdf } from './sales-invoice-dispatch.js';
import { foundInvoice, invoiceSearch, type SoughtInvoice, soughtInvoice } from './sales-invoice-look-up.js';
import { planOf } from './sales-invoice-plan.js';
import { readInvoices } from './sales-invoice-source.js';
import type { SalesInvoice } from './sales-invoice.js';

/**
 * Sales invoices [myyntilaskut], Severa to Netvisor, as invoices or as orders; credit notes move like invoices.
 *
 *   known                                       | next
 *   --------------------------------------------+-----------------------------------------------------------------
 *   an answer to a creation was lost            | look up what was sent, whatever its number is by now
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
    if (situation.unsure === 'create') {
      const sought = soughtOf(situation);
      if (sought.number !== null) return lookUp(sought);
    }
    return known?.key != null ? nextOfMoved(invoice, known, situation) : nextOfNew(invoice, situation);
  },

  learn(situation, step, incoming) {
    const invoice = invoiceIn(situation.source ?? {});
    if (step.do === 'ask') return learnSearch(invoice, situation, incoming);
    if (step.operation === 'create') return learnCreation(invoice, situation.known, incoming);
    return { ...situation.known, key: situation.known?.key ?? null, settled: invoice.updated ?? '' };
  },

  // It is there already, by a hand or by a request of ours that was long on its way: looked up, and linked if it is the same.
  learnRefusal: ({ known }, step, { category }) =>
    step.operation === 'create' && category === 'DUPLICATE_DATA' ? mustBeThere(known) : null,
};

/** What was stored of an invoice. */
export const invoiceIn = (content: JsonObject): SalesInvoice => content as unknown as SalesInvoice;

/** What was sent, and may be there or must be, by `known.tried`; else the invoice as it is. */
function soughtOf({ source, known, unsure, settings }: Situation): SoughtInvoice {
  const tried = triedIn(known);
  if (tried && (unsure === 'create' || known?.['there'] === true)) return tried;
  const invoice = invoiceIn(source ?? {});
  return soughtInvoice(invoice, planOf(invoice, settings), settings);
}

/** What was sent, with its hash. */
type Tried = SoughtInvoice & { readonly sent: string };

const triedIn = (known: Known | null): Tried | undefined => known?.['tried'] as Tried | undefined;

/** Netvisor says that it has it: it has to be found, and is never made again. */
const mustBeThere = (known: Known | null): Known => ({
  key: null,
  there: true,
  ...(known?.['tried'] !== undefined && { tried: known['tried'] }),
});

function nextOfNew(invoice: SalesInvoice, situation: Situation): Step {
  const { key, known, rival, settings } = situation;
  const plan = planOf(invoice, settings);
  const shared: readonly Objection[] = rival == null ? [] : [{ cause: 'invoice-number-shared', field: rival }];
  const [first, ...others] = [...plan.objections, ...shared];
  if (first) return { do: 'reject', objections: [first, ...others] };
  if (plan.waitsForCustomer) return { do: 'wait', cause: 'customer-waits' };
  const sought = soughtOf(situation);
  if (known?.['looked'] !== sought.text) return lookUp(sought);
  const taken = known['taken'];
  if (typeof taken === 'string') return rejected({ cause: 'invoice-number-taken', field: taken });
  if (known['there'] === true) return rejected({ cause: 'invoice-not-found', field: invoice.number ?? '' });
  const tried: Tried = { ...soughtInvoice(invoice, plan, settings), sent: hashOf(invoice) };
  const call = withPdf(key, invoice, plan, settings);
  return { do: 'write', operation: 'create', call, repeatable: false, known: { ...known, key: null, tried } };
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

const lookUp = (sought: SoughtInvoice): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'netvisor', request: invoiceSearch(sought) },
});

function learnSearch(invoice: SalesInvoice, situation: Situation, incoming: Incoming): Known {
  const { known } = situation;
  const sought = soughtOf(situation);
  const found = foundInvoice(netvisorRoot(incoming), sought);
  const tried = triedIn(known);
  if (found.as === 'ours')
    return { key: found.key, sent: sought === tried ? tried.sent : hashOf(invoice), linked: true };
  const there = known?.['there'] === true ? mustBeThere(known) : {};
  const taken = found.as === 'another' ? { taken: found.words } : {};
  return { ...there, key: null, looked: sought.text, ...taken };
}

function learnCreation(invoice: SalesInvoice, known: Known | null, incoming: Incoming): Known {
  const key = insertedKey(incoming);
  return key === null ? mustBeThere(known) : { key, sent: hashOf(invoice) };
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
