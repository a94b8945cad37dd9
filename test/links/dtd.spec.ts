/** What goes to Netvisor stands as Netvisor's own document types say, whatever moves. */
import { expect, it } from '@jest/globals';

import { arranged } from '../../libs/upstream/src/netvisor/element-order.ts';
import { contentModels, dtdsAreHere, firstInvalid } from '../../libs/upstream/src/netvisor/dtd.spec-support.ts';
import type { NetvisorRequest } from '../../libs/upstream/src/index.ts';
import { LinkGround } from './ground.ts';

/** Those of the resources that a document type is published for. */
const TYPES: Readonly<Record<string, string>> = {
  'customer.nv': 'customer',
  'product.nv': 'product',
  'salesinvoice.nv': 'salesinvoice',
};

(dtdsAreHere ? it : it.skip)(
  'bodies of customers, products and invoices are valid by their document types',
  async () => {
    const ground = await LinkGround.open();
    const sent: NetvisorRequest[] = [];
    const engine = await ground.engine(({ severa, netvisor }) => ({
      severa,
      netvisor: {
        send: (credentials, request) => {
          sent.push(request);
          return netvisor.send(credentials, request);
        },
      },
    }));
    try {
      const company = await ground.company((statuses) => ({
        customers: 'to-netvisor',
        products: 'to-netvisor',
        dimensions: { projects: 'Projekti', businessUnits: 'Yksikkö' },
        salesInvoices: {
          mode: 'automatic',
          status: 'open',
          readyStatus: statuses['Valmis lähetettäväksi Netvisoriin'],
          sentStatus: statuses['Lasku lähetetty Netvisoriin'],
          dimensions: { project: 'Projekti', businessUnit: 'Yksikkö', user: 'Tekijä' },
          accrual: true,
        },
      }));
      await ground.inSevera(company, 'products', [{ code: 'TUNTI', name: 'Työtunti' }]);
      const card = {
        website: 'https://example.com',
        eInvoiceAddress: '003712345671',
        eInvoiceOperator: '003723327487',
      };
      const customers = [
        { number: 1001, ...card },
        { number: 1002, address: null },
        { number: 1003 },
        { number: 1004 },
      ];
      await ground.inSevera(company, 'customers', customers);
      const [billed] = await ground.inSevera(company, 'invoices', [
        {
          customer: { number: 1001 },
          ourReference: 'Myyjä',
          yourReference: 'Ostaja',
          orderNumber: '4501',
          rows: [
            { hours: [{}], code: ['TUNTI'], quantity: 7.5, unitPrice: 90 },
            { fees: [{}], code: ['TUNTI'] },
          ],
        },
        { customer: { number: 1002 }, rows: [{ fees: [{}], code: ['TUNTI'] }] },
      ]);
      const credited = { isCreditNote: true, reimburseInvoice: { guid: billed?.guid }, customer: { number: 1001 } };
      await ground.inSevera(company, 'invoices', [
        { ...credited, rows: [{ fees: [{}], code: ['TUNTI'], quantity: -1 }] },
      ]);
      await ground.drain([engine]);

      await ground.severa.tell(
        'PATCH',
        `organisations/${company.severa}/customers/${await guidOf(ground, company.severa)}`,
        {
          name: 'Uusi nimi Oy',
          email: null,
        },
      );
      await ground.again();
      await ground.drain([engine]);

      expect((await ground.pairs(company)).filter(({ state }) => state !== 'moved')).toEqual([]);
      const bodies = sent.flatMap(({ resource, body, query }) => {
        const type = TYPES[resource];
        return body && type ? [{ type, how: query?.[0]?.[1], body: arranged(resource, body) }] : [];
      });
      expect(new Set(bodies.map(({ type, how }) => `${type} ${how}`))).toEqual(
        new Set(['customer add', 'customer edit', 'product add', 'salesinvoice add']),
      );
      for (const { type, body } of bodies) expect(firstInvalid(body, contentModels(type))).toBeNull();
    } finally {
      await ground.close();
    }
  },
  60_000,
);

async function guidOf(ground: LinkGround, organisation: string): Promise<string> {
  const customers = await ground.severa.tell<readonly { guid: string; number: number }[]>(
    'GET',
    `organisations/${organisation}/customers`,
  );
  return customers.find(({ number }) => number === 1001)?.guid ?? '';
}
