import { describe, expect, it } from '@jest/globals';

import { element, textAt } from '#lib/upstream';

import type { Calls, Incoming, JsonObject, Known, Outgoing, Prepared, Situation, Step } from '../engine/flow.js';
import { CallRefused } from '../engine/stop.js';
import { LARGEST_PDF } from './sales-invoice-dispatch.js';
import { INVOICE, READY, SENT, settingsWith } from './sales-invoice.spec-support.js';
import type { SalesInvoice } from './sales-invoice.js';
import { salesInvoices } from './sales-invoices.js';

const GUID = '22222222-0000-4000-8000-000000000001';

const situationOf = (more: Partial<Situation> = {}): Situation => ({
  key: GUID,
  source: INVOICE,
  known: null,
  unsure: null,
  settings: settingsWith(),
  today: '2026-03-06',
  ...more,
});

type Sending = Step & { readonly do: 'ask' | 'write' };

/** What is done next, in few words. */
function told(step: Step): string {
  if (step.do === 'reject')
    return `reject ${step.objections.map(({ cause, field }) => [cause, field].join(' ').trim()).join(', ')}`;
  if (step.do === 'wait') return `wait ${step.cause}`;
  if (step.do === 'done') return step.linked ? 'done, linked' : 'done';
  return step.operation;
}

const next = (more: Partial<Situation> = {}): string => told(salesInvoices.next(situationOf(more)));

function sending(more: Partial<Situation> = {}): Sending {
  const step = salesInvoices.next(situationOf(more));
  if (step.do !== 'ask' && step.do !== 'write') throw new Error(`${told(step)} sends nothing`);
  return step;
}

const answered = (
  rows: readonly Readonly<Record<string, string>>[] = [],
  inserted: string | null = null,
): Incoming => ({
  system: 'netvisor',
  reply: {
    as: 'ok',
    root: element('Root', [
      element(
        'SalesInvoiceList',
        rows.map((row) =>
          element(
            'SalesInvoice',
            Object.entries(row).map(([name, text]) => element(name, text)),
          ),
        ),
      ),
    ]),
    inserted,
    transactionId: 't',
  },
});

const THERE = { NetvisorKey: '165', InvoiceNumber: '10234', CustomerNetvisorKey: '77', InvoiceSum: '1255,00' };

/** What is known after the next request was answered so. */
const learnt = (incoming: Incoming, more: Partial<Situation> = {}): Known =>
  salesInvoices.learn(situationOf(more), sending(more), incoming);

const refused = (category: string, more: Partial<Situation>): Known | null =>
  salesInvoices.learnRefusal?.(situationOf(more), sending(more), { system: 'netvisor', category, text: '' }) ?? null;

const LOOKED = learnt(answered());
const CREATED = learnt(answered([], '8'), { known: LOOKED });

describe('a sales invoice', () => {
  it('is looked up, created, given its status in Severa, and then it is done', () => {
    expect(next()).toBe('look-up');
    expect(next({ known: LOOKED })).toBe('create');
    expect(CREATED).toMatchObject({ key: '8' });
    expect(next({ known: CREATED })).toBe('status');
    const settled = learnt(
      { system: 'severa', reply: { as: 'ok', status: 200, body: [], nextPageToken: null } },
      { known: CREATED },
    );
    expect(settled).toMatchObject({ key: '8' });
    expect(next({ known: settled })).toBe('done');
  });

  it('gets its status by a change of that one field, which may be sent again', () => {
    expect(sending({ known: CREATED })).toMatchObject({
      repeatable: true,
      call: {
        system: 'severa',
        request: {
          method: 'PATCH',
          path: ['invoices', GUID],
          body: [{ op: 'Replace', path: '/status/guid', value: SENT }],
        },
      },
    });
    expect(next({ known: CREATED, unsure: 'status' })).toBe('status');
  });

  it('is created by a request that is never merely sent again', () => {
    expect(sending({ known: LOOKED })).toMatchObject({ operation: 'create', repeatable: false });
    expect(next({ known: LOOKED, unsure: 'create' })).toBe('look-up');
  });

  it('is not created when its lost creation turns out to be there', () => {
    const known = learnt(answered([THERE]), { known: LOOKED, unsure: 'create' });
    expect(known).toMatchObject({ key: '165' });
    expect(next({ known })).toBe('status');
  });

  it('is looked up after a lost creation before anything is said against it', () => {
    expect(next({ known: LOOKED, unsure: 'create', source: { ...INVOICE, lockedUntil: '2026-03-31' } })).toBe(
      'look-up',
    );
  });

  it('that is there already is linked, and only its status is changed', () => {
    const known = learnt(answered([THERE]));
    expect(next({ known })).toBe('status');
    expect(next({ known: { ...known, settled: INVOICE.updated } })).toBe('done, linked');
  });

  it('whose number another invoice has there is left to a person', () => {
    const known = learnt(answered([{ ...THERE, CustomerName: 'Muu Oy', InvoiceSum: '5,00' }]));
    expect(next({ known })).toBe('reject invoice-number-taken Muu Oy 5.00');
  });

  describe('that was changed after its creation was sent, and before anybody knew whether it arrived', () => {
    const { known: sent = null } = sending({ known: LOOKED }) as Sending & { readonly do: 'write' };
    const renumbered: Partial<SalesInvoice> = { number: '10299', net: '2000', tax: '510' };
    const rows = INVOICE.rows.map((row) => ({ ...row, quantity: '20' }));
    const later = { known: sent, unsure: 'create', source: { ...INVOICE, ...renumbered, rows } } as const;

    it('is looked for as it was sent', () => {
      const { call } = sending(later);
      expect(call).toMatchObject({ request: { resource: 'salesinvoicelist.nv', query: [['invoicenumber', '10234']] } });
    });

    it('is told when it is there, and not created under its new number', () => {
      const known = learnt(answered([THERE]), later);
      expect(known).toMatchObject({ key: '165' });
      expect(next({ ...later, unsure: null, known })).toBe('reject already-transferred 10299');
    });

    it('is looked for by its new number when it is not there, and created only then', () => {
      const known = learnt(answered(), later);
      const again = { ...later, unsure: null, known };
      expect(sending(again).call).toMatchObject({ request: { query: [['invoicenumber', '10299']] } });
      expect(next({ ...again, known: learnt(answered(), again) })).toBe('create');
    });

    it('is looked for among the invoices, though the company has orders by now', () => {
      const settings = settingsWith({ as: 'order', status: 'delivered' });
      expect(sending({ ...later, settings }).call).toMatchObject({ request: { query: [['invoicenumber', '10234']] } });
    });
  });

  it('is looked up anew when its number or its sum has changed', () => {
    expect(next({ known: LOOKED, source: { ...INVOICE, number: '10235' } })).toBe('look-up');
    const cheaper = {
      ...INVOICE,
      net: '100',
      tax: '25.5',
      rows: INVOICE.rows.map((row) => ({ ...row, quantity: '1' })),
    };
    expect(next({ known: LOOKED, source: cheaper })).toBe('look-up');
  });

  it('that Netvisor calls a duplicate is looked up, and linked when it is ours', () => {
    const known = refused('DUPLICATE_DATA', { known: LOOKED });
    expect(next({ known })).toBe('look-up');
    expect(next({ known: learnt(answered([THERE]), { known }) })).toBe('status');
  });

  it('that Netvisor calls a duplicate and does not have is left to a person, and not sent for ever', () => {
    const known = refused('DUPLICATE_DATA', { known: LOOKED });
    expect(next({ known: learnt(answered(), { known }) })).toBe('reject invoice-not-found 10234');
  });

  it('that was created without a word of its key is found, and never created again', () => {
    const known = learnt(answered(), { known: LOOKED });
    expect(known).toMatchObject({ key: null });
    expect(next({ known })).toBe('look-up');
    expect(next({ known: learnt(answered(), { known }) })).toBe('reject invoice-not-found 10234');
    expect(next({ known: learnt(answered([THERE]), { known }) })).toBe('status');
  });

  it.each(['PERIOD_LOCK', 'INVALID_DATA', 'SERVICE_ACCESS_ERROR'])(
    'that is refused for %s tells nothing',
    (category) => {
      expect(refused(category, { known: LOOKED })).toBeNull();
    },
  );

  it('that is put back into the ready status unchanged is only given its status again', () => {
    const known = { ...CREATED, settled: INVOICE.updated };
    expect(next({ known, source: { ...INVOICE, updated: '2026-04-01T08:00:00Z' } })).toBe('status');
  });

  it('whose status is refused tells nothing, whatever the refusal is called', () => {
    expect(refused('DUPLICATE_DATA', { known: CREATED })).toBeNull();
  });

  it('that is put back changed is already transferred, and never sent twice', () => {
    const known = { ...CREATED, settled: INVOICE.updated };
    const changed: SalesInvoice = { ...INVOICE, net: '2000', tax: '510', updated: '2026-04-01T08:00:00Z' };
    expect(next({ known, source: changed })).toBe('reject already-transferred 10234');
    const linked = { ...learnt(answered([THERE])), settled: INVOICE.updated };
    expect(next({ known: linked, source: changed })).toBe('reject already-transferred 10234');
  });

  it.each<[string, Partial<SalesInvoice>]>([
    ['another customer', { customer: { ...INVOICE.customer, number: '1002', name: 'Muu Oy', netvisorKey: '78' } }],
    ['another day in the books', { entryDate: '2026-02-28' }],
    ['another reference number', { referenceNumber: '102357' }],
    ['its tax turned over to the buyer', { reverseCharge: true }],
  ])('that is put back with %s is another one, and not quietly given its status', (_, changes) => {
    const known = { ...CREATED, settled: INVOICE.updated };
    const source = { ...INVOICE, ...changes, updated: '2026-04-01T08:00:00Z' };
    expect(next({ known, source })).toBe('reject already-transferred 10234');
  });

  it('that was changed between its creation and its status is told, and not quietly given its status', () => {
    const source: SalesInvoice = { ...INVOICE, net: '2000', tax: '510', updated: '2026-03-05T12:00:00Z' };
    expect(next({ known: CREATED, source })).toBe('reject already-transferred 10234');
    expect(next({ known: { key: 'by-hand:x' }, source })).toBe('status');
  });

  it('that has moved is done with, whatever rule its invoice would break by now', () => {
    const source = { ...INVOICE, lockedUntil: '2026-12-31', customer: { ...INVOICE.customer, registered: false } };
    expect(next({ known: CREATED, source })).toBe('status');
  });

  it('that breaks rules is rejected with all of them, and nothing is sent', () => {
    expect(next({ source: { ...INVOICE, date: null, lockedUntil: '2026-03-31' } })).toBe(
      'reject invoice-date-missing, invoice-period-locked 2026-03-31',
    );
  });

  it('whose number another invoice of Severa has is rejected', () => {
    expect(next({ rival: 'Toinen Oy' })).toBe('reject invoice-number-shared Toinen Oy');
    expect(next({ rival: null })).toBe('look-up');
    expect(next({ rival: 'Toinen Oy', known: CREATED })).toBe('status');
  });

  it('waits for its customer', () => {
    expect(next({ source: { ...INVOICE, customer: { ...INVOICE.customer, netvisorKey: null } } })).toBe(
      'wait customer-waits',
    );
  });

  it('that is gone is left alone', () => {
    expect(next({ source: null })).toBe('done');
  });

  it('moves only where somebody has chosen both statuses', () => {
    const modeOf = (changes: JsonObject): string => salesInvoices.mode(settingsWith(changes));
    expect(modeOf({})).toBe('automatic');
    expect(modeOf({ mode: 'on-demand' })).toBe('on-demand');
    expect(modeOf({ mode: 'off' })).toBe('off');
    expect(modeOf({ readyStatus: null })).toBe('off');
    expect(modeOf({ sentStatus: null })).toBe('off');
  });
});

/** Severa just before the invoice is sent: its invoice, and its PDF. */
function severa(
  invoice: object | undefined,
  pdf: unknown = Buffer.from('%PDF-1.7'),
): Calls & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    severa: ({ path }) => {
      asked.push(path.join('/'));
      if (path.at(-1) !== 'pdf') return Promise.resolve(invoice);
      return pdf instanceof Error ? Promise.reject(pdf) : Promise.resolve(pdf);
    },
    netvisor: () => Promise.reject(new Error('Netvisor is not asked')),
    severaPages: () => {
      throw new Error('nothing is listed');
    },
  };
}

const refusal = (category: string): CallRefused =>
  new CallRefused('severa', { cause: 'severa-refused', category, status: null, words: '' });

const AS_READ = { status: { guid: READY }, lastUpdatedDateTime: INVOICE.updated };

const prepared = (calls: Calls, settings = settingsWith()): ReturnType<Prepared['prepare']> => {
  const { call } = sending({ known: LOOKED, settings });
  if (!('prepare' in call)) throw new Error('it is not made up just before');
  return call.prepare(calls);
};

const bodyOf = (outgoing: Outgoing | Step) =>
  'system' in outgoing && outgoing.system === 'netvisor' ? outgoing.request.body : undefined;

describe('an invoice that is about to be sent', () => {
  it('takes its PDF along', async () => {
    const body = bodyOf(await prepared(severa(AS_READ)));
    const data = body && textAt(body, 'salesinvoiceattachments', 'salesinvoiceattachment', 'documentdata');
    expect(Buffer.from(data ?? '', 'base64').toString()).toBe('%PDF-1.7');
  });

  it('goes without one, and without asking for it, where the company does not want it', async () => {
    const calls = severa(AS_READ);
    const body = bodyOf(await prepared(calls, settingsWith({ attachPdf: false })));
    expect(body?.children.map(({ name }) => name)).not.toContain('salesinvoiceattachments');
    expect(calls.asked).toEqual([`invoices/${GUID}`]);
  });

  it.each<[string, object | undefined, unknown, string]>([
    ['is gone', undefined, undefined, 'reject invoice-withdrawn 10234'],
    ['was taken back', { ...AS_READ, status: { guid: 'draft' } }, undefined, 'reject invoice-withdrawn 10234'],
    [
      'has just been changed',
      { ...AS_READ, lastUpdatedDateTime: '2026-03-06T09:00:00Z' },
      undefined,
      'wait invoice-changed',
    ],
    ['has no PDF', AS_READ, null, 'reject invoice-pdf-missing'],
    ['has a page of HTML for a PDF', AS_READ, Buffer.from('<html>'), 'reject invoice-pdf-missing'],
    ['has too large a PDF', AS_READ, Buffer.alloc(LARGEST_PDF + 1, '%PDF-'), 'reject invoice-pdf-too-large 4 MB'],
    ['has one that the client did not even take', AS_READ, refusal('TooLarge'), 'reject invoice-pdf-too-large 4 MB'],
  ])('and %s is not sent', async (_, invoice, pdf, expected) => {
    const outcome = await prepared(severa(invoice, pdf));
    expect('system' in outcome ? 'sent' : told(outcome)).toBe(expected);
  });

  it('may have a PDF of just the largest size', async () => {
    expect(await prepared(severa(AS_READ, Buffer.alloc(LARGEST_PDF, '%PDF-')))).toMatchObject({ system: 'netvisor' });
  });

  it('lets every other refusal pass to whoever sends it', async () => {
    const scope = refusal('InsufficientApiScope');
    await expect(prepared(severa(AS_READ, scope))).rejects.toBe(scope);
  });
});
