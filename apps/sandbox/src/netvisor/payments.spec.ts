import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { categoryOf, contentOf, keyOf, NOON } from './netvisor.spec-support.js';
import { type InvoiceBench, startInvoiceBench } from './sales-invoice.spec-support.js';

let bench: InvoiceBench;
beforeEach(async () => {
  bench = await startInvoiceBench();
});
afterEach(() => bench.sandbox.close());

describe('a payment', () => {
  it('lessens what is open, makes the invoice paid at last, and is listed', async () => {
    const key = keyOf(
      await bench.add('7', { head: '<salesinvoicereferencenumber>1070</salesinvoicereferencenumber>' }),
    );
    const [payment] = await bench.seed('payments', { invoiceNumber: '7', sum: '51,00', date: '2026-11-05' });
    expect((await bench.state()).salesInvoices).toMatchObject([{ openSum: '200,00', status: 'unsent' }]);
    await bench.seed('payments', { invoiceNumber: '7', sum: '200,00', date: '2026-11-19' });
    expect((await bench.state()).salesInvoices).toMatchObject([{ openSum: '0,00', status: 'paid' }]);
    expect(await bench.list('?invoicestatus=paid')).toEqual(['7']);
    const content = contentOf(await bench.call('salespaymentlist.nv?enddate=2026-11-10'));
    expect(content).toBe(
      `<SalesPaymentList><SalesPayment><NetvisorKey>${payment}</NetvisorKey><Name>Matti Oy</Name><Date>5.11.2026</Date>` +
        '<Sum>51,00</Sum><ReferenceNumber>1070</ReferenceNumber><ForeignCurrencyAmount />' +
        `<InvoiceNumber netvisorkey="${key}">7</InvoiceNumber><PaymentAccountName>Pankkitili</PaymentAccountName>` +
        '<VoucherID /><LastModifiedTimestamp>20.11.2026 12:00:00</LastModifiedTimestamp><PaymentAccountNumber />' +
        '<PaymentSource>1</PaymentSource><BankStatus>OK</BankStatus></SalesPayment></SalesPaymentList>',
    );
    const above = contentOf(await bench.call(`salespaymentlist.nv?abovenetvisorkey=${payment}`));
    expect([...above.matchAll(/<Sum>(.*?)<\/Sum>/g)].map(([, sum]) => sum)).toEqual(['200,00']);
    const { status } = await bench.control('POST', '/companies/1967543-8/payments', {
      invoiceNumber: '8',
      sum: '1',
      date: '2026-11-05',
    });
    expect(status).toBe(400);
  });

  it('counts as a change of its invoice only for who asks for it', async () => {
    await bench.add('7');
    bench.clock.now = new Date(NOON.getTime() + 3_600_000);
    await bench.seed('payments', { invoiceNumber: '7', sum: '251,00', date: '2026-11-20' });
    const window = '?lastmodifiedstart=2026-11-20T12:30:00&lastmodifiedend=2026-11-20T14:00:00';
    expect(await bench.list(window)).toEqual([]);
    expect(await bench.list(`${window}&includemodifiedpayments=1`)).toEqual(['7']);
    expect(categoryOf(await bench.call('salesinvoicelist.nv?includemodifiedpayments=1'))).toBe('INVALID_DATA');
  });
});
