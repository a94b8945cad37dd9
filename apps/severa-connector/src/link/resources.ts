import type { LinkFlow, LinkSettings } from '#lib/contracts';
import type { NetvisorRequest } from '#lib/upstream';

import { productSearch } from '../flows/netvisor-product.js';

interface Needs {
  /** API resources [rajapintaresurssit]. */
  readonly netvisor: readonly string[];
  /** Scopes of the client. */
  readonly severa: readonly string[];
}

/** What every link needs, whatever it moves. */
const ALWAYS: Needs = { netvisor: ['customerlist.nv'], severa: ['settings:read'] };

/**
 * What each flow needs of either system.
 *
 * Source: contract netvisor §4.0, contracts/severa §2.3. The page where Netvisor lists what its own interface needs is
 * not public, so this is what ours calls. Severa's `users:read` also opens personal identity codes: it is asked for only
 * where hours or travels move.
 */
export const RESOURCES: Readonly<Record<LinkFlow, Needs>> = {
  'customers-to-netvisor': {
    netvisor: ['customerlist.nv', 'getcustomer.nv', 'customer.nv'],
    severa: ['customers:read', 'settings:read'],
  },
  'customers-to-severa': {
    netvisor: ['customerlist.nv', 'getcustomer.nv'],
    severa: ['customers:read', 'customers:write', 'settings:read'],
  },
  'products-to-netvisor': {
    netvisor: ['productlist.nv', 'getproduct.nv', 'product.nv'],
    severa: ['settings:read'],
  },
  'products-to-severa': {
    netvisor: ['productlist.nv', 'getproduct.nv'],
    severa: ['settings:read', 'settings:write'],
  },
  dimensions: {
    netvisor: ['dimensionlist.nv', 'dimensionitem.nv'],
    severa: ['projects:read', 'settings:read'],
  },
  'sales-invoices': {
    netvisor: [
      'salesinvoicelist.nv',
      'accountingperiodlist.nv',
      'customerlist.nv',
      'productlist.nv',
      'salesinvoice.nv',
    ],
    severa: [
      'invoices:read',
      'invoices:write',
      'customers:read',
      'projects:read',
      'hours:read',
      'fees:read',
      'travels:read',
      'files:read',
      'settings:read',
    ],
  },
  'travel-expenses': {
    netvisor: ['getemployees.nv', 'payrollratiolist.nv', 'tripexpense.nv'],
    severa: ['travels:read', 'users:read', 'projects:read', 'files:read', 'settings:read'],
  },
  'work-hours': {
    netvisor: ['getemployees.nv', 'getrecordtypelist.nv', 'workday.nv'],
    severa: ['hours:read', 'activities:read', 'users:read', 'projects:read', 'settings:read'],
  },
  'purchase-lines': {
    netvisor: ['purchaseinvoicelist.nv', 'getpurchaseinvoice.nv'],
    severa: ['projects:read', 'fees:read', 'fees:write', 'settings:read'],
  },
  payments: {
    netvisor: ['salesinvoicelist.nv', 'salespaymentlist.nv'],
    severa: ['invoices:read', 'invoices:write', 'settings:read'],
  },
};

/** Flows that can say how the settings have them move; those of `flows/`. */
export interface Moving {
  readonly name: LinkFlow;
  mode(settings: LinkSettings): 'off' | 'on-demand' | 'automatic';
}

const inUse = (flows: readonly Moving[], settings: LinkSettings): readonly LinkFlow[] =>
  flows.filter((flow) => flow.mode(settings) !== 'off').map(({ name }) => name);

/** The scopes to ask Severa for, in an order that stays; no more than what is switched on needs. */
export function scopesOf(flows: readonly Moving[], settings: LinkSettings): readonly string[] {
  const needed = inUse(flows, settings).flatMap((flow) => RESOURCES[flow].severa);
  return [...new Set([...ALWAYS.severa, ...needed])].sort();
}

export interface ResourceUse {
  readonly system: 'severa' | 'netvisor';
  readonly name: string;
  readonly flows: LinkFlow[];
  readonly inUse: boolean;
}

/** Every resource with the flows that need it. What every link needs is in use, whatever moves. */
export function resourceUses(flows: readonly Moving[], settings: LinkSettings): readonly ResourceUse[] {
  const using = new Set(inUse(flows, settings));
  return (['netvisor', 'severa'] as const).flatMap((system) => {
    const names = new Set([...ALWAYS[system], ...Object.values(RESOURCES).flatMap((needs) => needs[system])]);
    return [...names].sort().map((name) => {
      const needing = (Object.keys(RESOURCES) as LinkFlow[]).filter((flow) => RESOURCES[flow][system].includes(name));
      return {
        system,
        name,
        flows: needing,
        inUse: ALWAYS[system].includes(name) || needing.some((flow) => using.has(flow)),
      };
    });
  });
}

/** The list of customers that tests the identifiers, and says whether TEMP is there. */
export const TEMPORARY = 'TEMP';
export const CUSTOMER_PROBE = probe('customerlist.nv', [['customercodelist', TEMPORARY]]);

/**
 * A request that changes nothing and answers little, for the resources that have one. Those that only take data cannot
 * be looked at without writing, and the list of employees answers with more about people than a look is worth.
 */
export const PROBES: Readonly<Record<string, NetvisorRequest>> = {
  'customerlist.nv': CUSTOMER_PROBE,
  // A deleted TEMP is none: an invoice that names it is refused.
  'productlist.nv': productSearch(TEMPORARY),
  'salesinvoicelist.nv': probe('salesinvoicelist.nv', [['invoicenumber', '0']]),
  'accountingperiodlist.nv': probe('accountingperiodlist.nv', []),
  'salespaymentlist.nv': probe('salespaymentlist.nv', [['abovenetvisorkey', '2147483646']]),
  'dimensionlist.nv': probe('dimensionlist.nv', []),
  'purchaseinvoicelist.nv': probe('purchaseinvoicelist.nv', [
    ['begininvoicedate', '1990-01-01'],
    ['endinvoicedate', '1990-01-01'],
  ]),
  'getrecordtypelist.nv': probe('getrecordtypelist.nv', []),
  'payrollratiolist.nv': probe('payrollratiolist.nv', [['source', 'tripexpensecustomlines']]),
};

function probe(resource: string, query: NetvisorRequest['query'] & object): NetvisorRequest {
  return { method: 'GET', resource, query };
}
