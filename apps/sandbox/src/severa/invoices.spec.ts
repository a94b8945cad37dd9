import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { cents } from './model.js';
import { type Json, type SeveraBench, startSeveraBench, typeOf } from './severa.spec-support.js';

let bench: SeveraBench;
beforeEach(async () => {
  bench = await startSeveraBench();
});
afterEach(() => bench.sandbox.close());

const READY = 'Valmis lähetettäväksi Netvisoriin';
const SENT = 'Lasku lähetetty Netvisoriin';
const PAID = 'Maksettu';
const replacing = (path: string, value: unknown) => [{ op: 'Replace', path, value }];
const get = async (path: string): Promise<Json[]> => (await bench.call('GET', `/v1${path}`)).json as Json[];

describe('an organisation', () => {
  it('has the statuses of the Netvisor link from the start, in their order', async () => {
    const statuses = await get('/invoicestatuses');
    expect(statuses.map(({ name }) => name)).toEqual(['Vedos', READY, SENT, PAID]);
    expect(bench.statuses[READY]).toBe(statuses[1]?.['guid']);
  });
});

describe('an invoice of which nothing is said', () => {
  it('is whole: numbered, ready, with a customer, its address, a project and a row that leads to them', async () => {
    const { guid } = await bench.seed('invoices');
    const invoice = (await bench.call('GET', `/v1/invoices/${String(guid)}`)).json;
    expect(invoice).toMatchObject({
      number: 10001,
      referenceNumber: '100010',
      status: { name: READY },
      receiverAddress: { addressline: 'Esimerkkikatu 1', country: 'Suomi' },
      projects: [{ number: 2001 }],
      totalExcludingTax: { amount: 100, currencyCode: 'EUR' },
      totalTax: { amount: 25.5 },
      totalIncludingTax: { amount: 125.5 },
    });
    const [row] = await get(`/invoices/${String(guid)}/invoicerows`);
    const [fee] = await get(`/invoices/${String(guid)}/projectfees`);
    expect(fee).toMatchObject({ invoiceRowGuid: row?.['guid'], project: { name: 'Projekti 2001' }, user: {} });
    expect(await get(`/invoices/${String(guid)}/workhours`)).toEqual([]);
    expect(await get(`/invoicerows/${String(row?.['guid'])}/projectfees`)).toEqual([fee]);
  });
});

describe('the rows of an invoice', () => {
  it('are hours, fees and travels, of as many projects and people as their entries are', async () => {
    const [first, second] = [await bench.seed('projects', {}), await bench.seed('projects', {})];
    const user = await bench.seed('users', { code: '77' });
    const hours = [
      { project: { guid: first['guid'] }, quantity: 2 },
      { project: { guid: second['guid'] }, user, quantity: 3 },
    ];
    const { guid } = await bench.seed('invoices', {
      rows: [
        { hours, quantity: 5, unitPrice: 80 },
        { travels: [{}], vatRate: 0 },
      ],
    });
    const rows = await get(`/invoices/${String(guid)}/invoicerows`);
    expect(rows.map(({ rowType, category }) => [rowType, category])).toEqual([
      ['Hours', 'Hours'],
      ['TravelExpenses', 'Travels'],
    ]);
    expect(await get(`/invoicerows/${String(rows[0]?.['guid'])}/workhours`)).toMatchObject([
      { project: { guid: first['guid'] }, quantity: 2 },
      { project: { guid: second['guid'] }, user: { code: '77' }, quantity: 3 },
    ]);
    expect(await get(`/invoices/${String(guid)}/invoicerows?rowType=Hours`)).toHaveLength(1);
    expect(await get(`/invoices/${String(guid)}/projecttravelexpenses?expenseClass=Mileage`)).toEqual([]);
  });

  it('add up to its totals, cent by cent', async () => {
    const row = fc.record({
      quantity: fc.integer({ min: -500, max: 500 }).map((hundredths) => hundredths / 100),
      unitPrice: fc.integer({ min: 0, max: 100_000 }).map((hundredths) => hundredths / 100),
      vatRate: fc.constantFrom(0, 10, 13.5, 25.5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const invoice = await bench.seed('invoices', { rows });
        const nets = rows.map(({ quantity, unitPrice }) => cents(quantity * unitPrice));
        const total = (field: string): number => (invoice[field] as { amount: number }).amount;
        expect(total('totalExcludingTax')).toBe(cents(nets.reduce((sum, net) => sum + net, 0)));
        expect(total('totalIncludingTax')).toBe(cents(total('totalExcludingTax') + total('totalTax')));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a credit note', () => {
  it('names what it takes back, and its entries are the reimbursed ones', async () => {
    const { guid: original } = await bench.seed('invoices');
    const { guid } = await bench.seed('invoices', {
      isCreditNote: true,
      reimburseInvoice: { guid: original },
      rows: [{ quantity: -1, fees: [{}] }],
    });
    const note = (await bench.call('GET', `/v1/invoices/${String(guid)}`)).json;
    expect(note).toMatchObject({ reimburseInvoice: { guid: original }, totalIncludingTax: { amount: -125.5 } });
    expect((await bench.call('GET', `/v1/invoices/${String(original)}`)).json).toMatchObject({
      creditNoteInvoice: { guid },
    });
    expect(await get(`/invoices/${String(guid)}/projectfees`)).toEqual([]);
    expect(await get(`/invoices/${String(guid)}/reimbursedprojectfees`)).toMatchObject([
      { invoiceGuid: guid, quantity: -1 },
    ]);
  });
});

describe('the status of an invoice', () => {
  it('moves on, and with it the lists by status', async () => {
    const { guid } = await bench.seed('invoices');
    await bench.seed('invoices', { status: { name: 'Vedos' } });
    const by = (name: string) => get(`/invoices?invoiceStatusGuids=${bench.statuses[name]}`);
    expect(await by(READY)).toHaveLength(1);
    bench.clock.now = new Date('2026-03-06T10:00:00Z');
    const { status, json } = await bench.call(
      'PATCH',
      `/v1/invoices/${String(guid)}`,
      replacing('/status/guid', bench.statuses[SENT]),
    );
    expect([status, json]).toEqual([
      200,
      [expect.objectContaining({ status: expect.objectContaining({ isSent: true }) })],
    ]);
    expect([await by(READY), await by(SENT)]).toEqual([[], [expect.objectContaining({ guid })]]);
    expect(await get('/invoices?changedSince=2026-03-06')).toHaveLength(1);
  });

  it('gives the invoice its number when it comes to one that has it', async () => {
    const { guid, number } = await bench.seed('invoices', { status: { name: 'Vedos' } });
    expect(number).toBeNull();
    const { json } = await bench.call(
      'PATCH',
      `/v1/invoices/${String(guid)}`,
      replacing('/status/guid', bench.statuses[READY]),
    );
    expect(json).toMatchObject([{ number: 10001 }]);
  });

  it('that is read-only lets status and day of payment through, and nothing else', async () => {
    const { guid } = await bench.seed('invoices');
    const path = `/v1/invoices/${String(guid)}`;
    const said = await bench.call('PATCH', path, replacing('/notes', 'x'));
    expect([said.status, typeOf(said)]).toEqual([400, 'InvalidOperation']);
    const steps = [...replacing('/status/guid', bench.statuses[PAID]), ...replacing('/paymentDate', '2026-03-18')];
    expect((await bench.call('PATCH', path, steps)).json).toMatchObject([
      { status: { isPaid: true }, paymentDate: '2026-03-18' },
    ]);
    expect((await bench.call('GET', `${path}/invoicesettings`)).json).toMatchObject({ paymentDate: '2026-03-18' });
  });

  it.each([
    ['an unknown status', replacing('/status/guid', 'none')],
    ['no status', replacing('/status/guid', null)],
    ['a name in place of a guid', replacing('/status/name', 'Maksettu')],
    ['a day that is a moment', replacing('/paymentDate', '2026-03-18T00:00:00Z')],
    ['a day that is none', replacing('/paymentDate', '18.3.2026')],
  ])('is not changed by %s', async (_, steps) => {
    const { guid } = await bench.seed('invoices');
    expect((await bench.call('PATCH', `/v1/invoices/${String(guid)}`, steps)).status).toBe(400);
    expect((await bench.control('GET', '/journal')).json).toEqual([]);
  });

  it('may be paid by the settings of the invoice too', async () => {
    const { guid } = await bench.seed('invoices');
    const { json } = await bench.call('GET', `/v1/invoices/${String(guid)}/invoicesettings`);
    const path = `/v1/invoicesettings/${String((json as Json)['guid'])}`;
    await bench.call('PATCH', path, replacing('/paymentDate', '2026-03-20'));
    expect(await get('/invoices?paymentDateStart=2026-03-20')).toMatchObject([{ guid, paymentDate: '2026-03-20' }]);
    expect(await get('/invoices?paymentDateStart=2026-03-21')).toEqual([]);
  });
});

describe('the filters of invoices', () => {
  it('leave out what does not fit', async () => {
    const unit = await bench.seed('businessunits');
    const manager = await bench.seed('users');
    const customer = await bench.seed('customers');
    const project = await bench.seed('projects', { customer, businessUnit: unit, projectOwner: manager });
    const { guid, referenceNumber } = await bench.seed('invoices', {
      customer,
      projects: [{ guid: project['guid'] }],
      number: 777,
      date: '2026-02-01',
      rows: [{ unitPrice: 5000 }],
    });
    await bench.seed('invoices', { customer: await bench.seed('customers'), number: 778 });
    const text = (value: Json): string => String(value['guid']);
    for (const query of [
      'numbers=777',
      `referenceNumbers=${String(referenceNumber)}`,
      `customerGuids=${text(customer)}`,
      `projectGuids=${text(project)}`,
      `projectBusinessUnitGuids=${text(unit)}`,
      `projectOwnerGuids=${text(manager)}`,
      'endDate=2026-02-28',
      'minimumTotalExcludingTax=1000',
    ]) {
      expect([query, (await get(`/invoices?${query}`)).map((one) => one['guid'])]).toEqual([query, [guid]]);
    }
    expect(await get('/invoices?numbers=777&numbers=778')).toHaveLength(2);
    expect(await get('/invoices?startDate=2026-02-02&maximumTotalExcludingTax=1000')).toMatchObject([{ number: 778 }]);
  });
});

describe('files', () => {
  it('are a PDF of the invoice, and whatever was attached, byte by byte', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 37]);
    const { guid } = await bench.seed('invoices', {
      files: [{ name: 'liite.bin', data: bytes.toString('base64'), isInternal: true }],
    });
    const pdf = await bench.call('GET', `/v1/invoices/${String(guid)}/pdf?invoiceType=Invoice`);
    expect([pdf.status, pdf.headers['content-type']]).toEqual([200, 'application/pdf']);
    const text = pdf.bytes.toString('latin1');
    expect(text).toMatch(/^%PDF-1\.4[\s\S]*Lasku 10001[\s\S]*%%EOF\n$/);
    const [, start] = /startxref\n(\d+)\n/.exec(text) ?? [];
    expect(text.slice(Number(start)).startsWith('xref')).toBe(true);

    const [file] = await get(`/invoices/${String(guid)}/files`);
    expect(file).toMatchObject({ name: 'liite.bin', size: 5, isInternal: true });
    expect((await bench.call('GET', `/v1/files/${String(file?.['fileGuid'])}/filedata`)).bytes).toEqual(bytes);
  });
});
