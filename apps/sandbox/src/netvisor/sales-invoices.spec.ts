import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { categoryOf, contentOf, keyOf, NOON, verdictOf } from './netvisor.spec-support.js';
import { invoice, type InvoiceBench, line, startInvoiceBench } from './sales-invoice.spec-support.js';

let bench: InvoiceBench;
beforeEach(async () => {
  bench = await startInvoiceBench();
});
afterEach(() => bench.sandbox.close());

describe('a sales invoice', () => {
  it('is added, and read by its key and its number', async () => {
    const added = await bench.add('5001');
    const key = keyOf(added);
    expect([verdictOf(added), key > 0]).toEqual(['OK', true]);
    expect(contentOf(await bench.call('salesinvoicelist.nv?invoicenumber=5001'))).toBe(
      `<SalesInvoiceList><SalesInvoice><NetvisorKey>${key}</NetvisorKey><InvoiceNumber>5001</InvoiceNumber>` +
        '<Invoicedate format="ansi">2026-11-20</Invoicedate><InvoiceDueDate format="ansi">2026-12-04</InvoiceDueDate>' +
        `<InvoiceStatus>unsent</InvoiceStatus><CustomerNetvisorKey>${bench.customerKey}</CustomerNetvisorKey>` +
        '<CustomerCode>1001</CustomerCode><CustomerName>Matti Oy</CustomerName><ReferenceNumber />' +
        '<InvoiceSum>251,00</InvoiceSum><OpenSum>251,00</OpenSum>' +
        `<Uri>${bench.sandbox.url}getsalesinvoice.nv?netvisorkey=${key}</Uri></SalesInvoice></SalesInvoiceList>`,
    );
    const one = contentOf(await bench.call(`getsalesinvoice.nv?netvisorkey=${key}&pdfimage=nopdf`));
    expect(one).toContain('<InvoiceStatus status="unsent">Unsent</InvoiceStatus>');
    expect(one).toContain('<productidentifier type="customer">T1</productidentifier>');
    expect(one).toContain('<SalesInvoiceProductLineVatSum>51,00</SalesInvoiceProductLineVatSum>');
    expect(contentOf(await bench.call(`getsalesinvoice.nv?netvisorkeylist=${key},9`))).toBe(
      `<SalesInvoices>${one}</SalesInvoices>`,
    );
  });

  it('that is not there is an empty element, and no failure', async () => {
    const answered = await bench.call('getsalesinvoice.nv?netvisorkey=9');
    expect([verdictOf(answered), contentOf(answered)]).toEqual(['OK', '<SalesInvoice />']);
    expect(contentOf(await bench.call('salesinvoicelist.nv?invoicenumber=9'))).toBe('<SalesInvoiceList />');
  });

  it('has a number that no other has; an order’s numbers are its own; without one it gets the next', async () => {
    expect(categoryOf(await bench.add('1'))).toBe(null);
    expect(categoryOf(await bench.add('1'))).toBe('DUPLICATE_DATA');
    expect(categoryOf(await bench.add('1', { type: 'order', status: 'undelivered' }))).toBe(null);
    expect(categoryOf(await bench.add(''))).toBe(null);
    expect([await bench.list(), await bench.list('?listtype=preinvoice')]).toEqual([['1', '2'], ['1']]);
  });

  it('takes the address of the card, or only what it gives itself', async () => {
    await bench.add('1');
    await bench.add('2', { address: '<invoicingcustomername>Toinen</invoicingcustomername>' });
    const [first, second] = (await bench.state()).salesInvoices.map(({ fields }) => fields);
    expect(first).toMatchObject({ invoicingcustomername: 'Matti Oy', invoicingcustomertown: 'Lappeenranta' });
    expect([second?.['invoicingcustomername'], second?.['invoicingcustomertown']]).toEqual(['Toinen', undefined]);
  });

  it.each([
    ['a total that is given', { amount: '250,99' }, '250,99'],
    [
      'quantity, price and discount',
      {
        lines: line({
          quantity: '3',
          price: '9,99',
          vat: '0',
          vatCode: 'KOMY0',
          more: '<salesinvoiceproductlinediscountpercentage>10</salesinvoiceproductlinediscountpercentage>',
        }),
      },
      '26,97',
    ],
    [
      'sums that are given',
      {
        lines: line({
          more: '<salesinvoiceproductlinevatsum>51,01</salesinvoiceproductlinevatsum><salesinvoiceproductlinesum>251,01</salesinvoiceproductlinesum>',
        }),
      },
      '251,01',
    ],
    ['negative quantities of a credit note', { lines: line({ quantity: '-2' }) }, '-251,00'],
    [
      'several lines, each rounded',
      { lines: line({ price: '0,333', quantity: '1' }) + line({ price: '0,333', quantity: '1' }) },
      '0,82',
    ],
  ])('comes to %s', async (_, given, sum) => {
    expect(verdictOf(await bench.add('1', given))).toBe('OK');
    expect((await bench.state()).salesInvoices).toMatchObject([{ sum }]);
  });

  it('names its customer and products by key too', async () => {
    const customer = `<invoicingcustomeridentifier type="netvisor">${bench.customerKey}</invoicingcustomeridentifier>`;
    const lines = line().replace('type="customer">T1', `type="netvisor">${bench.productKey}`);
    expect(verdictOf(await bench.add('1', { customer, lines }))).toBe('OK');
  });

  it('carries dimensions, which are made, and attachments', async () => {
    const dimension =
      '<dimension><dimensionname>Projektit</dimensionname><dimensionitem>P1</dimensionitem></dimension>';
    const attachment = (type: string, data: string, more = '') =>
      '<salesinvoiceattachments><salesinvoiceattachment><mimetype>application/pdf</mimetype>' +
      `<attachmentdescription>Lasku</attachmentdescription><filename>lasku.pdf</filename>` +
      `<documentdata type="${type}">${Buffer.from(data).toString('base64')}</documentdata>${more}` +
      '</salesinvoiceattachment></salesinvoiceattachments>';
    const lines = line({ more: dimension });
    expect(verdictOf(await bench.add('1', { lines, tail: attachment('pdf', '%PDF-1.4 sisältö') }))).toBe('OK');
    expect(categoryOf(await bench.add('2', { tail: attachment('pdf', 'no') }))).toBe('INVALID_DATA');
    const broken = attachment('pdf', '%PDF-1.4').replace(/(<documentdata type="pdf">)/, '$1*');
    expect(categoryOf(await bench.add('2', { tail: broken }))).toBe('INVALID_DATA');
    const printed = attachment('finvoice', '<Finvoice/>', '<printbydefault>1</printbydefault>');
    expect(categoryOf(await bench.add('3', { tail: printed }))).toBe('INVALID_DATA');
    const { salesInvoices, dimensions } = await bench.state();
    expect(dimensions).toMatchObject([{ name: 'Projektit', items: [{ name: 'P1' }] }]);
    expect(salesInvoices).toMatchObject([
      {
        attachments: [{ fileName: 'lasku.pdf', type: 'pdf', bytes: 18 }],
        lines: [{ dimensions: [{ name: 'Projektit', item: 'P1' }] }],
      },
    ]);
  });

  it('is replaced by an edit', async () => {
    const key = keyOf(
      await bench.add('1', { head: '<salesinvoicereferencenumber>1070</salesinvoicereferencenumber>' }),
    );
    const edited = await bench.call(
      `salesinvoice.nv?method=edit&id=${key}`,
      invoice('1', { lines: line({ quantity: '1' }) }),
    );
    expect([verdictOf(edited), contentOf(edited)]).toEqual(['OK', '']);
    expect((await bench.state()).salesInvoices).toMatchObject([{ key, sum: '125,50' }]);
    expect((await bench.state()).salesInvoices[0]?.fields['salesinvoicereferencenumber']).toBeUndefined();
    expect(categoryOf(await bench.call('salesinvoice.nv?method=edit&id=9', invoice('1')))).toBe('INVALID_DATA');
    await bench.call(`salesinvoice.nv?method=edit&id=${key}`, invoice('2'));
    expect([categoryOf(await bench.add('1')), categoryOf(await bench.add('2'))]).toEqual([null, 'DUPLICATE_DATA']);
  });

  it('is listed by date, status, customer, time of change and key', async () => {
    const first = keyOf(await bench.add('1', { date: '2026-11-01' }));
    bench.clock.now = new Date(NOON.getTime() + 60_000);
    await bench.add('2', { status: 'open' });
    expect(await bench.list(`?invoicesabovenetvisorkey=${first}`)).toEqual(['2']);
    expect(await bench.list('?begininvoicedate=2026-11-02')).toEqual(['2']);
    expect(await bench.list('?endinvoicedate=2026-11-02')).toEqual(['1']);
    expect(await bench.list('?invoicestatus=open')).toEqual(['2']);
    expect(await bench.list('?customercode=1001')).toEqual(['1', '2']);
    expect(await bench.list('?customernetvisorkey=9')).toEqual([]);
    expect(await bench.list('?lastmodifiedstart=2026-11-20T12:00:30&lastmodifiedend=2026-11-20T13:00:00')).toEqual([
      '2',
    ]);
    await bench.seed('sales-invoices', { number: '2', status: 'reminded' });
    const content = contentOf(await bench.call('salesinvoicelist.nv?invoicestatus=open'));
    expect(content).toContain('<InvoiceStatus substatus="reminded">open</InvoiceStatus>');
    expect(await bench.list('?invoicestatus=overdue')).toEqual(['2']);
  });

  it('is listed by five hundred at most', async () => {
    for (let number = 1; number <= 501; number += 1) await bench.add(String(number));
    expect(await bench.list()).toHaveLength(500);
    const { salesInvoices } = await bench.state();
    expect(await bench.list(`?invoicesabovenetvisorkey=${String(salesInvoices[499]?.['key'])}`)).toEqual(['501']);
  });
});
