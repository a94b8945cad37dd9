import { readTree } from '#lib/documents';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { contentModels, dtdsAreHere, firstInvalid, namesIn } from './dtd.spec-support.js';
import { element, type NetvisorElement } from './element.js';
import { arranged, ElementRefused, UnknownElement } from './element-order.js';
import { ORDER_TABLES } from './order-tables.js';
import { writeElement } from './write-element.js';

const shapeOf = ({ name, children }: NetvisorElement): unknown =>
  children.length === 0 ? name : { [name]: children.map(shapeOf) };

function refusalOf(resource: string, body: NetvisorElement): unknown {
  try {
    return shapeOf(arranged(resource, body));
  } catch (error) {
    if (error instanceof ElementRefused) return [error.category, error.element];
    if (error instanceof UnknownElement) return [error.code, error.message];
    throw error;
  }
}

const INVOICE = element('SalesInvoice', [
  element('invoicelines', [
    element('invoiceline', [element('salesinvoicecommentline', [element('comment', 'first')])]),
    element('invoiceline', [
      element('salesinvoiceproductline', [
        element('dimension', [element('dimensionitem', 'P1'), element('dimensionname', 'Projektit')]),
        element('salesinvoiceproductlinequantity', '1,5'),
        element('productvatpercentage', '25,5', { vatcode: 'KOMY' }),
        element('productunitprice', '100,00', { type: 'net' }),
        element('productname', 'Työ'),
        element('productidentifier', '7', { type: 'netvisor' }),
      ]),
    ]),
  ]),
  element('invoicingcustomeridentifier', '12', { type: 'netvisor' }),
  element('salesinvoicestatus', 'unsent', { type: 'netvisor' }),
  element('salesinvoiceamount', ''),
  element('SalesInvoiceDate', '2026-11-20', { format: 'ansi' }),
]);

describe('the order of elements', () => {
  it('is made by the table of the resource, however the body came', () => {
    expect(shapeOf(arranged('salesinvoice.nv', INVOICE))).toEqual({
      salesinvoice: [
        'salesinvoicedate',
        'salesinvoiceamount',
        'salesinvoicestatus',
        'invoicingcustomeridentifier',
        {
          invoicelines: [
            { invoiceline: [{ salesinvoicecommentline: ['comment'] }] },
            {
              invoiceline: [
                {
                  salesinvoiceproductline: [
                    'productidentifier',
                    'productname',
                    'productunitprice',
                    'productvatpercentage',
                    'salesinvoiceproductlinequantity',
                    { dimension: ['dimensionname', 'dimensionitem'] },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it.each(Object.entries(ORDER_TABLES))('is the same for any order of the elements of %s', (resource, table) => {
    for (const [name, names] of Object.entries(table.order)) {
      if (name !== table.body) continue;
      const inOrder = names.map((inner) => element(inner));
      fc.assert(
        fc.property(fc.shuffledSubarray(inOrder), (shuffled) => {
          const made = arranged(resource, element(name, shuffled)).children.map((inner) => inner.name);
          expect(made).toEqual(names.filter((inner) => made.includes(inner)));
          expect(made).toHaveLength(shuffled.length);
        }),
        { numRuns: 20 },
      );
    }
  });

  it.each([
    ['an element that the resource has not', 'customer.nv', element('customer', [element('colour', 'red')])],
    ['one that stands elsewhere', 'customer.nv', element('customer', [element('name', 'x')])],
    ["another resource's body", 'customer.nv', element('product', [])],
    ['a resource that we do not write', 'accounting.nv', element('voucher', [])],
  ])('is not made for %s', (_, resource, body) => {
    expect(() => arranged(resource, body)).toThrow(UnknownElement);
  });

  it.each([
    ['a text that is too long', 'streetaddress', 'x'.repeat(81), {}, ['INVALID_DATA_SIZE', 'streetaddress']],
    ['a text as long as may be', 'streetaddress', 'x'.repeat(80), {}, 'written'],
    ['a code that there is not', 'isactive', 'yes', {}, ['INVALID_DATA', 'isactive']],
    ['an empty element, which blanks it', 'isactive', '', {}, 'written'],
    [
      'an attribute that there is not',
      'internalidentifier',
      '',
      { type: 'x' },
      ['INVALID_DATA', 'internalidentifier@type'],
    ],
  ])('says what Netvisor would refuse: %s', (_, name, text, attributes, expected) => {
    const body = element('customer', [element('customerbaseinformation', [element(name, text, attributes)])]);
    const written = { customer: [{ customerbaseinformation: [name] }] };
    expect(refusalOf('customer.nv', body)).toEqual(expected === 'written' ? written : expected);
  });

  it('names only elements that the table has', () => {
    for (const { order, longest, codes } of Object.values(ORDER_TABLES)) {
      const names = new Set(Object.values(order).flat());
      const limited = [...Object.keys(longest), ...Object.keys(codes).map((where) => where.replace(/@.*/, ''))];
      expect(limited.filter((name) => !names.has(name))).toEqual([]);
      expect(Object.keys(order).filter((name, place) => place > 0 && !names.has(name))).toEqual([]);
    }
  });
});

/** What the interface has that the copies of its document types have not (contract §4.1, 4.3, 4.6). */
const NEWER = new Set(
  `defaultsecondname paymentinterest balancelimit receivablesmanagementautomationrule factoringaccount taxhandlingtype
   eustandardfinvoice productcustomtags inventorybatchlinkingmode inventoryalertlimit salesinvoiceproductpackagepallet
   paymentterm proposedaccount accountdimensiontext collectioncost isthirdpartysales salesinvoicesubline deliverydate`.split(
    /\s+/,
  ),
);
/** In the document type, and never written by us. */
const UNUSED = new Set(['metadata']);
/** New in a line, and old in the invoice itself. */
const NEWER_IN_LINE = new Set(['ordernumber']);

(dtdsAreHere ? describe : describe.skip)("Netvisor's document types", () => {
  it.each(['customer', 'product', 'salesinvoice'])('have the order of our table of %s', (name) => {
    const models = contentModels(name);
    const order: Readonly<Record<string, readonly string[]>> = ORDER_TABLES[`${name}.nv`]?.order ?? {};
    for (const [parent, model] of models) {
      const declared = namesIn(model.replace('#PCDATA', '')).filter((inner) => !UNUSED.has(inner));
      if (declared.length === 0 || parent === 'root' || UNUSED.has(parent)) continue;
      const ours = (order[parent] ?? []).filter(
        (inner) => !NEWER.has(inner) && !(parent === 'salesinvoiceproductline' && NEWER_IN_LINE.has(inner)),
      );
      expect([parent, ours]).toEqual([parent, declared]);
    }
  });

  it.each([
    ['salesinvoice', INVOICE],
    [
      'customer',
      element('customer', [
        element('customerdimensiondetails', [
          element('dimension', [element('dimensionitem', 'a'), element('dimensionname', 'b')]),
        ]),
        element('customerfinvoicedetails', [element('finvoiceroutercode', 'X'), element('finvoiceaddress', '0037')]),
        element('customerbaseinformation', [
          element('country', 'FI', { type: 'ISO-3166' }),
          element('name', 'Äiti & Öljy Oy'),
          element('internalidentifier', '1001'),
        ]),
      ]),
    ],
    [
      'product',
      element('product', [
        element('productbookkeepingdetails', [element('defaultvatpercentage', '25,5')]),
        element('productbaseinformation', [
          element('issalesproduct', '1'),
          element('isactive', '1'),
          element('unitprice', '10,00', { type: 'net' }),
          element('name', 'Työ'),
          element('productgroup', 'Palvelut'),
        ]),
      ]),
    ],
  ])('take a %s as we write it', (name, body) => {
    const written = writeElement(arranged(`${name}.nv`, body), 'ISO-8859-15');
    const root = readTree(written, { maxBytes: 10_000, maxDepth: 20, maxElements: 100, charset: 'ISO-8859-15' });
    expect(firstInvalid(root, contentModels(name))).toBeNull();
  });

  it('would be broken by the order in which the body came', () => {
    const lower = (e: NetvisorElement): NetvisorElement => ({
      ...e,
      name: e.name.toLowerCase(),
      children: e.children.map(lower),
    });
    expect(firstInvalid(lower(INVOICE), contentModels('salesinvoice'))).toContain('salesinvoice holds');
  });
});
