import type { ApiClient } from '../local/api-client.ts';
import type { LocalLinkedSystems } from '../local/local-linked-systems.ts';
import { personAtWork } from '../local/person-at-work.ts';
import { addPartner, ENVIRONMENT, grant, onboardCompany } from './company.ts';
import { CompanyLink, type HistoryRow, LINK_RIGHTS, PHASES, type ShownCheck, type ShownRun } from './company-link.ts';
import { LinkedBooks } from './linked-books.ts';
import type { Scene } from './scene.ts';

const INVOICES = 10;
/** The seed's own words: people search for them. */
const WRONG_KEY = 'Virheellinen Severan API-avain: Yhteyttä ei voida muodostaa. Tarkista API-avain.';

/** A company's Severa and Netvisor are linked, and its registers, invoices and payments move. */
export async function* linkScenes(operator: ApiClient, systems: LocalLinkedSystems): AsyncGenerator<Scene> {
  const company = await onboardCompany(operator, 'Konsultit Kataja Oy');
  const partner = await addPartner(operator, 'Severa-siirto', LINK_RIGHTS);
  await grant(operator, partner, company, LINK_RIGHTS);
  const role = { role: 'main-user', environmentId: ENVIRONMENT, companyId: null };
  const { client } = await personAtWork(operator, [role]);
  const books = await LinkedBooks.open(systems, 'Konsultit Kataja Oy');
  const link = new CompanyLink(client, ENVIRONMENT, company.id);
  await link.save({
    partnerUserId: partner.id,
    organisationId: books.company.organisationId,
    settings: settingsOf(books),
  });
  await fillBooks(books);

  yield await credentialScene(link, books);
  yield await comparisonScene(link);
  yield await registerScene(link, books);
  yield await invoiceScene(link, books);
  yield await paymentScene(link, books);
}

const settingsOf = (books: LinkedBooks): object => ({
  customers: 'to-netvisor',
  products: 'to-netvisor',
  dimensions: { projects: null, businessUnits: null },
  salesInvoices: {
    mode: 'on-demand',
    readyStatus: books.status('Valmis lähetettäväksi Netvisoriin'),
    sentStatus: books.status('Lasku lähetetty Netvisoriin'),
  },
  payments: { mode: 'automatic', paidStatus: books.status('Maksettu') },
});

/** Three customers, of which Netvisor knows two, one of them by another name; a product; ten invoices that are ready. */
async function fillBooks(books: LinkedBooks): Promise<void> {
  await books.inSevera(
    'customers',
    { number: 1001, name: 'Kirjakauppa Kielo Oy', vatNumber: '1967543-8' },
    { number: 1002, name: 'Puusepät Pihlaja Oy', vatNumber: null },
    { number: 1003, name: 'Ravintola Raita Oy', isActive: false },
  );
  await books.inNetvisor(
    'customers',
    { fields: { internalidentifier: '1001', name: 'Kirjakauppa Kielo Oy', externalidentifier: '1967543-8' } },
    { fields: { internalidentifier: '1002', name: 'Maalaamo Mänty Oy' } },
  );
  await books.inSevera('products', { code: 'KONS', name: 'Konsultointi', unitPrice: 95 });
  await books.inSevera(
    'invoices',
    ...Array.from({ length: INVOICES }, (_, at) => ({
      customer: { number: 1001 + (at % 2) },
      rows: [{ quantity: at + 1, unitPrice: 95, vatRate: 25.5, code: ['KONS'] }],
    })),
  );
}

async function credentialScene(link: CompanyLink, books: LinkedBooks): Promise<Scene> {
  const { severa, netvisor } = books.company;
  await link.give({ system: 'severa', clientId: severa.clientId, clientSecret: severa.clientSecret });
  const wrong = (await link.give({ system: 'severa-key', key: 'not the one' })).severa;
  const right = (await link.give({ system: 'severa-key', key: severa.key })).severa;
  const both = await link.give({ system: 'netvisor', ...netvisor });
  return {
    title: 'Severa and Netvisor are linked; a wrong key is told at once',
    well:
      wrong.light === 'yellow' &&
      sentence(wrong) === WRONG_KEY &&
      right.light === 'green' &&
      both.netvisor.light === 'green',
    lines: [
      `${sign(wrong)} ${sentence(wrong)}`,
      `${sign(right)} Severa, once the right key is given`,
      `${sign(both.netvisor)} Netvisor`,
    ],
  };
}

const sign = ({ light }: ShownCheck): string => ({ green: '✔', yellow: '⚠', none: '?' })[light];
const sentence = ({ parts }: ShownCheck): string => parts.find(({ cause }) => cause)?.cause?.what ?? '';

async function comparisonScene(link: CompanyLink): Promise<Scene> {
  const { report } = await link.compare('customers-to-netvisor');
  const { counts, samples } = report;
  await link.compare('products-to-netvisor');
  const names = (finding: string): string => (samples[finding] ?? []).map(({ name }) => name).join(', ');
  return {
    title: 'The comparison report, before anything is moved',
    well: counts['matches'] === 1 && counts['would-be-created'] === 1 && counts['conflicts'] === 1,
    lines: [
      `matches            ${names('matches')}`,
      `would be created   ${names('would-be-created')}`,
      `conflicts          ${names('conflicts')} (Netvisor has another name under its number)`,
    ],
  };
}

async function registerScene(link: CompanyLink, books: LinkedBooks): Promise<Scene> {
  await link.acknowledge(...PHASES);
  const { start } = await link.show();
  await link.turn('start');
  const customers = await link.settled('customers-to-netvisor');
  const products = await link.settled('products-to-netvisor');
  const there = await books.ofNetvisor();
  const names = there.customers.map(({ fields }) => fields['name']);
  return {
    title: 'Aloita käyttö: customers and products move by themselves',
    well:
      start.allowed &&
      customers.state === 'succeeded' &&
      products.state === 'succeeded' &&
      names.length === 3 &&
      names.includes('Puusepät Pihlaja Oy') &&
      names.includes('Ravintola Raita Oy') &&
      there.products.some(({ fields }) => fields['productcode'] === 'KONS'),
    lines: [told('customers', customers), told('products', products), `Netvisor has now: ${names.join(', ')}`],
  };
}

async function invoiceScene(link: CompanyLink, books: LinkedBooks): Promise<Scene> {
  await link.settled('sales-invoices');
  const offered = await link.records('sales-invoices', 'candidate');
  const [first] = offered;
  const { gross } = (first?.preview?.['totals'] ?? {}) as { gross?: string };
  const run = await link.run('sales-invoices', 'candidates');
  const { salesInvoices } = await books.ofNetvisor();
  const sent = await inStatus(books, 'Lasku lähetetty Netvisoriin');
  return {
    title: 'Ten invoices are offered, and moved on demand; Severa tells that they are sent',
    well:
      offered.length === INVOICES &&
      offered.every(({ objections }) => objections.length === 0) &&
      run.state === 'succeeded' &&
      salesInvoices.length === INVOICES &&
      salesInvoices.every(({ attachments }) => attachments.length === 1) &&
      sent === INVOICES,
    lines: [
      `a preview: invoice ${first?.number ?? '?'} to ${first?.name ?? '?'}, ${gross ?? '?'} EUR with tax`,
      told('invoices', run),
      `in Netvisor ${salesInvoices.length}, each with its PDF; in Severa ${sent} in the status Lasku lähetetty Netvisoriin`,
    ],
  };
}

async function paymentScene(link: CompanyLink, books: LinkedBooks): Promise<Scene> {
  const { salesInvoices } = await books.ofNetvisor();
  const date = new Date().toISOString().slice(0, 10);
  const payments = salesInvoices.map(({ number, sum }, at) => {
    return { invoiceNumber: number, sum: at === 0 ? half(sum) : sum, date };
  });
  await books.inNetvisor('payments', ...payments);
  const run = await link.run('payments');
  const paid = await inStatus(books, 'Maksettu');
  const rows: readonly HistoryRow[] = await link.history({ flow: 'payments', runId: run.runId });
  const note = rows.find(({ cause }) => cause?.code === 'partly-paid');
  return {
    title: 'They are paid in Netvisor, and Severa is told',
    well: run.counts['moved'] === INVOICES - 1 && paid === INVOICES - 1 && note !== undefined,
    lines: [
      told('payments', run),
      `in Severa ${paid} are in the status Maksettu; one is paid in part: ${note?.message ?? '?'} open`,
    ],
  };
}

const half = (sum: string): string => (Number(sum.replace(',', '.')) / 2).toFixed(2).replace('.', ',');

async function inStatus(books: LinkedBooks, status: string): Promise<number> {
  const invoices = await books.ofSevera('invoices');
  const guid = books.status(status);
  return invoices.filter((invoice) => (invoice['status'] as { guid?: string } | null)?.guid === guid).length;
}

/** What became of a run, in a line. */
function told(what: string, { state, counts }: ShownRun): string {
  const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return `${what}: ${state}, ${numbers.join(', ') || 'nothing to do'}`;
}
