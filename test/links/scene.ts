import type { Company, LinkGround } from './ground.ts';

/** What may be wrong when all has come to rest. */
export type LinkFault = 'record.stranded' | 'record.missing' | 'record.twice' | 'call.overlaps';

/** A company whose customers and products are kept in Severa, and whose invoices move by themselves. */
export async function importer(
  ground: LinkGround,
  { customers, invoices = 0 }: { readonly customers: number; readonly invoices?: number },
): Promise<Company> {
  const company = await ground.company((statuses) => ({
    customers: 'to-netvisor',
    products: 'to-netvisor',
    salesInvoices: {
      mode: 'automatic',
      readyStatus: statuses['Valmis lähetettäväksi Netvisoriin'],
      sentStatus: statuses['Lasku lähetetty Netvisoriin'],
    },
  }));
  await ground.inSevera(company, 'products', [{ code: 'TUNTI', name: 'Työtunti' }]);
  const numbers = Array.from({ length: customers }, (_, nth) => 1_001 + nth);
  await ground.inSevera(
    company,
    'customers',
    numbers.map((number) => ({ number, name: `Asiakas ${number} Öy` })),
  );
  const billed = Array.from({ length: invoices }, (_, nth) => ({
    customer: { number: 1_001 + (nth % customers) },
    rows: [{ fees: [{}], code: ['TUNTI'], quantity: 2, unitPrice: 50 + nth }],
  }));
  await ground.inSevera(company, 'invoices', billed);
  return company;
}

/** A company whose customers are kept in Netvisor. */
export async function exporter(ground: LinkGround, customers: number): Promise<Company> {
  const company = await ground.company({ customers: 'to-severa' });
  const numbers = Array.from({ length: customers }, (_, nth) => String(5_001 + nth));
  await ground.inNetvisor(
    company,
    'customers',
    numbers.map((number) => ({
      fields: {
        internalidentifier: number,
        name: `Åkerin asiakas ${number}`,
        streetaddress: `Katu ${number}`,
        city: 'Oulu',
        postnumber: '90100',
        country: 'FI',
      },
    })),
  );
  return company;
}

interface NetvisorState {
  readonly overlaps: number;
  readonly customers: readonly { readonly fields: Readonly<Record<string, string>> }[];
  readonly salesInvoices: readonly { readonly number: string }[];
}
interface SeveraState {
  readonly registers: {
    readonly customers: readonly { readonly guid: string; readonly number: number }[];
    readonly addresses: readonly { readonly customer: { readonly guid: string } }[];
    readonly invoices: readonly { readonly number: number; readonly status: { readonly guid: string } }[];
  };
}

/** What both systems have of a company, as lists of what its records are called. */
export interface Holdings {
  readonly netvisor: { readonly customers: readonly string[]; readonly invoices: readonly string[] };
  readonly severa: {
    readonly customers: readonly string[];
    /** The customers of all addresses. */
    readonly addressed: readonly string[];
    readonly invoices: readonly string[];
    readonly sentInvoices: readonly string[];
  };
  readonly overlaps: number;
}

export async function holdings(ground: LinkGround, company: Company): Promise<Holdings> {
  const netvisor = await ground.netvisor.tell<NetvisorState>('GET', `companies/${company.netvisor}/state`);
  const { registers } = await ground.severa.tell<SeveraState>('GET', `organisations/${company.severa}/state`);
  const sent = company.statuses['Lasku lähetetty Netvisoriin'];
  return {
    netvisor: {
      customers: netvisor.customers.map(({ fields }) => fields['internalidentifier'] ?? ''),
      invoices: netvisor.salesInvoices.map(({ number }) => number),
    },
    severa: {
      customers: registers.customers.map(({ number }) => String(number)),
      addressed: registers.addresses.map(({ customer }) => customer.guid),
      invoices: registers.invoices.map(({ number }) => String(number)),
      sentInvoices: registers.invoices.filter(({ status }) => status.guid === sent).map(({ number }) => String(number)),
    },
    overlaps: netvisor.overlaps,
  };
}

const isTwice = (list: readonly string[]): boolean => new Set(list).size < list.length;
const lacks = (list: readonly string[], wanted: readonly string[]): boolean => {
  const there = new Set(list);
  return wanted.some((one) => !there.has(one));
};

/**
 *   every customer   | has moved, and is on both sides once, with one address
 *   every invoice    | has moved, is in Netvisor once, and has the sent status in Severa
 *   Netvisor         | was asked one thing at a time
 */
export async function faultsOf(ground: LinkGround, company: Company): Promise<readonly LinkFault[]> {
  const { netvisor, severa, overlaps } = await holdings(ground, company);
  const pairs = await ground.pairs(company);
  const faults: readonly (LinkFault | false)[] = [
    pairs.some(({ state }) => state !== 'moved') && 'record.stranded',
    (lacks(netvisor.customers, severa.customers) ||
      lacks(severa.customers, netvisor.customers) ||
      lacks(netvisor.invoices, severa.invoices) ||
      lacks(severa.sentInvoices, severa.invoices)) &&
      'record.missing',
    [netvisor.customers, netvisor.invoices, severa.customers, severa.addressed].some(isTwice) && 'record.twice',
    overlaps > 0 && 'call.overlaps',
  ];
  return faults.filter((fault) => fault !== false);
}

interface NetvisorEntry {
  readonly organisation: string;
  readonly resource: string;
  readonly method: string | null;
  readonly reference: string | null;
  readonly applied: boolean;
  readonly overlap: boolean;
}
interface SeveraEntry {
  readonly organisation: string;
  readonly method: string;
  readonly path: string;
  readonly changes: readonly { readonly register: string; readonly guid: string; readonly effect: string }[];
}

/** What was changed over the wire in a company since the journals were emptied. */
export async function changes(
  ground: LinkGround,
  company: Company,
): Promise<{ readonly netvisor: readonly NetvisorEntry[]; readonly severa: readonly SeveraEntry[] }> {
  const netvisor = await ground.netvisor.tell<readonly NetvisorEntry[]>('GET', 'journal');
  const severa = await ground.severa.tell<readonly SeveraEntry[]>('GET', 'journal');
  return {
    netvisor: netvisor.filter(({ organisation }) => organisation === company.netvisor),
    severa: severa.filter(({ organisation }) => organisation === company.severa),
  };
}

export async function emptyJournals(ground: LinkGround): Promise<void> {
  await ground.netvisor.tell('DELETE', 'journal');
  await ground.severa.tell('DELETE', 'journal');
}
