import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Bench, contentOf, startBench } from './netvisor.spec-support.js';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.sandbox.close());

describe('purchase invoices', () => {
  it('are listed by their change and read with the dimensions of their lines', async () => {
    const lines = [
      {
        sum: '125,50',
        netSum: '100,00',
        vatPercent: '25,5',
        vatCode: 'KOOS',
        description: 'Kirjat',
        dimensions: [{ name: 'Projektit', item: 'P1' }],
      },
    ];
    const seed = { number: '77', date: '2026-11-18', vendor: 'Kauppa Oy', sum: '125,50', status: 'accepted', lines };
    const [key] = await bench.seed('purchase-invoices', seed);
    expect(contentOf(await bench.call('purchaseinvoicelist.nv?lastmodifiedstart=2026-11-20T12:00:00'))).toBe(
      `<PurchaseInvoiceList><PurchaseInvoice><NetvisorKey>${key}</NetvisorKey><InvoiceNumber>77</InvoiceNumber>` +
        '<InvoiceDate format="ansi">2026-11-18</InvoiceDate><Vendor>Kauppa Oy</Vendor><VendorOrganizationIdentifier />' +
        '<Sum>125,50</Sum><Payments>0,00</Payments><OpenSum>125,50</OpenSum>' +
        `<Uri>${bench.sandbox.url}getpurchaseinvoice.nv?netvisorkey=${key}</Uri></PurchaseInvoice></PurchaseInvoiceList>`,
    );
    const later = await bench.call('purchaseinvoicelist.nv?lastmodifiedstart=2026-11-20T12:00:01');
    expect(contentOf(later)).toBe('<PurchaseInvoiceList />');
    const one = contentOf(await bench.call(`getpurchaseinvoice.nv?netvisorkey=${key}`));
    expect(one).toContain('<LineSum>125,50</LineSum><LineNetSum>100,00</LineNetSum>');
    expect(one).toMatch(/<DimensionName>Projektit<\/DimensionName>.*<DimensionDetailName>P1<\/DimensionDetailName>/);
    expect(contentOf(await bench.call('getpurchaseinvoice.nv?netvisorkey=9'))).toBe('<PurchaseInvoice />');
  });
});
