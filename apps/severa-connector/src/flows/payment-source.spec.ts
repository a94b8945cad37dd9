import { describe, expect, it } from '@jest/globals';

import { linkSettingsBody } from '#lib/contracts';
import { element, type NetvisorElement, type NetvisorRequest, type SeveraRequest } from '#lib/upstream';

import type { Calls, PairKeys, Reading, SourceRecord } from '../engine/flow.js';
import { readPayments } from './payment-source.js';

const GUID = 'i-1';
const NOW = new Date('2026-03-18T10:00:00Z');

/** An invoice of Severa's, of 124 euros. */
const invoice = (guid: string, number: number | null, referenceNumber: string | null = null) => ({
  guid,
  number,
  referenceNumber,
  totalIncludingTax: { amount: 124, currencyCode: 'EUR' },
});

interface Row {
  readonly key: number;
  readonly number?: string;
  readonly status: string;
  readonly reference?: string;
  readonly sum?: string;
  readonly open?: string;
}

const listOf = (rows: readonly Row[]): NetvisorElement =>
  element('Root', [
    element(
      'SalesInvoiceList',
      rows.map(({ key, number = String(key), status, reference = '', sum = '124,00', open = '0,00' }) =>
        element('SalesInvoice', [
          element('NetvisorKey', String(key)),
          element('InvoiceNumber', number),
          element('InvoiceStatus', status),
          element('CustomerName', 'Oy'),
          element('ReferenceNumber', reference),
          element('InvoiceSum', sum),
          element('OpenSum', open),
        ]),
      ),
    ),
  ]);

interface World {
  readonly settings?: object;
  readonly rows: readonly Row[];
  readonly invoices?: readonly object[];
  readonly since?: Date | null;
  readonly from?: number;
  /** Most rows that Netvisor gives at once. */
  readonly most?: number;
  /** Whether it leaves out what is not above the key that was named. */
  readonly isHeeded?: boolean;
  readonly pairs?: Readonly<Partial<Record<string, Partial<PairKeys>>>>;
  readonly sales?: Readonly<Partial<Record<string, readonly Partial<PairKeys>[]>>>;
}

const pairOf = (keys: Partial<PairKeys>): PairKeys => ({ severaKey: null, netvisorKey: null, number: null, ...keys });

async function read(world: World) {
  const { rows, invoices = [], since = null, most = 500, isHeeded = true } = world;
  const { pairs = {}, sales = {}, settings = {} } = world;
  const asked: string[] = [];
  const calls: Calls = {
    netvisor: ({ query = [] }: NetvisorRequest) => {
      asked.push(query.map((part) => part.join('=')).join('&'));
      const above = Number(query.find(([name]) => name === 'invoicesabovenetvisorkey')?.[1] ?? 0);
      return Promise.resolve(listOf(rows.filter(({ key }) => !isHeeded || key > above).slice(0, most)));
    },
    severa: () => Promise.reject(new Error('Single invoices are not asked for while reading')),
    async *severaPages({ query = [] }: SeveraRequest) {
      const [filter = ''] = query[0] ?? [];
      const values = query.filter(([name]) => name === filter).map(([, value]) => value);
      asked.push(`${filter} ${values.join(',')}`);
      const field = filter === 'numbers' ? 'number' : 'referenceNumber';
      yield await Promise.resolve(
        invoices.filter((of) => values.includes(String((of as Record<string, unknown>)[field]))),
      );
    },
  };
  const reading: Reading = {
    settings: linkSettingsBody.parse(settings),
    calls,
    since,
    ...(world.from !== undefined && { from: world.from }),
    now: NOW,
    pairs: (_, keys) =>
      Promise.resolve(new Map(keys.flatMap((key) => (pairs[key] ? [[key, pairOf(pairs[key])]] : [])))),
    pairsInNetvisor: (_, keys) =>
      Promise.resolve(new Map(keys.flatMap((key) => (sales[key] ? [[key, sales[key].map(pairOf)]] : [])))),
  };
  const records: SourceRecord[] = [];
  for await (const page of readPayments(reading)) records.push(...page.records);
  return { records, asked };
}

describe('what is read', () => {
  it('is matched with no invoice of another company in the same Severa, whatever its number', async () => {
    const [ours, others] = ['11111111-0000-4000-8000-00000000000a', '11111111-0000-4000-8000-00000000000b'];
    const invoices = [
      { ...invoice(GUID, 7), invoiceNumberBusinessUnitGuid: ours },
      { ...invoice('i-2', 7), invoiceNumberBusinessUnitGuid: others },
    ];
    const rows = [{ key: 1, number: '7', status: 'paid' }];
    const match = async (settings: object) =>
      (await read({ rows, invoices, settings })).records.map(({ content }) => content['match']);
    expect(await match({ salesInvoices: { billingUnit: ours } })).toEqual([{ as: 'one', guid: GUID }]);
    expect(await match({ salesInvoices: { billingUnit: others } })).toEqual([{ as: 'one', guid: 'i-2' }]);
    expect(await match({})).toMatchObject([{ as: 'several' }]);
  });

  it('is everything that is paid, the first time', async () => {
    const { asked } = await read({ rows: [] });
    expect(asked).toEqual(['invoicestatus=paid']);
  });

  it('is the window of what was changed, wide enough for either zone of Netvisor’s clock', async () => {
    const { asked } = await read({ rows: [], since: new Date('2026-03-18T09:50:00Z') });
    expect(asked).toEqual([
      'lastmodifiedstart=2026-03-18T09:50:00&lastmodifiedend=2026-03-18T12:00:00&includemodifiedpayments=1',
    ]);
  });

  it('goes on above the last key until there is no more, whatever a page holds', async () => {
    const rows = [1, 2, 3].map((key) => ({ key, status: 'paid' }));
    const { records, asked } = await read({ rows, most: 2, pairs: { '1': {}, '2': {}, '3': {} } });
    expect(records.map(({ key }) => key)).toEqual(['1', '2', '3']);
    expect(asked.filter((one) => one.includes('invoicestatus'))).toEqual([
      'invoicestatus=paid',
      'invoicestatus=paid&invoicesabovenetvisorkey=2',
      'invoicestatus=paid&invoicesabovenetvisorkey=3',
    ]);
  });

  it('that was broken off goes on above the last key it has read', async () => {
    const rows = [1, 2, 3].map((key) => ({ key, status: 'paid' }));
    const { records, asked } = await read({ rows, from: 2, pairs: { '1': {}, '2': {}, '3': {} } });
    expect(records.map(({ key }) => key)).toEqual(['3']);
    expect(asked[0]).toBe('invoicestatus=paid&invoicesabovenetvisorkey=2');
  });

  it('comes to its end where the last key is not heeded', async () => {
    const rows = [1, 2].map((key) => ({ key, status: 'paid' }));
    const { records } = await read({ rows, isHeeded: false, pairs: { '1': {}, '2': {} } });
    expect(records.map(({ key }) => key)).toEqual(['1', '2']);
  });

  it('has only what is Severa’s, and has been paid', async () => {
    const { records } = await read({
      rows: [
        { key: 1, number: '1001', status: 'Paid', reference: '1070' },
        { key: 2, number: '1002', status: 'paid', reference: '2' },
        { key: 3, number: '1003', status: 'open', reference: '3', open: '100,00' },
        { key: 4, number: '1004', status: 'open', reference: '4', open: '124.00' },
        { key: 5, number: '1005', status: 'creditloss', reference: '5', open: '1' },
      ],
      invoices: [1001, 1003, 1004, 1005].map((number) => invoice(`i-${number}`, number)),
    });
    expect(records.map(({ number, content }) => [number, content])).toEqual([
      ['1001', { paid: true, partly: false, open: '0.00', sum: '124.00', match: { as: 'one', guid: 'i-1001' } }],
      ['1003', { paid: false, partly: true, open: '100.00', sum: '124.00', match: { as: 'one', guid: 'i-1003' } }],
    ]);
  });

  it('meets again what stands otherwise than before', async () => {
    const { records, asked } = await read({
      rows: [{ key: 4, status: 'open', open: '124,00' }],
      pairs: { '4': { severaKey: GUID } },
    });
    expect(records[0]?.content).toMatchObject({ paid: false, partly: false, match: { as: 'one', guid: GUID } });
    expect(asked.some((one) => one.startsWith('numbers'))).toBe(false);
  });

  it('finds the invoice by what was moved, by number, and by reference, in this order', async () => {
    const { records, asked } = await read({
      rows: [
        { key: 1, number: '1001', status: 'paid', reference: '11' },
        { key: 2, number: '1002', status: 'paid', reference: '12' },
        { key: 3, number: 'A-3', status: 'paid', reference: '13' },
      ],
      sales: { '1': [{ severaKey: 'moved', number: '1001' }] },
      invoices: [invoice('by-number', 1002), invoice('by-reference', null, '13')],
    });
    expect(records.map(({ content }) => content['match'])).toEqual([
      { as: 'one', guid: 'moved' },
      { as: 'one', guid: 'by-number' },
      { as: 'one', guid: 'by-reference' },
    ]);
    expect(asked.slice(1, 3)).toEqual(['numbers 1002', 'referenceNumbers 13']);
  });

  it('does not take an order’s key for an invoice’s', async () => {
    const { records } = await read({
      rows: [{ key: 1, number: '1001', status: 'paid' }],
      sales: { '1': [{ severaKey: 'an order', number: '77' }] },
    });
    expect(records).toEqual([]);
  });

  it('says the same of an invoice however it was found', async () => {
    const rows = [{ key: 1, number: '1001', status: 'paid' }];
    const first = await read({ rows, invoices: [invoice(GUID, 1001)] });
    const second = await read({ rows, pairs: { '1': { severaKey: GUID } } });
    expect(second.records).toEqual(first.records);
  });
});
