import type { LinkSettings } from '#lib/contracts';
import { decimalText, type ExactDecimal, fixedText } from '#lib/policy';
import { element, type NetvisorElement, type NetvisorRequest } from '#lib/upstream';

import { manyLines, oneLine, type PlannedLine } from './sales-invoice-lines.js';
import type { InvoicePlan, PlannedAddress } from './sales-invoice-plan.js';
import type { SalesInvoice } from './sales-invoice.js';

/** The request that makes the invoice, or the order, in Netvisor. */
export const invoiceCreation = (
  invoice: SalesInvoice,
  plan: InvoicePlan,
  settings: LinkSettings,
  pdf: Buffer | null,
): NetvisorRequest => ({
  method: 'POST',
  resource: 'salesinvoice.nv',
  query: [['method', 'add']],
  body: invoiceElement(invoice, plan, settings, pdf),
});

/**
 * An invoice as `salesinvoice.nv` takes it, in the order of its DTD. What Severa does not have is left out; sums are
 * given by the row, so that nothing is rounded anew; accounts only where Severa names one, since the product's own
 * stands otherwise.
 *
 * Source: contracts/netvisor §4.6, §5.6.
 */
export function invoiceElement(
  invoice: SalesInvoice,
  plan: InvoicePlan,
  { salesInvoices: { as, status } }: LinkSettings,
  pdf: Buffer | null,
): NetvisorElement {
  return element('salesinvoice', [
    said('salesinvoicenumber', invoice.number),
    day('salesinvoicedate', invoice.date),
    day('salesinvoiceeventdate', invoice.entryDate),
    day('salesinvoiceduedate', invoice.dueDate),
    said('salesinvoicereferencenumber', oneLine(invoice.referenceNumber)),
    plan.gross && element('salesinvoiceamount', money(plan.gross), { iso4217currencycode: invoice.currency ?? '' }),
    element('invoicetype', as),
    element('salesinvoicestatus', status, { type: 'netvisor' }),
    said('salesinvoicefreetextbeforelines', manyLines(invoice.textBefore)),
    said('salesinvoicefreetextafterlines', manyLines(invoice.textAfter)),
    said('salesinvoiceourreference', oneLine(invoice.ourReference)),
    said('salesinvoiceyourreference', oneLine(invoice.yourReference)),
    plan.customer && element('invoicingcustomeridentifier', plan.customer.identifier, { type: plan.customer.type }),
    ...addressElements(plan.address),
    invoice.dueDate === null && said('paymenttermnetdays', invoice.paymentTermDays),
    // Severa's nought is "not given", and must not take away the company's own rate.
    invoice.overdueInterest !== '0' && said('overriderateofoverdue', comma(invoice.overdueInterest)),
    said('ordernumber', oneLine(invoice.orderNumber)),
    element(
      'invoicelines',
      plan.lines.map((line) => element('invoiceline', [lineElement(line)])),
    ),
    pdf && attachments(invoice.number ?? '', pdf),
  ]);
}

const addressElements = (address: PlannedAddress | null): readonly (NetvisorElement | null)[] =>
  address === null
    ? []
    : [
        said('invoicingcustomername', address.name),
        said('invoicingcustomeraddressline', address.street),
        said('invoicingcustomerpostnumber', address.postalCode),
        said('invoicingcustomertown', address.city),
        element('invoicingcustomercountrycode', address.country, { type: 'ISO-3166' }),
      ];

function lineElement(line: PlannedLine): NetvisorElement {
  return element('salesinvoiceproductline', [
    element('productidentifier', line.product, { type: 'customer' }),
    element('productname', line.name),
    element('productunitprice', comma(decimalText(line.unitPrice)), { type: 'net' }),
    element('productvatpercentage', comma(line.percent), line.vatCode === null ? {} : { vatcode: line.vatCode }),
    element('salesinvoiceproductlinequantity', comma(decimalText(line.quantity))),
    said('salesinvoiceproductlinefreetext', line.text),
    line.total && element('salesinvoiceproductlinevatsum', money(line.total.tax)),
    line.total && element('salesinvoiceproductlinesum', money(line.total.gross)),
    said('accountingaccountsuggestion', line.account),
    ...line.dimensions.map(({ header, item }) =>
      element('dimension', [element('dimensionname', header), element('dimensionitem', item)]),
    ),
    line.period && accrualRule(line.period.from, line.period.until),
    said('productunitname', line.unit),
  ]);
}

const accrualRule = (from: string, until: string): NetvisorElement =>
  element('accrualrule', [
    element('startmonth', monthOf(from)),
    element('startyear', from.slice(0, 4)),
    element('endmonth', monthOf(until)),
    element('endyear', until.slice(0, 4)),
  ]);

const monthOf = (month: string): string => String(Number(month.slice(5, 7)));

const attachments = (number: string, pdf: Buffer): NetvisorElement =>
  element('salesinvoiceattachments', [
    element('salesinvoiceattachment', [
      element('mimetype', 'application/pdf'),
      element('attachmentdescription', `Lasku ${number}`),
      element('filename', `lasku-${number}.pdf`),
      element('documentdata', pdf.toString('base64'), { type: 'pdf' }),
    ]),
  ]);

const said = (name: string, text: string | null): NetvisorElement | null =>
  text === null || text === '' ? null : element(name, text);

const day = (name: string, date: string | null): NetvisorElement | null =>
  date === null ? null : element(name, date, { format: 'ansi' });

/** Netvisor's decimals have a comma. */
const comma = <Text extends string | null>(text: Text): Text => (text?.replace('.', ',') ?? null) as Text;

const money = (sum: ExactDecimal): string => comma(fixedText(sum, 2));
