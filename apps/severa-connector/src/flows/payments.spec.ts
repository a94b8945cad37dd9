import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { linkSettingsBody, type LinkSettings } from '#lib/contracts';
import { element, type SeveraReply } from '#lib/upstream';

import type { Incoming, Known, Outgoing, Situation, Step } from '../engine/flow.js';
import type { PaymentSource } from './payment-source.js';
import { payments } from './payments.js';

const PAID = '11111111-0000-4000-8000-000000000004';
const SENT = '11111111-0000-4000-8000-000000000003';
const settingsOf = (more: object = {}): LinkSettings =>
  linkSettingsBody.parse({ payments: { mode: 'automatic', paidStatus: PAID, ...more } });
const SETTINGS = settingsOf();
const GUID = 'i-1';

/** One invoice on both sides. */
class Books {
  readonly writes: unknown[] = [];
  readonly asked: string[] = [];

  constructor(
    public status: string,
    private readonly days: readonly string[] = ['2026-03-10'],
    private readonly failed: readonly string[] = [],
  ) {}

  answer(call: Outgoing): Incoming {
    if (call.system === 'netvisor') {
      this.asked.push(call.request.resource);
      const root = element('Root', [
        element('SalesPaymentList', [
          ...this.days.map((day) => element('SalesPayment', [element('Date', day), element('BankStatus', 'OK')])),
          ...this.failed.map((day) => element('SalesPayment', [element('Date', day), element('BankStatus', 'FAILED')])),
        ]),
      ]);
      return { system: 'netvisor', reply: { as: 'ok', root, inserted: null, transactionId: 't' } };
    }
    const { method, body } = call.request;
    if (method === 'GET') this.asked.push('invoice');
    if (method === 'PATCH') {
      this.writes.push(body);
      this.status = PAID;
    }
    const seen = { guid: GUID, status: { guid: this.status, isPaid: this.status === PAID } };
    const reply: SeveraReply = { as: 'ok', status: 200, body: method === 'PATCH' ? [seen] : seen, nextPageToken: null };
    return { system: 'severa', reply };
  }
}

const source = (more: Partial<PaymentSource> = {}): PaymentSource => ({
  paid: true,
  partly: false,
  open: '0.00',
  sum: '124.00',
  match: { as: 'one', guid: GUID },
  ...more,
});
const OPEN = { paid: false, open: '124.00' };

const situationOf = (of: PaymentSource, known: Known | null = null, more: Partial<Situation> = {}): Situation => ({
  key: '165',
  source: of,
  known,
  unsure: null,
  settings: SETTINGS,
  today: '2026-03-18',
  ...more,
});

/** Steps until there is no next one, as an engine would take them. */
function move(books: Books, first: Situation): { readonly step: Step; readonly known: Known | null } {
  let now: Situation = { ...first, asked: false };
  for (let steps = 0; steps < 10; steps++) {
    const step = payments.next(now);
    if (step.do !== 'ask' && step.do !== 'write') {
      return { step, known: step.do === 'done' ? (step.known ?? now.known) : now.known };
    }
    const known = payments.learn(now, step, books.answer(step.call as Outgoing));
    now = { ...now, known, unsure: null, asked: true };
  }
  throw new Error('It does not come to an end');
}

const change = (day?: string): unknown => [
  { op: 'Replace', path: '/status/guid', value: PAID },
  ...(day === undefined ? [] : [{ op: 'Replace', path: '/paymentDate', value: day }]),
];

describe('when payments move', () => {
  it.each([
    ['not asked for', { mode: 'off' }, 'off'],
    ['no paid status chosen', { paidStatus: null }, 'off'],
    ['asked for', {}, 'automatic'],
  ])('%s', (_, more, mode) => {
    expect(payments.mode(settingsOf(more))).toBe(mode);
    expect(payments.every(settingsOf({ ...more, everyMinutes: 7 }))).toBe(7);
  });
});

describe('an invoice that is paid', () => {
  it.each([
    ['gets the status and the day of its payment', ['10.3.2026'], [], change('2026-03-10')],
    ['gets the day of the last of its payments', ['10.3.2026', '2026-03-12', '1.2.2026'], [], change('2026-03-12')],
    ['does not get the day of one that failed', ['10.3.2026'], ['20.3.2026'], change('2026-03-10')],
    ['gets no day when none is known, as after a credit note', [], [], change()],
  ])('%s', (_, days, failed, body) => {
    const books = new Books(SENT, days, failed);
    const { step, known } = move(books, situationOf(source()));
    expect(step).toEqual({ do: 'done' });
    expect(books.writes).toEqual([body]);
    expect(known?.key).toBe(GUID);
  });

  it('is left as it is when it is paid in Severa already', () => {
    const books = new Books(PAID);
    expect(move(books, situationOf(source())).step).toEqual({ do: 'done', linked: true });
    expect(books.writes).toEqual([]);
    expect(books.asked).toEqual(['invoice']);
  });

  it('is told once', () => {
    const books = new Books(SENT);
    const { known } = move(books, situationOf(source()));
    const asked = books.asked.length;
    expect(move(books, situationOf(source(), known)).step).toEqual({ do: 'done' });
    expect([books.writes.length, books.asked.length]).toEqual([1, asked]);
  });

  it('is told again when it is not known whether it was', () => {
    const books = new Books(SENT);
    const known = { key: GUID, status: SENT, paidThere: false, paidOn: '2026-03-10' };
    const step = payments.next(situationOf(source(), known, { unsure: 'status' }));
    expect(step).toMatchObject({ do: 'write', operation: 'status', repeatable: true });
    expect(move(books, situationOf(source(), known, { unsure: 'status' })).step).toEqual({ do: 'done' });
  });

  it.each<[string, PaymentSource['match'], string]>([
    ['several could be it', { as: 'several', words: 'x' }, 'severa-invoice-ambiguous'],
    ['the one of its number is unlike it', { as: 'unlike', words: 'x' }, 'severa-invoice-unlike'],
  ])('is rejected when %s', (_, match, cause) => {
    expect(payments.next(situationOf(source({ match })))).toEqual({
      do: 'reject',
      objections: [{ cause, field: 'number', message: 'x' }],
    });
  });
});

describe('an invoice that is paid in part', () => {
  const part = source({ paid: false, partly: true, open: '100.00' });

  it('changes nothing in Severa; what is open is known, and told', () => {
    const books = new Books(SENT);
    const { step, known } = move(books, situationOf(part));
    expect(step).toMatchObject({ do: 'done', note: { cause: 'partly-paid', message: '100.00 / 124.00' } });
    expect(known).toEqual({ key: GUID, open: '100.00' });
    expect([...books.writes, ...books.asked]).toEqual([]);
  });

  it('is looked up once the rest is paid: a person may have told Severa', () => {
    const { known } = move(new Books(SENT), situationOf(part));
    const books = new Books(PAID);
    expect(move(books, situationOf(source(), known)).step).toEqual({ do: 'done', linked: true });
    expect(books.writes).toEqual([]);
  });

  it('is told once the rest is paid', () => {
    const books = new Books(SENT);
    const { known } = move(books, situationOf(part));
    expect(move(books, situationOf(source(), known)).step).toEqual({ do: 'done' });
    expect(books.writes).toEqual([change('2026-03-10')]);
  });
});

describe('a payment that was taken back', () => {
  const paidAndTold = (books: Books): Known | null => move(books, situationOf(source())).known;

  it('is for a person, as long as Severa has the invoice paid', () => {
    const books = new Books(SENT);
    const first = move(books, situationOf(source(OPEN), paidAndTold(books)));
    expect(first.step).toEqual({
      do: 'reject',
      objections: [{ cause: 'payment-undone', field: 'status', message: '124.00 / 124.00' }],
    });
    books.status = SENT;
    expect(move(books, situationOf(source(OPEN), first.known)).step).toEqual({ do: 'done' });
    expect(books.writes).toHaveLength(1);
  });

  it('is for a person also when another had told Severa', () => {
    const books = new Books(PAID);
    const { known } = move(books, situationOf(source()));
    expect(move(books, situationOf(source(OPEN), known)).step).toMatchObject({ do: 'reject' });
  });

  it('is nobody’s trouble when Severa does not have it paid any more', () => {
    const books = new Books(SENT);
    const known = paidAndTold(books);
    books.status = SENT;
    expect(move(books, situationOf(source(OPEN), known)).step).toEqual({ do: 'done' });
  });

  it('is asked about anew on another day, where it is not said what is fresh', () => {
    const known = { key: GUID, status: PAID, paidThere: true, undoneOn: '2026-03-18' };
    expect(payments.next(situationOf(source(OPEN), known))).toMatchObject({ do: 'reject' });
    expect(payments.next(situationOf(source(OPEN), known, { today: '2026-03-19' }))).toMatchObject({ do: 'ask' });
  });

  it('and came again is told again, with its new day', () => {
    const books = new Books(SENT, ['2026-03-10']);
    const undone = move(books, situationOf(source(OPEN), paidAndTold(books)));
    const later = new Books(SENT, ['2026-04-01']);
    expect(move(later, situationOf(source(), undone.known)).step).toEqual({ do: 'done' });
    expect(later.writes).toEqual([change('2026-04-01')]);
  });
});

describe('whatever becomes of an invoice', () => {
  const state = fc.constantFrom(source(), source(OPEN), source({ paid: false, partly: true, open: '1.00' }));

  it('Severa is written to only while it is paid, and never twice without its having been unpaid between', () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 8 }), (states) => {
        const books = new Books(SENT);
        let known: Known | null = null;
        let wasPaid = false;
        for (const now of states) {
          const before = books.writes.length;
          ({ known } = move(books, situationOf(now, known)));
          const writes = books.writes.length - before;
          expect(writes).toBeLessThanOrEqual(now.paid && !wasPaid ? 1 : 0);
          wasPaid = now.paid;
        }
        expect(books.status === PAID).toBe(states.some(({ paid }) => paid));
      }),
    );
  });
});
