/** Sales invoices of a link on their way to Netvisor, and what was paid of them on its way back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { until } from '../../libs/testing/src/index.ts';
import type { LinkedBooks } from '../../scripts/demo/linked-books.ts';
import { invoicesMove, type Linked, LinkGround, PAID, READY, SENT } from './link-ground.ts';

const TODAY = new Date().toISOString().slice(0, 10);
const ROWS = [{ quantity: 2, unitPrice: 100, vatRate: 25.5, code: ['T1'] }];

describe('invoices of a link', () => {
  let ground: LinkGround;
  beforeAll(async () => {
    ground = await LinkGround.open();
  }, 120_000);
  afterAll(() => ground.close(), 60_000);

  /** A link in use, with one customer and one product that have moved. */
  const started = async (settingsOf: Parameters<LinkGround['prepared']>[0]): Promise<Linked> => {
    const linked = await ground.prepared(settingsOf);
    await linked.books.inSevera('customers', { number: 1001, name: 'Asiakas Oy' });
    await linked.books.inSevera('products', { code: 'T1', name: 'Tuote', unitPrice: 100 });
    await ground.start(linked);
    for (const flow of ['customers-to-netvisor', 'products-to-netvisor', 'sales-invoices']) {
      expect(await linked.link.settled(flow)).toMatchObject({ state: 'succeeded' });
    }
    return linked;
  };
  const invoice = (books: LinkedBooks, ...more: readonly object[]) =>
    books.inSevera(
      'invoices',
      ...more.map((fields) => ({ customer: { number: 1001 }, date: TODAY, rows: ROWS, ...fields })),
    );
  const statusOf = async (books: LinkedBooks, guid: string): Promise<string | undefined> => {
    const found = (await books.ofSevera('invoices')).find((one) => one.guid === guid);
    const status = (found?.['status'] as { guid?: string } | undefined)?.guid;
    return Object.keys(books.statuses).find((name) => books.statuses[name] === status);
  };

  it('move on demand: offered with a preview, any number at a time, with their PDF; statuses by guid', async () => {
    const linked = await started(invoicesMove('on-demand'));
    const { link, books } = linked;
    const made = await invoice(
      books,
      ...Array.from({ length: 35 }, (_, at) => ({ rows: [{ ...ROWS[0], quantity: at + 1 }] })),
    );
    // The name of a status is anybody's to change; its guid is not.
    await books.changeInSevera('invoicestatuses', books.status(READY), { name: 'Valmis' });
    await books.changeInSevera('invoicestatuses', books.status(SENT), { name: 'Siirretty' });
    expect(await link.run('sales-invoices', 'changed', 60_000)).toMatchObject({ state: 'succeeded' });
    expect((await books.ofNetvisor()).salesInvoices).toEqual([]);
    const offered = await link.records('sales-invoices', 'candidate');
    expect(offered).toHaveLength(35);
    const preview = offered.find(({ key }) => key === made[1]!.guid)?.preview;
    expect(preview).toMatchObject({
      standing: 'ready',
      kind: 'invoice',
      customer: { name: 'Asiakas Oy', linkedBy: 'netvisor-key' },
      totals: { net: '200.00', tax: '51.00', gross: '251.00' },
      lines: [{ product: 'T1', quantity: '2', vatPercent: '25.5', vatCode: 'KOMY' }],
      withPdf: true,
      objections: [],
    });

    // One that is chosen, then all the others: more than the thirty of Visma's own interface.
    const [one] = offered;
    expect(await link.run('sales-invoices', [one!.key])).toMatchObject({ state: 'succeeded', counts: { moved: 1 } });
    expect((await books.ofNetvisor()).salesInvoices).toHaveLength(1);
    expect(await statusOf(books, one!.key)).toBe(SENT);
    expect(await link.run('sales-invoices', 'candidates', 60_000)).toMatchObject({ state: 'succeeded' });
    const { salesInvoices } = await books.ofNetvisor();
    expect(salesInvoices).toHaveLength(35);
    expect(new Set(salesInvoices.map(({ number }) => number)).size).toBe(35);
    for (const { attachments } of salesInvoices) {
      expect(attachments).toMatchObject([{ bytes: expect.any(Number) }]);
      expect(attachments[0]!.bytes).toBeGreaterThan(100);
    }
    const { netvisor, severa } = await books.writes();
    expect(netvisor.filter(({ resource }) => resource === 'salesinvoice.nv')).toHaveLength(35);
    expect(severa.map(({ times }) => times)).toEqual(Array.from({ length: 35 }, () => 1));

    await link.run('sales-invoices', 'everything', 60_000);
    expect(await books.writes()).toEqual({ netvisor, severa });
  }, 150_000);

  it('tell what keeps them from moving before anything is sent', async () => {
    const linked = await started(invoicesMove('on-demand'));
    const { link, books } = linked;
    await books.inSevera('customers', { number: 1002, name: 'Sisäinen', isInternal: true });
    await books.lockNetvisor('2026-01-31');
    const [unknown, atlantis, locked, odd, long] = await invoice(
      books,
      { customer: { number: 1002 } },
      { receiverAddress: { addressline: 'Katu 1', postalCode: '1', city: 'X', country: 'Atlantis' } },
      { date: '2026-01-15', entryDate: '2026-01-15' },
      { rows: [{ ...ROWS[0], vatRate: 17 }] },
      { receiverAddress: { addressline: 'K'.repeat(81), postalCode: '00100', city: 'X', country: 'Suomi' } },
    );
    await link.run('sales-invoices');
    const offered = await link.records('sales-invoices', 'candidate');
    const objections = Object.fromEntries(offered.map((one) => [one.key, one.objections.map(({ code }) => code)]));
    expect(objections).toEqual({
      [unknown!.guid]: ['customer-not-found'],
      [atlantis!.guid]: ['invoice-country-unmapped'],
      [locked!.guid]: ['invoice-period-locked'],
      [odd!.guid]: ['vat-percent-not-allowed'],
      [long!.guid]: ['invoice-text-too-long'],
    });
    for (const language of ['fi', 'sv', 'en']) {
      const told = await link.records('sales-invoices', 'candidate', language);
      for (const { objections: all } of told) {
        expect(all[0]).toMatchObject({ what: expect.stringMatching(/./), remedy: expect.stringMatching(/./) });
        expect(all[0]?.owner).not.toBe('operator');
      }
    }
    expect(await link.run('sales-invoices', 'candidates')).toMatchObject({ state: 'partial', counts: { rejected: 5 } });
    expect((await books.writes()).netvisor.filter(({ resource }) => resource === 'salesinvoice.nv')).toEqual([]);

    // Mended in Severa and in Netvisor, they go.
    await books.lockNetvisor(null);
    await books.changeInSevera('invoices', atlantis!.guid, {
      receiverAddress: { addressline: 'Katu 1', postalCode: '1', city: 'X', country: 'Ruotsi' },
    });
    await link.run('sales-invoices', 'changed');
    await link.run('sales-invoices', 'candidates');
    expect((await books.ofNetvisor()).salesInvoices).toHaveLength(2);
    expect([await statusOf(books, atlantis!.guid), await statusOf(books, locked!.guid)]).toEqual([SENT, SENT]);
  }, 90_000);

  it('are not made a second time, whoever has put them back or made them there', async () => {
    const linked = await started(invoicesMove('on-demand'));
    const { link, books } = linked;
    const [first] = await invoice(books, {});
    await link.run('sales-invoices', 'changed');
    await link.run('sales-invoices', 'candidates');
    expect((await books.ofNetvisor()).salesInvoices).toHaveLength(1);
    await books.changeInSevera('invoices', first!.guid, {
      status: { guid: books.status(READY) },
      dueDate: '2027-12-31',
    });
    await link.run('sales-invoices', 'changed');
    await link.run('sales-invoices', 'candidates');
    expect((await books.ofNetvisor()).salesInvoices).toHaveLength(1);
    const [told] = await link.history({ cause: 'already-transferred' });
    expect(told).toMatchObject({ result: 'rejected', key: first!.guid, netvisorKey: expect.any(String) });
    expect(told?.cause?.what).toMatch(/jo siirretty/);
  }, 60_000);

  it('move by themselves where the company has chosen so, and their payments come back, in part and in whole', async () => {
    const linked = await started((books) => ({
      ...invoicesMove('automatic')(books),
      payments: { mode: 'automatic', paidStatus: books.status(PAID) },
    }));
    const { link, books } = linked;
    const [whole, partly, unpaid] = await invoice(books, {}, {}, {});
    expect(await link.run('sales-invoices')).toMatchObject({ state: 'succeeded', counts: { moved: 3 } });
    const { salesInvoices } = await books.ofNetvisor();
    expect(salesInvoices).toHaveLength(3);
    const numberOf = (one: { guid: string } | undefined) => String((one as { number?: unknown } | undefined)?.number);
    await books.inNetvisor(
      'payments',
      { invoiceNumber: numberOf(whole), sum: '251,00', date: TODAY },
      { invoiceNumber: numberOf(partly), sum: '100,00', date: TODAY },
    );
    await link.run('payments');
    expect(await statusOf(books, whole!.guid)).toBe(PAID);
    expect(await statusOf(books, partly!.guid)).toBe(SENT);
    expect(await statusOf(books, unpaid!.guid)).toBe(SENT);
    const paid = (await books.ofSevera('invoices')).find(({ guid }) => guid === whole!.guid);
    expect(String(paid?.['paymentDate'])).toContain(TODAY);
    const shown = await link.history({ flow: 'payments', cause: 'partly-paid' });
    expect(shown).toMatchObject([{ result: 'waits', number: numberOf(partly), message: '151.00 / 251.00' }]);

    const before = await books.writes();
    await link.run('payments');
    expect(await books.writes()).toEqual(before);
    await books.inNetvisor('payments', { invoiceNumber: numberOf(partly), sum: '151,00', date: TODAY });
    await link.run('payments');
    expect(await statusOf(books, partly!.guid)).toBe(PAID);
  }, 90_000);

  it('are told to Severa as paid, even those that were paid before the link was taken into use', async () => {
    const linked = await started(invoicesMove('automatic'));
    const { link, books } = linked;
    const [old] = await invoice(books, {});
    await link.run('sales-invoices');
    const { salesInvoices } = await books.ofNetvisor();
    const payments = salesInvoices.map(({ number, sum }) => ({ invoiceNumber: number, sum, date: '2026-02-03' }));
    await books.inNetvisor('payments', ...payments);
    await ground.set(linked, {
      ...(await link.show()).settings,
      payments: { mode: 'automatic', paidStatus: books.status(PAID) },
    });
    await link.run('payments', 'everything');
    await until(async () => (await statusOf(books, old!.guid)) === PAID, { what: 'Severa to be told' });
  }, 60_000);

  it('never made two calls of a company to Netvisor at once', async () => {
    expect(await ground.overlaps()).toBe(0);
  });
});
