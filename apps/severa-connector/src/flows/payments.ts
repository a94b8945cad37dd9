import { children, type NetvisorElement, textAt } from '#lib/upstream';

import type { Flow, Incoming, Known, Objection, Situation, Step } from '../engine/flow.js';
import { netvisorRoot, severaBody } from './good-answer.js';
import { netvisorDay } from './netvisor-day.js';
import { listIn } from './netvisor-list.js';
import { type PaymentSource, readPayments } from './payment-source.js';
import { objectOf, objectsOf, textIn } from './severa-json.js';

/** `key` is Severa's invoice. */
interface PaymentKnown extends Known {
  /** How the invoice stood in Severa when it was asked; a status by its guid. */
  readonly status?: string | null;
  readonly paidThere?: boolean;
  /** The day of its last payment in Netvisor; `null`: it has none, as an invoice that was credited. Absent: not asked. */
  readonly paidOn?: string | null;
  /** It has the paid status in Severa, by our hand. */
  readonly told?: boolean;
  /** It was paid, and then it was not; the day on which Severa was asked about it. */
  readonly undoneOn?: string;
  /** What is still to be paid of it. */
  readonly open?: string;
}

/**
 * Payments [maksutiedot], Netvisor to Severa: an invoice that is paid there gets the paid status and its payment date.
 *
 *   in Netvisor           | known                          | step
 *   ----------------------+--------------------------------+---------------------------------------------------
 *   paid                  | several of Severa's could be it| reject: severa-invoice-ambiguous
 *   paid                  | one of its number is unlike it | reject: severa-invoice-unlike
 *   paid                  | nothing of Severa's            | look-up in Severa
 *   paid                  | paid in Severa                 | done, linked
 *   paid                  | not paid in Severa             | look-up of the payment's day, then status and date
 *   paid                  | told                           | done
 *   paid in part          | never paid                     | done: Severa has no place for it; the history tells
 *   not paid any more     | paid in Severa                 | look-up, each time it is tried; then
 *                         |                                | … still paid there: reject: payment-undone
 *                         |                                | … not paid there: done
 *
 * Nothing is documented that would take a payment back in Severa. Source: contracts/netvisor §5.8, severa §3.2.
 */
export const payments: Flow = {
  name: 'payments',
  stream: 'severa-maksutiedot',
  direction: 'export',
  source: 'netvisor',
  whole: false,
  mode: ({ payments: { mode, paidStatus } }) => (paidStatus === null ? 'off' : mode),
  every: ({ payments: { everyMinutes } }) => everyMinutes,
  read: readPayments,
  next(situation) {
    const source = situation.source as PaymentSource | null;
    if (source === null || source.match.as === 'none') return { do: 'done' };
    return source.paid ? nextOfPaid(situation, source) : nextOfOpen(situation, source);
  },
  learn,
};

function nextOfPaid(situation: Situation, { match }: PaymentSource): Step {
  if (match.as === 'none') return { do: 'done' };
  if (match.as !== 'one') {
    const cause = match.as === 'several' ? 'severa-invoice-ambiguous' : 'severa-invoice-unlike';
    return rejected({ cause, field: 'number', message: match.words });
  }
  const { paidStatus } = situation.settings.payments;
  const known = knownOf(situation, match.guid);
  if (known?.told === true) return { do: 'done' };
  if (paidStatus === null) return rejected({ cause: 'paid-status-missing' });
  if (known === null || known.undoneOn !== undefined) return invoiceOf(match.guid);
  if (known.paidThere === true) return { do: 'done', linked: true };
  if (known.paidOn === undefined) return paymentsOf(situation.key);
  const date = known.paidOn === null ? [] : [{ op: 'Replace', path: '/paymentDate', value: known.paidOn }];
  const body = [{ op: 'Replace', path: '/status/guid', value: paidStatus }, ...date];
  return {
    do: 'write',
    operation: 'status',
    call: { system: 'severa', request: { method: 'PATCH', path: ['invoices', match.guid], body } },
    repeatable: true,
  };
}

function nextOfOpen(situation: Situation, { match, partly, open, sum }: PaymentSource): Step {
  const known = match.as === 'one' ? knownOf(situation, match.guid) : null;
  if (match.as === 'one' && (known?.told === true || known?.paidThere === true)) {
    if (situation.asked === false || known.undoneOn !== situation.today) return invoiceOf(match.guid);
    return rejected({ cause: 'payment-undone', field: 'status', message: `${open} / ${sum}` });
  }
  if (!partly) return { do: 'done' };
  const kept: PaymentKnown = { ...situation.known, key: match.as === 'one' ? match.guid : null, open };
  return { do: 'done', known: kept, note: { cause: 'partly-paid', message: `${open} / ${sum}` } };
}

/** What is known, when it is known of this invoice of Severa's and by its key alone: an open sum is not enough. */
function knownOf({ known }: Situation, guid: string): PaymentKnown | null {
  const of: PaymentKnown | null = known;
  return of?.key === guid && of.status !== undefined ? of : null;
}

const rejected = (objection: Objection): Step => ({ do: 'reject', objections: [objection] });

const invoiceOf = (guid: string): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'severa', request: { method: 'GET', path: ['invoices', guid] } },
});

const paymentsOf = (key: string): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: {
    system: 'netvisor',
    request: {
      method: 'GET',
      resource: 'salespaymentlist.nv',
      query: [
        ['invoicenetvisorkey', key],
        ['limitbytype', 'excludecreditloss'],
      ],
    },
  },
});

function learn(situation: Situation, step: Step & { readonly do: 'ask' | 'write' }, incoming: Incoming): Known {
  const source = situation.source as PaymentSource;
  const guid = source.match.as === 'one' ? source.match.guid : null;
  const known: PaymentKnown = { ...situation.known, key: guid };
  if (step.do === 'write') return { ...known, told: true, paidThere: true };
  if (incoming.system === 'netvisor') return { ...known, paidOn: lastPayment(netvisorRoot(incoming)) };
  const [invoice] = objectsOf(severaBody(incoming));
  const status = objectOf(invoice?.['status']);
  const paidThere = status['isPaid'] === true || textIn(status, 'guid') === situation.settings.payments.paidStatus;
  const seen = { key: guid, status: textIn(status, 'guid'), paidThere };
  // What Severa was told before says nothing of a payment that was taken back since.
  return source.paid ? seen : { ...seen, undoneOn: situation.today };
}

/** The day of its last payment. One that the bank did not carry out is none. */
function lastPayment(root: NetvisorElement): string | null {
  const days = children(listIn(root, 'SalesPaymentList'), 'SalesPayment')
    .filter((payment) => textAt(payment, 'BankStatus')?.toUpperCase() !== 'FAILED')
    .flatMap((payment) => netvisorDay(textAt(payment, 'Date')) ?? []);
  return days.toSorted().at(-1) ?? null;
}
